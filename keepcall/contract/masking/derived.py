"""What the suite makes of a secret, each by a change that has a name; nothing else may be made of one.

What comes near a secret is a secret: two near-misses laid over each other give it away. So a test sends what one of
these changes makes, and the redactor knows for each secret all that they make of it. In a report stands the name:
`$KEEPCALL_TOKEN with its 4th character changed`. A change that is not in `CHANGES` has no name, and a value that is
made in another way is told of as one `like $KEEPCALL_TOKEN`, which a test of ours takes for a mistake.
"""

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_letters

_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)
_OTHER_CASE = str.maketrans(ascii_letters, ascii_letters.swapcase())


@dataclass(frozen=True, slots=True)
class Change:
    """One way to make something of a secret.

    Attributes:
        of: makes it.
        words: the name of the change, for a secret; empty where the whole secret stays in it and shows as its name.
        shell: the arguments of `sed` (POSIX) with which it makes the same of its standard input, for a secret.
    """

    of: Callable[[str], str]
    words: Callable[[str], str] = lambda _: ""
    shell: Callable[[str], str] = lambda _: ""


def _place(secret: str, part: float) -> int:
    """Where the first letter or digit is, from this part of the way on; -1 where there is none."""
    places = (*range(int(len(secret) * part), len(secret)), *range(len(secret)))
    return next((at for at in places if secret[at].isalnum()), -1)


def _ordinal(number: int) -> str:
    return f"{number}{'th' if number % 100 in _TEENS else _ORDINALS.get(number % 10, 'th')}"


def _changed_at(part: float) -> Change:
    """One character is another one, this part of the way through."""

    def of(secret: str) -> str:
        at = _place(secret, part)
        return secret[:at] + ("7" if secret[at] != "7" else "3") + secret[at + 1 :] if at >= 0 else f"{secret}7"

    def words(secret: str) -> str:
        at = _place(secret, part)
        return f"with its {_ordinal(at + 1)} character changed" if at >= 0 else "with a character behind it"

    def shell(secret: str) -> str:
        at = _place(secret, part)
        if at < 0:
            return "-e 's/$/7/'"
        return rf"-e 's/^\(.\{{{at}\}}\)7/\13/' -e t -e 's/./7/{at + 1}'"  # which of the two it is does not show

    return Change(of, words, shell)


def _followed_by(text: str) -> Change:
    """This text is behind it."""
    return Change(lambda secret: f"{secret}{text}")


def _half(secret: str) -> int:
    return max(1, len(secret) // 2)


HALF = Change(
    lambda secret: secret[: _half(secret)],
    lambda _: "cut to its first half",
    lambda secret: rf"-e 's/^\(.\{{{_half(secret)}\}}\).*/\1/'",
)
DOUBLED = Change(lambda secret: secret * 2)
CHANGED_EARLY = _changed_at(0.1)
CHANGED_LATE = _changed_at(0.8)
IN_THE_OTHER_CASE = Change(
    lambda secret: secret.translate(_OTHER_CASE),
    lambda _: "in the other case",
    lambda _: f"-e 'y/{ascii_letters}/{ascii_letters.swapcase()}/'",
)
WITH_SQL_BEHIND = _followed_by("' OR '1'='2")
WITH_A_ZERO_BYTE_BEHIND = _followed_by("\x007")
WITH_A_SEMICOLON_BEHIND = _followed_by(";7")

CHANGES = (
    *(HALF, DOUBLED, CHANGED_EARLY, CHANGED_LATE, IN_THE_OTHER_CASE),
    *(WITH_SQL_BEHIND, WITH_A_ZERO_BYTE_BEHIND, WITH_A_SEMICOLON_BEHIND),
)
"""All of them. The redactor learns with a secret what each of them makes of it."""
