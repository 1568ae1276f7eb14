"""The `command` lab: a program of the tester's places calls, ends them, and may read them back.

It only knows calls that go on. A finished call is one that was placed and ended; several are placed and ended in the
order in which they must have begun and ended, and marks are set through the API.

To place a call takes long where it is a real one. So a number whose test is over is kept with its calls, and given to
the next test that needs such calls; one that saw a call begin or end meanwhile is not, nor one that looks like
another number: the next test may ask for what it takes for nobody's.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from keepcall.contract.call import Call, CallSpec, Number, Recording
from keepcall.contract.operation import KEEP, Operation
from keepcall.contract.outcomes import NotTested, Outcome
from keepcall.contract.request import Request
from keepcall.contract.target import Claims
from keepcall.errors import LabError
from keepcall.lab.held_calls import Held, HeldLine
from keepcall.lab.interface import Lab, any_number
from keepcall.lab.marks import Marker, Said, SendToTarget, mark_of
from keepcall.lab.offer import Offer
from keepcall.lab.placing import DryLab, Numbers
from keepcall.lab.program import Program, offer_of
from keepcall.shutdown import SHUTDOWN

_APART = 1.1
"""Between the ends of two calls of a number, in what a recorder notes at the finest."""


class CommandLab(Lab):
    """Places calls by a program.

    Args:
        program: what the profile names.
        claims: what the target offers.
        ask: asks the target to set a mark.
    """

    def __init__(self, program: Program, claims: Claims, ask: SendToTarget | None = None) -> None:
        self._program = program
        self._claims = claims
        self._marker = Marker(ask or (lambda _: "granted"), claims)
        self._numbers = Numbers()
        self._held: dict[str, Held] = {}
        self._lines: dict[str, HeldLine] = {}
        self._idle: list[HeldLine] = []

    def dry(self) -> Lab:
        """All that the program says it offers; what it cannot do in spite of that, only it knows."""
        return DryLab(self.offer)

    @cached_property
    def offer(self) -> Offer:
        """What the program says of itself: asked once. One that fails at that will fail, or do, without it."""
        try:
            return offer_of(self._program)
        except LabError:
            return Offer()

    @cached_property
    def reads_back(self) -> bool:
        """Whether the program can read a call that it has placed: by its word, or tried with a call of its own."""
        if self.offer.declared:
            return self.offer.reads
        number = self.number([CallSpec()], KEEP)
        call = number.call
        try:
            self.read(call)
        except NotTested:
            return False
        finally:
            self.remove(call)
            self.release(number.text)
        return True

    def number(
        self,
        specs: Sequence[CallSpec],
        operation: Operation,
        text: str = "",
        suits: Callable[[str], bool] = any_number,
    ) -> Number:
        """A number that is idle, a new one, or this one, with a call for each spec."""
        shape = tuple(replace(spec, done=False, recording=spec.recording or operation.recording) for spec in specs)
        for line in [line for line in self._idle if line.shape == shape and not text and suits(line.text)]:
            self._idle.remove(line)
            self._lines[line.text] = line
            with suppress(Outcome):
                return Number(line.text, self._all_marked(line, specs, operation))
            self._give_up(line)
        return self._new(specs, operation, () if text else shape, text or self._numbers.suiting(suits))

    def _new(self, specs: Sequence[CallSpec], operation: Operation, shape: tuple[CallSpec, ...], text: str) -> Number:
        peer, line = self._numbers(), HeldLine(text)
        placed: dict[int, Call] = {}
        try:
            last_end = False
            for index, ends in _in_order(specs):
                if ends and last_end:
                    SHUTDOWN.pause(_APART * self.offer.resolution)
                last_end = ends
                spec = specs[index]
                if ends:
                    placed[index] = self._end(placed[index])
                else:
                    other = peer if spec.same_peer else self._numbers()
                    placed[index] = self._place(text, other, spec, spec.recording or operation.recording)
            line.calls = [placed[index].call_id for index in range(len(specs))]
            line.shape = shape
            self._lines[text] = line
            return Number(text, self._all_marked(line, specs, operation))
        except BaseException:
            for call in placed.values():  # nobody else knows of them yet
                self._forget(call)
            self._lines.pop(text, None)
            raise

    def begin(self, number: Number, spec: CallSpec, operation: Operation) -> Call:
        """One more call of the number, which starts now; it has no mark yet."""
        line = self._lines.setdefault(number.text, HeldLine(number.text))
        line.shape = ()
        call = self._place(number.text, self._numbers(), spec, spec.recording or operation.recording)
        line.calls.append(call.call_id)
        return replace(call, kept=False, recording_active=False)  # whatever waited for it may have marked it already

    def read(self, call: Call) -> Call:
        """The call as it is now."""
        held = self._held_of(call)
        return _as_told(held.call, self._program.ask({"action": "read", "handle": held.handle}))

    def remove(self, call: Call) -> None:
        """Ends the call and has it deleted, unless the next test may have it."""
        line = next((line for line in self._lines.values() if call.call_id in line.calls), None)
        if line is None or not line.shape:
            self._dispose(call)

    def release(self, number: str) -> None:
        """The number is idle, with its calls; or it is of no use any more."""
        line = self._lines.pop(number, None)
        if line and line.shape:
            self._idle.append(line)
        elif line:
            self._give_up(line)

    def _give_up(self, line: HeldLine) -> None:
        self._lines.pop(line.text, None)
        for held in [self._held[call_id] for call_id in line.calls if call_id in self._held]:
            self._dispose(held.call)

    def _dispose(self, call: Call) -> None:
        """Takes a mark off, where the recorder would go on keeping it, then ends the call and has it deleted."""
        held = self._held.get(call.call_id)
        if held is None:
            return
        self._unmark(held)
        self._program.ask({"action": "remove", "handle": held.handle})
        del self._held[call.call_id]

    def close(self) -> tuple[str, ...]:
        """Removes all calls that are left, and lets the program end."""
        left = tuple(
            f"the {held.call.in_words()} ({held.handle}) could not be removed; end it by hand"
            for held in list(self._held.values())
            if not self._forget(held.call)
        )
        return left + self._program.close()

    def hear(self, request: Request, said: Said) -> None:
        """What a request of any test may have done to the calls."""
        calls = {key: held.call for key, held in self._held.copy().items()}
        for call_id in self._marker.hear(request, said, calls):
            if held := self._held.get(call_id):
                held.touched = True

    def unassigned_calls(self) -> tuple[Call, ...]:
        """The calls of idle numbers."""
        idle = [call_id for line in self._idle.copy() for call_id in line.calls]
        return tuple(self._held[call_id].call for call_id in idle if call_id in self._held)

    def has_lost(self, calls: Sequence[Call]) -> str:
        """Which of the calls is not there any more: lines break."""
        for call in calls:
            held = self._held_of(call)
            if self.reads_back:
                found = self.read(call)
                if found.state != held.call.state:
                    return f"the {held.call.in_words()} is by now the {found.in_words()}"
            elif not self._marker.is_there(held.call, self._others(call)):
                return (
                    f"no request finds the {held.call.in_words()}: either the target never does, or it has broken off"
                )
        return ""

    def _place(self, number: str, other: str, spec: CallSpec, recording: Recording) -> Call:
        if reason := self.offer.lacks(recording, spec.state):
            raise NotTested(reason)
        asked = replace(spec, state="ongoing").call(number, other, datetime.now(UTC), recording)
        wanted = {"callingParty": asked.calling_party, "calledParty": asked.called_party, "recording": recording}
        answer = self._program.ask({"action": "place", "call": wanted})
        handle = answer.get("handle")
        if not handle:
            raise LabError("the lab's program placed a call and gave no handle to end it", "Answer with a handle.")
        told = _as_told(replace(asked, start_time=datetime.now(UTC)), answer)
        known = "callID" in answer.get("call", {})
        call = told if known else replace(told, call_id=f"the lab's {handle}", identified=False)
        held = Held(handle, call, bool(answer.get("disposable")))
        self._held[call.call_id] = held
        if (call.calling_party, call.called_party) != (asked.calling_party, asked.called_party):
            self._forget(call)
            raise NotTested("the lab placed a call between other numbers than it was asked for")
        self._marker.beliefs[call.call_id] = False
        return call

    def _end(self, call: Call) -> Call:
        held = self._held_of(call)
        now = datetime.now(UTC)
        over = replace(call, state="finished", end_time=now.replace(microsecond=now.microsecond // 1000 * 1000))
        held.call = _as_told(over, self._program.ask({"action": "end", "handle": held.handle}))
        return held.call

    def _all_marked(self, line: HeldLine, specs: Sequence[CallSpec], operation: Operation) -> tuple[Call, ...]:
        calls = [self._held[call_id].call for call_id in line.calls]
        return tuple(self._marked(call, spec, operation) for call, spec in zip(calls, specs, strict=True))

    def _marked(self, call: Call, spec: CallSpec, operation: Operation) -> Call:
        """The call as the operation needs it."""
        wished = operation.before(call, done=spec.done)
        if mark_of(wished):
            self._held_of(call).touched = True
        self._marker.bring(call, self._others(call), marked=mark_of(wished))
        return wished

    def _unmark(self, held: Held) -> None:
        """What the recorder would keep for good is let go, as far as it can be."""
        if held.disposable or not held.touched or self._marker.beliefs.get(held.call.call_id) is False:
            return
        try:
            self._marker.bring(held.call, self._others(held.call), marked=False)
        except Outcome:
            return  # the call is a test's; nothing but disk space is lost

    def _forget(self, call: Call) -> bool:
        """Removes a call; whether that worked."""
        try:
            self._dispose(call)
        except (LabError, Outcome):
            return False
        return True

    def _held_of(self, call: Call) -> Held:
        held = self._held.get(call.call_id)
        if held is None:
            raise LabError(f"the lab does not hold the {call.in_words()}", "This is a bug of ours.")
        return held

    def _others(self, call: Call) -> list[Call]:
        return [held.call for key, held in self._held.copy().items() if key != call.call_id]


def _in_order(specs: Sequence[CallSpec]) -> list[tuple[int, bool]]:
    """What happens to calls one after another: the index of each, and whether it ends; it began before."""
    events = [(-spec.started, index, False) for index, spec in enumerate(specs)]
    events += [(-spec.ended, index, True) for index, spec in enumerate(specs) if spec.state == "finished"]
    return [(index, ends) for _, index, ends in sorted(events, key=lambda event: (event[0], event[2], event[1]))]


def _as_told(call: Call, answer: dict[str, Any]) -> Call:
    """The call with what the program says of it."""
    told = answer.get("call", {})
    known: dict[str, Any] = {name: told[key] for key, name in _NAMES.items() if key in told}
    for key, name in (("startTime", "start_time"), ("endTime", "end_time")):
        if told.get(key):
            known[name] = datetime.fromisoformat(told[key]).astimezone(UTC)
    return replace(call, **known)


_NAMES = {
    "callID": "call_id",
    "callingParty": "calling_party",
    "calledParty": "called_party",
    "state": "state",
    "recording": "recording",
    "kept": "kept",
    "recordingActive": "recording_active",
}
