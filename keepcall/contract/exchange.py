"""One request and what came back, kept exactly; and how both are shown to people, with the secrets masked."""

import codecs
import re
from dataclasses import dataclass, field
from typing import Literal

from keepcall.contract import shell
from keepcall.contract.masking.interface import Masking, NothingSecret
from keepcall.contract.request import ANY_TYPE, EncodedRequest, Place, Request, encode, encode_request, plain

FailureKind = Literal[
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

_SHOWN_FIELDS, _SHOWN_FIELD = 50, 500
"""Fields of a head that a report shows, and characters of each."""

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
"""Byte order marks, longest first where one begins like another."""

_COMMAND = re.compile(r"^([ \t]*):(?=:)|#(?=#\w*\[)", re.MULTILINE)
"""How a command to a CI system begins: `::` at the start of a line; `##[`, `##vso[` and `##teamcity[` anywhere."""

_EMPTY_FORM = ("-H", "'Content-Length: 0'", "-H", "'Content-Type: application/x-www-form-urlencoded'")
"""What curl does not say of itself where a POST has an empty body."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A complete HTTP answer.

    Attributes:
        status: the status code (RFC 9110 section 15).
        reason: the reason phrase, as sent.
        headers: names and values in the order of sending, repetitions included; the first 200, of 32 kB in all.
        body: the content after the content coding is removed (RFC 9110 section 8.4).
        wire: the bytes of the head, and of the body before any decoding; the first 8 kB of them.
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
        wanted = name.casefold()
        return ", ".join(value for found, value in self.headers if found.casefold() == wanted)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is nothing to judge: never a fault of the target by itself (contract, verdicts).

    Attributes:
        trouble: the kind.
        detail: what happened, in words.
        broken: whether an answer came over a sound connection, and is no well-formed HTTP message, or its body is not
            in the coding that it names: three times out of three this is a breach of KC-HTTP-12.
    """

    trouble: FailureKind
    detail: str
    broken: bool = False


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
    spelling: EncodedRequest
    url: str
    result: Answer | NoAnswer
    sent: bytes = b""
    place: Place = "form"
    redactor: Masking = field(default_factory=NothingSecret, compare=False)
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
        if self.spelling != encode_request(self.request, self.place):
            return self._as_spelled()
        words = ["curl", "-sS", "-i", *_literal(self.url)]
        in_query = [parameter for parameter in self._parameters() if self._is_in_query(parameter)]
        in_body = [parameter for parameter in self._parameters() if not self._is_in_query(parameter)]
        if self.spelling.method != "POST":
            words += ["-G", self._shell(self.url)]
        elif in_body:
            query = f"?{self.spelling.query}" if self.spelling.query else ""
            words += [self._shell(self.url + query)]
        else:
            words += ["-X", "POST", "-G", self._shell(self.url), *_EMPTY_FORM]
        if self.spelling.accept != ANY_TYPE:
            words += ["-A", self._shell(self.spelling.agent), "-H", self._shell(f"Accept: {self.spelling.accept}")]
        for name, value in in_body or in_query:
            words += self._datum(name, value)
        return " ".join(words)

    def _as_spelled(self) -> str:
        """A request that is no plain GET or POST of its parameters, by its bytes; its secrets have to be put in."""
        query = f"?{self.spelling.query}" if self.spelling.query else ""
        url = self.url + self.spelling.behind_path + query
        method = ["-I"] if self.spelling.method == "HEAD" else ["-X", self._shell(self.spelling.method)]
        words = ["curl", "-sS", "-i", *_literal(url), *method, self._shell(url)]
        if self.spelling.body:
            words += ["-H", self._shell(f"Content-Type: {self.spelling.content_type}")]
            words += ["--data-raw", self._shell(self.spelling.body)]
        return " ".join(words)

    def _parameters(self) -> tuple[tuple[str, str], ...]:
        return self.request.parameters[:: -1 if self.request.backwards else 1]

    def _is_in_query(self, parameter: tuple[str, str]) -> bool:
        if self.spelling.method != "POST" or self.place == "query":
            return True
        return self.place == "mixed" and parameter[0] == "action"

    def _datum(self, name: str, value: str) -> list[str]:
        """One parameter: verbatim as it was encoded; where it holds a secret, its value encoded by curl.

        curl takes what is before the first `=` for the name, and sends it as it is; `@` and `<` mean a file to it
        only without an `=` (curl(1), --data-urlencode), which an encoded name cannot hold.
        """
        pieces = self.redactor.split(value)
        if not any(secret for _, secret in pieces):
            return ["--data-raw", self._shell(encode([(name, value)], everything=self.request.percent_encoded))]
        word = [(f"{self.redactor.text(plain(name))}=", ""), *pieces]
        return ["--data-urlencode", shell.with_variables(word, self.redactor.in_shell)]

    def _shell(self, text: str) -> str:
        return shell.quoted(self.redactor.text(text))

    def request_text(self) -> str:
        """The request as it was sent, readable and masked: its head line by line, since most lines come each time."""
        head, end, body = self.sent.decode("utf-8", "backslashreplace").replace("\r\n", "\n").partition("\n\n")
        return printable("\n".join(map(self.redactor.text, head.split("\n"))) + end + self.redactor.text(body))

    def answer_text(self) -> str:
        """The answer, readable and masked: status line, headers, the body up to a limit."""
        if isinstance(self.result, NoAnswer):
            return f"no answer ({self.result.trouble}): {self._shown(self.result.detail, _SHOWN_FIELD)}"
        head = [f"HTTP {self.result.status} {self.result.reason}".rstrip()]
        head += [f"redirected to {url}" for url in self.result.redirects]
        head += [f"{name}: {value}" for name, value in self.result.headers]
        lines = [self._shown(line, _SHOWN_FIELD) for line in head[:_SHOWN_FIELDS]]
        lines += [f"… {len(head) - _SHOWN_FIELDS} more header fields"] if len(head) > _SHOWN_FIELDS else []
        return "\n".join([*lines, "", self._shown(readable(self.result.body), _SHOWN)])

    def _shown(self, text: str, longest: int) -> str:
        """Text from the target with the secrets masked and nothing in it that acts, up to a length."""
        more = f"… ({len(text)} characters)" if len(text) > longest else ""
        return printable(self.redactor.beginning(text, longest)) + more


def readable(body: bytes) -> str:
    """A body as text: by its byte order mark if it has one, else in UTF-8, with escapes for bytes that are not."""
    for mark, encoding in _MARKS.items():
        if body.startswith(mark):
            return body.decode(encoding, "backslashreplace")
    return body.decode("utf-8", "backslashreplace")


def printable(text: str) -> str:
    """Text in which nothing acts.

    Control and format characters other than line ends are written as escapes, and so is the first character of what a
    CI system would take for a command if it stood in a log.
    """
    if not text.replace("\n", "").replace("\t", "").isprintable():
        text = "".join(c if c in "\n\t" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return quiet(text)


def quiet(text: str) -> str:
    """Text without commands to a CI system.

    GitHub's runner looks for `::` behind white space, and like that of Azure for `##[` and `##vso[` anywhere in a
    line; so does TeamCity for `##teamcity[`.
    """
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(lambda found: f"{found[1]}\\x3a" if found[1] is not None else "\\x23", text)


def _literal(url: str) -> list[str]:
    """What keeps curl from taking brackets and braces of an address for a pattern of several (curl(1), --globoff)."""
    return ["-g"] if set("[]{}") & set(url) else []
