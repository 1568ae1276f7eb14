"""How many requests the target got, and the most that it may get: one count for all workers of a run."""

import fcntl
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

from keepcall.stop import STOP


@dataclass(slots=True)
class Tally:
    """Counts requests.

    Attributes:
        most: how many there may be; 0 for no limit.
        folder: where workers count together; empty where there is one process.
        sent: how many this process has sent.
    """

    most: int = 0
    folder: str = ""
    sent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> None:
        """One more request goes out; what clears up after the run may always.

        Raises:
            StopError: when the run is to end, or has sent all that it may.
        """
        STOP.check()
        with self._lock:
            if self._may_go() or STOP.wanted:
                self.sent += 1
                return
        STOP.demand(f"The run was ended by --max-requests, which allows {self.most}.", grace=0)
        STOP.check()

    def _may_go(self) -> bool:
        if not self.most:
            return True
        return _count(Path(self.folder) / "sent", self.most) if self.folder else self.sent < self.most


def _count(counter: Path, most: int) -> bool:
    """Counts one more in the file, a byte for each request, unless there are enough."""
    with counter.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if file.seek(0, os.SEEK_END) >= most:
            return False
        file.write(b".")
        return True
