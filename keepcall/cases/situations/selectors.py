"""The two ways of naming a call."""

from keepcall.contract.call import Call, Number
from keepcall.contract.outcomes import NotTested
from keepcall.contract.request import Request, keep


def id_of(call: Call) -> str:
    """The recorder's own ID of a call.

    Raises:
        NotTested: when the lab does not know it.
    """
    if not call.identified:
        raise NotTested(f"the lab does not know the callID of the {call.in_words()}, which this test needs")
    return call.call_id


def by_call_id(call: Call) -> Request:
    """By the recorder's own ID (KC-SEL-01)."""
    return keep(callID=id_of(call))


def by_extension(number: Number, status: str = "ongoing") -> Request:
    """By the number of a participant and the status of the call (KC-SEL-04, KC-SEL-05)."""
    return keep(extension=number.text, status=status)


def plainest(call: Call) -> Request:
    """The plainest request that must find an ongoing call: by its ID, or else by the number that makes it."""
    return by_call_id(call) if call.identified else keep(extension=call.calling_party, status="ongoing")
