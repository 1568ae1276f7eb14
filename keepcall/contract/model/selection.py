"""Which call a request means: the rules about `callID`, `extension` and `status`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keepcall.contract.call import Call
from keepcall.contract.claims import DOCUMENTED_STATUSES
from keepcall.contract.model import equivalence
from keepcall.contract.model.parameters import Parameter, Parameters
from keepcall.contract.model.world import World
from keepcall.contract.operation import Operation

AskedFor = Operation | None
"""What is asked for; None where the contract does not say what it is."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The request must be refused, however it is read."""

    requirements: tuple[str, ...]
    looked_up: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """The request means this call."""

    call: Call
    requirement: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The contract does not say which call is meant, or whether any is."""

    about: str


Found = Refusal | Choice | Silence


def select(world: World, asking: Parameters, operation: AskedFor) -> Found:
    """What the selectors come to."""
    call_id, extension = asking["callID"], asking["extension"]
    if call_id.missing and extension.missing:
        return Refusal(("KC-SEL-03",), looked_up=False)
    if extension.missing:
        return by_call_id(world, call_id, asking["status"], operation)
    if call_id.missing:
        return by_extension(world, extension, asking["status"], operation)
    if call_id.text is None or extension.text is None:
        return Silence("a selector that can be read in more than one way")
    return _both(
        by_call_id(world, call_id, Parameter(), operation),
        by_extension(world, extension, asking["status"], operation),
    )


def _both(one: Found, other: Found) -> Found:
    if isinstance(one, Refusal) and isinstance(other, Refusal):
        return Refusal((*one.requirements, *other.requirements), looked_up=one.looked_up)
    return Silence("both callID and extension")


def by_call_id(world: World, given: Parameter, status: Parameter, operation: AskedFor) -> Found:
    """The call of an ID (KC-SEL-01, KC-SEL-02)."""
    text = given.text
    if not text:
        return Silence("a callID that is empty or given in more than one way")
    alike = [call for call in world.calls if equivalence.guid(call.call_id) == equivalence.guid(text)]
    if not alike:
        return Refusal(("KC-SEL-02",))
    call = world.call(text)
    if call is None or len(alike) > 1:
        return Silence("another spelling of a callID")
    if operation is None:
        return Silence("such a type or unmark")
    silence = next(_about(world, call, status, operation), "")
    return Silence(silence) if silence else Choice(call, "KC-SEL-01")


def _about(world: World, call: Call, status: Parameter, operation: Operation) -> Iterator[str]:
    """About what the contract is silent although the call is there."""
    if not status.missing:
        yield "a status beside a callID"
    if call.state == "upcoming":
        yield "a call that has not begun"
    if call.recording != operation.recording:
        yield f"{operation} of a call that is {call.recording}"
    if call.state == "finished" and (operation.type or "last" not in world.claims.statuses):
        yield f"{operation} of a finished call by its callID"


def by_extension(world: World, given: Parameter, status: Parameter, operation: AskedFor) -> Found:
    """The call of a number (KC-SEL-04 to KC-SEL-11), by its status (KC-STA-01 to KC-STA-07)."""
    text = given.text
    if not text:
        return Silence("an extension that is empty or given in more than one way")
    if status.missing or (status.text is not None and _is_no_status(status.text)):
        return Refusal(("KC-STA-01" if status.missing else "KC-STA-07",), looked_up=False)
    calls = world.of(text)
    if any(_is_alike(text, call) for call in world.calls if call not in calls):
        return Silence("a number that is another one but for zeros, spaces or the like")
    if not calls and not may_name_next(status.values):
        return Refusal(("KC-SEL-06" if _is_part(text, world.calls) else "KC-SEL-11",))
    if status.text not in DOCUMENTED_STATUSES or status.text not in world.claims.statuses:
        return Silence("such a status")
    return _by_status(text, calls, status.text, operation)


def _by_status(number: str, calls: Sequence[Call], status: str, operation: AskedFor) -> Found:
    if status == "next":
        return Silence("a next call that does not come")
    if status == "last":
        return _last(number, calls, operation)
    pool = [call for call in calls if call.state == "ongoing"]
    if not pool and status == "ongoing,next":
        return Silence("a next call that does not come")
    if not pool:
        return Refusal(("KC-STA-02",))
    return _only(number, pool, status, operation)


def _only(number: str, pool: Sequence[Call], status: str, operation: AskedFor) -> Found:
    """The only ongoing call; two of the recording that is asked for are ambiguous (KC-SEL-07)."""
    if operation is None:
        return Silence("such a type or unmark")
    own = [call for call in pool if call.recording == operation.recording]
    if len(own) > 1 and (not operation.type or len(own) == len(pool)):
        return Refusal(("KC-SEL-07",))
    if len(own) != len(pool):
        return Silence("on-demand and controlled calls of one number")
    return _choice(number, own[0], "KC-STA-06" if status == "ongoing,next" else _by_role(number, own[0]))


def _last(number: str, calls: Sequence[Call], operation: AskedFor) -> Found:
    """The finished call that ended last (KC-STA-03, KC-STA-04)."""
    if operation is None or operation.type:
        return Silence("manualRecord, or such a type, of a finished call")
    pool = [call for call in calls if call.state == "finished"]
    if not pool:
        return Refusal(("KC-STA-03",))
    ends = [call.end_time for call in pool if call.end_time]
    if any(call.recording != operation.recording for call in pool):
        return Silence("finished calls that are controlled")
    if len(ends) != len(pool) or ends.count(max(ends)) > 1:
        return Silence("finished calls of which none ended last")
    latest = next(call for call in pool if call.end_time == max(ends))
    return _choice(number, latest, "KC-STA-03" if len(pool) == 1 else "KC-STA-04")


def _choice(number: str, call: Call, requirement: str) -> Found:
    if call.calling_party == call.called_party == number:
        return Silence("a call from a number to itself")  # KC-SEL-09, which is a SHOULD
    return Choice(call, requirement)


def _by_role(number: str, call: Call) -> str:
    return "KC-SEL-04" if call.calling_party == number else "KC-SEL-05"


def _is_no_status(text: str) -> bool:
    """Whether a status is one value, and that is outside the valid ones in every reading (KC-STA-07)."""
    if "," in text or equivalence.is_blank(text):
        return False
    known = {"ongoing", "next", "last"}
    return not known & {equivalence.bare(text), *equivalence.words(text)}


def may_name_next(statuses: Sequence[str]) -> bool:
    """Whether a server may take any of these for a wish to wait for the next call."""
    return any("next" in equivalence.name(text) for text in statuses)


def _is_alike(text: str, call: Call) -> bool:
    return equivalence.number(text) in {equivalence.number(call.calling_party), equivalence.number(call.called_party)}


def _is_part(text: str, calls: Sequence[Call]) -> bool:
    """Whether a text holds a known number, or most of one (KC-SEL-06 rather than KC-SEL-11)."""
    numbers = {party for call in calls for party in (call.calling_party, call.called_party)}
    return any(party in text or party[:-1] in text or party[1:] in text for party in numbers)
