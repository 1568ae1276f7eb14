"""A lab in the mind: calls as a lab that can place any call would place them, and nothing is sent."""

from keepcall.call import Call
from keepcall.lab.arranging import ArrangingLab


class RehearsalLab(ArrangingLab):
    """Arranges everything, and does nothing."""

    reads_back = True

    def put(self, call: Call) -> Call:
        """As if it were there."""
        return call

    def read(self, call: Call) -> Call:
        """As it was placed."""
        return call

    def remove(self, call: Call) -> None:
        """There is nothing to take away."""
