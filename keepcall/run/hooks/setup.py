"""The options of the plugin, the target that they name, and the fixture by which tests reach it."""

import os
import pickle
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest

from keepcall.cases.engine.driver import Driver
from keepcall.client.route import route_of
from keepcall.contract import requirements
from keepcall.contract.target import Target
from keepcall.errors import KeepcallError
from keepcall.run.settings import WORKER_SETTINGS, WorkerSettings
from keepcall.run.signals import registered
from keepcall.run.transfer import COUNTED, LEFT_OVER
from keepcall.run.worker import WORKER_STATE, WorkerState, workers_of

_WORKER_ORDERS = "keepcall_orders"


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
        config.option.only = list(requirements.load().select(config.option.only))
        worker_settings = _worker_settings(config)
        if worker_settings.target:
            route_of(worker_settings.target)
        worker_state = config.stash[WORKER_STATE] = WorkerState(worker_settings, workers_of(config))
        config.stash[COUNTED], config.stash[LEFT_OVER] = worker_state.sent, lambda: worker_state.left
    except KeepcallError as error:
        raise pytest.UsageError(str(error)) from None
    if worker_settings.folder and _WORKER_ORDERS in getattr(config, "workerinput", {}):
        within = ExitStack()
        within.enter_context(registered(Path(worker_settings.folder)))
        config.add_cleanup(within.close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Gives a worker of pytest-xdist the orders of the run, over their own pipe: they may hold secrets."""
    node.workerinput[_WORKER_ORDERS] = pickle.dumps(node.config.stash[WORKER_STATE].worker_settings)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leaves nothing running."""
    if worker_state := config.stash.get(WORKER_STATE, None):
        worker_state.close()


def _worker_settings(config: pytest.Config) -> WorkerSettings:
    if WORKER_SETTINGS in config.stash:
        return config.stash[WORKER_SETTINGS]
    worker_input = getattr(config, "workerinput", {})
    if _WORKER_ORDERS in worker_input:
        return cast("WorkerSettings", pickle.loads(worker_input[_WORKER_ORDERS]))  # noqa: S301 - from our own process
    return WorkerSettings(_target(config))


def _target(config: pytest.Config) -> Target | None:
    from keepcall.run.config import profile  # noqa: PLC0415 - reading profiles is only for those who give one

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


@pytest.fixture
def driver(request: pytest.FixtureRequest) -> Driver:
    """The recorder under test."""
    return request.config.stash[WORKER_STATE].get().driver
