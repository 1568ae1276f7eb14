"""What a run was asked for, and what of it is handed to each process; secrets stand on no command line."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from keepcall.cases.generation.budget import Budget
from keepcall.contract.target import Target
from keepcall.lab.interface import Lab
from keepcall.lab.program import Program
from keepcall.report.waiving import Waiver

Observing = Literal["", "slow", "no"]
"""Whether observations are asked: the quick ones, those that take a minute as well, or none."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How to run the suites.

    Attributes:
        target: what is tested; None for the embedded reference server.
        folder: of what the processes of a run share; empty where signals are pytest's own business.
        most: requests after which the run is to end; 0 for no limit.
        gentle: requests with wrong credentials that may be sent; 0 for no limit.
        read_only: whether nothing is sent that the contract lets change a call.
        dry: whether the target is a stand-in, which nobody has to be gentle with.
        program: in place of the one that places calls for a command lab.
        lab: in place of the profile's; it goes to no other process.
    """

    target: Target | None = None
    folder: str = ""
    most: int = 0
    gentle: int = 0
    read_only: bool = False
    dry: bool = False
    program: Program | None = None
    lab: Lab | None = None


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What `keepcall run` was asked for."""

    target: Target | None
    output: Path | None = None
    only: tuple[str, ...] = ()
    strict: bool = False
    workers: int = 1
    allure: bool = False
    exchanges: str = "all"
    history: Path | None = None
    observing: Observing = ""
    budget: Budget = field(default_factory=Budget)
    command: str = "keepcall run"
    waivers: tuple[Waiver, ...] = ()
    max_requests: int = 0
    read_only: bool = False
    gentle: bool = False


NEEDLESS = ("terminal", "cacheprovider", "doctest", "junitxml", "logging", "unraisableexception", "threadexception")
"""Plugins of pytest that would tell what nobody reads here, or look at each test for what it never does."""


WORKER_SETTINGS = pytest.StashKey[WorkerSettings]()
"""Where a command leaves its orders: secrets never stand on a command line."""
