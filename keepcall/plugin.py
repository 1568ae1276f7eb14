"""The pytest plugin: options, fixtures, and what becomes of each test. A thin edge: judging is done elsewhere."""

import json
import os
import pickle
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from keepcall import catalogue, late
from keepcall.attendance import is_wanted
from keepcall.benches import BENCHES, ORDERS, Benches, book_of
from keepcall.catalogue import Requirement
from keepcall.errors import KeepcallError, LabError, UsageError
from keepcall.expectation import end_of
from keepcall.lab.static import StaticLab
from keepcall.orders import Orders
from keepcall.outcomes import Failure, Finding, Inconclusive, NotClaimed, NotTested, Outcome, OutOfScope
from keepcall.outlet import Outlet
from keepcall.recorder import Recorder
from keepcall.report import evidence
from keepcall.report.result import ENDED, LEFT, PROPERTY, SENT, TOLD, Evidence, Result, TestVerdict
from keepcall.resources import path
from keepcall.route import route_of
from keepcall.signals import registered
from keepcall.stop import STOP
from keepcall.target import Target

_PARTS = ("observations.plugin", "properties.plugin", "retelling", "roll_call")
pytest_plugins = [f"keepcall.{part}" for part in _PARTS]

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


_WORKER_ORDERS = "keepcall_orders"

_NOTES = pytest.StashKey[Notes]()
_OUTCOME = pytest.StashKey[Outcome]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `pytest suites`; `keepcall run` has its own."""
    group = parser.getgroup("keepcall", "KeepCall conformance")
    group.addoption("--target", metavar="PROFILE", help="the target's profile; without any, the reference server")
    group.addoption("--target-url", metavar="URL", help="a target without a profile")
    group.addoption("--target-api-key", metavar="KEY", default="", help="its API key (or $KEEPCALL_API_KEY)")
    group.addoption("--target-token", metavar="TOKEN", default="", help="its token (or $KEEPCALL_TOKEN)")
    group.addoption("--target-lab", metavar="URL", default="", help="its lab control protocol")
    group.addoption("--only", metavar="ID", action="append", default=[], help="only tests of these requirements")
    group.addoption(
        "--tell-exchanges", action="store_true", help="give the exchanges of each test to the one who asks"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Finds the target, before anything is collected."""
    config.addinivalue_line("markers", "requirement(id): the requirement that the test is about")
    config.addinivalue_line("markers", "wrong_credentials: the test sends wrong keys or tokens, so that it runs late")
    if not hasattr(config.option, "tbstyle"):
        config.option.tbstyle = "native"  # nobody reads more where there is no terminal, and more takes long to find
    try:
        config.option.only = list(catalogue.load().select(config.option.only))
        orders = _orders(config)
        if orders.target:
            route_of(orders.target)
        config.stash[BENCHES] = Benches(orders, _workers(config))
    except KeepcallError as error:
        raise pytest.UsageError(str(error)) from None
    if orders.folder and _WORKER_ORDERS in getattr(config, "workerinput", {}):
        within = ExitStack()
        within.enter_context(registered(Path(orders.folder)))
        config.add_cleanup(within.close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Gives a worker of pytest-xdist the orders of the run, over their own pipe: they may hold secrets."""
    node.workerinput[_WORKER_ORDERS] = pickle.dumps(node.config.stash[BENCHES].orders)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Runs no further test when the run is to end."""
    if not STOP.wanted:
        return None
    item.session.shouldstop = STOP.reason
    return True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tells the one who collects how many requests a worker has sent, the last test's included."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[SENT] = session.config.stash[BENCHES].sent()
        output[ENDED] = STOP.reason


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leaves nothing running."""
    if benches := config.stash.get(BENCHES, None):
        benches.close()


def _orders(config: pytest.Config) -> Orders:
    if ORDERS in config.stash:
        return config.stash[ORDERS]
    worker_input = getattr(config, "workerinput", {})
    if _WORKER_ORDERS in worker_input:
        return cast("Orders", pickle.loads(worker_input[_WORKER_ORDERS]))  # noqa: S301 - from our own process
    return Orders(_target(config))


def _target(config: pytest.Config) -> Target | None:
    from keepcall import profile  # noqa: PLC0415 - reading profiles is only for those who give one

    if place := config.getoption("target"):
        return profile.load(Path(place), os.environ)
    if url := config.getoption("target_url"):
        return profile.from_options(
            url,
            config.getoption("target_api_key") or os.environ.get("KEEPCALL_API_KEY", ""),
            config.getoption("target_token") or os.environ.get("KEEPCALL_TOKEN", ""),
            config.getoption("target_lab"),
        )
    return None


def _workers(config: pytest.Config) -> int:
    worker_input = getattr(config, "workerinput", {})
    return int(worker_input.get("workercount", 1))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Holds the suites against the catalogue; keeps only what was asked for."""
    suites = path("suites")
    ours = [i for i in items if i.path.is_relative_to(suites) and not i.get_closest_marker("observation")]
    for item in ours:
        requirement_of(item)
    if left_out := [item for item in items if not is_wanted(item)]:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_wanted(item)]
    items[:] = late.ordered(items, whole_files=_workers(config) > 1)


