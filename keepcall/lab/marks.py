"""Marks set through the API itself: the only way where a lab can place calls, or only knows of some.

What the target is asked for here is what a test needs before it begins, or what it has to put back; whether it does
it right is never judged here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from keepcall.contract.call import Call
from keepcall.contract.operation import KEEP, RECORD, STOP_RECORDING, UNMARK, Operation
from keepcall.contract.outcomes import Inconclusive, NotTested
from keepcall.contract.request import Request, keep
from keepcall.contract.target import Claims

Said = Literal["granted", "refused", "unsaid", "nothing"]
"""What an answer says; nothing where there is none."""

SendToTarget = Callable[[Request], Said]
"""Sends a request, completed."""

Belief = bool | None
"""Whether a call has the mark that it can have; None where nobody knows."""


def ways_to(call: Call, others: Sequence[Call], claims: Claims) -> Iterator[Request]:
    """The requests that select this call and no other one: by its ID, then by its numbers.

    Args:
        call: which one.
        others: every call that a request might find besides.
        claims: what the target offers.
    """
    if call.identified:
        yield keep(callID=call.call_id)
    status = "ongoing" if call.state == "ongoing" else "last"
    for number in dict.fromkeys((call.calling_party, call.called_party)):
        if status in claims.statuses and not any(_in_the_way(call, other, number) for other in others):
            yield keep(extension=number, status=status)


def _in_the_way(call: Call, other: Call, number: str) -> bool:
    """Whether a number finds another call in place of this one, or both."""
    if other.call_id == call.call_id or number not in (other.calling_party, other.called_party):
        return False
    if other.state != call.state:
        return False
    earlier = call.end_time and other.end_time and other.end_time < call.end_time
    return call.state == "ongoing" or not earlier


def mark_of(call: Call) -> bool:
    """The one mark that a call of its kind can have."""
    return call.recording_active if call.recording == "controlled" else call.kept


def switches(call: Call) -> tuple[Operation, Operation]:
    """What sets the mark of a call, and what clears it."""
    return (RECORD, STOP_RECORDING) if call.recording == "controlled" else (KEEP, UNMARK)


def offered(operation: Operation, claims: Claims) -> bool:
    """Whether the target claims an operation."""
    return (not operation.type or operation.type in claims.types) and (not operation.unmark or claims.unmark)


@dataclass(slots=True)
class Marker:
    """Sets marks, and remembers which ones are set.

    Attributes:
        ask: how the target is asked.
        claims: what it offers.
        beliefs: the marks, by the ID of the call.
    """

    ask: SendToTarget
    claims: Claims
    beliefs: dict[str, Belief] = field(default_factory=dict)
    _strayed: dict[str, set[Operation]] = field(default_factory=dict)

    def bring(self, call: Call, others: Sequence[Call], *, marked: bool) -> None:
        """Sets or clears the mark of a call, if it is not so.

        Raises:
            NotTested: when the target offers no way, or refuses.
            Inconclusive: when it does not answer.
        """
        if self.beliefs.get(call.call_id) == marked:
            return
        on, off = switches(call)
        wanted, opposite = (on, off) if marked else (off, on)
        if not offered(wanted, self.claims):
            raise NotTested(f"the profile does not claim {wanted}, which the {call.in_words()} needs before the test")
        said: Said = "refused"
        for mode in ways_to(call, others, self.claims):
            said = self._turn(call, mode, wanted, opposite)
            if said == "granted":
                self.beliefs[call.call_id] = marked
                return
        if said == "nothing":
            raise Inconclusive(f"no answer to a {wanted} of the {call.in_words()}, which had to go before the test")
        raise NotTested(f"a {wanted} of the {call.in_words()}, which has to go before the test, was not granted")

    def _turn(self, call: Call, mode: Request, wanted: Operation, opposite: Operation) -> Said:
        """Asks for it; where nobody knows how the call is, for the opposite first, whatever comes of that.

        To keep a kept call, or to unmark an unmarked one, need not be granted.
        """
        if self.beliefs.get(call.call_id) is None and offered(opposite, self.claims):
            self.ask(opposite.asked(mode))
        self.beliefs[call.call_id] = None
        return self.ask(wanted.asked(mode))

    def undo_strays(self, call: Call, others: Sequence[Call]) -> None:
        """Takes back what was asked of a call of the wrong kind, and may have set a mark that it should not have."""
        opposites = {KEEP: UNMARK, RECORD: STOP_RECORDING}
        mode = next(ways_to(call, others, self.claims), None)
        for operation in self._strayed.pop(call.call_id, ()):
            if mode and offered(opposites[operation], self.claims):
                self.ask(opposites[operation].asked(mode))

    def is_there(self, call: Call, others: Sequence[Call]) -> bool:
        """Whether a call is found in the state that it should be in; its mark is set afterwards, or unknown.

        An ongoing call that is over may still be found by its ID, and so does not count.
        """
        on, off = switches(call)
        self.beliefs[call.call_id] = None
        for mode in ways_to(call, others, self.claims):
            if call.state == "ongoing" and "extension" not in mode.names():
                continue
            if self._turn(call, mode, on, off) == "granted":
                self.beliefs[call.call_id] = True
                return True
        return False

    def hear(self, request: Request, said: Said, calls: Mapping[str, Call]) -> set[str]:
        """Notes what a request, of whomever, may have done to these calls.

        Returns:
            The IDs of those that it may have marked or unmarked.
        """
        if said == "refused":
            return set()
        named = tuple(_named(request, calls))
        operation = next((o for o in (KEEP, UNMARK, RECORD, STOP_RECORDING) if _asks_for(o, request)), None)
        for call in named:
            if operation and operation not in switches(call) and not operation.unmark:
                self._strayed.setdefault(call.call_id, set()).add(operation)
            sure = len(named) == 1 and said == "granted" and operation in switches(call)
            self.beliefs[call.call_id] = not operation.unmark if sure and operation else None
        return {call.call_id for call in named}


def _asks_for(operation: Operation, request: Request) -> bool:
    given = {name: request.values(name) for name in ("type", "unmark")}
    return given == {
        "type": (operation.type,) if operation.type else (),
        "unmark": ("1",) if operation.unmark else (),
    }


def _named(request: Request, calls: Mapping[str, Call]) -> Iterator[Call]:
    """The calls that a request may mean: all of them where it does not name one plainly."""
    match request.values("callID"), request.values("extension"):
        case ((call_id,), ()):
            found = [call for call in calls.values() if call.call_id.lower() == call_id.lower()]
        case ((), (number,)):
            found = [call for call in calls.values() if number in (call.calling_party, call.called_party)]
            if request.values("status") in (("ongoing",), ("last",)):
                state = "ongoing" if "ongoing" in request.values("status") else "finished"
                found = [call for call in found if call.state == state] or found
        case _:
            found = []
    yield from found or calls.values()
