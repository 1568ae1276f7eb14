"""Finds secrets in bytes: whole ones, parts of them, and beginnings of ones that were cut off.

All of them are looked for at once. Each needle has anchors: blocks of a few bytes, one behind the other, of which any
part that is long enough holds one. A regular expression finds where the first bytes of an anchor are, a table
which anchor it is; what is around it in the text is compared with what is around it in the needle.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from keepcall.contract.masking.views import ELLIPSIS

Kind = Literal["whole", "part", "beginning"]

LONGEST_PART = 8
"""Bytes of a secret that may show: in a longer part of it, nothing is a chance any more."""

_BLOCK = (LONGEST_PART + 2) // 2
"""Bytes of an anchor: any part of `LONGEST_PART + 1` bytes holds a whole one."""

_SHORTEST_STUB = 6
"""Bytes of a secret that was cut off that are no chance."""

_MOST_CUTS = 20
_MOST_AT_AN_ANCHOR = 64
"""Places at which one anchor is compared: a secret of one letter over and over has it everywhere."""

_HALF_ESCAPE = rb"(?:%[0-9a-f]?|&[#\w]{0,8}|\\(?:u\{?[0-9a-f]{0,5}|x[0-9a-f]?|[0-3][0-7]?)?|=[0-9a-f]?)"
_LONGEST_HALF = 10
"""Bytes of it, with a quotation mark behind it."""

_CUT = re.compile(rb"(" + _HALF_ESCAPE + rb"?)[\"']?" + ELLIPSIS + rb"\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A secret, or part of one, by offsets in the text."""

    start: int
    end: int
    name: str
    kind: Kind


class Needles:
    """What is looked for, in lower case.

    Args:
        names: the name of each needle; the first one wins where two are alike.
        unbroken: those of which parts are nothing.
    """

    def __init__(self, names: Mapping[bytes, str], unbroken: Iterable[bytes] = ()) -> None:
        self._names = {needle: name for needle, name in names.items() if len(needle) > 1}
        whole = set(unbroken)
        self._divisible = {needle for needle in self._names if len(needle) > LONGEST_PART and needle not in whole}
        self._anchors = defaultdict[bytes, list[tuple[bytes, int]]](list)
        for needle in self._names:
            last = len(needle) - _BLOCK if needle in self._divisible else 0
            for at in range(0, last + 1, _BLOCK):
                self._anchors[needle[at : at + _BLOCK]].append((needle, at))
        self._lengths = sorted({len(anchor) for anchor in self._anchors}, reverse=True)
        self._where = _where(self._anchors)

    def found_in(self, text: bytes) -> Iterator[Found]:
        """Everything of a secret in a text in lower case; where two are the same bytes, the better name is first."""
        if self._where is None:
            return
        for cut in _cuts(text):
            stubs = ((_stub(text[max(0, cut - len(needle)) : cut], needle), needle) for needle in self._names)
            length, needle = max(stubs, key=lambda stub: stub[0])
            if length:
                yield Found(cut - length, cut, self._names[needle], "beginning")
        end = 0
        for first in self._where.finditer(text):
            if first.start() + _BLOCK > end and (best := self._at(text, first.start())):
                end = max(end, best.end)
                yield best

    def _at(self, text: bytes, start: int) -> Found | None:
        """The longest of what there is around an anchor here, if this is one."""
        near = [
            place
            for length in self._lengths
            for place in self._anchors.get(text[start : start + length], ())[:_MOST_AT_AN_ANCHOR]
        ]
        whole = [(at, needle) for needle, at in near if start >= at and text.startswith(needle, start - at)]
        found = [Found(start - at, start - at + len(needle), self._names[needle], "whole") for at, needle in whole]
        longest = max(found, key=lambda each: each.end - each.start, default=None)
        most = max((len(needle) for needle, _ in near), default=0)
        if longest and longest.end - longest.start == most:
            return longest
        parts = [self._part(text, start, *place) for place in near]
        return max((*found, *filter(None, parts)), key=lambda each: each.end - each.start, default=None)

    def _part(self, text: bytes, start: int, needle: bytes, at: int) -> Found | None:
        """How much there is of a needle whose anchor is here, if it is enough."""
        if needle not in self._divisible:
            return None
        before = after = 0
        while before < min(at, start) and text[start - before - 1] == needle[at - before - 1]:
            before += 1
        most = min(len(needle) - at, len(text) - start)
        while after < most and text[start + after] == needle[at + after]:
            after += 1
        if before + after <= LONGEST_PART:
            return None
        return Found(start - before, start + after, self._names[needle], "part")


def _where(anchors: Iterable[bytes]) -> re.Pattern[bytes] | None:
    """Where an anchor may begin, as far as its first three bytes tell; None where there are none."""
    modes = defaultdict[bytes, dict[bytes, set[bytes]]](lambda: defaultdict(set))
    for anchor in anchors:
        modes[anchor[:1]][anchor[1:2]].add(anchor[2:3])
    pattern = b"|".join(
        re.escape(first)
        + b"(?="
        + b"|".join(re.escape(second) + _one_of(thirds) for second, thirds in sorted(seconds.items()))
        + b")"
        for first, seconds in sorted(modes.items())
    )
    return re.compile(pattern, re.DOTALL) if modes else None


def _one_of(bytes_: set[bytes]) -> bytes:
    """Any of these bytes; nothing where one of them is none."""
    return b"" if b"" in bytes_ else b"[" + b"".join(b"\\x%02x" % each[0] for each in sorted(bytes_)) + b"]"


def _cuts(text: bytes) -> Iterator[int]:
    """Where a text may have been cut off: before each of the last ellipses, with and without half an escape."""
    at = len(text)
    for _ in range(_MOST_CUTS):
        at = text.rfind(ELLIPSIS, 0, at)
        cut = _CUT.search(text, max(0, at - _LONGEST_HALF), at + len(ELLIPSIS)) if at >= 0 else None
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
