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


def expect_of_any_input(driver: Driver, check: RequestCheck) -> None:
    """Every answer to any input passes the check.

    Raises:
        Failure: with a counter-example that is as small as can be, when one does not.
        Inconclusive: when there were no answers to judge.
        NotTested: when the lab cannot place calls.
    """
    __tracebackhide__ = True
    known = driver.recall(Inputs)
    if known and not any(violation for tried in known.tried for violation in check(tried)):
        return
    with driver.setup(KEEP) as setup:
        session = Session(CallPool.on(driver, setup), (check,))
        session.must_grant()
        surely = check is as_the_contract_says
        runner = StepRunner(session, partial(ask_surely, session) if surely else session.ask)
        tried = _tried(runner)
        runner.conclude()
        driver.remember(Inputs(tried))


def _tried(runner: StepRunner) -> tuple[Tried, ...]:
    """All that was tried, as far as the budget goes or until something is wrong."""
    budget, session = runner.session.call_pool.driver.budget, runner.session
    tried: list[Tried] = []

    def attempt(template: RequestTemplate) -> bool:
        if not runner.going_on or len(runner.steps) == _BATCH:
            runner.finish()
            runner.begin()
        if not runner.may_take(template):
            return False
        runner.take(template)
        tried.extend([session.tried] if session.tried else [])
        return True

    @seed(budget.seed)
    @bounded(budget.examples)
    @given(any_requests())
    def draw(template: RequestTemplate) -> None:
        if not attempt(template):
            reject()

    def search() -> None:
        for template in fixed_examples.inputs():
            attempt(template)
        draw()
        runner.finish()

    runner.search_state.search(search)
    return tuple(tried)
