"""A lab in the mind: calls as a lab that can place any call would place them, and nothing is sent."""

from dataclasses import replace

from keepcall.call import Call
from keepcall.lab.arranging import ArrangingLab
from keepcall.lab.offer import Offer
from keepcall.outcomes import NotTested


class RehearsalLab(ArrangingLab):
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
