"""One request and what came back, kept exactly; and how both are shown to people, with the secrets masked."""

import shlex
from dataclasses import dataclass, field
from typing import Literal

from keepcall.redaction import Redactor
from keepcall.request import Place, Request, Spelling, encode

Trouble = Literal[
    "unreachable",  # no connection could be made
    "timeout",  # the whole answer was not there in time
    "lost",  # the connection ended before the answer did
    "malformed",  # not HTTP
    "too large",  # more bytes than the profile's limits allow
    "tls",  # the certificate does not verify, or no TLS at all
    "busy",  # 429, or 503 with Retry-After, to the end of our patience
    "gateway",  # a proxy answered in place of the server
]

_SHOWN = 4_000
"""Characters of a body that a report shows; the rest is counted."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A complete HTTP answer.

    Attributes:
        status: the status code (RFC 9110 section 15).
        reason: the reason phrase, as sent.
        headers: names and values in the order of sending, repetitions included.
        body: the content after the content coding is removed (RFC 9110 section 8.4).
        wire: the bytes of the head, and of the body before any decoding.
        redirects: the addresses that redirects on the same host led to, in order.
    """

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wire: bytes = b""
    redirects: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The value of a header, several joined by a comma (RFC 9110 section 5.2); empty where there is none."""
        return ", ".join(value for found, value in self.headers if found.casefold() == name.casefold())


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is nothing to judge: never a fault of the target by itself (contract, verdicts)."""

    trouble: Trouble
    detail: str


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """One request with its answer.

    Attributes:
        request: what was asked, complete: access parameters and method filled in.
        spelling: the request as it was encoded.
        url: where it went, without the query.
        result: the answer, or why there is none.
        sent: the exact bytes that were sent, the last time where redirects were followed.
        place: where a POST carries its parameters.
        redactor: knows the secrets of this run.
        elapsed: seconds from the first byte sent to the last byte read.
    """

    request: Request
    spelling: Spelling
    url: str
    result: Answer | NoAnswer
    sent: bytes = b""
    place: Place = "form"
    redactor: Redactor = field(default_factory=lambda: Redactor({}), compare=False)
    elapsed: float = 0.0

    def __repr__(self) -> str:
        return f"Exchange({self.request!r})"

    @property
    def answer(self) -> Answer:
        """The answer of an exchange that has one."""
        if isinstance(self.result, NoAnswer):
            raise ValueError(f"there is no answer: {self.result.detail}")
        return self.result

    def as_curl(self) -> str:
        """The request as a command line that repeats it, with `$KEEPCALL_API_KEY` and the like for the secrets."""
        words = ["curl", "-sS", "-i"]
        if self.spelling.method != "POST":
            words += ["-G", self._shell(self.url)]
        elif self.place == "query":
            words += ["-X", "POST", "-G", self._shell(self.url)]
        else:
            query = f"?{self.spelling.query}" if self.spelling.query else ""
            words += [self._shell(self.url + query)]
        for name, value in self.request.parameters[:: -1 if self.request.backwards else 1]:
            if not (self.place == "mixed" and self.spelling.method == "POST" and name == "action"):
                words += self._datum(name, value)
        return " ".join(words)

    def _datum(self, name: str, value: str) -> list[str]:
        """One parameter: verbatim as it was encoded; where it holds a secret, encoded by curl."""
        pieces = self.redactor.split(value)
        if not any(secret for _, secret in pieces):
            return [
                "--data-raw",
                shlex.quote(encode([(name, value)], everything=self.request.percent_encoded)),
            ]
        quoted = "".join(f"${{{secret}}}" if secret else _in_double_quotes(text) for text, secret in pieces)
        return ["--data-urlencode", f'"{name}={quoted}"']

    def _shell(self, text: str) -> str:
        return shlex.quote(self.redactor.text(text))

    def request_text(self) -> str:
        """The request as it was sent, readable and masked."""
        return self.redactor.text(self.sent.decode("utf-8", "backslashreplace"))

    def answer_text(self) -> str:
        """The answer, readable and masked: status line, headers, the body up to a limit."""
        if isinstance(self.result, NoAnswer):
            return f"no answer ({self.result.trouble}): {self.redactor.text(self.result.detail)}"
        head = [f"HTTP {self.result.status} {self.result.reason}".rstrip()]
        head += [f"redirected to {url}" for url in self.result.redirects]
        head += [f"{name}: {value}" for name, value in self.result.headers]
        body = self.redactor.text(self.result.body.decode("utf-8", "backslashreplace"))
        more = f"\n… {len(body) - _SHOWN} more characters" if len(body) > _SHOWN else ""
        return self.redactor.text("\n".join(head)) + "\n\n" + printable(body[:_SHOWN]) + more


def printable(text: str) -> str:
    """Text in which nothing acts: control and format characters other than line ends are written as escapes."""
    return "".join(c if c in "\n\t" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _in_double_quotes(text: str) -> str:
    """Text for inside double quotes of a POSIX shell (section 2.2.3)."""
    return "".join(f"\\{c}" if c in '"\\$`' else c for c in text)
