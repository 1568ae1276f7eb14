"""How the bytes of a body become text, for each of the three formats.

XML: byte order mark, XML declaration, and only where there is neither, the charset of Content-Type; else UTF-8
(XML 1.0, section 4.3.3 and appendix F). Whether Content-Type agrees is for KC-HTTP-09 to say.

HTML: byte order mark, Content-Type, `meta`, XML declaration; else UTF-8 if it can be read so, or windows-1252
(HTML standard, section 13.2.3.2).

TEXT: byte order mark, Content-Type, else UTF-8 if it can be read so, or ISO-8859-1.

The `charset` that each takes is that of Content-Type; empty where it names none.
"""

import re
from dataclasses import dataclass

from keepcall.contract.violation import Violation, quoted
from keepcall.expect.parsing.cache import memoised
from keepcall.expect.parsing.charset import (
    believable,
    byte_order_mark,
    codec,
    decoded,
    family,
    first_outsider,
    fits,
    readable,
)

DECLARATION = re.compile(r"<\?xml(?=[\s?])[^<>]*>", re.IGNORECASE)
"""An XML declaration, well-formed or not."""

_NAMED = re.compile(r"""\sencoding\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_META = re.compile(r"""<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)""", re.IGNORECASE | re.ASCII)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEAD = 1024
"""Bytes in which a declaration must be found (HTML standard, section 13.2.3.2, and plenty for XML)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body as text.

    Attributes:
        text: the text, without its byte order mark.
        faults: what is wrong with its encoding; the text is then what could be made of it.
        own: whether the body itself says what its encoding is.
    """

    text: str
    faults: tuple[Violation, ...] = ()
    own: bool = False


def declared_encoding(text: str) -> str:
    """The encoding that an XML declaration at the start of a text names; empty where it does not."""
    declaration = DECLARATION.match(text.lstrip()[:_HEAD])
    named = _NAMED.search(declaration[0]) if declaration else None
    return (named[1] or named[2] or "") if named else ""


@memoised()
def xml_text(body: bytes, charset: str) -> Decoded:
    """The text of XML, and what is wrong with its encoding (KC-XML-01)."""
    mark, length = byte_order_mark(body)
    rest = body[length:]
    name = declared_encoding(rest[: 4 * _HEAD].decode(mark or family(rest) or "latin-1", "replace"))
    if mark:
        found = _marked(rest, mark, name)
    elif name:
        found = _declared(rest, name)
    else:
        found = _undeclared(rest, charset)
    if not found.text.startswith("\ufeff"):
        return found
    second = Violation("SecondByteOrderMark", "at most one byte order mark", "another one at the start of the text")
    return Decoded(found.text.lstrip("\ufeff"), (*found.faults, second), found.own)


def _marked(rest: bytes, mark: str, name: str) -> Decoded:
    faults: tuple[Violation, ...] = ()
    if name and not codec(name):
        faults = (_unknown(name),)
    elif name and not fits(mark, codec(name)):
        got = f"a declaration of {quoted(name)}"
        faults = (Violation("ContradictoryByteOrderMark", f"the byte order mark's encoding, {mark}", got),)
    text = decoded(rest, mark)
    if text is None:
        return Decoded(rest.decode(mark, "replace"), faults or (_outside(rest, mark, mark),), own=True)
    return Decoded(text, faults, own=True)


def _declared(rest: bytes, name: str) -> Decoded:
    """XML that names its encoding; the declaration must be readable in it, or it is not the real one."""
    found = codec(name)
    if not found:
        return Decoded(readable(rest), (_unknown(name),), own=True)
    real = family(rest)
    if found in {"utf-16", "utf-32"} and fits(real, found):
        text = decoded(rest, real)
        unmarked = () if found == "utf-32" else (_unmarked(name),)
    else:
        text, unmarked = decoded(rest, found), ()
    if text is None or not DECLARATION.match(text.lstrip()):
        return Decoded(_anyhow(rest), (_outside(rest, found, name),), own=True)
    return Decoded(text, unmarked, own=True)


def _undeclared(rest: bytes, charset: str) -> Decoded:
    found = codec(charset)
    found = found if believable(rest, found) else ""
    real = family(rest)
    wide = real.startswith(("utf-16", "utf-32")) and found != real
    if wide or found in {"utf-16", "utf-32"}:
        text = decoded(rest, real or f"{found}-be")
        faults = () if found == "utf-32" else (_unmarked(charset),)
        return Decoded(_anyhow(rest) if text is None else text, faults)
    for name in (found, "utf-8"):
        text = decoded(rest, name)
        if text is not None:
            return Decoded(text)
    return Decoded(_anyhow(rest), (_outside(rest, found or "utf-8", charset if found else "UTF-8"),))


def _anyhow(rest: bytes) -> str:
    """What can be read of bytes that are not in their encoding; a cut or stray byte costs no more than itself."""
    text = decoded(rest, family(rest) or "utf-8")
    return rest.decode(family(rest) or "utf-8", "replace") if text is None else text


def _unknown(name: str) -> Violation:
    return Violation("UnknownEncoding", "an encoding that there is", f"a declaration of {quoted(name)}")


def _unmarked(name: str) -> Violation:
    expected = "a byte order mark, which UTF-16 must have"
    return Violation(
        "MissingByteOrderMark", expected, f"{quoted(name) if name else 'no name'} and no byte order mark"
    )


def _outside(rest: bytes, found: str, name: str) -> Violation:
    return Violation("BytesOutsideTheEncoding", f"nothing but {quoted(name)}", first_outsider(rest, found))


@memoised()
def html_text(body: bytes, charset: str) -> Decoded:
    """The text of HTML; its parser replaces what it cannot read, so there is nothing wrong with any of it."""
    mark, length = byte_order_mark(body)
    if mark:
        return Decoded(body[length:].decode(mark, "replace"), own=True)
    own = meta_charset(body)
    name = _web(codec(charset))
    name = name if name and believable(body, name) else own
    if not name:
        return Decoded(readable(body))
    if name in {"utf-16", "utf-32"}:
        name = family(body) or f"{name}-le"
    return Decoded(body.decode(name, "replace"), own=bool(own))


def meta_charset(body: bytes) -> str:
    """The codec that a page itself names, in `meta` or an XML declaration; empty where it names none."""
    head = body[:_HEAD].decode("latin-1")
    found = _META.search(_COMMENT.sub("", head))
    name = codec(found[1] if found else declared_encoding(head))
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else _web(name)


def _web(name: str) -> str:
    """ISO-8859-1 and ASCII are windows-1252 to HTML (Encoding standard, section 4.2)."""
    return "cp1252" if name in {"iso8859-1", "ascii"} else name


@memoised()
def plain_text(body: bytes, charset: str) -> Decoded:
    """The text of TEXT."""
    mark, length = byte_order_mark(body)
    if mark:
        return Decoded(body[length:].decode(mark, "replace"), own=True)
    name = codec(charset)
    wide = name in {"utf-16", "utf-32"}
    text = decoded(body, f"{name}-be" if wide else name) if believable(body, name) else None
    if text is None:
        text = decoded(body, "utf-8")
    return Decoded(body.decode("latin-1") if text is None else text)
