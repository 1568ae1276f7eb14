"""The four things that KeepCall can be asked to do with a call."""

from dataclasses import dataclass, replace

from keepcall.contract.call import Call, Recording
from keepcall.contract.request import Request


@dataclass(frozen=True, slots=True)
class Operation:
    """One of the four.

    Attributes:
        name: as people say it.
        recording: the kind of call that it acts on.
        type: the value of the parameter `type`, or empty.
        unmark: whether `unmark=1` is sent.
    """

    name: str
    recording: Recording
    type: str
    unmark: bool

    def __str__(self) -> str:
        return self.name

    def asked(self, request: Request) -> Request:
        """The request with this operation's parameters."""
        request = request.given(type=self.type) if self.type else request
        return request.given(unmark="1") if self.unmark else request

    def before(self, call: Call, *, done: bool = False) -> Call:
        """The call prepared, so that a granted request visibly changes it; `done` gives the state afterwards."""
        marked = self.unmark != done
        return replace(
            call,
            kept=marked if call.recording == "on-demand" else call.kept,
            recording_active=marked if call.recording == "controlled" else call.recording_active,
        )

    def after(self, call: Call) -> Call:
        """The call as a granted request leaves it (KC-EFF-01, KC-TYPE-01, KC-UNM-01, KC-UNM-06)."""
        if self.type:
            return replace(call, recording_active=not self.unmark)
        return replace(call, kept=not self.unmark)


KEEP = Operation("keep", "on-demand", type="", unmark=False)
UNMARK = Operation("unmark", "on-demand", type="", unmark=True)
RECORD = Operation("manualRecord", "controlled", type="manualRecord", unmark=False)
STOP_RECORDING = Operation("manualRecord with unmark", "controlled", type="manualRecord", unmark=True)

OPERATIONS = (KEEP, UNMARK, RECORD, STOP_RECORDING)
