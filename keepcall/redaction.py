"""Secrets never leave the suite: each is replaced by the name of the shell variable that holds it.

A secret is found again in whatever spelling it comes back: raw, percent- or form-encoded, escaped for XML, HTML,
JSON or a programming language, several of these at once or twice over, in UTF-16, in any case, and in Base64
(RFC 4648) at any place of the encoded text, Basic credentials (RFC 7617) included. So text is searched as it is,
and with its escapes undone; and where it was cut off, for the beginning of a secret, too.
"""

import base64
import html
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from urllib.parse import quote, quote_plus

from keepcall.request import plain

SHORTEST = 4
"""A secret of fewer characters is not searched for in answers: it would be found in any of them by chance."""

_ROUNDS = 3
"""How often escapes may have been escaped."""

_SHORTEST_CODE = 5
"""Characters of Base64 that are no chance."""

_SHORTEST_STUB = 6
"""Characters of a secret that was cut off that are no chance."""

_MOST_CUTS = 20
_BARE = 16

# Cases are spelled out, and what an escape begins with is looked for first: else the search takes five times as long.
_ESCAPE = re.compile(
    rb"(?=[%&\\\0])(?:"
    rb"%([0-9a-fA-F]{2})"
    rb"|&(?:#0*([0-9]{1,7})|#[xX]0*([0-9a-fA-F]{1,6})|((?i:amp|lt|gt|quot|apos)));"
    rb"|((?:\\+[uU][0-9a-fA-F]{4})+)"
    rb"|\\+[xX]([0-9a-fA-F]{2})"
    rb"|\\+([\"'/])"
    rb"|\\(\\)+"
    rb"|\0)"
)
_SIGNS = (b"%", b"&", b"\\", b"\0")
"""One of these begins each escape."""
_NAMED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_HALF_ESCAPE = rb"(?:%[0-9a-f]?|&[#\w]{0,8}|\\(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?)"
_LONGEST_HALF = 10
"""Bytes of it, with a quotation mark behind it."""

_ELLIPSIS = "…".encode()
_CUT = re.compile(rb"(" + _HALF_ESCAPE + rb"?)[\"']?" + _ELLIPSIS + rb"\Z", re.IGNORECASE)


