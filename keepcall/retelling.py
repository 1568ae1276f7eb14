"""The part of the pytest plugin that says what others are told of a test: pytest itself, and Allure."""

from copy import copy

import pytest

from keepcall.errors import KeepcallError
from keepcall.outcomes import Outcome


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Chooses what Allure's results hold where the run has a report of its own."""
    if config.getoption("tell_exchanges") and config.getoption("allure_report_dir", None):
        from keepcall.report import allure  # noqa: PLC0415 - only where somebody wants its results

        allure.write_leniently()


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
