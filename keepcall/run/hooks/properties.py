"""The part of the pytest plugin that is about property tests: their budget, and what their failures leave behind."""

from collections.abc import Generator
from pathlib import Path

import pytest

from keepcall.cases.engine.driver import Driver
from keepcall.cases.generation.budget import EXAMPLES, Budget, any_seed
from keepcall.cases.properties import replay_file
from keepcall.cases.properties.replay_file import Replay
from keepcall.contract.outcomes import Failure
from keepcall.errors import FileError
from keepcall.report import evidence
from keepcall.run.transfer import LEFT


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options that `keepcall run` has as well, and where replay files go."""
    group = parser.getgroup("keepcall", "KeepCall conformance")
    group.addoption(
        "--seed", metavar="N", type=int, help="draw the same inputs and sequences as with this seed before"
    )
    group.addoption(
        "--examples", metavar="N", type=int, default=EXAMPLES, help="inputs to draw (default: %(default)s)"
    )
    group.addoption("--replays", metavar="DIR", help="leave a file of each counter-example there")


def pytest_configure(config: pytest.Config) -> None:
    """Chooses a seed where none is given: before there are workers, which get the same."""
    if config.option.seed is None:
        config.option.seed = any_seed()


def pytest_report_header(config: pytest.Config) -> str:
    """The seed, for who runs pytest without `keepcall run`."""
    return f"keepcall: --seed {config.option.seed} --examples {config.option.examples}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Gives the recorder its budget, and keeps the counter-example of a failure."""
    driver = getattr(item, "funcargs", {}).get("driver")
    if not isinstance(driver, Driver):
        return (yield)
    driver.budget = Budget(item.config.option.seed, item.config.option.examples)
    try:
        return (yield)
    except Failure as failure:
        _leave_replay(item, driver, failure)
        raise


def _leave_replay(item: pytest.Item, driver: Driver, failure: Failure) -> None:
    folder, marker = item.config.option.replays, item.get_closest_marker("requirement")
    if not folder or not marker or failure.script is None:
        return
    requirement = str(marker.args[0])
    told = evidence.one_line(evidence.of_failure(failure)[0], len(failure.findings) - 1)
    found = Replay(failure.script, requirement, item.nodeid, driver.target.name, driver.budget.seed, told)
    file = Path(folder) / f"{requirement}.json"
    try:
        replay_file.write(found, driver.client.redactor, file)
    except FileError as error:  # what the target did counts all the same
        item.user_properties.append((LEFT, f"A counter-example was lost: {error.what}."))
        return
    if item.config.getoption("allure_report_dir", None):
        from keepcall.report.allure import results  # noqa: PLC0415 - only where somebody wants its results

        results.link_replay(requirement, f"{replay_file.FOLDER}/{file.name}")