class Redactor:
    """Replaces secrets in text. Threads may share it.

    Args:
        secrets: the secret text by the name of its variable, `{"KEEPCALL_TOKEN": "…"}`; empty ones are ignored.
        pairs: user and password that go together in Basic credentials.
    """

    def __init__(self, secrets: Mapping[str, str], pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._names: dict[str, str] = {}
        self._needles: dict[bytes, str] = {}
        for name, secret in secrets.items():
            self.learn(name, secret)
        for user, password in pairs:
            self.learn_pair(user, password)

    def learn(self, name: str, secret: str) -> None:
        """From now on this is a secret, too: a token that was asked for, say. Earlier ones stay secret."""
        if secret and secret not in self._names:
            self._names = {**self._names, secret: name}
            self._needles = dict.fromkeys(_needles(secret), name) | self._needles

    def learn_pair(self, user: str, password: str) -> None:
        """From now on the Basic credentials of this user are a secret."""
        pair = base64.b64encode(f"{user}:{password}".encode())
        spelled = {pair.rstrip(b"=").lower(), *codes(pair)}
        self._needles = {**dict.fromkeys(spelled, "KEEPCALL_CREDENTIALS"), **self._needles}

    def text(self, text: str) -> str:
        """The text with every secret replaced by `$NAME`."""
        data = text.encode("utf-8", "surrogatepass")
        spans = sorted(set(self._spans(data)), key=lambda span: (span[0], -span[1]))
        if not spans:
            return text
        pieces, end = [], 0
        for start, stop, name in spans:
            if start >= end:
                pieces += [data[end:start], b"$", name.encode()]
            end = max(end, stop)
        return b"".join([*pieces, data[end:]]).decode("utf-8", "surrogatepass")

    def beginning(self, text: str, length: int) -> str:
        """The first characters of a text, masked, in a time that its length does not matter to."""
        if len(text) <= length:
            return self.text(text)
        return self.text(f"{text[:length]}…")[:-1]

    def split(self, text: str) -> list[tuple[str, str]]:
        """The text as pieces, `(literal, "")` or `("", NAME)`, for whoever writes a command line."""
        names = self._names
        found = [secret for secret in names if secret in text]
        if not found:
            return [(text, "")]
        pattern = "|".join(re.escape(secret) for secret in sorted(found, key=len, reverse=True))
        pieces = re.split(f"({pattern})", text)
        return [("", names[piece]) if piece in names else (piece, "") for piece in pieces if piece]

    def _spans(self, data: bytes) -> Iterator[tuple[int, int, str]]:
        """Where secrets are, by offsets, and which."""
        needles = self._needles
        layers: list[_Layer] = []
        for _ in range(_ROUNDS + 1):
            for start, end, name in _found(data.lower(), needles):
                yield *_before(layers, start, end), name
            plain = _undone(data)
            if plain == data:
                return
            layers.append(_Layer(data))
            data = plain


def _found(text: bytes, needles: Mapping[bytes, str]) -> Iterator[tuple[int, int, str]]:
    for needle, name in needles.items():
        start = text.find(needle)
        while start >= 0:
            yield start, start + len(needle), name
            start = text.find(needle, start + len(needle))
    for end in _cuts(text):
        for needle, name in needles.items():
            if length := _stub(text[max(0, end - len(needle)) : end], needle):
                yield end - length, end, name


def _cuts(text: bytes) -> Iterator[int]:
    """Where a text may have been cut off: before each of the last ellipses, with and without half an escape."""
    at = len(text)
    for _ in range(_MOST_CUTS):
        at = text.rfind(_ELLIPSIS, 0, at)
        cut = _CUT.search(text, max(0, at - _LONGEST_HALF), at + len(_ELLIPSIS)) if at >= 0 else None
        if cut is None:
            return
        yield from {cut.start(), cut.end(1)}


def _stub(text: bytes, needle: bytes) -> int:
    """How many bytes at the end of a text are the beginning of a secret."""
    start = text.find(needle[:_SHORTEST_STUB])
    while start >= 0:
        if needle.startswith(text[start:]):
            return len(text) - start
        start = text.find(needle[:_SHORTEST_STUB], start + 1)
    return 0


def _before(layers: list["_Layer"], start: int, end: int) -> tuple[int, int]:
    """Where bytes of the last layer were in the text itself."""
    for layer in reversed(layers):
        start, end = layer.before(start, end)
    return start, end


class _Layer:
    """Where the pieces of a text are once one round of its escapes is undone; found out only if somebody asks."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    @cached_property
    def _pieces(self) -> tuple[list[int], list[tuple[int, int, bool]]]:
        """Where each piece begins without escapes; where it is in the text, and whether it is an escape."""
        begins, places = list[int](), list[tuple[int, int, bool]]()
        size = end = 0
        for found in _ESCAPE.finditer(self._text):
            begins += [size, size + found.start() - end]
            places += [(end, found.start(), False), (found.start(), found.end(), True)]
            size = begins[-1] + len(_meaning(found))
            end = found.end()
        return [*begins, size], [*places, (end, len(self._text), False)]

    def before(self, start: int, end: int) -> tuple[int, int]:
        """Where these bytes were; an escape counts as a whole."""
        begins, places = self._pieces
        first, last = bisect_right(begins, start) - 1, bisect_right(begins, end - 1) - 1
        from_, _, is_escape = places[first]
        begin = from_ if is_escape else from_ + start - begins[first]
        from_, to, is_escape = places[last]
        return begin, to if is_escape else from_ + end - begins[last]


def _undone(text: bytes) -> bytes:
    """One round of escapes undone."""
    if not any(sign in text for sign in _SIGNS):
        return text
    return _ESCAPE.sub(_meaning, text)


def _meaning(escape: re.Match[bytes]) -> bytes:
    percent, decimal, hexadecimal, named, units, byte, quoted, backslash = escape.groups()
    if percent or byte:
        return bytes([int(percent or byte, 16)])
    if decimal or hexadecimal:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        return chr(number).encode("utf-8", "surrogatepass") if number <= 0x10FFFF else b"?"  # noqa: PLR2004
    if units:
        codes = bytes.fromhex(re.sub(rb"\\+[uU]", b"", units).decode())
        return codes.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
    return _NAMED[named.lower()] if named else quoted or backslash or b""


def _needles(secret: str) -> set[bytes]:
    """What a secret looks like once escapes are undone, in lower case; it may itself hold what looks like escapes."""
    texts = {secret, secret.lower(), secret.upper(), secret.replace(" ", "+")}
    bare = secret.replace("-", "")
    texts |= {bare} if len(bare) >= _BARE else set()  # a GUID without its hyphens
    spelled = {text.encode() for text in texts} | {text.encode("latin-1") for text in texts if max(text) <= "\xff"}
    spelled |= {secret.encode(encoding).replace(b"\0", b"") for encoding in ("utf-16-le", "utf-16-be")}
    for _ in range(_ROUNDS):
        spelled |= set(map(_undone, spelled))
    coded = {code for spelling in spellings(secret) | {plain(secret)} for code in codes(spelling.encode())}
    return {one.lower() for one in spelled if one} | coded


def codes(secret: bytes) -> Iterator[bytes]:
    """What is sure to be in Base64 of any text that holds the secret, at each of three alignments."""
    for before, unsure in enumerate((0, 2, 3)):
        sure = (before + len(secret)) * 8 // 6
        code = base64.b64encode(bytes(before) + secret)[unsure:sure].lower()
        if len(code) >= _SHORTEST_CODE:
            yield from {code, code.replace(b"+", b"-").replace(b"/", b"_")}


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
