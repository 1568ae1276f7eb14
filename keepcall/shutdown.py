"""The end of a run before its time: on a signal, or when as much was sent as may be.

Nothing is torn out of what it is doing: a call that was just placed would stay behind, and a kept one stay kept.
Whoever is about to send, to place a call or to wait asks here first, and is stopped by an exception; what clears up
afterwards is let through. There is one `SHUTDOWN` for a process, since its signals are the whole process's too.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

GRACE = 2.0
"""Seconds that a request which is under way may still take; one that waits for a call would take a minute."""


class StopError(BaseException):
    """The run is to end: no `Exception`, since no test and no search may take it for a failure."""


@dataclass(slots=True, eq=False)
class Shutdown:
    """Whether the run is to end, and why.

    Attributes:
        wanted: whether it is to end.
        reason: a sentence; empty as long as the run may go on.
        pulse: the file by which others see that this process does not hang; none where nobody looks.
    """

    wanted: bool = False
    reason: str = ""
    pulse: Path | None = None
    _awake: threading.Event = field(default_factory=threading.Event)
    _cut: threading.Event = field(default_factory=threading.Event)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _under_way: dict[object, Callable[[], None]] = field(default_factory=dict)
    _lifted: int = 0

    def note(self, reason: str) -> None:
        """The run is to end; the first reason counts. This takes no lock, so a signal's handler may call it."""
        if not self.wanted:
            self.reason, self.wanted = reason, True

    def demand(self, reason: str, grace: float = GRACE) -> None:
        """Ends the run: who waits waits no more, and requests under way are cut off after the grace."""
        self.note(reason)
        if not self._awake.is_set():
            self._awake.set()
            threading.Thread(target=self._cut_after, args=(grace,), name="keepcall-stop", daemon=True).start()

    def hurry(self) -> None:
        """Whoever asks once more does not want to wait for the grace."""
        self._cut.set()

    def check(self) -> None:
        """Lets pass what may still be done.

        Raises:
            StopError: when the run is to end.
        """
        self.beat()
        if self.wanted and not self._lifted:
            raise StopError(self.reason)

    def beat(self, seconds: float = 0.0) -> None:
        """A sign of life, which holds for some seconds."""
        if self.pulse:
            alive = time.monotonic() + seconds
            with suppress(OSError):
                os.utime(self.pulse, (alive, alive))

    def pause(self, seconds: float) -> None:
        """Lets some time pass, and less of it when the run is to end."""
        self.beat(seconds)
        if self._lifted:
            time.sleep(seconds)
        else:
            self._awake.wait(seconds)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """What is done within clears up, and is let through."""
        with self._lock:
            self._lifted += 1
        try:
            yield
        finally:
            with self._lock:
                self._lifted -= 1

    @contextmanager
    def watching(self, cut: Callable[[], None]) -> Iterator[None]:
        """A request is under way within, which `cut` ends; one that clears up is left alone."""
        key = object()
        with self._lock:
            if not self._lifted:
                self._under_way[key] = cut
        try:
            yield
        finally:
            with self._lock:
                self._under_way.pop(key, None)

    def _cut_after(self, grace: float) -> None:
        self._cut.wait(grace)
        with self._lock:
            for cut in self._under_way.values():
                cut()


SHUTDOWN = Shutdown()
"""The one of this process."""
