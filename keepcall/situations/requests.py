"""The two ways of naming a call."""

from keepcall.call import Call, Number
from keepcall.request import Request, keep


def by_call_id(call: Call) -> Request:
    """By the recorder's own ID (KC-SEL-01)."""
    return keep(callID=call.call_id)


def by_extension(number: Number, status: str = "ongoing") -> Request:
    """By the number of a participant and the status of the call (KC-SEL-04, KC-SEL-05)."""
    return keep(extension=number.text, status=status)
