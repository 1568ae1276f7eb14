"""Marks that last (KC-EFF-01): a call that was kept is kept a while later, too.

What spoils a mark later is a job that runs beside the requests, or a cache that forgets: the tests that look at a
call once, right after the answer, do not see it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from keepcall.cases.engine.access import TargetAccess
from keepcall.cases.engine.checks import in_short
from keepcall.cases.setup import Setup
from keepcall.cases.situations.selectors import plainest
from keepcall.contract.call import Call, marks, ongoing
from keepcall.contract.exchange import Exchange
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import Failure, Finding, Inconclusive, Outcome, OutOfScope
from keepcall.contract.request import keep
from keepcall.contract.violation import Violation
from keepcall.errors import LabError
from keepcall.lab.placing import PlacingLab
from keepcall.shutdown import SHUTDOWN

A_WHILE = 3.2
"""Seconds; longer would show more, and every run has to wait for it."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A call that was kept, to be looked at later.

    Attributes:
        goal: the call as it has to be from then on.
        exchange: by which it was kept.
        since: the moment, by the clock that never goes back.
    """

    goal: Call
    exchange: Exchange
    since: float = field(default_factory=time.monotonic)

    def lost(self, now: Call) -> Finding | None:
        """What is wrong where the mark has gone; a call that has changed otherwise is no witness any more."""
        if marks(now) == marks(self.goal) or now.state != self.goal.state:
            return None
        later = f"{time.monotonic() - self.since:.0f} s later"
        violation = Violation("LostMark", f"the {self.goal.in_words()} {later}", f"the {now.in_words()}")
        return Finding(violation, "a call that was kept, and looked at twice", self.exchange)


@contextmanager
def witnessed(driver: TargetAccess, left: list[str]) -> Iterator[None]:
    """Keeps a call as long as this lasts, for `expect_of_a_while` to look at, which may be much later.

    Only where calls cost nothing: one that a tester has to provide is of more use to the other tests.

    Args:
        driver: the target.
        left: gets a sentence where the lab cannot put the call back.
    """
    setup = Setup(driver.lab, driver.target, KEEP)
    driver.test_id = "a mark that is looked at later"
    try:
        with suppress(Outcome, LabError):  # the tests will say so themselves
            _keep_a_witness(driver, setup)
        yield
    finally:
        try:
            setup.clear()
        except LabError as error:
            left.append(str(error))


def _keep_a_witness(driver: TargetAccess, setup: Setup) -> None:
    if isinstance(driver.lab, PlacingLab) and driver.lab.reads_back:
        goal = KEEP.after(setup.number(ongoing()).call)
        exchange = driver.send(plainest(goal))
        if driver.sees(goal):
            driver.remember(Witness(goal, exchange))


def expect_of_a_while(driver: TargetAccess) -> None:
    """Calls that were kept are kept a while later, whichever way they were named; so is the one from the run's start.

    Raises:
        Failure: when one is not.
        Inconclusive: when it was not kept to begin with, which is another test's finding.
        OutOfScope: when the lab cannot read calls back.
        NotTested: when it cannot place them.
    """
    __tracebackhide__ = True
    if not driver.lab.reads_back:
        raise OutOfScope("the lab cannot read a call back, so its effect cannot be seen")
    with driver.setup(KEEP) as setup:
        by_call_id, by_extension = setup.number(ongoing()), setup.number(ongoing("called"))
        requests = (plainest(by_call_id.call), keep(extension=by_extension.text, status="ongoing"))
        exchanges = [driver.send(request) for request in requests]
        witnesses = [Witness(KEEP.after(call), e) for call, e in zip(setup.calls, exchanges, strict=True)]
        for witness in witnesses:
            if not driver.sees(witness.goal):
                told = in_short(witness.exchange)
                raise Inconclusive(f"a call was not kept, so that its mark cannot last: {told}")
        SHUTDOWN.pause(A_WHILE)
        found = [witness.lost(driver.lab.read(witness.goal)) for witness in witnesses]
        if first := driver.recall(Witness):
            with suppress(LabError):  # a lab that has dropped it says nothing about its mark
                found.append(first.lost(driver.lab.read(first.goal)))
        if findings := tuple(filter(None, found)):
            raise Failure(findings)
