"""What an answer must not repeat of the caller's own: secrets, in any spelling (KC-AUTH-08)."""

import html
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from urllib.parse import parse_qsl, unquote

from keepcall.contract.exchange import Exchange
from keepcall.contract.redaction import SHORTEST, codes, spellings
from keepcall.contract.request import ACCESS
from keepcall.contract.violation import Violation, quoted
from keepcall.contract.wording import ANSWERS
from keepcall.expect.check import Check
from keepcall.expect.parsing.answer import charset_of
from keepcall.expect.parsing.cache import MANY, memoised
from keepcall.expect.parsing.encoding import xml_text

_SHORTEST = max(SHORTEST, 8)
"""A secret of fewer characters would be found in an answer by chance, and the remark would be a false one."""


def repeats_secrets(secrets: Mapping[str, str]) -> Check:
    """KC-AUTH-08: a check that no answer repeats a secret, in headers or body, in any spelling and any case.

    A secret that the caller sent as something else than a secret, or that is part of the documented answers, may
    come back. What the check says never holds the secret.

    Args:
        secrets: the secret text by its name, `{"KEEPCALL_TOKEN": "…"}`.
    """
    wanted = {
        name: (secret.casefold(), _forms(secret) | {f"${name}".casefold()})
        for name, secret in secrets.items()
        if len(secret) >= _SHORTEST and secret.casefold() not in ANSWERS.casefold()
    }

    def repeats_no_secret(exchange: Exchange) -> tuple[Violation, ...]:
        echoes = "\n".join(value for name, value in exchange.request.parameters if name not in ACCESS).casefold()
        found = []
        for name, (secret, forms) in wanted.items():
            seen = next((place for place, holds in _places(exchange) if holds(forms)), "")
            if seen and secret not in echoes:
                place = seen if not any(_holds_any(seen, each) for each in wanted.values()) else "a header"
                found.append(Violation("RepeatedSecret", f"an answer without ${name}", f"${name} in {place}"))
        return tuple(found)

    return repeats_no_secret


def _holds_any(place: str, secret: tuple[str, frozenset[str]]) -> bool:
    return any(form in place.casefold() for form in secret[1])


def _forms(secret: str) -> frozenset[str]:
    """The spellings of a secret, and that of a GUID without its hyphens."""
    bare = secret.replace("-", "")
    forms = spellings(secret) | ({bare} if len(bare) >= 2 * _SHORTEST else set())
    coded = {code.decode() for code in codes(secret.encode())}
    return frozenset(form.casefold() for form in forms | coded)


def _places(exchange: Exchange) -> Iterator[tuple[str, Callable[[frozenset[str]], bool]]]:
    """Each part of an answer, and whether it holds one of these; the names of headers are one part.

    So are the addresses that redirects led to, where the caller had put no secret into an address himself.
    """
    answer = exchange.answer
    if not {"apiKey", "token"} & dict(parse_qsl(exchange.spelling.query)).keys():
        yield "the address of a redirect", partial(_holds, "\n".join(answer.redirects))
    yield "the body", partial(_body_holds, answer.body, charset_of(answer))
    yield "the reason phrase", partial(_holds, answer.reason)
    yield "the name of a header", partial(_holds, "\n".join(name for name, _ in answer.headers))
    for name, value in answer.headers:
        yield f"the header {quoted(name, 60)}", partial(_holds, f"{value}\n{unquote(value)}")


def _holds(text: str, forms: frozenset[str]) -> bool:
    folded = text.casefold()
    return any(form in folded for form in forms)


@memoised(large=MANY)
def _body_holds(body: bytes, charset: str, forms: frozenset[str]) -> bool:
    """Whether one of these stands in a body as any of what it may be: bytes, text, text without escapes."""
    text = xml_text(body, charset).text
    return any(_holds(each, forms) for each in {body.decode("latin-1"), text, html.unescape(text), unquote(text)})
