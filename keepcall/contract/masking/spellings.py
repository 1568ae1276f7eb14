"""How a secret may be spelled."""

import base64
import html
import json
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Literal
from urllib.parse import quote, quote_plus

from keepcall.contract.masking.escapes import ROUNDS, undone
from keepcall.contract.request import plain

_SHORTEST_CODE = 5
"""Characters of Base64 that are no chance."""

_BARE = 16
"""Characters of what may be a GUID without its hyphens."""

_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")


def needles(secret: str) -> set[bytes]:
    """What a secret is once encodings are undone, in lower case; it may itself hold what looks like escapes."""
    texts = {secret, secret.replace(" ", "+")}
    bare = secret.replace("-", "")
    texts |= {bare} if len(bare) >= _BARE else set()
    if not secret.isascii():
        texts |= {unicodedata.normalize(form, text) for form in _FORMS for text in texts}
    texts |= {cased for text in texts for cased in (text.lower(), text.upper(), text.casefold(), text.swapcase())}
    spelled = {text.encode() for text in texts} | {text.encode("latin-1") for text in texts if max(text) <= "\xff"}
    if not secret.isascii():
        spelled |= {misread for text in texts for misread in _misread(text.encode())}
        wide = {secret.encode(encoding, "surrogatepass") for encoding in ("utf-16-le", "utf-16-be")}
        spelled |= wide | {each.replace(b"\0", b"") for each in wide}
    for _ in range(ROUNDS):
        spelled |= set(map(undone, spelled))
    return {one.lower() for one in spelled if one}


def _misread(text: bytes) -> Iterator[bytes]:
    """UTF-8 that was read as one byte a character, as header fields are (RFC 9110 section 5.5), and written anew."""
    for encoding in ("latin-1", "cp1252"):
        with suppress(UnicodeDecodeError):
            yield text.decode(encoding).encode()


def in_base64(secret: str) -> set[bytes]:
    """The same in Base64, in lower case: where case is lost it cannot be undone."""
    return {code for text in (secret, plain(secret)) for code in codes(text.encode(errors="surrogateescape"))}


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
