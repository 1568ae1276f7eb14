"""A script: calls to arrange, and what is then done, step by step. A counter-example is kept as one."""

from dataclasses import dataclass, replace

from keepcall.contract.call import Call
from keepcall.contract.request import Request


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """A call begins, or is replaced by a version of it that is over."""

    call: Call


@dataclass(frozen=True, slots=True)
class SendRequests:
    """A request, or several at once."""

    requests: tuple[Request, ...]


Step = PlaceCall | SendRequests


@dataclass(frozen=True, slots=True)
class Counterexample:
    """What leads to a failure.

    Attributes:
        calls: what is arranged before.
        acts: what is then done, in order.
        nobodys: callIDs and numbers that requests name and no call has.
    """

    calls: tuple[Call, ...]
    acts: tuple[Step, ...] = ()
    nobodys: tuple[str, ...] = ()

    def followed_by(self, *acts: Step) -> "Counterexample":
        """The script with more at its end."""
        return replace(self, acts=(*self.acts, *acts))

    def named(self) -> dict[str, None]:
        """The callIDs and numbers of all its calls, and those that no call has, each once, in order."""
        calls = (*self.calls, *(act.call for act in self.acts if isinstance(act, PlaceCall)))
        return dict.fromkeys(
            [*(t for call in calls for t in (call.call_id, call.calling_party, call.called_party)), *self.nobodys]
        )

    @property
    def size(self) -> tuple[int, int]:
        """How much there is to read, the smaller the better: acts, then characters."""
        values = (
            value
            for act in self.acts
            if isinstance(act, SendRequests)
            for r in act.requests
            for p in r.parameters
            for value in p
        )
        return len(self.acts), sum(map(len, values))
