"""What becomes of each test: its outcome, as a result that the collector reads, and as Allure shows it."""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.expectation import end_of
from keepcall.contract.outcomes import Failure, Finding, Inconclusive, NotClaimed, NotTested, Outcome, OutOfScope
from keepcall.contract.outlet import Outlet
from keepcall.errors import KeepcallError, LabError
from keepcall.lab.static_lab import StaticLab
from keepcall.report import evidence
from keepcall.report.result import Evidence, Result, TestVerdict
from keepcall.run.hooks.selection import requirement_of
from keepcall.run.transfer import ENDED, LEFT, PROPERTY, SENT, TOLD
from keepcall.run.worker import WORKER_STATE, book_of
from keepcall.shutdown import SHUTDOWN

_WORST_FIRST: tuple[TestVerdict, ...] = ("fail", "broken", "inconclusive", "not tested", "not claimed", "pass")


@dataclass
class Notes:
    """What one test came to so far: setup, call and teardown may each add to it."""

    verdict: TestVerdict = "pass"
    message: str = ""
    out_of_scope: bool = False
    duration: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    exchanges: tuple[str, ...] = ()
    unlisted: int = 0
    attempts: int = 1
    told: list[dict[str, str]] = field(default_factory=list)


_NOTES = pytest.StashKey[Notes]()


_OUTCOME = pytest.StashKey[Outcome]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Runs no further test when the run is to end."""
    if not SHUTDOWN.wanted:
        return None
    item.session.shouldstop = SHUTDOWN.reason
    return True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tells the one who collects how many requests a worker has sent, the last test's included."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[SENT] = session.config.stash[WORKER_STATE].sent()
        output[ENDED] = SHUTDOWN.reason


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Gives a failure its requirement; what was not tested is skipped, so that it does not look like a pass."""
    if not item.get_closest_marker("requirement"):
        return (yield)
    findings: tuple[Finding, ...] = ()
    harness = item.config.stash[WORKER_STATE].get()
    try:
        try:
            harness.begin(item.nodeid)
            return (yield)
        except Inconclusive as outcome:
            raise end_of(requirement_of(item).id, outcome, harness.driver.seen) from None
    except Failure as failure:
        failure.report = evidence.bug_report(requirement_of(item), failure)
        findings = failure.findings
        raise
    except (NotTested, NotClaimed) as outcome:
        item.stash[_OUTCOME] = outcome
        pytest.skip(str(outcome))
    finally:
        if item.config.getoption("allure_report_dir", None):
            _tell_allure(item, findings)


def _tell_allure(item: pytest.Item, findings: Sequence[Finding]) -> None:
    """What the test is about, and what it saw."""
    from keepcall.report.allure import results  # noqa: PLC0415 - only where somebody wants its results

    results.label(requirement_of(item), item.path.parent.name, _title(item), failed=bool(findings))
    if harness := item.config.stash[WORKER_STATE].made:
        results.attach(harness.driver.seen, findings)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes what each phase came to; the last one carries the result."""
    report = yield
    if item.get_closest_marker("requirement"):
        if call.excinfo and call.when == "setup" and item.config.getoption("allure_report_dir", None):
            _tell_allure(item, ())
        notes = item.stash.setdefault(_NOTES, Notes())
        notes.duration += call.duration
        if call.excinfo:
            _note(notes, item.stash.get(_OUTCOME, None) or call.excinfo.value)
            notes.out_of_scope |= notes.verdict == "not tested" and _is_beyond_sight(item)
        if call.when == "call" and item.config.getoption("tell_exchanges"):
            _list_exchanges(item, notes)
        if call.when == "teardown":
            report.user_properties += [(TOLD, json.dumps(notes.told))] if notes.told else []
            if not SHUTDOWN.wanted:  # or it was cut short, and came to nothing
                report.user_properties.append((PROPERTY, json.dumps(_result(item, notes).as_json())))
            report.user_properties.append((SENT, item.config.stash[WORKER_STATE].sent()))
            del item.stash[_NOTES]
        if SHUTDOWN.wanted and call.excinfo and isinstance(call.excinfo.value, LabError):
            report.user_properties.append((LEFT, _outlet(item).line(str(call.excinfo.value))))
    return report


def _list_exchanges(item: pytest.Item, notes: Notes) -> None:
    """What the test has sent, and how often it had to try."""
    if harness := item.config.stash[WORKER_STATE].made:
        notes.exchanges, notes.unlisted, notes.told = book_of(item.config).note(harness.driver.seen)
        notes.attempts = harness.driver.attempts


def _is_beyond_sight(item: pytest.Item) -> bool:
    """Whether the requirement is about effects, and the lab shows none: it is out of scope, for whatever reason."""
    driver = item.funcargs.get("driver") if isinstance(item, pytest.Function) else None
    if not requirement_of(item).needs_read_back or not isinstance(driver, Driver):
        return False
    return isinstance(driver.lab, StaticLab) and not driver.lab.reads_back


def _note(notes: Notes, error: BaseException) -> None:
    """Adds how a phase ended; the worst counts."""
    verdict = error.verdict if isinstance(error, Outcome) else "broken"
    if _WORST_FIRST.index(verdict) > _WORST_FIRST.index(notes.verdict):
        return
    notes.verdict = verdict
    notes.out_of_scope = isinstance(error, OutOfScope)
    if isinstance(error, Failure):
        notes.evidence = evidence.of_failure(error)
        notes.message = evidence.one_line(notes.evidence[0], len(error.findings) - 1)
    elif isinstance(error, Outcome):
        notes.message = error.reason
    elif isinstance(error, KeepcallError):
        notes.message = str(error)
    else:
        notes.message = f"the suite failed: {type(error).__name__}: {error}"


def _outlet(item: pytest.Item) -> Outlet:
    return item.config.stash[WORKER_STATE].outlet


def _result(item: pytest.Item, notes: Notes) -> Result:
    outlet = _outlet(item)
    return Result(
        id=item.nodeid,
        requirement=requirement_of(item).id,
        verdict=notes.verdict,
        message=outlet.line(notes.message),
        title=_title(item),
        scenario=item.path.parent.name,
        out_of_scope=notes.out_of_scope,
        duration=round(notes.duration, 4),
        evidence=tuple(evidence.let_out(each, outlet) for each in notes.evidence),
        exchanges=notes.exchanges,
        unlisted=notes.unlisted,
        attempts=notes.attempts,
    )


def _title(item: pytest.Item) -> str:
    """The test's name as a sentence, with what it is parametrized by."""
    function = cast("pytest.Function", item)
    title = function.originalname.removeprefix("test_").replace("_", " ")
    return f"{title}: {function.callspec.id}" if hasattr(function, "callspec") else title
