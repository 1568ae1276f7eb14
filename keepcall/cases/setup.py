"""What one execution needs of a lab: numbers and calls, remembered so that they can be read back and removed."""

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from keepcall.contract.call import Call, CallSpec, Number
from keepcall.contract.operation import Operation
from keepcall.contract.outcomes import NotClaimed, NotTested
from keepcall.contract.request import Request
from keepcall.contract.target import Credentials, Target
from keepcall.errors import LabError
from keepcall.lab.interface import Lab, any_number
from keepcall.shutdown import SHUTDOWN


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that begins while the request is under way (`next`)."""

    number: Number
    spec: CallSpec


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a situation arranged: the request, and what must come of it.

    Attributes:
        request: what is asked, without the access parameters.
        selects: the call that a granted request acts on; None where it is to be refused.
        twin: of a request to be refused, the same one with only the offence mended.
        spared: the call that the twin acts on.
        preconditions: operations asked for first, by the same request, each of which must be granted.
        arrivals: calls that begin once the request is under way, in order.
        selects_arrival: which arrival a granted request acts on; -1 for none.
    """

    request: Request
    selects: Call | None = None
    twin: Request | None = None
    spared: Call | None = None
    preconditions: tuple[Operation, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    selects_arrival: int = -1


@dataclass(slots=True)
class Setup:
    """The lab for one execution of a situation with one operation."""

    lab: Lab
    target: Target
    operation: Operation
    token: str = ""
    calls: list[Call] = field(default_factory=list)
    _numbers: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def number(self, *specs: CallSpec) -> Number:
        """A number of its own with just these calls, none of which has been acted on unless its spec says so."""
        return self.take(self._placed(specs))

    def number_among(self, spec: CallSpec, *changes: Callable[[str], str]) -> Number:
        """A number with this call, and beside it, for each of the changes, the number so changed with one, too."""

        def suits(text: str) -> bool:
            dry = self.lab.dry()
            try:
                for change in changes:
                    dry.number([spec], self.operation, change(text))
            except NotTested:
                return False
            return True

        try:
            number = self.take(self._placed([spec], suits=suits))
        except NotTested as lacking:
            such = ", ".join(change("2468") for change in changes)
            raise NotTested(f"{lacking.reason}; the same of numbers like it: where it is 2468, of {such}") from None
        for change in changes:
            self.take(self._placed([spec], change(number.text)))
        return number

    def number_of_digits(self, digits: int, *specs: CallSpec) -> Number:
        """A number of so many digits, with these calls."""

        def suits(text: str) -> bool:
            return text.isdecimal() and len(text) == digits

        try:
            return self.take(self._placed(specs, suits=suits))
        except NotTested as lacking:
            raise NotTested(f"{lacking.reason}; the number has {digits} digits") from None

    def neighbour(self, text: str, *specs: CallSpec) -> Number:
        """A number of this very text, which looks like another one, with these calls."""
        return self.take(self._placed(specs, text))

    def begin(self, arrival: Arrival) -> Call:
        """The call of an arrival, which starts now."""
        SHUTDOWN.check()
        return self._remember(self.lab.begin(arrival.number, replace(arrival.spec, started=0.0), self.operation))

    def nobodys_number(self, text: str) -> str:
        """The text, which must be the number of no call.

        Raises:
            NotTested: when it is, by a chance of the numbers that the lab has.
        """
        return self._nobodys(text, lambda call: text in (call.calling_party, call.called_party))

    def nobodys_call_id(self, text: str) -> str:
        """The text, which must be the ID of no call.

        Raises:
            NotTested: as `nobodys_number`.
        """
        return self._nobodys(text, lambda call: text.lower() == call.call_id.lower())

    def _nobodys(self, text: str, names: Callable[[Call], bool]) -> str:
        for call in filter(names, (*self.calls, *self.lab.unassigned_calls())):
            raise NotTested(f"{text} should name no call, but names the {call.in_words()}: arrange others")
        return text

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
        """Every call of the setup as it is now."""
        return tuple(self.lab.read(call) for call in self.calls)

    def clear(self) -> None:
        """Removes every call, also when the lab fails with one of them; then raises that failure."""
        failures: list[LabError] = []
        with SHUTDOWN.lifted():
            while self.calls:
                try:
                    self.lab.remove(self.calls.pop())
                except LabError as error:
                    failures.append(error)
            while self._numbers:
                self.lab.release(self._numbers.pop())
        if failures:
            raise failures[0]

    def take(self, number: Number) -> Number:
        """A number of the lab's, to be given back with the others."""
        self.calls += number.calls
        self._numbers.append(number.text)
        return number

    def _placed(self, specs: Sequence[CallSpec], text: str = "", suits: Callable[[str], bool] = any_number) -> Number:
        """A number of the lab's, with these calls.

        Raises:
            NotTested: when the lab cannot arrange it.
            NotClaimed: when it cannot, and nobody has to have such calls: without `manualRecord` there need not be
                any controlled ones, and few recorders know of calls that have not begun.
        """
        SHUTDOWN.check()
        try:
            return self.lab.number(specs, self.operation, text, suits)
        except NotTested as lacking:
            if any(spec.state == "upcoming" for spec in specs):
                raise NotClaimed(f"nobody has to know calls before they begin, and {lacking.reason}") from None
            recordings = {spec.recording or self.operation.recording for spec in specs}
            if "controlled" in recordings and "manualRecord" not in self.target.claims.types:
                raise NotClaimed(f"the profile does not claim manualRecord, and {lacking.reason}") from None
            raise

    def _remember(self, call: Call) -> Call:
        with self._lock:
            self.calls.append(call)
        return call
