"""One trial: the suite run against one subject; and the worker that runs many."""

import contextlib
import logging
import multiprocessing as mp
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, Self

import pytest

from keepcall import resources
from keepcall.cases.engine.expectation import end_of
from keepcall.contract.outcomes import Failure, Outcome, OutOfScope
from keepcall.errors import InternalError
from keepcall.expect.xml import loaded
from keepcall.report import evidence
from keepcall.report.verdict import RequirementVerdict
from keepcall.run.attendance import written
from keepcall.run.collector import Collector
from keepcall.run.foreign_settings import shut_out
from keepcall.run.harness import Harness
from keepcall.run.proof.live import running
from keepcall.run.proof.subject import Subject, Trial
from keepcall.run.settings import NEEDLESS

Depth = Literal["quick", "normal", "thorough"]
"""How far a fault is tried.

- quick: until a test of its own requirements catches it
- normal: until each of its own requirements has caught it; where none does, with all other tests too
- thorough: with every test
"""

_WORST_FIRST: tuple[RequirementVerdict, ...] = (
    "fail",
    "broken",
    "inconclusive",
    "not tested",
    "pass",
    "out of scope",
    "not claimed",
)


@dataclass(frozen=True, slots=True)
class CollectedTest:
    """A collected test, ready to be called."""

    id: str
    requirement: str
    function: Callable[..., object]
    arguments: Mapping[str, object]

    @classmethod
    def of(cls, item: pytest.Function) -> Self:
        """The test of an item whose one fixture is the recorder."""
        arguments = dict(item.callspec.params) if hasattr(item, "callspec") else {}
        marker = item.get_closest_marker("requirement")
        requirement = marker.args[0] if marker else ""
        return cls(item.nodeid, requirement, item.obj, arguments)


def attempt(subject: Subject, tests: Sequence[CollectedTest], depth: Depth) -> Trial:
    """The tests against one subject; whatever goes wrong is part of the trial.

    The tests of a fault's own requirements go first, and first of all those that caught it the last time. Where they
    catch it, the others could tell nothing more about its fate.
    """
    own = _own(subject, tests)
    others = [test for test in tests if test.requirement not in subject.ids] if own else tests
    start = time.monotonic()
    trial = Trial(subject.name, subject.kind, {}, {}, {}, 0.0)
    trouble = ""
    try:
        with running(subject) as ready:
            for test in [*_known(subject, own, depth), *own]:
                if not _is_idle(test, trial, depth):
                    _call(test, ready, trial)
            caught = "fail" in trial.verdicts.values()
            trouble = "" if caught else ready.obstacle
            for test in [] if trouble or (own and _enough(depth, caught=caught)) else others:
                _call(test, ready, trial)
    except Exception as error:  # noqa: BLE001 - one subject that breaks must not end the proof
        trouble = f"{type(error).__name__}: {error}"
    return replace(trial, seconds=round(time.monotonic() - start, 2), trouble=trouble)


def _own(subject: Subject, tests: Sequence[CollectedTest]) -> list[CollectedTest]:
    """The tests of a fault's own requirements; none for a variant."""
    return [test for test in tests if test.requirement in subject.ids] if subject.kind == "fault" else []


def _known(subject: Subject, own: Sequence[CollectedTest], depth: Depth) -> list[CollectedTest]:
    """The tests that caught the fault the last time; where they need others before them, they run once more."""
    return [test for test in own if test.id in subject.known] if depth != "thorough" else []


def _is_idle(test: CollectedTest, trial: Trial, depth: Depth) -> bool:
    """Whether a test of a fault's own requirements can tell nothing more about its fate."""
    if depth == "quick":
        return "fail" in trial.verdicts.values()
    return depth == "normal" and trial.verdicts.get(test.requirement) == "fail"


def _enough(depth: Depth, *, caught: bool) -> bool:
    """Whether the tests of a fault's own requirements are all that is to be run."""
    return depth == "quick" or (depth == "normal" and caught)


