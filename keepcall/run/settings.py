"""What a command says to the suites, beside the options of pytest: secrets stand on no command line."""

from dataclasses import dataclass

from keepcall.contract.target import Target
from keepcall.lab.interface import Lab
from keepcall.lab.program import Program


@dataclass(frozen=True, slots=True)
class Orders:
    """How to run the suites.

    Attributes:
        target: what is tested; None for the embedded reference server.
        folder: of what the processes of a run share; empty where signals are pytest's own business.
        most: requests after which the run is to end; 0 for no limit.
        gentle: requests with wrong credentials that may be sent; 0 for no limit.
        read_only: whether nothing is sent that the contract lets change a call.
        rehearsal: whether the target is a stand-in, which nobody has to be gentle with.
        program: in place of the one that places calls for a command lab.
        lab: in place of the profile's; it goes to no other process.
    """

    target: Target | None = None
    folder: str = ""
    most: int = 0
    gentle: int = 0
    read_only: bool = False
    rehearsal: bool = False
    program: Program | None = None
    lab: Lab | None = None