def requirement_of(item: pytest.Item) -> Requirement:
    """The requirement that a test of the suites is about.

    Raises:
        UsageError: when it names none, or one that the catalogue does not have.
    """
    marker = item.get_closest_marker("requirement")
    if marker is None or len(marker.args) != 1:
        raise pytest.UsageError(f"{item.nodeid} names no requirement: add @pytest.mark.requirement(id)")
    try:
        return catalogue.load().get(marker.args[0])
    except UsageError as error:
        raise pytest.UsageError(f"{item.nodeid}: {error}") from None


@pytest.fixture
def recorder(request: pytest.FixtureRequest) -> Recorder:
    """The recorder under test."""
    return request.config.stash[BENCHES].get().recorder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Gives a failure its requirement; what was not tested is skipped, so that it does not look like a pass."""
    if not item.get_closest_marker("requirement"):
        return (yield)
    findings: tuple[Finding, ...] = ()
    bench = item.config.stash[BENCHES].get()
    try:
        try:
            bench.begin(item.nodeid)
            return (yield)
        except Inconclusive as outcome:
            raise end_of(requirement_of(item).id, outcome, bench.recorder.seen) from None
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
    from keepcall.report import allure  # noqa: PLC0415 - only where somebody wants its results

    allure.label(requirement_of(item), item.path.parent.name, _title(item), failed=bool(findings))
    if bench := item.config.stash[BENCHES].made:
        allure.attach(bench.recorder.seen, findings)


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
            if not STOP.wanted:  # or it was cut short, and came to nothing
                report.user_properties.append((PROPERTY, json.dumps(_result(item, notes).as_json())))
            report.user_properties.append((SENT, item.config.stash[BENCHES].sent()))
            del item.stash[_NOTES]
        if STOP.wanted and call.excinfo and isinstance(call.excinfo.value, LabError):
            report.user_properties.append((LEFT, _outlet(item).line(str(call.excinfo.value))))
    return report


def _list_exchanges(item: pytest.Item, notes: Notes) -> None:
    """What the test has sent, and how often it had to try."""
    if bench := item.config.stash[BENCHES].made:
        notes.exchanges, notes.unlisted, notes.told = book_of(item.config).note(bench.recorder.seen)
        notes.attempts = bench.recorder.attempts


def _is_beyond_sight(item: pytest.Item) -> bool:
    """Whether the requirement is about effects, and the lab shows none: it is out of scope, for whatever reason."""
    recorder = item.funcargs.get("recorder") if isinstance(item, pytest.Function) else None
    if not requirement_of(item).needs_read_back or not isinstance(recorder, Recorder):
        return False
    return isinstance(recorder.lab, StaticLab) and not recorder.lab.reads_back


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
    return item.config.stash[BENCHES].outlet


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
