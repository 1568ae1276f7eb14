"""Escapes, and what they mean: percent, XML, HTML, JSON, programming languages; the zero bytes of UTF-16 go, too."""

import re
from html.entities import html5

ROUNDS = 3
"""How often escapes may have been escaped."""

# Cases are spelled out, and each way begins with a sign of its own: else the search takes five times as long.
ESCAPE = re.compile(
    rb"%(?:([0-9a-fA-F]{2})|([uU][0-9a-fA-F]{4}(?:%[uU][0-9a-fA-F]{4})*))"
    rb"|&(?:#0*([0-9]{1,7})|#[xX]0*([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));"
    rb"|\\(?:\\*(?:"
    rb"([uU][0-9a-fA-F]{4}(?:\\+[uU][0-9a-fA-F]{4})*)"
    rb"|[uU]\{0*([0-9a-fA-F]{1,6})\}"
    rb"|[xX]([0-9a-fA-F]{2})"
    rb"|([0-3][0-7]{2})"
    rb"|([\"'/]))"
    rb"|(\\)+)"
    rb"|\0"
)
_BEFORE_UNITS = re.compile(rb"[\\%]*[uU]")
SIGNS = (b"%", b"&", b"\\", b"\0")
"""One of these begins each escape."""
_NAMED = {name.rstrip(";").encode(): text.encode() for name, text in html5.items()}
_IN_ANY_CASE = {b"amp", b"lt", b"gt", b"quot", b"apos"}


def undone(text: bytes) -> bytes:
    """One round of escapes undone."""
    return ESCAPE.sub(meaning, text) if any(sign in text for sign in SIGNS) else text


def _character(number: int) -> bytes:
    return chr(number).encode("utf-8", "surrogatepass") if number <= 0x10FFFF else b"?"  # noqa: PLR2004


def meaning(escape: re.Match[bytes]) -> bytes:
    """What one escape stands for."""
    percent, wide, decimal, hexadecimal, named, units, braced, byte, octal, quoted, backslash = escape.groups()
    if percent or byte:
        return bytes([int(percent or byte, 16)])
    if octal:
        return bytes([int(octal, 8)])
    if decimal or hexadecimal or braced:
        return _character(int(decimal) if decimal else int(hexadecimal or braced, 16))
    if units or wide:
        codes = bytes.fromhex(_BEFORE_UNITS.sub(b"", units or wide).decode())
        return codes.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
    if named:
        return _NAMED.get(named.lower() if named.lower() in _IN_ANY_CASE else named, escape[0])
    return quoted or backslash or b""
