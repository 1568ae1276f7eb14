"""Text with its encodings undone, over and over, and where each piece of it was in the text itself.

A view is a text with one kind of encoding undone: escapes (percent, XML, HTML, JSON, programming languages, UTF-16),
quoted-printable (RFC 2045 section 6.7), Base64 (RFC 4648, also wrapped over lines) or hexadecimal. Views are made of
views, so that mixtures of them are undone, too.
"""

import re
from binascii import a2b_base64
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import ClassVar

from keepcall.contract.masking.escapes import ESCAPE, ROUNDS, SIGNS, meaning
from keepcall.contract.request import ACCESS

_CODES = 2
"""How often what is in Base64 or hexadecimal may hold more of it."""

_STEPS = 4
"""How many encodings are undone one after the other."""

ELLIPSIS = "…".encode()
"""Stands where a text was cut off."""

_NAMES = (*ACCESS, "password", "callID", "extension", "status", "type", "unmark")
_PRINTABLE = re.compile(
    rb"=(?:\r?\n|(?<!" + b"=)(?<!".join(name.encode() for name in _NAMES) + rb"=)([0-9a-fA-F]{2}))"
)
"""Not what is behind the name of a parameter: its equals sign would be escaped itself."""

_CUT = rb"(?:=*[\"']?" + ELLIPSIS + rb")"
_LETTER = rb"[A-Za-z0-9+/]"
_WRAP = rb"(?:=?\r?\n[ \t]*|\\r\\n|\\n|(?<=" + _LETTER + rb"{60}) )"
"""Where a line of Base64 may end and the next one begin."""
_BASE64 = re.compile(_LETTER + rb"{6,}(?:" + _WRAP + _LETTER + rb"+)*" + _CUT + rb"?")
_NO_LETTER = re.compile(_WRAP + rb"|" + _CUT)
_FOR_URLS = bytes.maketrans(b"-_", b"+/")

_DIGIT = rb"[0-9a-fA-F]"
_PAIR = _DIGIT + rb"(?:" + _DIGIT + rb"|[xX]" + _DIGIT + rb"{2})"
_HEX = re.compile(_PAIR + rb"(?:(?:, |\r?\n|[:;,. _-])?" + _PAIR + rb"){3,}" + _DIGIT + rb"?" + _CUT + rb"?")
_NO_DIGIT = re.compile(rb"0[xX]|[^0-9a-fA-F]")

_READABLE = re.compile(
    rb"(?:[\0\t\n\r -~]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){8,}"
)
"""Text, and not what comes of reading as a code what is none."""

_KEPT, _SHORT = 1 << 12, 64
"""Runs of digits whose meaning is kept, and how long they are: most are words that come again and again."""

Said = tuple[bytes, bytes]
"""What a run of digits says; and the same, byte for byte, without what is no text."""

Known = Mapping[int, set[bytes]]
"""Runs of digits that were decoded before, by the bits of a digit."""

_NOTHING = (b"", b"")


