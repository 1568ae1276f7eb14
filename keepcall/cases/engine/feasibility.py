"""Whether a situation could be executed, found out without a request: what a plan and a check are made of."""

from dataclasses import dataclass

from keepcall.cases.setup import Arrangement, Setup
from keepcall.cases.situations.table import Situation
from keepcall.contract.call import Call
from keepcall.contract.claims import unclaimed
from keepcall.contract.operation import Operation
from keepcall.contract.outcomes import NotClaimed
from keepcall.contract.target import Target
from keepcall.lab.interface import Lab


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What an execution would arrange.

    Attributes:
        arrangement: its request, twin, preconditions and arrivals.
        calls: every call on the setup, arrivals included.
    """

    arrangement: Arrangement
    calls: tuple[Call, ...]


def feasible(lab: Lab, target: Target, situation: Situation, operation: Operation, token: str = "") -> Feasibility:
    """The situation as it would be executed; the lab is asked for what it offers, and does nothing.

    Args:
        lab: the lab of a run.
        target: its target.
        situation: what would be executed.
        operation: what would be asked for.
        token: the one that is good, where the profile does not hold it.

    Raises:
        NotTested: when the lab cannot arrange it, with what it would need.
        NotClaimed: when the profile does not claim what is asked for, or does not give a secret that it needs.
    """
    setup = Setup(lab.dry(), target, operation, token or target.credentials.token.reveal())
    arrangement = situation.arrange(setup)
    for request in (
        operation.asked(arrangement.request),
        *([operation.asked(arrangement.twin)] if arrangement.twin else []),
    ):
        if not request.unclaimed and (reason := unclaimed(request, target)):
            raise NotClaimed(f"the profile does not claim {reason}")
    for arrival in arrangement.arrivals:
        setup.begin(arrival)
    return Feasibility(arrangement, tuple(setup.calls))
