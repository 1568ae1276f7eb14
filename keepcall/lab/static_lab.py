"""The `static` lab: calls that the tester has arranged beforehand, leased to one test after another.

Nothing can be placed here, and nothing ended. All that can be changed of a call is its mark, through the API under
test; so a test finds each call marked as it needs it, and afterwards the call is brought back.
"""

import time
from collections.abc import Callable, Iterator, Sequence

from keepcall.contract.call import Call, CallSpec, Number
from keepcall.contract.operation import Operation
from keepcall.contract.outcomes import NotTested, Outcome, OutOfScope
from keepcall.contract.request import Request
from keepcall.contract.target import Claims, LabSettings
from keepcall.errors import LabError
from keepcall.lab.arranged_calls import ArrangedCalls
from keepcall.lab.interface import Lab, any_number
from keepcall.lab.marks import Belief, Marker, Said, SendToTarget, mark_of, offered, switches
from keepcall.lab.matching import in_words
from keepcall.shutdown import SHUTDOWN

Read = Callable[[Call], Call]
"""Reads a call back by its ID."""

_WITHIN, _PAUSE = 2.0, 0.05
"""Seconds in which a mark that the lab has set must show, and between two looks."""


class StaticLab(Lab):
    """Leases the calls of a profile.

    Args:
        settings: the calls, and the numbers without any.
        claims: what the target offers.
        ask: asks the target to set a mark; without it nothing is sent, and every mark is as it is wished.
        read: reads a call back, where the profile names a way.
    """

    def __init__(
        self, settings: LabSettings, claims: Claims, ask: SendToTarget | None = None, read: Read | None = None
    ) -> None:
        self._settings = settings
        self._claims = claims
        self._read = read
        self._listing = ArrangedCalls(settings)
        self._calls = self._listing.calls
        self._marker = Marker(ask or (lambda _: "granted"), claims, self._first_beliefs())
        self._touched = set[str]()
        self._leased = set[str]()
        self._empty = set[str]()
        self._gone = dict[str, str]()

    def _first_beliefs(self) -> dict[str, Belief]:
        """The profile's word on marks counts only where they cannot be set: a former run may have left some."""
        return {
            key: None if all(offered(operation, self._claims) for operation in switches(call)) else mark_of(call)
            for key, call in self._calls.items()
        }

    @property
    def reads_back(self) -> bool:
        """Whether the profile names a way to read calls back."""
        return bool(self._settings.read_back)

    def dry(self) -> "StaticLab":
        """The same calls, all of them free; nothing is sent."""
        return StaticLab(self._settings, self._claims)

    def number(
        self,
        specs: Sequence[CallSpec],
        operation: Operation,
        text: str = "",
        suits: Callable[[str], bool] = any_number,
    ) -> Number:
        """A number whose calls are these, none of which is leased; marked as the operation needs them.

        Raises:
            NotTested: when there is none, with what the tester has to arrange.
        """
        if not specs:
            return self._number_without_calls(text)
        fitting = [
            (number, calls)
            for number, calls in self._fitting(specs, operation, text)
            if suits(number) and self._can_be_ready(calls, specs, operation)
        ]
        for number, calls in sorted(fitting, key=lambda each: self._cost(each[1], specs, operation)):
            if not any(call.call_id in self._leased for call in calls) and self._are_there(calls):
                return self._lease(number, calls, specs, operation)
        raise NotTested(self._lacking(specs, operation, text, len(fitting)))

    def begin(self, number: Number, spec: CallSpec, operation: Operation) -> Call:  # noqa: ARG002 - never
        """Never: a call that begins during a test cannot be arranged before it."""
        raise NotTested("the static lab has no call that begins during a test; a command or http lab can place one")

    def read(self, call: Call) -> Call:
        """The call as it is now."""
        if self._read is None:
            raise OutOfScope("the profile names no way to read a call back (lab.read_back)")
        return self._read(call)

    def remove(self, call: Call) -> None:
        """Ends the lease, and brings the call back; what fails now is tried again later."""
        self._leased.discard(call.call_id)
        self._restore(call.call_id)

    def release(self, number: str) -> None:
        """A number without calls is free again."""
        self._empty.discard(number)

    def hear(self, request: Request, said: Said) -> None:
        """What a request of any test may have done to the calls."""
        self._touched |= self._marker.hear(request, said, self._calls)

    def close(self) -> tuple[str, ...]:
        """Brings all calls back."""
        return tuple(
            f"the {self._calls[key].in_words()} could not be brought back to how it was before the run; do it by hand"
            for key in self._calls
            if not self._restore(key)
        )

    def has_lost(self, calls: Sequence[Call]) -> str:
        """Which of the calls cannot be found any more as the profile has it."""
        for call in calls:
            reason = self._gone_by_reading(call) if self._read else self._gone_by_asking(call)
            if reason:
                return reason
        return ""

    def unassigned_calls(self) -> tuple[Call, ...]:
        """The calls that no test has leased."""
        return tuple(call for key, call in self._calls.items() if key not in self._leased)

    def refuses_number(self, number: str) -> str:
        """Numbers that no arranged call has belong to somebody, unless the profile says otherwise."""
        return self._listing.refuses_number(number)

    def _fitting(
        self, specs: Sequence[CallSpec], operation: Operation, text: str
    ) -> Iterator[tuple[str, tuple[Call, ...]]]:
        """The numbers that fit, leased or not, with their calls in the order of the specs."""
        for number in self._listing.numbers:
            if text and number != text:
                continue
            calls = self._listing.fitting(number, specs, operation.recording)
            if calls and all(call.call_id not in self._gone and self._may_be_marked(call) for call in calls):
                yield number, calls

    def _cost(self, calls: Sequence[Call], specs: Sequence[CallSpec], operation: Operation) -> tuple[int, int, int]:
        """How much speaks against a number: IDs unknown, calls of other numbers torn apart, marks to be set."""
        wished = [mark_of(operation.before(call, done=spec.done)) for call, spec in zip(calls, specs, strict=True)]
        beliefs = [self._marker.beliefs[call.call_id] for call in calls]
        return (
            sum(not call.identified for call in calls),
            len(self._listing.torn(calls)),
            sum(wish != belief for wish, belief in zip(wished, beliefs, strict=True)),
        )

    def _can_be_ready(self, calls: Sequence[Call], specs: Sequence[CallSpec], operation: Operation) -> bool:
        """Whether each call has the mark that it needs, or can get it."""
        for call, spec in zip(calls, specs, strict=True):
            wished = mark_of(operation.before(call, done=spec.done))
            if self._marker.beliefs[call.call_id] != wished and not offered(
                switches(call)[0 if wished else 1], self._claims
            ):
                return False
        return True

    def _may_be_marked(self, call: Call) -> bool:
        """Whether a mark may be left on a call, or can be taken off again."""
        return self._listing.is_expendable(call) or all(
            offered(operation, self._claims) for operation in switches(call)
        )

    def _lease(self, number: str, calls: Sequence[Call], specs: Sequence[CallSpec], operation: Operation) -> Number:
        self._leased.update(call.call_id for call in calls)
        self._touched.update(call.call_id for call in calls)
        try:
            ready = tuple(
                self._prepared(call, operation.before(call, done=spec.done))
                for call, spec in zip(calls, specs, strict=True)
            )
        except BaseException:
            for call in calls:
                self.remove(call)
            raise
        return Number(number, ready)

    def _prepared(self, call: Call, wished: Call) -> Call:
        """The call with its mark as it is wished; as it is read back, where that is possible."""
        if self._read:
            self._marker.beliefs[call.call_id] = mark_of(self._read(call))
        self._marker.bring(call, self._others(call), marked=mark_of(wished))
        if not self._read:
            return wished
        deadline = time.monotonic() + _WITHIN
        found = self._read(call)
        while mark_of(found) != mark_of(wished) and time.monotonic() < deadline:
            SHUTDOWN.pause(_PAUSE)
            found = self._read(call)
        if mark_of(found) != mark_of(wished):
            self._marker.beliefs[call.call_id] = None
            raise NotTested(f"the {call.in_words()} did not take the mark that it needs before the test")
        return found

    def _restore(self, key: str) -> bool:
        """Whether a call is as it was before the run, or need not be."""
        call = self._calls[key]
        self._marker.undo_strays(call, self._others(call))
        if (
            key not in self._touched
            or self._listing.is_expendable(call)
            or self._marker.beliefs[key] == mark_of(call)
        ):
            return True
        try:
            self._marker.bring(call, self._others(call), marked=mark_of(call))
        except Outcome:
            return False
        return True

    def _others(self, call: Call) -> list[Call]:
        return [other for key, other in self._calls.items() if key != call.call_id]

    def _are_there(self, calls: Sequence[Call]) -> bool:
        """Whether calls are as the profile has them, as far as they can be read."""
        for call in calls if self._read else ():
            if reason := self._gone_by_reading(call):
                self._gone[call.call_id] = reason
                return False
        return True

    def _gone_by_reading(self, call: Call) -> str:
        try:
            found = self.read(call)
        except LabError as error:
            return f"the {call.in_words()} cannot be read back any more: {error.what}"
        same = (found.state, found.calling_party, found.called_party, found.recording) == (
            call.state,
            call.calling_party,
            call.called_party,
            call.recording,
        )
        return "" if same else f"the {call.in_words()} of the profile is by now the {found.in_words()}"

    def _gone_by_asking(self, call: Call) -> str:
        known = self._calls[call.call_id]
        if self._marker.is_there(known, self._others(known)):
            return ""
        return (
            f"no request finds the {known.in_words()}: either the target never does, or the call has ended or was "
            "removed; a lab with read-back (lab.read_back) could tell"
        )

    def _number_without_calls(self, text: str) -> Number:
        free = [number for number in self._settings.numbers_without_calls if number not in self._empty]
        if text and text not in self._listing.numbers and not self.refuses_number(text):
            return Number(text)
        if text or not free:
            count = len(self._settings.numbers_without_calls)
            raise NotTested(
                f"list {text or f'{count + 1} numbers'} in lab.numbers_without_calls; the profile has {count}"
            )
        self._empty.add(free[0])
        return Number(free[0])

    def _lacking(self, specs: Sequence[CallSpec], operation: Operation, text: str, fitting: int) -> str:
        """What the tester has to arrange."""
        wanted = f"with {in_words(specs, operation.recording)}, and no other call"
        if fitting:
            return f"arrange {fitting + 1} numbers {wanted}; {fitting} are in use by this test{self._gone_words()}"
        hint = "" if self._claims.unmark else "; as unmark is not claimed, only calls with expendable = true are used"
        return f"arrange {f'the number {text}' if text else 'a number'} {wanted}{hint}{self._gone_words()}"

    def _gone_words(self) -> str:
        return "".join(f"; {reason}" for reason in self._gone.values())
