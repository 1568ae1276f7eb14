"""What an answer must not repeat of the caller's own: secrets, in any spelling (KC-AUTH-08)."""

import html
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote

from keepcall.exchange import Exchange
from keepcall.expect.document import document
from keepcall.expect.memo import memoised
from keepcall.expect.reading import charset_of
from keepcall.expect.violation import Check, Violation, quoted
from keepcall.expect.wording import ANSWERS
from keepcall.redaction import SHORTEST, codes, spellings
from keepcall.request import ACCESS

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
        places = tuple(_places(exchange))
        found = []
        for name, (secret, forms) in wanted.items():
            seen = next((place for place, text in places if any(form in text for form in forms)), "")
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


def _places(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Each part of an answer with its text in lower case; the names of headers are one of them.

    So are the addresses that redirects led to, where the caller had put no secret into an address himself.
    """
    answer = exchange.answer
    if not {"apiKey", "token"} & dict(parse_qsl(exchange.spelling.query)).keys():
        yield "the address of a redirect", "\n".join(answer.redirects).casefold()
    yield "the body", _searchable(answer.body, charset_of(answer))
    yield "the reason phrase", answer.reason.casefold()
    yield "the name of a header", "\n".join(name for name, _ in answer.headers).casefold()
    for name, value in answer.headers:
        yield f"the header {quoted(name, 60)}", f"{value}\n{unquote(value)}".casefold()


@memoised()
def _searchable(body: bytes, charset: str) -> str:
    """A body as all that it may be: bytes, text, text without escapes."""
    raw, text = body.decode("latin-1"), document(body, charset).text
    return "\n".join(dict.fromkeys((raw, text, html.unescape(text), unquote(text)))).casefold()
