"""Runs the suites with pytest, in this process and in its workers, out of reach of anybody's settings."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keepcall.cases.generation.budget import Budget
from keepcall.cases.properties.replay_file import FOLDER
from keepcall.resources import path
from keepcall.run.attendance import written
from keepcall.run.collector import Collector
from keepcall.run.foreign_settings import shut_out
from keepcall.run.settings import NEEDLESS, WORKER_SETTINGS, Observing, WorkerSettings
from keepcall.run.signals import held_back
from keepcall.run.transfer import LEFT_OVER


@dataclass(frozen=True, slots=True)
class PytestSession:
    """What to run, and how.

    Attributes:
        worker_settings: what the suites are told.
        budget: of the property tests.
        only: ids of requirements; empty for all.
        observing: whether observations are asked.
        workers: processes that share the work.
        output: the folder for what tests leave behind; None where they are to leave nothing.
    """

    worker_settings: WorkerSettings
    budget: Budget
    only: Sequence[str] = ()
    observing: Observing = ""
    workers: int = 1
    output: Path | None = None

    def run(self, collector: Collector) -> int:
        """Runs them: the collector has the results afterwards, and pytest's exit code is here."""
        handover = _Handover(self.worker_settings)
        with shut_out():
            code = int(pytest.main(self._arguments(), plugins=[collector, handover]))
        collector.left += handover.left()
        collector.expect(written())
        return code

    @property
    def _one_lease(self) -> bool:
        """Whether there is one set of calls, which processes cannot share."""
        return self.worker_settings.target is not None and self.worker_settings.target.lab.kind == "static"

    def _arguments(self) -> list[str]:
        suites = path("suites")
        settings = Path(__file__).parent / "pytest.ini"
        arguments = ["-c", str(settings), "--rootdir", str(suites.parent), str(suites)]
        arguments += [word for plugin in NEEDLESS for word in ("-p", f"no:{plugin}")]
        arguments += ["-p", "keepcall.plugin", "-p", "allure_pytest.plugin"]
        if self.workers > 1 and not self._one_lease:
            arguments += ["-p", "xdist.plugin", "-n", str(self.workers), "--dist", "loadfile"]
            arguments += ["--no-loadscope-reorder"]  # or files with many tests came first
            arguments += ["--max-worker-restart", "0"]  # a test that ends its worker would end the next one, too
        arguments += [word for requirement in self.only for word in ("--only", requirement)]
        arguments += [f"--{self.observing}-observations"] if self.observing else []
        arguments += [f"--seed={self.budget.seed}", f"--examples={self.budget.examples}"]
        if self.output:
            arguments += ["--alluredir", str(self.output / "allure-results"), "--clean-alluredir"]
            arguments += [f"--replays={self.output / FOLDER}", "--tell-exchanges"]
        return arguments


class _Handover:
    """Gives the plugin its orders, which never stand on a command line."""

    def __init__(self, worker_settings: WorkerSettings) -> None:
        self._worker_settings = worker_settings
        self._config: Any = None

    def left(self) -> Sequence[str]:
        """What the lab could not put back, known when all is over; workers have none that could tell."""
        return self._config.stash[LEFT_OVER]() if self._config and LEFT_OVER in self._config.stash else ()

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: Any) -> None:
        """Before the plugin looks for them."""
        config.stash[WORKER_SETTINGS] = self._worker_settings
        self._config = config

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionstart(self) -> Generator[None, object, object]:
        """Workers are started here."""
        with held_back():
            return (yield)
