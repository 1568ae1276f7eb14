"""Secrets never leave the suite: each is replaced by the name of the shell variable that holds it.

A secret is looked for in every spelling in which it could travel: raw, percent- and form-encoded, escaped for
XML, HTML and JSON, and in Base64 (RFC 4648), alone and as part of Basic credentials (RFC 7617).
"""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""A secret of fewer characters is not searched for in answers: it would be found in any of them by chance."""


class Redactor:
    """Replaces secrets in text and bytes.

    Args:
        secrets: the secret text by the name of its variable, `{"KEEPCALL_TOKEN": "…"}`; empty ones are ignored.
        pairs: user and password that go together in Basic credentials.
    """

    def __init__(self, secrets: Mapping[str, str], pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._secrets = {name: secret for name, secret in secrets.items() if secret}
        self._pairs = tuple(pairs)

    def learn(self, name: str, secret: str) -> None:
        """From now on this is a secret, too: a token that was asked for, say. Earlier ones stay secret."""
        if secret in self._secrets.values():
            return
        self._secrets[name if name not in self._secrets else f"{name}_{len(self._secrets)}"] = secret
        for cached in ("_spellings", "_pattern", "_folded"):
            self.__dict__.pop(cached, None)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """Every spelling of every secret, and what stands for it."""
        found: dict[str, str] = {}
        for name, secret in self._secrets.items():
            for spelling in spellings(secret):
                found.setdefault(spelling, f"${name}")
        for user, password in self._pairs:
            found[base64.b64encode(f"{user}:{password}".encode()).decode()] = "$KEEPCALL_CREDENTIALS"
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        spelled = sorted(self._spellings, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, spelled)), re.IGNORECASE) if spelled else None

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {spelling.casefold(): name for spelling, name in self._spellings.items()}

    def text(self, text: str) -> str:
        """The text with every secret replaced by `$NAME`."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._folded.get(match[0].casefold(), "$SECRET"), text)

    def split(self, text: str) -> list[tuple[str, str]]:
        """The text as pieces, `(literal, "")` or `("", NAME)`, for whoever writes a command line."""
        pattern = "|".join(re.escape(s) for s in sorted(self._secrets.values(), key=len, reverse=True))
        if not pattern:
            return [(text, "")]
        names = {secret: name for name, secret in self._secrets.items()}
        pieces = re.split(f"({pattern})", text)
        return [("", names[piece]) if piece in names else (piece, "") for piece in pieces if piece]


def spellings(secret: str) -> set[str]:
    """The forms in which one secret may show up in an answer, a log or a file."""
    forms: tuple[Callable[[str], str], ...] = (
        str,
        lambda s: quote(s, safe=""),
        quote_plus,
        html.escape,
        lambda s: html.escape(s, quote=False),
        lambda s: json.dumps(s)[1:-1],
        lambda s: base64.b64encode(s.encode()).decode(),
        lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
        lambda s: "".join(f"%{byte:02X}" for byte in s.encode()),
    )
    return {form(secret) for form in forms}
