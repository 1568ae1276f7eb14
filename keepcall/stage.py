"""Where one play is set up: numbers and calls from the lab, remembered so that they can be read back and removed."""

import threading
import uuid
from dataclasses import dataclass, field, replace

from keepcall.call import Call, Number, Spec
from keepcall.errors import LabError
from keepcall.lab import Lab
from keepcall.operation import Operation
from keepcall.outcomes import NotClaimed
from keepcall.request import Request
from keepcall.stop import STOP
from keepcall.target import Credentials, Target


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that begins while the request is under way (`next`)."""

    number: Number
    spec: Spec


@dataclass(frozen=True, slots=True)
class Scene:
    """What a situation arranged: the request, and what must come of it.

    Attributes:
        request: what is asked, without the access parameters.
        selects: the call that a granted request acts on; None where it is to be refused.
        twin: of a request to be refused, the same one with only the offence mended.
        spared: the call that the twin acts on.
        prelude: operations asked for first, by the same request, each of which must be granted.
        arrivals: calls that begin once the request is under way, in order.
        selects_arrival: which arrival a granted request acts on; -1 for none.
    """

    request: Request
    selects: Call | None = None
    twin: Request | None = None
    spared: Call | None = None
    prelude: tuple[Operation, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    selects_arrival: int = -1


@dataclass(slots=True)
class Stage:
    """The lab for one play of a situation with one operation."""

    lab: Lab
    target: Target
    operation: Operation
    token: str = ""
    calls: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def number(self, *specs: Spec) -> Number:
        """A number of its own with just these calls, none of which has been acted on unless its spec says so."""
        STOP.check()
        number = self.lab.number(specs, self.operation)
        self.calls += number.calls
        return number

    def neighbour(self, text: str, *specs: Spec) -> Number:
        """A number of this very text, which looks like another one, with these calls."""
        STOP.check()
        number = Number(text)
        return Number(text, tuple(self._remember(self.lab.begin(number, s, self.operation)) for s in specs))

    def begin(self, arrival: Arrival) -> Call:
        """The call of an arrival, which starts now."""
        STOP.check()
        return self._remember(self.lab.begin(arrival.number, replace(arrival.spec, started=0.0), self.operation))

    def unknown_call_id(self) -> str:
        """The ID of no call."""
        return str(uuid.uuid4())

    @property
    def credentials(self) -> Credentials:
        """What the profile gives."""
        return self.target.credentials

    def given(self, name: str) -> str:
        """A secret that only the tester can give, by its name in the profile.

        Raises:
            NotClaimed: when the profile does not give it.
        """
        secret = str(getattr(self.credentials, name).reveal())
        if not secret:
            raise NotClaimed(f"the profile gives no credentials.{name}")
        return secret

    def right_token(self) -> str:
        """The token that is good now.

        Raises:
            NotClaimed: where there is none, since authentication is not claimed.
        """
        if not self.token:
            raise NotClaimed("the profile does not claim authentication, or gives no token")
        return self.token

    def needs_status(self, status: str) -> None:
        """What follows makes sense only where the target claims this status.

        Raises:
            NotClaimed: when it does not.
        """
        if status not in self.target.claims.statuses:
            raise NotClaimed(f"the profile does not claim status={status}")

    def read_back(self) -> tuple[Call, ...]:
        """Every call of the stage as it is now."""
        return tuple(self.lab.read(call) for call in self.calls)

    def clear(self) -> None:
        """Removes every call, also when the lab fails with one of them; then raises that failure."""
        failures: list[LabError] = []
        with STOP.lifted():
            while self.calls:
                try:
                    self.lab.remove(self.calls.pop())
                except LabError as error:
                    failures.append(error)
        if failures:
            raise failures[0]

    def _remember(self, call: Call) -> Call:
        with self._lock:
            self.calls.append(call)
        return call
