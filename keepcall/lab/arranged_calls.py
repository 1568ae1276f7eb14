"""The tester's list: the calls of a profile, as a static lab hands them to tests. What it says never changes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from keepcall.contract.call import Call, CallSpec, Recording
from keepcall.contract.target import ArrangedCall, LabSettings
from keepcall.lab.matching import fit

_PUNCTUATION = re.compile(r"[ +().-]")
_LONGEST_NUMBER = 20


@dataclass(frozen=True, slots=True)
class _Place:
    """One arranged call: as the profile has it, and as tests see it."""

    arranged: ArrangedCall
    call: Call


class ArrangedCalls:
    """What a profile lists.

    Args:
        settings: the calls, and the numbers without any.

    Attributes:
        calls: every call by its ID, or by its place where the profile does not know that.
        numbers: the IDs of the calls of each number, in the order of the profile.
    """

    def __init__(self, settings: LabSettings) -> None:
        self._settings = settings
        self._places = {place.call.call_id: place for place in _places(settings.calls)}
        self.calls = {key: place.call for key, place in self._places.items()}
        self.numbers = _by_number(self.calls.values())

    def is_expendable(self, call: Call) -> bool:
        """Whether a call may stay marked."""
        return self._places[call.call_id].arranged.expendable

    def fitting(self, number: str, specs: Sequence[CallSpec], recording: Recording) -> tuple[Call, ...]:
        """The calls of a number in the order of the specs that they fit; empty where they do not."""
        arranged = {id(self._places[key].arranged): key for key in self.numbers[number]}
        order = fit(number, [self._places[key].arranged for key in arranged.values()], specs, recording)
        return tuple(self.calls[arranged[id(each)]] for each in order)

    def torn(self, calls: Sequence[Call]) -> set[str]:
        """The calls that share a number with these: leasing these alone makes that number useless."""
        ours = {call.call_id for call in calls}
        numbers = {number for call in calls for number in (call.calling_party, call.called_party)}
        return {key for number in numbers for key in self.numbers[number]} - ours

    def refuses_number(self, number: str) -> str:
        """Numbers that no arranged call has belong to somebody, unless the profile says otherwise."""
        digits = _PUNCTUATION.sub("", number)
        dialable = digits.isdecimal() and len(digits) <= _LONGEST_NUMBER
        known = {*self.numbers, *self._settings.numbers_without_calls}
        if not dialable or self._settings.no_other_calls or known & {number, digits}:
            return ""
        return (
            f"the number {number} may be somebody's: say lab.no_other_calls = true if the recorder has no calls but "
            "those of the profile, or list it in lab.numbers_without_calls"
        )


def _places(calls: Sequence[ArrangedCall]) -> Iterator[_Place]:
    """Every call of the profile; one without ID is called by its place there."""
    counts = {"ongoing": 0, "finished": 0}
    for arranged in calls:
        name = f"lab.calls.{arranged.state}[{counts[arranged.state]}]"
        counts[arranged.state] += 1
        yield _Place(arranged, _call(arranged, name))


def _call(arranged: ArrangedCall, name: str) -> Call:
    """The call as tests see it; a start that is not known is some time ago, and never judged."""
    start = arranged.start_time or (arranged.end_time or datetime.now(UTC)) - timedelta(minutes=1)
    return Call(
        call_id=arranged.call_id or name,
        calling_party=arranged.calling_party,
        called_party=arranged.called_party,
        state=arranged.state,
        start_time=start,
        end_time=arranged.end_time,
        recording=arranged.recording,
        kept=arranged.kept,
        recording_active=arranged.recording_active,
        identified=bool(arranged.call_id),
    )


def _by_number(calls: Iterable[Call]) -> dict[str, tuple[str, ...]]:
    """The calls of each number, in the order of the profile."""
    found: dict[str, tuple[str, ...]] = {}
    for call in calls:
        for number in dict.fromkeys((call.calling_party, call.called_party)):
            found[number] = (*found.get(number, ()), call.call_id)
    return found
