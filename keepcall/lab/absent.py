"""No lab: nothing can be arranged, so whatever needs a call is not tested."""

from collections.abc import Callable, Sequence
from typing import NoReturn

from keepcall.contract.call import Call, CallSpec, Number
from keepcall.contract.operation import Operation
from keepcall.contract.outcomes import NotTested
from keepcall.lab.interface import Lab, any_number

_REASON = "the profile names no lab, so no call can be brought into the state that this needs; add a [lab] table"


class AbsentLab(Lab):
    """Offers nothing."""

    reads_back = False

    def number(
        self,
        specs: Sequence[CallSpec],  # noqa: ARG002
        operation: Operation,  # noqa: ARG002
        text: str = "",  # noqa: ARG002
        suits: Callable[[str], bool] = any_number,  # noqa: ARG002
    ) -> Number:
        """Never."""
        return self._unavailable()

    def begin(self, number: Number, spec: CallSpec, operation: Operation) -> Call:  # noqa: ARG002
        """Never."""
        return self._unavailable()

    def read(self, call: Call) -> Call:  # noqa: ARG002
        """Never."""
        return self._unavailable()

    def remove(self, call: Call) -> None:
        """Nothing was placed."""

    def dry(self) -> "AbsentLab":
        """This one does nothing anyway."""
        return self

    def _unavailable(self) -> NoReturn:
        raise NotTested(_REASON)
