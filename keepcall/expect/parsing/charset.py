"""Names of character encodings, and strict decoding by them."""

import codecs
import re
from functools import lru_cache

# The characters of registered names (RFC 2978 section 2.3, as far as the registry uses them). Python's own lookup
# takes any punctuation: 'utf-8;' and "'utf-8'" would be UTF-8 to it.
_NAME = re.compile(r"[A-Za-z0-9](?:[._:+-]?[A-Za-z0-9]){0,63}")

_MORE_NAMES = {
    "csutf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
    "ucs-4": "utf-32",
    "iso-10646-ucs-4": "utf-32",
    "latin-9": "iso8859-15",
    "latin9": "iso8859-15",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
    "windows-874": "cp874",
    "windows-936": "gbk",
    "windows-949": "cp949",
    "windows-31j": "cp932",
    "cswindows31j": "cp932",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gbk",
    "csgb2312": "gb2312",
    "gb_2312-80": "gb2312",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "ibm00858": "cp858",
    "ibm01140": "cp1140",
} | {f"x-cp125{digit}": f"cp125{digit}" for digit in range(9)}
"""Names of the IANA registry and of the Encoding standard that Python does not know."""

_OWN_NAMES = frozenset({"utf", "u7", "u8", "u16", "u32", "utf8-ucs2", "utf8-ucs4", "latin", "8859", "cp65001"})
_OWN_STYLE = ("utf_", "us_", "windows_", "koi8_")
"""Spellings that nobody but Python takes for a charset."""

_NO_CHARSETS = frozenset(
    {
        *("base64", "bz2", "charmap", "hex", "idna", "mbcs", "oem", "punycode", "quopri", "raw-unicode-escape"),
        *("rot-13", "undefined", "unicode-escape", "unicode-internal", "utf-7", "utf-8-sig", "uu", "zlib"),
    }
)
"""Python codecs that are no charset; and UTF-7, which no reader of XML or HTML takes."""

_WIDER = {"shift_jis": "cp932", "gb2312": "gbk", "euc_kr": "cp949", "big5": "big5hkscs"}
"""What software means by these names (Encoding standard, section 4.2): the charset and its vendor characters."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_FAMILIES = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)


@lru_cache(maxsize=1024)
def codec(name: str) -> str:
    """Python's name of the codec for a charset name, in any case; empty where it is no charset."""
    folded = name.lower()
    if not _NAME.fullmatch(folded) or folded in _OWN_NAMES or folded.startswith(_OWN_STYLE):
        return ""
    try:
        found = codecs.lookup(_MORE_NAMES.get(folded, folded)).name
    except LookupError:
        return ""
    return "" if found in _NO_CHARSETS else found


def byte_order_mark(body: bytes) -> tuple[str, int]:
    """The codec that a byte order mark names, and the mark's length; ("", 0) where there is none."""
    return next(((name, len(mark)) for mark, name in _MARKS if body.startswith(mark)), ("", 0))


def family(body: bytes) -> str:
    """The codec in which markup without a byte order mark can be read so far as to find its declaration.

    XML 1.0, appendix F.1: by the look of the first `<`. Empty where it looks like ASCII and what extends it.
    """
    return next((name for start, name in _FAMILIES if body.startswith(start)), "")


def believable(body: bytes, name: str) -> bool:
    """Whether a body without a mark can be in a charset, as a codec, for all that its look tells.

    UTF-16 and UTF-32 of anything but a few scripts without spaces has NUL bytes; and ASCII's `<` is no EBCDIC.
    """
    if name.startswith(("utf-16", "utf-32")):
        return b"\0" in body
    return not body.lstrip().startswith(b"<") or decoded(b"<", name) == "<"


def fits(mark: str, name: str) -> bool:
    """Whether a charset, as a codec, is one that a byte order mark's codec may be declared as."""
    return name in (mark, mark[:6])


def decoded(body: bytes, name: str) -> str | None:
    """The text of all bytes in a codec; None where some of them are none of it."""
    for candidate in (name, _WIDER.get(name)):
        try:
            if candidate:
                return body.decode(candidate)
        except (UnicodeError, LookupError, ValueError):
            continue
    return None


def readable(body: bytes, *names: str) -> str:
    """The text of the bytes in the first of these codecs that can read them, or in the best one of ours."""
    for name in (*names, family(body), "utf-8", "cp1252"):
        text = decoded(body, name)
        if text is not None:
            return text
    return body.decode("latin-1")


def first_outsider(body: bytes, name: str) -> str:
    """Where bytes stop to be text in a codec, for a message."""
    try:
        body.decode(name)
    except UnicodeDecodeError as error:
        octets = error.object[error.start : min(error.end, error.start + 4)].hex(" ").upper()
        return f"byte {octets} at offset {error.start}, which is none of it ({error.reason})"
    except (UnicodeError, LookupError, ValueError):
        pass
    return "bytes of another encoding"
