"""The bench of one pytest process: made when the first test needs it, and taken down at the end."""

from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from keepcall.bench import Bench, bench
from keepcall.target import Target


@dataclass
class Benches:
    """The bench of this process.

    Attributes:
        target: what is tested; None for the embedded reference server.
        workers: how many processes share the target.
    """

    target: Target | None = None
    workers: int = 1
    _bench: Bench | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def get(self) -> Bench:
        """The bench; the embedded reference server stands in where no target was named."""
        if self._bench is None:
            if self.target is None:
                from keepcall.embedded import embedded_target  # noqa: PLC0415 - the server only where it is needed

                self.target = self._stack.enter_context(embedded_target())
            self._bench = self._stack.enter_context(bench(self.target, workers=self.workers))
        return self._bench

    def swap(self, new: Bench) -> None:
        """Another bench from now on; whoever brings it takes it down."""
        self._bench = new

    def sent(self) -> int:
        """Requests that the target got so far."""
        return self._bench.recorder.client.sent if self._bench else 0

    def close(self) -> None:
        """Takes everything down."""
        self._bench = None
        self._stack.close()


BENCHES = pytest.StashKey[Benches]()
"""Where the bench of a pytest process is."""

TARGET = pytest.StashKey[Target]()
"""Where `keepcall run` leaves its target: secrets never stand on a command line."""
