"""Texts that name nobody: no call, no number, no key and no function of a recorder. Pure functions.

Property tests send hostile texts of the suite's own vocabulary, and only those. So a replay file, which may be a
stranger's, can be held against it: a word or a number that the suite does not use itself may be somebody's.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from html import unescape
from urllib.parse import unquote

from keepcall.cases.generation import fixed_examples
from keepcall.cases.generation import values as v

NAMES = (
    "action",
    "apiKey",
    "token",
    "responseType",
    "callID",
    "extension",
    "status",
    "type",
    "unmark",
    *v.OTHER_NAMES,
)
"""Parameters that the suite sends: those of the contract, and some that mean nothing."""

_WORDS = ("KeepCall", "manualRecord", "XML", "HTML", "TEXT", "ongoing", "next", "last")
"""The contract's own values."""

_ESCAPES = ("%2527", "%u0041", "\\u0000")
"""Of the vocabulary, what has digits in it that are no number."""

_NO_INTEGER = "2147483648"

_SHORT, _LONGEST_NUMBER = 2, 15
"""Characters that name nobody; digits of the longest telephone number (ITU-T E.164)."""

_ROUNDS = 5
"""How often a text may have been encoded."""

_TOKEN = re.compile(r"[a-z0-9]+")
_RUN = re.compile(r"[a-z]+|[0-9]+")
_NUMBER = re.compile(r"[0-9](?:[ \-./]*[0-9])+")
"""Digits, and what people write between those of a number."""

_ID = 8
"""Letters and digits by turns, from so many on, may be somebody's ID."""

_IGNORED = frozenset({"Cf", "Mn", "Me", "Cs", "Cc"})
"""Categories of characters that databases leave out where they compare texts (Unicode Technical Standard 10)."""


@lru_cache(maxsize=4096)
def foreign(text: str) -> str:
    """The first word or number of a text that is not of the suite's vocabulary; empty where there is none.

    It is looked for in the text as it is, and in what a server may make of it that decodes it more often than once.
    Words of the vocabulary may stand side by side, as property tests put them.
    """
    return "" if text in v.WRONG_KEYS else _foreign(text, _is_ours)


def foreign_action(text: str) -> str:
    """The same for a value of `action`, which may be a function of the recorder: whole words alone are ours."""
    return _foreign(text, lambda token: token in _known() or _is_monotonous(token))


def _foreign(text: str, is_ours: Callable[[str], bool]) -> str:
    for _ in range(_ROUNDS):
        flat = _flat(text)
        for found in _TOKEN.finditer(flat):
            if not is_ours(found[0]):
                return found[0]
        for found in _NUMBER.finditer(flat):
            if not _is_no_number(re.sub("[^0-9]", "", found[0])):
                return found[0]
        decoded = unescape(unquote(text, errors="surrogateescape"))
        if decoded == text:
            return ""
        text = decoded
    return text


def _is_ours(token: str) -> bool:
    runs = _RUN.findall(token)
    if len(token) >= _ID and len(runs) > 1 and all(len(run) <= _SHORT for run in runs):
        return False
    return all(_is_monotonous(run) or _words().fullmatch(run) is not None for run in runs)


def _is_monotonous(token: str) -> bool:
    """Whether a word is too short, too long or too monotonous to be anybody's."""
    return _is_no_number(token) if token.isdecimal() else len(token) <= _SHORT or len(set(token)) == 1


def _is_no_number(digits: str) -> bool:
    return not _SHORT < len(digits) <= _LONGEST_NUMBER or digits == _NO_INTEGER


@cache
def _known() -> frozenset[str]:
    """The words of the vocabulary; numbers are left to their length."""
    texts = (
        *(piece for pieces in v.HOSTILE.values() for piece in pieces),
        *(*v.STATUSES, *v.WRONG_STATUSES, *v.WRONG_TYPES, *v.WRONG_UNMARKS, *v.WRONG_ACTIONS, *v.OTHER_NAMES),
        *(*fixed_examples.MARKUP, *fixed_examples.TEXTS.values(), *_WORDS),
    )
    flat = (_flat(spelled) for text in texts for spelled in (text, unescape(unquote(text, errors="surrogateescape"))))
    return frozenset(found[0] for text in flat for found in _TOKEN.finditer(text) if not found[0].isdecimal())


@cache
def _words() -> re.Pattern[str]:
    """Words side by side."""
    words = {run for token in _known() for run in _RUN.findall(token) if run.isalpha() and len(run) > _SHORT}
    return re.compile(f"(?:{'|'.join(sorted(words, key=len, reverse=True))})+")


def _flat(text: str) -> str:
    """A text as a careless server may compare it: without accents and what is invisible, in one case and width."""
    for escape in _ESCAPES:
        text = text.replace(escape, " ")
    return "".join(map(_plainly, unicodedata.normalize("NFKD", text.casefold())))


def _plainly(character: str) -> str:
    if character.isascii() and (character.isprintable() or character.isspace()):
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return "" if unicodedata.category(character) in _IGNORED and not character.isspace() else "|"
