"""The whole ruling: access, then the selection, then what is asked for."""

from collections.abc import Iterator

from keepcall.contract.call import Call
from keepcall.contract.claims import DOCUMENTED_TYPES
from keepcall.contract.model import access, equivalence
from keepcall.contract.model.parameters import Parameter, Parameters
from keepcall.contract.model.ruling import Ruling
from keepcall.contract.model.selection import AskedFor, Choice, Refusal, may_name_next, select
from keepcall.contract.model.world import World
from keepcall.contract.operation import OPERATIONS, Operation
from keepcall.contract.request import ACCESS, FORMATS, Request, plain

LONGEST = 2_000
"""Characters of all other values up to which every request is answered (KC-ANY-01), as they go over the wire."""


def rule(world: World, request: Request) -> Ruling:
    """What must come of a complete request: one with its method and all the parameters that are sent."""
    asking = Parameters.of(request)
    offences = tuple(access.offences(world.access, asking))
    if offences:
        return Ruling("denied", offences, looked_up=False)
    doubts = tuple(_doubts_of_form(world, request, asking))
    operation = _operation(world, asking)
    found = select(world, asking, operation)
    if isinstance(found, Refusal):
        return Ruling("denied" if doubts else "refused", found.requirements, looked_up=found.looked_up)
    if not isinstance(found, Choice):
        return Ruling("undetermined", silence=found.about, touchable=_mentioned(world, asking))
    if asking.others:
        doubts += ("parameters that it does not name",)
    if doubts or operation is None:
        return Ruling("undetermined", silence=doubts[0], touchable=frozenset({found.call.call_id}))
    return _act(world, found, operation)


def _act(world: World, found: Choice, operation: Operation) -> Ruling:
    """The effect; where the call already is as it is asked to become, nothing but the effect is determined."""
    call, goal = found.call, operation.after(found.call)
    known = call.call_id not in world.unsure
    if known and goal != call:
        return Ruling("granted", (found.requirement,), selected=call, goal=goal)
    if known and not operation.type:
        silence = f"{operation} of a call that is so already"
        return Ruling("undetermined", silence=silence, selected=call, goal=goal)
    silence = f"{operation} of a call that is, or may be, so already"
    return Ruling("undetermined", silence=silence, touchable=frozenset({call.call_id}))


def _doubts_of_form(world: World, request: Request, asking: Parameters) -> Iterator[str]:
    """What leaves open whether the request is let in, and in which form it is answered."""
    yield from access.doubts(world.access, asking)
    if not asking["responseType"].missing and asking["responseType"].text not in FORMATS:
        yield "such a responseType"
    if request.method not in world.claims.methods:
        yield f"a {request.method} that is not claimed"
    values = [value for name, value in request.parameters if name not in ACCESS]
    if sum(len(plain(value)) for value in values) > LONGEST:
        yield f"values of more than {LONGEST} characters"


def _operation(world: World, asking: Parameters) -> AskedFor:
    """What is asked for; None where the contract does not say, or where it is not claimed (KC-CLAIM-01)."""
    type_, unmark = asking["type"], asking["unmark"]
    if not _is_plain(type_, DOCUMENTED_TYPES) or not _is_plain(unmark, ("1",)):
        return None
    if (type_.text or "") not in ("", *world.claims.types) or (unmark.text and not world.claims.unmark):
        return None
    wanted = (type_.text or "", bool(unmark.text))
    return next(operation for operation in OPERATIONS if (operation.type, operation.unmark) == wanted)


def _is_plain(given: Parameter, values: tuple[str, ...]) -> bool:
    return given.missing or given.text in values


def _mentioned(world: World, asking: Parameters) -> frozenset[str]:
    """The calls that a generous server may take the request to mean: all of them where a selector is empty."""
    selectors = (asking["callID"], asking["extension"])
    texts = [text for given in selectors for text in given.values]
    everything = not texts or any(given.blank for given in selectors)
    return frozenset(call.call_id for call in world.calls if everything or _is_mentioned(call, texts))


def _is_mentioned(call: Call, texts: list[str]) -> bool:
    parties = (call.calling_party, call.called_party)
    numbers = [equivalence.number(party) for party in parties]
    return any(
        equivalence.guid(call.call_id) in equivalence.guid(text)
        or any(number in equivalence.bare(text) or number in equivalence.number(text) for number in numbers)
        for text in texts
    )


def may_wait(world: World, request: Request) -> bool:
    """Whether a server that is right may hold the answer back until a call comes, or its minute is over."""
    asking = Parameters.of(request)
    if not may_name_next(asking["status"].values) or (asking["callID"].missing and asking["extension"].missing):
        return False
    ruling = rule(world, request)
    return ruling.word != "granted" and "KC-SEL-07" not in ruling.requirements
