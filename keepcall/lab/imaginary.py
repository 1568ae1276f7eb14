"""No calls at all, for runs that change none: what requests name exists nowhere (`--read-only`)."""

from keepcall.lab.rehearsal import RehearsalLab


class ImaginaryLab(RehearsalLab):
    """Makes calls up, with numbers and IDs that nobody has; and says that it sees nothing of them."""

    reads_back = False
