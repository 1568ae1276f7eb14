"""Labs bring calls into the state that a test needs, and read them back where they can."""

from collections.abc import Callable, Sequence
from typing import Protocol

from keepcall.contract.call import Call, CallSpec, Number
from keepcall.contract.operation import Operation


def any_number(number: str) -> bool:  # noqa: ARG001 - any
    """Suits whoever does not care."""
    return True


class Lab(Protocol):
    """What the suite needs of a lab.

    Every method may raise `LabError` (the lab failed: the test is broken) and `NotTested` (it works, but cannot
    offer this).
    """

    @property
    def reads_back(self) -> bool:
        """Whether `read` shows a call as it is now, so that effects can be seen."""
        ...

    def number(
        self,
        specs: Sequence[CallSpec],
        operation: Operation,
        text: str = "",
        suits: Callable[[str], bool] = any_number,
    ) -> Number:
        """A number that no other test uses, with exactly these calls, ready for the operation.

        Args:
            specs: the calls.
            operation: what a test will ask for.
            text: the number itself, where it must be this one.
            suits: which numbers will do.
        """
        ...

    def begin(self, number: Number, spec: CallSpec, operation: Operation) -> Call:
        """One more call of the number; it starts now."""
        ...

    def read(self, call: Call) -> Call:
        """The call as it is now."""
        ...

    def remove(self, call: Call) -> None:
        """Takes the call away again; a call that is gone is no error."""
        ...

    def dry(self) -> "Lab":
        """A lab that offers what this one offers, and does nothing: for asking what could be arranged.

        It takes no call and sends no request; its calls are as they would be, for a plan to count.
        """
        ...

    def release(self, number: str) -> None:  # noqa: ARG002 - of no use here
        """A test that was given this number is over; its calls have been removed."""
        return

    def has_lost(self, calls: Sequence[Call]) -> str:  # noqa: ARG002 - of no use here
        """Why calls may no longer be what they were arranged to be, marks aside; empty where there is no doubt.

        Asked before a target is blamed. It may change the marks of the calls.
        """
        return ""

    def unassigned_calls(self) -> tuple[Call, ...]:
        """Calls that are there besides those that were asked for, and that requests may meet."""
        return ()

    def refuses_number(self, number: str) -> str:  # noqa: ARG002 - of no use here
        """Why a request must not name this number, which may be somebody's; empty where it may."""
        return ""

    def close(self) -> tuple[str, ...]:
        """Ends what is open, and puts back what can be; a sentence for each thing that could not."""
        return ()
