"""`expect` is where a test judges: checks return what is wrong, and only this raises."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from keepcall.cases.engine.checks import ExecutionCheck, PairCheck
from keepcall.cases.engine.execution import Execution
from keepcall.contract.exchange import Exchange
from keepcall.contract.outcomes import Failure, Finding, Inconclusive, NotClaimed, NotTested, Outcome, OutOfScope
from keepcall.errors import InternalError
from keepcall.expect.in_itself import wrong_in_itself

Executions = Sequence[Execution | Outcome]

_WORST_FIRST: tuple[type[Outcome], ...] = (Inconclusive, NotTested, OutOfScope, NotClaimed)
"""What is out of scope or not claimed hides nothing that was judged."""


def expect(executions: Executions, *checks: ExecutionCheck) -> None:
    """Every execution passes every check.

    Raises:
        Failure: with all findings, when one does not.
        Inconclusive, NotTested, NotClaimed: when no finding was made and executions are missing, the worst reason.
        InternalError: when there is nothing to judge by.
    """
    __tracebackhide__ = True
    if not checks:
        raise InternalError("a test expects nothing", "Give `expect` at least one check.")

    def findings(execution: Execution) -> Iterator[Finding]:
        for check in checks:
            for violation in check(execution):
                yield Finding(violation, execution.context, execution.exchange, execution.twin)

    _judge([(execution,) for execution in executions], lambda pair: findings(pair[0]))


def expect_alike(firsts: Executions, seconds: Executions, *checks: PairCheck) -> None:
    """Each execution of the one kind agrees with the one of the other kind in its place, by every check.

    Raises:
        Failure, Inconclusive, NotTested, NotClaimed: as `expect`.
    """
    __tracebackhide__ = True

    if not checks:
        raise InternalError("a test expects nothing", "Give `expect_alike` at least one check.")

    def findings(pair: Sequence[Execution]) -> Iterator[Finding]:
        for check in checks:
            for violation in check(pair[0], pair[1]):
                context = f"{pair[1].context}, beside {pair[0].mode}"
                yield Finding(violation, context, pair[1].exchange, pair[0].exchange)

    _judge(list(zip(firsts, seconds, strict=True)), findings)


def end_of(requirement: str, outcome: Outcome, seen: Sequence[Exchange]) -> Outcome:
    """How a test of a requirement ends that stopped with this outcome.

    A test without a judgement fails all the same where it saw an answer that no correct server gives to any request.

    Args:
        requirement: its id.
        outcome: what the test stopped with.
        seen: the exchanges of the test.
    """
    if not isinstance(outcome, Inconclusive):
        return outcome
    context = f"whatever was asked; no judgement is possible of the rest: {outcome.reason}"
    findings = [Finding(violation, context, exchange) for exchange, violation in wrong_in_itself(requirement, seen)]
    return Failure(tuple(findings)) if findings else outcome


def _judge(
    groups: Sequence[Sequence[Execution | Outcome]], judge: Callable[[Sequence[Execution]], Iterable[Finding]]
) -> None:
    """Judges what can be judged; a failure outweighs whatever is missing."""
    __tracebackhide__ = True
    findings: list[Finding] = []
    missing: list[Outcome] = []
    judged = False
    for group in groups:
        outcomes = [member for member in group if isinstance(member, Outcome)]
        if outcomes:
            missing.append(_worst(outcomes))
            continue
        try:
            findings += judge([member for member in group if isinstance(member, Execution)])
        except (NotTested, Inconclusive) as outcome:
            missing.append(outcome)
        else:
            judged = True
    if findings:
        raise Failure(tuple(findings))
    worst = _worst(missing) if missing else None
    if worst and (not judged or _rank(worst) < _rank(OutOfScope())):
        raise type(worst)(*worst.args)
    if not judged:
        raise InternalError("a test has nothing to judge", "Give `expect` at least one play.")


def _worst(outcomes: Sequence[Outcome]) -> Outcome:
    return min(outcomes, key=_rank)


def _rank(outcome: Outcome) -> int:
    return _WORST_FIRST.index(type(outcome))
