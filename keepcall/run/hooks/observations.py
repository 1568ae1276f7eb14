"""The part of the pytest plugin that asks observations: their tests return an answer, and never fail."""

import inspect
import json
from collections.abc import Generator, Iterable
from typing import cast

import pytest

from keepcall.cases.observations import catalogue
from keepcall.cases.observations.answers import answered, not_asked
from keepcall.cases.observations.catalogue import Observation
from keepcall.cases.observations.observer import Observer
from keepcall.errors import KeepcallError, UsageError
from keepcall.run.attendance import is_wanted
from keepcall.run.transfer import ANSWER, SENT, TOLD
from keepcall.run.worker import WORKER_STATE, book_of
from keepcall.shutdown import SHUTDOWN

_OBSERVER = pytest.StashKey[Observer]()
_ANSWER = pytest.StashKey[str]()
_SENT_FOR_IT = pytest.StashKey[tuple[tuple[str, ...], int, list[dict[str, str]]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Whether to ask, and how long it may take."""
    group = parser.getgroup("keepcall")
    group.addoption("--no-observations", action="store_true", help="leave the observations out")
    group.addoption("--slow-observations", action="store_true", help="also ask what takes a minute")


def pytest_configure(config: pytest.Config) -> None:
    """Names the marker."""
    config.addinivalue_line("markers", "observation(id): the question that the test asks, in place of a requirement")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Holds the questions against the catalogue; asks them after all that is judged, or not at all."""
    asking = [item for item in items if item.get_closest_marker("observation")]
    _check(asking)
    judging = [item for item in items if item not in asking]
    if asking and not is_wanted(asking[0]):
        config.hook.pytest_deselected(items=asking)
        asking = []
    items[:] = [*judging, *asking]


def _check(asking: Iterable[pytest.Item]) -> None:
    """Each test asks a question of the catalogue, no two the same one.

    Raises:
        UsageError: when one does not.
    """
    found: dict[str, str] = {}
    for item in asking:
        observation = observation_of(item)
        if observation.id in found:
            raise pytest.UsageError(f"{item.nodeid} asks {observation.id} once more, after {found[observation.id]}")
        found[observation.id] = item.nodeid


def observation_of(item: pytest.Item) -> Observation:
    """The question that a test asks.

    Raises:
        UsageError: when it is not one of the catalogue.
    """
    marker = item.get_closest_marker("observation")
    try:
        (observation_id,) = marker.args if marker else ()
        return catalogue.load().get(str(observation_id))
    except ValueError:
        raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.observation takes one id") from None
    except UsageError as error:
        raise pytest.UsageError(f"{item.nodeid}: {error}") from None


@pytest.fixture
def observer(request: pytest.FixtureRequest) -> Observer:
    """Asks the target; where no request would prove anything, the question is skipped."""
    obstacle = "no request to this target proves anything"
    try:
        ready = request.config.stash[WORKER_STATE].get()
    except KeepcallError:
        pytest.skip(_remember(request.node, not_asked(obstacle)))
    if ready.obstacle:
        pytest.skip(_remember(request.node, not_asked(obstacle)))
    ready.driver.begin(request.node.nodeid)
    known = request.config.stash.get(_OBSERVER, None)
    if known is None or known.driver is not ready.driver:
        known = Observer(ready.driver, slow=request.config.getoption("slow_observations"))
        request.config.stash[_OBSERVER] = known
    return known


def _remember(item: pytest.Item, answer: str) -> str:
    item.stash[_ANSWER] = answer
    return answer


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Calls a test that asks, in place of pytest: what it returns, or raises, is the answer."""
    if not pyfuncitem.get_closest_marker("observation"):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    driver = cast("Observer", pyfuncitem.funcargs["observer"]).driver
    observation = observation_of(pyfuncitem)
    answer = _remember(pyfuncitem, answered(observation, lambda: pyfuncitem.obj(**arguments), driver.client.redactor))
    if pyfuncitem.config.getoption("tell_exchanges"):
        pyfuncitem.stash[_SENT_FOR_IT] = book_of(pyfuncitem.config).note(driver.seen)
    if pyfuncitem.config.getoption("allure_report_dir", None):
        from keepcall.run.hooks import allure_observations  # noqa: PLC0415 - only where somebody wants its results

        allure_observations.show(observation, answer, driver.seen)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Sends the answer, and what was sent for it, with the last report of its test."""
    report = yield
    if report.when == "teardown" and item.get_closest_marker("observation"):
        answer = item.stash.get(_ANSWER, not_asked("the suite failed before"))
        listed, unlisted, told = item.stash.get(_SENT_FOR_IT, ((), 0, []))
        report.user_properties += [(TOLD, json.dumps(told))] if told else []
        if not SHUTDOWN.wanted:
            found = [observation_of(item).id, answer, listed, unlisted]
            report.user_properties.append((ANSWER, json.dumps(found)))
        report.user_properties.append((SENT, item.config.stash[WORKER_STATE].sent()))
    return report
