"""How many requests the target got, and the most that it may get: one count for all workers of a run.

Here, too, they tell what the report is to say of the run.
"""

import fcntl
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

from keepcall.shutdown import SHUTDOWN

_TOLD = "told"
"""The file with what the report is to say of the run, a sentence in each line."""


@dataclass(slots=True)
class RequestQuota:
    """Counts requests.

    Attributes:
        most: how many there may be; 0 for no limit.
        folder: where workers count together; empty where there is one process.
        sent: how many this process has sent.
    """

    most: int = 0
    folder: str = ""
    sent: int = 0
    _told: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> None:
        """One more request goes out; what clears up after the run may always.

        Raises:
            StopError: when the run is to end, or has sent all that it may.
        """
        SHUTDOWN.check()
        with self._lock:
            if self._may_go() or SHUTDOWN.wanted:
                self.sent += 1
                return
        SHUTDOWN.demand(f"The run was ended by --max-requests, which allows {self.most}.", grace=0)
        SHUTDOWN.check()

    def _may_go(self) -> bool:
        if not self.most:
            return True
        return counted(Path(self.folder) / "sent", self.most) if self.folder else self.sent < self.most

    def tell(self, sentence: str) -> None:
        """Has the report of the run say this, once; nothing where no process is there to write one."""
        with self._lock:
            if not self.folder or sentence in self._told:
                return
            self._told.add(sentence)
            with (Path(self.folder) / _TOLD).open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(sentence.encode() + b"\n")


def told(folder: Path) -> tuple[str, ...]:
    """What the processes that share this folder have told, each sentence once."""
    file = folder / _TOLD
    return tuple(dict.fromkeys(file.read_text(encoding="utf-8").splitlines())) if file.is_file() else ()


def counted(counter: Path, most: int) -> bool:
    """Counts one more in the file, a byte for each request, unless there are `most` (0: no limit)."""
    with counter.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if file.seek(0, os.SEEK_END) >= most > 0:
            return False
        file.write(b".")
        return True
