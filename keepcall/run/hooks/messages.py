"""The part of the pytest plugin that says what others are told of a test: pytest itself, and Allure."""

from collections.abc import Callable, Collection, Generator
from copy import copy
from typing import Any

import pytest

from keepcall.contract.exchange import printable
from keepcall.contract.outcomes import Outcome
from keepcall.errors import KeepcallError
from keepcall.run.worker import WORKER_STATE

_VARIABLES = ("reprlocals", "reprfuncargs")
"""Where pytest shows the values of variables, in a traceback."""


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Lets no secret into Allure's results; chooses what they hold where the run has a report of its own."""
    if config.getoption("allure_report_dir", None):
        from keepcall.report.allure import results  # noqa: PLC0415 - only where somebody wants its results

        config.add_cleanup(results.let_out_by(lambda: config.stash[WORKER_STATE].outlet))
        if config.getoption("tell_exchanges"):
            results.write_leniently()


@pytest.hookimpl
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
    """Tells what an outcome says, not where in the suite it was raised; who names a style of traceback gets one."""
    if not call.excinfo or not isinstance(call.excinfo.value, Outcome | KeepcallError):
        return None
    if item.config.getoption("tbstyle") not in ("auto", "native"):
        return None
    place = call.excinfo.tb
    while place.tb_next:
        place = place.tb_next
    said = pytest.fail.Exception(str(call.excinfo.value), pytrace=False)
    told = copy(call)
    told.excinfo = pytest.ExceptionInfo.from_exc_info((type(said), said, place))
    return pytest.TestReport.from_item_and_call(item, told)


@pytest.hookimpl(wrapper=True, trylast=True, specname="pytest_runtest_makereport")
def pytest_runtest_let_out(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets what pytest tells of a test out by the outlet, before anybody else gets it.

    Of tests of the suites it tells no values of variables: pytest cuts and wraps them before they could be masked.
    """
    report = yield
    if WORKER_STATE in item.config.stash and report.longrepr:
        redactor = item.config.stash[WORKER_STATE].outlet.redactor
        ours = any(map(item.get_closest_marker, ("requirement", "observation")))
        report.longrepr = _changed(
            report.longrepr, lambda text: printable(redactor.text(text)), _VARIABLES if ours else ()
        )
    return report


def _changed(told: Any, change: Callable[[str], str], without: Collection[str]) -> Any:
    """What pytest tells, a text or a tree of them, with each text changed, and without members of these names."""
    match told:
        case str():
            return change(told)
        case tuple() | list():
            return type(told)(_changed(each, change, without) for each in told)
    for name, value in vars(told).items() if hasattr(told, "toterminal") else ():
        setattr(told, name, None if name in without else _changed(value, change, without))
    return told
