"""Where values of keys, tokens and passwords stand in a text, by the name that is beside them.

In a query, a form, a cookie, a header field, JSON, a literal of a programming language, an attribute or an element of
XML or HTML, a part of a multipart form (RFC 7578).
"""

import re
from collections.abc import Iterator

_NAME = re.compile(rb"api[-_]?key|authorization|password|token")

_QUOTED = (
    rb"\\+\"(?P<{0}a>[^\"]*?)(?=\\+\"|\Z)"
    rb"|\\+'(?P<{0}b>[^']*?)(?=\\+'|\Z)"
    rb"|\"(?P<{0}c>(?:[^\"\\]|\\.)*)"
    rb"|'(?P<{0}d>(?:[^'\\]|\\.)*)"
)


def _quoted(prefix: bytes) -> bytes:
    return _QUOTED.replace(b"{0}", prefix)


_BEHIND = re.compile(
    rb"\s?=\s?(?:"  # name=value, name="value"
    + _quoted(b"e")
    + rb"|(?P<e>[^&\s;\"'<>\\]+))"
    + rb"|\\*[\"']?\]?\s*(?:=>|:)\s*\[?\s*(?:"  # "name": "value", ['name'] => "value", name: 'value'
    + _quoted(b"f")
    + rb")|\\*[\"']\s*:\s*\[?\s*(?!null\b|true\b|false\b)(?P<f>[^\s,\]}\"'\\]+)"  # "name": 7
    + rb"|\\*[\"'](?:\s+[^<>]*?\bvalue\s*=\s*(?:"  # name="name" value="value"
    + _quoted(b"g")
    + rb")|\s*>(?P<g>[^<]+)"  # name="name">value
    + rb"|(?:\r?\n[^\r\n]+){0,8}\r?\n\r?\n(?P<h>[^\r\n]*))",  # name="name", an empty line, value
    re.DOTALL,
)
_WITHIN = re.compile(rb"(?:\s[^<>]*)?>\s*(?:<!\[cdata\[(?P<a>.*?)(?=\]\]>|\Z)|(?P<b>[^<]+))", re.DOTALL)
_BESIDE_AUTHORIZATION = re.compile(rb":[ \t]*(?:[a-z][\w-]*[ \t]+(?=[^\s]))?(?P<a>[^\s\"'\\<,;]+)")
_IN_A_FIELD = re.compile(rb":[ \t]*(?P<a>[^\s\"'\\][^\r\n\"'\\<]*)")

_BEFORE = re.compile(
    rb"(?:(?P<field>(?:\A|[\r\n])[ \t]*)|(?P<element><(?:[\w.-]+:)?)|(?<![\w/-]))(?:x-|proxy-|auth-)?\Z"
)
_FURTHEST = 40
"""Bytes before a name that tell where it stands."""

_ENDS = b")}]\"'=\\ \t\r\n" + "…".encode()
"""Bytes behind a value that are not of it: quotation marks, padding, the ellipsis where it was cut off."""


def places(text: bytes) -> Iterator[tuple[int, int]]:
    """Where a value of a key, token or password is that is not empty, by offsets."""
    folded = text.lower()
    for name in _NAME.finditer(folded):
        patterns = _patterns(folded, name)
        value = next(filter(None, (pattern.match(folded, name.end()) for pattern in patterns)), None)
        if value is None:
            continue
        start, end = value.span(str(value.lastgroup))
        end = start + len(text[start:end].rstrip(_ENDS))
        if start < end:
            yield start, end


def _patterns(text: bytes, name: re.Match[bytes]) -> list[re.Pattern[bytes]]:
    """How a value may stand behind a name, by what is before it."""
    if text[name.start() - 1 : name.start()] in {b"?", b"&"}:
        return [_BEHIND]  # as nearly always, so it has to be quick
    before = _BEFORE.search(text, max(0, name.start() - _FURTHEST), name.start())
    if before is None:
        return []
    if before["element"]:
        return [_WITHIN]
    if name[0] == b"authorization":
        return [_BEHIND, _BESIDE_AUTHORIZATION]
    return [_BEHIND] if before["field"] is None else [_BEHIND, _IN_A_FIELD]


def names_a_secret(name: str) -> bool:
    """Whether a parameter of this name carries a key, a token or a password."""
    return name.lower().replace("-", "").replace("_", "") in {"apikey", "token", "password"}