def _call(test: CollectedTest, ready: Harness, trial: Trial) -> None:
    """Calls a test, and notes the worst verdict of its requirement with the first message that tells of it."""
    verdict: RequirementVerdict = "pass"
    error: Exception | None = None
    try:
        ready.begin(test.id)
        test.function(driver=ready.driver, **test.arguments)
    except OutOfScope as outcome:
        verdict, error = "out of scope", outcome
    except Outcome as outcome:
        end = end_of(test.requirement, outcome, ready.driver.seen)
        verdict, error = end.verdict, end
    except Exception as exception:  # noqa: BLE001 - a test that breaks is broken, and the next one goes on
        verdict, error = "broken", exception
    if verdict == "fail":
        trial.caught_by.setdefault(test.requirement, test.id)
    known = trial.verdicts.get(test.requirement, "not claimed")
    if test.requirement not in trial.verdicts or _rank(verdict) < _rank(known):
        trial.verdicts[test.requirement] = verdict
        if error:
            trial.messages[test.requirement] = f"{test.id.rpartition('::')[2]}: {_message(error)}"
    trial.tests[test.requirement] = trial.tests.get(test.requirement, 0) + (verdict in _WORST_FIRST[:4])


def _message(error: Exception) -> str:
    if isinstance(error, Failure):
        return evidence.one_line(evidence.of_finding(error.findings[0]), len(error.findings) - 1)
    return f"{type(error).__name__}: {error}"


def _rank(verdict: str) -> int:
    return [str(known) for known in _WORST_FIRST].index(verdict)


class _Collecting:
    """A pytest plugin that runs no test, and keeps what it would have run.

    The tests are called without pytest's protocol around them: no fixture but the recorder, no report for each. That
    is most of the time of a trial, and the proof is about what the tests find.
    """

    tests: tuple[CollectedTest, ...] = ()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        self.tests = tuple(CollectedTest.of(item) for item in session.items if isinstance(item, pytest.Function))
        return True


@cache
def collected() -> tuple[CollectedTest, ...]:
    """The tests of the suites; a process that is forked from one that has collected them has them, too."""
    suites = resources.path("suites")
    words = ["-c", str(Path(__file__).parents[1] / "pytest.ini"), "--rootdir", str(suites.parent), str(suites)]
    words += ["--disable-plugin-autoload", "-p", "keepcall.plugin", "--no-observations"]
    words += [word for name in NEEDLESS for word in ("-p", f"no:{name}")]
    collecting, collector = _Collecting(), Collector(lambda _: None, lambda _: None)
    with shut_out():
        code = pytest.main(words, plugins=[collecting, collector])
    collector.expect(written())
    if trouble := [*collector.problems, *collector.taken_out()]:
        raise InternalError("the suites cannot be collected: " + "; ".join(trouble))
    if code != pytest.ExitCode.OK:
        raise InternalError("the suites cannot be collected", "Install keepcall-conformance again.")
    return collecting.tests


def warm_up() -> None:
    """Makes what a process makes once, on first use, so that workers that are forked from this one have it."""
    collected()
    from hypothesis import given  # noqa: PLC0415 - the suites have it by now; nobody's settings were there

    from keepcall.cases.generation.strategies import any_requests  # noqa: PLC0415 - imports Hypothesis
    from keepcall.cases.properties.search import bounded  # noqa: PLC0415 - imports Hypothesis

    for schema in resources.path("schemas").glob("*.xsd"):
        loaded(schema.name)

    @bounded(1)
    @given(any_requests())
    def draw(_: object) -> None:
        """What is drawn matters to nobody."""

    draw()


def work(subjects: "mp.Queue[Subject | None]", trials: "mp.Queue[Trial]", depth: Depth) -> None:
    """What a worker process does: tries what it is handed until there is no more."""
    logging.disable()  # faults break the server, and it would tell of each
    with contextlib.suppress(KeyboardInterrupt):
        while (subject := subjects.get()) is not None:
            trials.put(attempt(subject, collected(), depth))
