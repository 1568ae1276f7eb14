"""The bench of one pytest process: made when the first test needs it, and taken down at the end."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest

from keepcall.cases.engine.lockout import Trail
from keepcall.client.quota import RequestQuota
from keepcall.contract.outlet import Outlet
from keepcall.report.exchanges import Book
from keepcall.run.harness import Harness, harness, redactor_of
from keepcall.run.settings import WorkerSettings


@dataclass
class WorkerState:
    """The bench of this process.

    Attributes:
        worker_settings: what is tested, and how.
        workers: how many processes share the target.
        left: what the lab could not put back, a sentence each; known at the end.
    """

    worker_settings: WorkerSettings = field(default_factory=WorkerSettings)
    workers: int = 1
    left: Sequence[str] = ()
    _tally: RequestQuota = field(default_factory=RequestQuota)
    _harness: Harness | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def get(self) -> Harness:
        """The bench; the embedded reference server stands in where no target was named."""
        if self._harness is None:
            if (target := self.worker_settings.target) is None:
                from keepcall.run.reference import embedded_target  # noqa: PLC0415 - the server only where it is needed

                target = self._stack.enter_context(embedded_target())
                self.worker_settings = replace(self.worker_settings, target=target)
            self._tally = RequestQuota(self.worker_settings.most, self.worker_settings.folder)
            workers = 0 if self.worker_settings.dry else self.workers
            worker_settings = self.worker_settings
            made = harness(
                target,
                workers=workers,
                lab=worker_settings.lab,
                tally=self._tally,
                read_only=worker_settings.read_only,
                program=worker_settings.program,
                trail=Trail(worker_settings.gentle, worker_settings.folder),
            )
            self._harness = self._stack.enter_context(made)
            self.left = self._harness.left
        return self._harness

    @property
    def outlet(self) -> Outlet:
        """The way out for all that is told of a test; it knows the secrets of the target, and those of the run."""
        if self._harness:
            return Outlet(self._harness.driver.client.redactor)
        return Outlet(redactor_of(self.worker_settings.target)) if self.worker_settings.target else Outlet()

    @property
    def made(self) -> Harness | None:
        """The bench, if there is one: whoever only looks must not try again to make what could not be made."""
        return self._harness

    def swap(self, new: Harness) -> None:
        """Another bench from now on; whoever brings it takes it down."""
        self._harness = new

    def sent(self) -> int:
        """Requests that the target got so far."""
        return self._tally.sent

    def close(self) -> None:
        """Takes everything down."""
        self._harness = None
        self._stack.close()


WORKER_STATE = pytest.StashKey[WorkerState]()
"""Where the bench of a pytest process is."""

BOOK = pytest.StashKey[Book]()
"""Where the exchanges are that a pytest process has told so far."""


def book_of(config: pytest.Config) -> Book:
    """The exchanges that this process has told so far; no other process numbers its own the same."""
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    return config.stash.setdefault(BOOK, Book(worker))


def workers_of(config: pytest.Config) -> int:
    """How many processes share the target."""
    worker_input = getattr(config, "workerinput", {})
    return int(worker_input.get("workercount", 1))