class View:
    """A text. By itself it is what the others are made of.

    Attributes:
        text: the bytes.
        parent: what it was made of.
        escapes: how many rounds of escapes are undone.
        codes: how many codes are.
        holds_codes: whether it may hold any.
    """

    def __init__(self, text: bytes, parent: "View | None" = None, *, escapes: int = 0, codes: int = 0) -> None:
        self.text = text
        self.parent = parent
        self.escapes = escapes
        self.codes = codes
        self.holds_codes: bool = parent is None or parent.holds_codes

    @property
    def readable(self) -> bytes:
        """The text, byte for byte, without what cannot be encoded any further."""
        return self.text

    def before(self, start: int, end: int) -> tuple[int, int]:
        """Where these bytes were in the parent."""
        return start, end

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where these bytes were in the text itself."""
        view = self
        while view.parent is not None:
            start, end = view.before(start, end)
            view = view.parent
        return start, end

    def further(self, known: Known) -> Iterator["View"]:
        """The same with one more encoding undone; of what is in a code, only what is not known yet."""
        text = self.readable
        if not text or self.escapes + self.codes == _STEPS:
            return
        if self.escapes < ROUNDS:
            if any(sign in text for sign in SIGNS):
                yield _Unescaped(self, text)
            if b"=" in text and self.holds_codes:
                yield _Unprinted(self, text)
        if self.codes < _CODES and self.holds_codes:
            yield _FromBase64(self, text.translate(_FOR_URLS), known)
            yield _FromHex(self, text, known)


def views(text: bytes) -> Iterator[View]:
    """The text, and what it becomes when its encodings are undone; nothing comes twice."""
    found = [View(text)]
    seen, known = {text, b""}, defaultdict[int, set[bytes]](set)
    for view in found:  # which grows as it is read
        yield view
        for further in view.further(known):
            if further.text not in seen:
                seen.add(further.text)
                found.append(further)


class _Unescaped(View):
    """With one round of escapes undone; where they were is found out only if somebody asks."""

    _escape = ESCAPE

    def __init__(self, parent: View, text: bytes) -> None:
        undone_ = self._escape.sub(self._meaning, text)
        super().__init__(undone_, parent, escapes=parent.escapes + 1, codes=parent.codes)
        self._of = text

    @staticmethod
    def _meaning(escape: re.Match[bytes]) -> bytes:
        return meaning(escape)

    @cached_property
    def _pieces(self) -> tuple[list[int], list[tuple[int, int, bool]]]:
        """Where each piece begins without escapes; where it is in the parent, and whether it is an escape."""
        begins, places = list[int](), list[tuple[int, int, bool]]()
        size = end = 0
        for found in self._escape.finditer(self._of):
            begins += [size, size + found.start() - end]
            places += [(end, found.start(), False), (found.start(), found.end(), True)]
            size = begins[-1] + len(self._meaning(found))
            end = found.end()
        return [*begins, size], [*places, (end, len(self._of), False)]

    def before(self, start: int, end: int) -> tuple[int, int]:
        """Where these bytes were; an escape counts as a whole."""
        begins, places = self._pieces
        first, last = bisect_right(begins, start) - 1, bisect_right(begins, end - 1) - 1
        from_, _, is_escape = places[first]
        begin = from_ if is_escape else from_ + start - begins[first]
        from_, to, is_escape = places[last]
        return begin, to if is_escape else from_ + end - begins[last]


class _Unprinted(_Unescaped):
    """With quoted-printable undone. What stands in it is in no other code: a message is in the one or the other."""

    _escape = _PRINTABLE

    def __init__(self, parent: View, text: bytes) -> None:
        super().__init__(parent, text)
        self.holds_codes = False

    @staticmethod
    def _meaning(escape: re.Match[bytes]) -> bytes:
        return bytes.fromhex(escape[1].decode()) if escape[1] else b""


class _Decoded(View):
    """What all runs of digits of one code say, each from each digit on at which a code may begin."""

    _runs: ClassVar[re.Pattern[bytes]]
    _between: ClassVar[re.Pattern[bytes]]
    _bits: ClassVar[int]
    _starts: ClassVar[int]

    def __init__(self, parent: View, text: bytes, known: Known) -> None:
        runs = self._runs.findall(text)
        self._said = [_NOTHING if run in known[self._bits] else self._say(run) for run in runs]
        known[self._bits].update(runs)
        said = b"".join([said for said, _ in self._said])
        super().__init__(said, parent, escapes=parent.escapes, codes=parent.codes + 1)
        self._of = text

    @property
    def readable(self) -> bytes:
        """The text without the garbage."""
        if not any(readable for _, readable in self._said):
            return b""
        return b"".join([readable or b"\1" * len(said) for said, readable in self._said])

    @classmethod
    def _decode(cls, digits: bytes) -> bytes:
        raise NotImplementedError

    @classmethod
    def _say(cls, run: bytes) -> Said:
        """What a run says from each of its first digits on, in a line each."""
        return _said(b"".join(cls._lines(run)))

    @classmethod
    def _lines(cls, run: bytes) -> list[bytes]:
        digits = cls._between.sub(b"", run)
        end = ELLIPSIS + b"\n" if run.endswith(ELLIPSIS) else b"\n"
        return [cls._decode(digits[skipped:]) + end for skipped in range(cls._starts)]

    def before(self, start: int, end: int) -> tuple[int, int]:
        """Where the digits were that these bytes were made of."""
        begin = 0
        for run, (said, _) in zip(self._runs.finditer(self._of), self._said, strict=True):
            if start < begin + len(said):
                return self._within(run, start - begin, end - begin)
            begin += len(said)
        raise ValueError("no run has said so much")

    def _within(self, run: re.Match[bytes], start: int, end: int) -> tuple[int, int]:
        """Where the digits of a run were, by offsets in what it says."""
        gaps = [gap.span() for gap in self._between.finditer(self._of, run.start(), run.end())]
        at = [place for place in range(*run.span()) if not any(a <= place < b for a, b in gaps)]
        skipped = 0
        for skipped, line in enumerate(self._lines(run[0])):  # noqa: B007 - which line it is matters
            if start < len(line):
                break
            start, end = start - len(line), end - len(line)
        first, last = skipped + start * 8 // self._bits, skipped + -(-end * 8 // self._bits)
        return at[min(first, len(at) - 1)], at[min(last, len(at)) - 1] + 1


class _FromBase64(_Decoded):
    """With Base64 undone: four digits are three bytes, so a code may begin at each of four."""

    _runs, _between, _bits, _starts = _BASE64, _NO_LETTER, 6, 4

    @classmethod
    def _decode(cls, digits: bytes) -> bytes:
        odd = len(digits) % 4
        return a2b_base64(digits[:-1] if odd == 1 else digits + b"=" * (-odd % 4))

    @classmethod
    def _say(cls, run: bytes) -> Said:
        return _short_base64(run) if len(run) <= _SHORT else super()._say(run)


class _FromHex(_Decoded):
    """With hexadecimal undone: two digits are a byte."""

    _runs, _between, _bits, _starts = _HEX, _NO_DIGIT, 4, 2

    @classmethod
    def _decode(cls, digits: bytes) -> bytes:
        return bytes.fromhex(digits[: len(digits) & ~1].decode())


@lru_cache(_KEPT)
def _short_base64(run: bytes) -> Said:
    return _said(b"".join(_FromBase64._lines(run)))  # noqa: SLF001 - of this module


def _said(said: bytes) -> Said:
    pieces, end = list[bytes](), 0
    for text in _READABLE.finditer(said):
        pieces += [b"\1" * (text.start() - end), text[0]]
        end = text.end()
    return said, b"".join([*pieces, b"\1" * (len(said) - end)]) if pieces else b""
