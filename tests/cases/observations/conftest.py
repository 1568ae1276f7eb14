"""All questions of `suites/observations`, collected once, and a way to ask them of any server."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import keepcall
from keepcall import resources
from keepcall.cases.observations import catalogue
from keepcall.cases.observations.answers import answered
from keepcall.cases.observations.observer import Observer
from keepcall.contract.target import Limits, Target
from keepcall.lab.interface import Lab
from keepcall.run.collector import Collector
from keepcall.run.harness import harness
from keepcall.run.pytest_session import _Handover
from keepcall.run.reference import DirectLab, target_of
from keepcall.run.settings import WorkerSettings
from keepcall.server import KeepCallServer, RunningServer, Settings

INI = Path(keepcall.__file__).parent / "run" / "pytest.ini"

Ask = Callable[..., dict[str, str]]
Collect = Callable[..., tuple[int, list[pytest.Function]]]


@dataclass
class Collected:
    """A pytest plugin that takes the collected tests and runs none."""

    items: list[pytest.Function]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items += [item for item in session.items if isinstance(item, pytest.Function)]
        return True


def tested(place: Path, *options: str, plugins: Sequence[object]) -> int:
    """pytest as `keepcall run` starts it."""
    arguments = ["-c", str(INI), "--rootdir", str(resources.path("suites").parent), str(place)]
    arguments += ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "keepcall.plugin", *options]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        return int(pytest.main(arguments, plugins=plugins))


@pytest.fixture(scope="session")
def collect() -> Collect:
    """Collects tests and runs none; returns the exit code and the tests."""

    def collect(place: Path, *options: str) -> tuple[int, list[pytest.Function]]:
        collected = Collected([])
        return tested(place, *options, plugins=[collected]), collected.items

    return collect


@pytest.fixture(scope="session")
def run_tests() -> Callable[..., tuple[int, Collector]]:
    """Runs tests against a target; returns the exit code and what was collected."""

    def run_tests(place: Path, target: Target, *options: str) -> tuple[int, Collector]:
        collector = Collector(lambda _: None, lambda _: None)
        return tested(place, *options, plugins=[collector, _Handover(WorkerSettings(target))]), collector

    return run_tests


@pytest.fixture(scope="session")
def questions(collect: Collect) -> Mapping[str, Callable[..., object]]:
    """By id, what asks the question; it wants an observer."""
    _, items = collect(resources.path("suites", "observations"))
    found: dict[str, Callable[..., object]] = {}
    for item in items:
        marker = item.get_closest_marker("observation")
        assert marker is not None
        values = item.callspec.params if hasattr(item, "callspec") else {}
        found[marker.args[0]] = partial(item.obj, **values)
    return found


@pytest.fixture(scope="session")
def ask(questions: Mapping[str, Callable[..., object]]) -> Ask:
    """Asks an observer all questions, or some; returns the answers by id."""

    def ask(observer: Observer, *ids: str) -> dict[str, str]:
        redactor = observer.driver.client.redactor
        observations = catalogue.load()
        return {
            each: answered(observations.get(each), partial(questions[each], observer=observer), redactor)
            for each in ids or questions
        }

    return ask


@contextmanager
def observing(server: KeepCallServer | None = None, lab: Lab | None = None, **changes: Any) -> Iterator[Observer]:
    """An observer of the server; `changes` are those of its profile."""
    server = server or KeepCallServer(replace(Settings.random(), next_window=2.0))
    with RunningServer(server) as running:
        target: Target = replace(target_of(running), **{"limits": Limits(timeout=10.0, next_wait=4.0), **changes})
        with harness(target, lab=lab or DirectLab(server), look=False) as ready:
            yield Observer(ready.driver)


@pytest.fixture(scope="session")
def observe() -> Callable[..., Any]:
    """`observing`, for tests."""
    return observing


@pytest.fixture(scope="session")
def reference(ask: Ask) -> dict[str, str]:
    """What the reference server answers."""
    with observing() as observer:
        return ask(observer)
