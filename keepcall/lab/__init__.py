"""Labs bring calls into the state that a test needs, and read them back where they can."""

from collections.abc import Sequence
from typing import Protocol

from keepcall.call import Call, Number, Spec
from keepcall.operation import Operation


class Lab(Protocol):
    """What the suite needs of a lab.

    Every method may raise `LabError` (the lab failed: the test is broken) and `NotTested` (it works, but cannot
    offer this).
    """

    @property
    def reads_back(self) -> bool:
        """Whether `read` shows a call as it is now, so that effects can be seen."""
        ...

    def number(self, specs: Sequence[Spec], operation: Operation) -> Number:
        """A number that no other test uses, with exactly these calls, ready for the operation."""
        ...

    def begin(self, number: Number, spec: Spec, operation: Operation) -> Call:
        """One more call of the number; it starts now."""
        ...

    def read(self, call: Call) -> Call:
        """The call as it is now."""
        ...

    def remove(self, call: Call) -> None:
        """Takes the call away again; a call that is gone is no error."""
        ...

    def rehearsal(self) -> "Lab":
        """A lab that offers what this one offers, and does nothing: for asking what could be arranged.

        It takes no call and sends no request; its calls are as they would be, for a plan to count.
        """
        ...
