"""Any input (KC-ANY-01 to KC-ANY-03): single requests of every shape, each to calls in a known state."""

from dataclasses import dataclass
from functools import partial

from hypothesis import given, reject, seed

from keepcall.cases.engine.driver import Driver
from keepcall.cases.generation import fixed_examples
from keepcall.cases.generation.strategies import any_requests
from keepcall.cases.generation.templates import RequestTemplate
from keepcall.cases.properties.call_pool import CallPool
from keepcall.cases.properties.checks import Tried, as_the_contract_says
from keepcall.cases.properties.search import bounded
from keepcall.cases.properties.session import RequestCheck, Session
from keepcall.cases.properties.steps import StepRunner
from keepcall.cases.properties.unanswered import ask_surely
from keepcall.contract.operation import KEEP

_BATCH = 12
"""Inputs after which all calls are read back, and those that were used are mended."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that was tried in a search that found nothing, for the next test that asks something of any input."""

    tried: tuple[Tried, ...]


def expect_of_any_input(recorder: Driver, check: RequestCheck) -> None:
    """Every answer to any input passes the check.

    Raises:
        Failure: with a counter-example that is as small as can be, when one does not.
        Inconclusive: when there were no answers to judge.
        NotTested: when the lab cannot place calls.
    """
    __tracebackhide__ = True
    known = recorder.recall(Inputs)
    if known and not any(violation for tried in known.tried for violation in check(tried)):
        return
    with recorder.stage(KEEP) as stage:
        session = Session(CallPool.on(recorder, stage), (check,))
        session.must_grant()
        surely = check is as_the_contract_says
        course = StepRunner(session, partial(ask_surely, session) if surely else session.ask)
        tried = _tried(course)
        course.conclude()
        recorder.remember(Inputs(tried))


def _tried(course: StepRunner) -> tuple[Tried, ...]:
    """All that was tried, as far as the budget goes or until something is wrong."""
    budget, session = course.session.population.recorder.budget, course.session
    tried: list[Tried] = []

    def attempt(draft: RequestTemplate) -> bool:
        if not course.going_on or len(course.steps) == _BATCH:
            course.finish()
            course.begin()
        if not course.may_take(draft):
            return False
        course.take(draft)
        tried.extend([session.tried] if session.tried else [])
        return True

    @seed(budget.seed)
    @bounded(budget.examples)
    @given(any_requests())
    def draw(draft: RequestTemplate) -> None:
        if not attempt(draft):
            reject()

    def search() -> None:
        for draft in fixed_examples.inputs():
            attempt(draft)
        draw()
        course.finish()

    course.hunt.search(search)
    return tuple(tried)
