"""No calls at all, for runs that change none: what requests name exists nowhere (`--read-only`)."""

from keepcall.lab.offer import Offer
from keepcall.lab.rehearsal import RehearsalLab


class ImaginaryLab(RehearsalLab):
    """Makes calls up, with numbers and IDs that nobody has; and says that it sees nothing of them."""

    def __init__(self) -> None:
        super().__init__(Offer(reads=False))
