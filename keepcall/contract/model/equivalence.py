"""Texts that are not the same, and may mean the same to a server that is right.

The contract is silent on case, white space, zeros and `+` before a number, dialling signs behind it, SIP URIs, other
spellings of a GUID, and characters beyond ASCII. What is left after all that is taken away decides whether two texts
are alike; quotes, wildcards and other punctuation stay, since the contract is not silent on them (KC-SEL-02,
KC-SEL-06, KC-STA-07).
"""

import re
import unicodedata
from functools import lru_cache

_SCHEME = re.compile(r"\A(?:sips?|tel|callto):/{0,2}", re.IGNORECASE)
_BEHIND_A_USER = re.compile(r"[@;].*\Z", re.DOTALL)
_OF_A_NUMBER = re.compile(r"[-+.()/]")
_DIALLING_SIGNS = re.compile(r"[*#]+\Z")
_OF_A_GUID = re.compile(r"\A(?:urn:)?(?:uuid:)?|[-{}()]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;|&+/]+")
_DOTLESS_I = "\N{LATIN SMALL LETTER DOTLESS I}"  # upper case makes an ordinary I of it
_NO_LETTER = re.compile(r"[^a-z]")


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """Text in lower case and compatibility form, with nothing but ASCII that can be seen (UAX 15, NFKC)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).replace(_DOTLESS_I, "i")
    digits = (str(unicodedata.digit(c, "")) or c for c in folded)
    return "".join(c for c in digits if "!" <= c <= "~")


def is_blank(text: str) -> bool:
    """Whether there is nothing in a text but white space, controls and the like."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def number(text: str) -> str:
    """What a number looks like to whoever is generous with numbers."""
    user = _BEHIND_A_USER.sub("", _SCHEME.sub("", bare(text)))
    return _OF_A_NUMBER.sub("", _DIALLING_SIGNS.sub("", user)).lstrip("0")


def guid(text: str) -> str:
    """What a GUID looks like to whoever knows all of its spellings."""
    return _OF_A_GUID.sub("", bare(text))


def name(text: str) -> str:
    """What the name of a parameter looks like to whoever is generous with names: `Call_ID[]` is `callid`."""
    return _NO_LETTER.sub("", bare(text))


def words(text: str) -> tuple[str, ...]:
    """The words of a list, by whatever sign they are separated."""
    return tuple(bare(word) for word in _SEPARATORS.split(unicodedata.normalize("NFKC", text)) if bare(word))
