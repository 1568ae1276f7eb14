"""Workers that hang: who has given no sign of life for too long is ended, or the run would wait for it for ever.

A worker's sign of life is the time of its file in the folder that the processes of a run share (see `signals`): it
is renewed with each request, each question to the lab and each wait, see `Stop.beat`. The clock is the monotonic one,
which all processes of a machine share and nobody sets.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from keepcall.contract.target import Target

_SLACK = 300.0
"""Seconds for all that is no request: drawing inputs, making them smaller, on a machine with much else to do."""


def patience(target: Target) -> float:
    """Seconds after which a worker without a sign of life hangs: longer than anything takes that is bounded."""
    return _SLACK + 2 * max(target.limits.timeout, target.limits.next_wait, target.lab.timeout)


@contextmanager
def watching(folder: Path, silence: float) -> Iterator[list[str]]:
    """Within, workers that hang are ended; for each of them there is a sentence in the list.

    Args:
        folder: where workers register.
        silence: seconds without a sign of life after which one hangs.
    """
    over = threading.Event()
    ended: list[str] = []

    def watch() -> None:
        while not over.wait(min(silence / 4, 5.0)):
            ended.extend(
                f"A worker process gave no sign of life for {silence:g} s, and was ended."
                for worker in folder.glob("[0-9]*")
                if _hangs(worker, silence) and _ended(int(worker.name))
            )

    helper = threading.Thread(target=watch, name="keepcall-watch", daemon=True)
    helper.start()
    try:
        yield ended
    finally:
        over.set()
        helper.join()


def _hangs(worker: Path, silence: float) -> bool:
    try:
        return time.monotonic() - worker.stat().st_mtime > silence
    except FileNotFoundError:
        return False


def _ended(pid: int) -> bool:
    """Ends a process, if it is one of ours: one that died has left its file, and somebody may have its number now."""
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        if int(stat[1]) == os.getpid() and stat[0] != "Z":
            os.kill(pid, signal.SIGKILL)
            return True
    return False
