"""Labs that can place any call: numbers that nobody else uses, and the calls that a test asks for."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from keepcall.contract.call import Call, CallSpec, Number
from keepcall.contract.operation import Operation
from keepcall.contract.outcomes import NotTested
from keepcall.errors import LabError
from keepcall.lab.interface import Lab, any_number
from keepcall.lab.offer import Offer

_WEIGHTS = (1, 3, 7, 9)
"""Of the check digit: each has no factor in common with 10, so that one changed digit always changes the sum."""


_MOST_MORE = 8
"""Digits that may be put behind a number."""

_APART = 180.0
"""Seconds between the starts of calls of one number."""


@dataclass(slots=True)
class Numbers:
    """Numbers that nobody else uses, of 13 digits; the first is never 0, since leading zeros are an observation.

    One random part for each process, one counted part for each number, and a check digit: a number with one digit
    changed, which a test sends as that of nobody, is then the number of no other call.
    """

    prefix: str = field(default_factory=lambda: f"{secrets.randbelow(9 * 10**5) + 10**5}")
    used: int = 0

    def __call__(self) -> str:
        """The next one."""
        self.used += 1
        text = f"{self.prefix}{self.used:06d}"
        return text + str(sum(int(digit) * _WEIGHTS[i % len(_WEIGHTS)] for i, digit in enumerate(text)) % 10)

    def suiting(self, suits: Callable[[str], bool]) -> str:
        """The next one, with so many digits more behind it that it suits."""
        text = self()
        return next((longer for longer in (text + "7" * more for more in range(_MOST_MORE)) if suits(longer)), text)


def apart(specs: Sequence[CallSpec]) -> list[CallSpec]:
    """The specs, with minutes between the starts of ongoing calls for which a test wants no order.

    Real calls of a number do not begin in the same moment, and a server may look at when they did.
    """
    found = list[CallSpec]()
    for at, spec in enumerate(specs):
        alike = sum(each.started == spec.started and each.state == spec.state == "ongoing" for each in specs[:at])
        found.append(replace(spec, started=spec.started + _APART * alike))
    return found


class PlacingLab(Lab):
    """A lab that can place any call: numbers and specs become calls; how a call is placed is left to `put`."""

    def __init__(self) -> None:
        self._numbers = Numbers()

    @property
    def reads_back(self) -> bool:
        """Not by itself."""
        return False

    def number(
        self,
        specs: Sequence[CallSpec],
        operation: Operation,
        text: str = "",
        suits: Callable[[str], bool] = any_number,
    ) -> Number:
        """A new number, or this one, with a call for each spec."""
        text, peer = text or self._numbers.suiting(suits), self._numbers()
        calls = list[Call]()
        try:
            for spec in apart(specs):
                calls.append(self._place(text, spec, operation, peer if spec.same_peer else ""))
        except BaseException:
            for call in calls:  # nobody else knows of them yet
                with suppress(LabError):
                    self.remove(call)
            raise
        return Number(text, tuple(calls))

    def begin(self, number: Number, spec: CallSpec, operation: Operation) -> Call:
        """One more call of the number, which starts now.

        It has the marks that it was sent with: a request that waits for it may have acted before the lab answers.
        """
        call = self._called_for(number.text, spec, operation)
        return replace(self.put(call), kept=call.kept, recording_active=call.recording_active)

    def _place(self, number: str, spec: CallSpec, operation: Operation, peer: str = "") -> Call:
        call = self._called_for(number, spec, operation, peer)
        placed = self.put(call)
        if call.state == "upcoming" != placed.state:
            self.remove(placed)
            raise NotTested(f"the lab has a call begin at once that was to begin later: the {placed.in_words()}")
        if (call.kept and not placed.kept) or (call.recording_active and not placed.recording_active):
            self.remove(placed)
            raise NotTested(f"the lab cannot place a call with this mark: asked for the {call.in_words()}")
        return placed

    def _called_for(self, number: str, spec: CallSpec, operation: Operation, peer: str = "") -> Call:
        call = spec.call(number, peer or self._numbers(), datetime.now(UTC), operation.recording)
        return operation.before(call, done=spec.done)

    def put(self, call: Call) -> Call:
        """Places a call, or replaces it."""
        raise NotImplementedError

    def read(self, call: Call) -> Call:
        """The call as it is now."""
        raise NotImplementedError

    def remove(self, call: Call) -> None:
        """Takes the call away."""
        raise NotImplementedError

    def dry(self) -> Lab:
        """See `Lab.dry`."""
        return DryLab()


class DryLab(PlacingLab):
    """Arranges all that is offered, and does nothing.

    Args:
        offer: what can be arranged.
    """

    def __init__(self, offer: Offer | None = None) -> None:
        super().__init__()
        self._offer = offer or Offer(upcoming=True)

    @property
    def reads_back(self) -> bool:
        """As it is offered."""
        return self._offer.reads

    def put(self, call: Call) -> Call:
        """As if it were there."""
        if reason := self._offer.lacks(call.recording, call.state):
            raise NotTested(reason)
        return replace(call, identified=self._offer.call_ids)

    def read(self, call: Call) -> Call:
        """As it was placed."""
        return call

    def remove(self, call: Call) -> None:
        """There is nothing to take away."""


class ImaginaryLab(DryLab):
    """Makes calls up, with numbers and IDs that nobody has; and says that it sees nothing of them."""

    def __init__(self) -> None:
        super().__init__(Offer(reads=False))
