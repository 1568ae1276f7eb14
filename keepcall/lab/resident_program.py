"""A program that stays: started once, it answers each line with a line, and ends when there are no more.

To start one costs a tenth of a second, a run asks some thousand times, and real calls need somebody who holds them.
"""

import os
import selectors
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from keepcall.contract.outlet import Outlet
from keepcall.contract.target import LabSettings
from keepcall.lab.program import SOON, Program, end, environment_of

_LONGEST = 1_000_000
"""Bytes of one answer."""

_TAIL = 65_536
"""Bytes of standard error that are kept, from the beginning of a line on; many more than are shown."""

_BLOCK = 65_536


class _EndedError(Exception):
    """There is nothing more to come from the program."""


@dataclass(slots=True)
class _Running:
    """One program that was started: its process, and the last of what it has said on standard error."""

    process: "subprocess.Popen[bytes]"
    complaint: bytes = b""

    def write(self, line: bytes) -> None:
        """Gives it a line.

        Raises:
            _EndedError: when it reads no more.
        """
        try:
            os.write(self.process.stdin.fileno(), line)  # type: ignore[union-attr]
        except OSError:
            raise _EndedError from None

    def read(self, seconds: float) -> bytes:
        """What it says next on standard output; nothing where it says nothing in time.

        Raises:
            _EndedError: when it says nothing any more.
        """
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            for stream in (self.process.stdout, self.process.stderr):
                selector.register(stream, selectors.EVENT_READ)  # type: ignore[arg-type]
            while True:
                left = deadline - time.monotonic()
                ready = selector.select(max(0.0, left))
                for key, _ in ready:
                    block = os.read(key.fd, _BLOCK)
                    if key.fileobj is self.process.stderr:
                        self.complaint = _ending(self.complaint + block)
                        if not block:
                            selector.unregister(key.fileobj)
                    elif block:
                        return block
                    else:
                        raise _EndedError
                if not ready or left < 0:
                    return b""

    def end(self, seconds: float) -> None:
        """Lets it end by itself, since its input ends; after so many seconds it is ended, with all of its group."""
        try:
            _, said = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            said = b""
        self.complaint = _ending(self.complaint + (said or b"") + end(self.process))


def _ending(complaint: bytes) -> bytes:
    """The last lines: half a line may begin with half a secret, which nobody could mask."""
    if len(complaint) <= _TAIL:
        return complaint
    kept = complaint[-_TAIL:]
    return kept.partition(b"\n")[2] or kept


def program_of(settings: LabSettings, outlet: Outlet | None = None) -> Program:
    """The program of a profile, which stays or does not.

    Args:
        settings: what the profile says.
        outlet: takes secrets out of what it says.
    """
    kind = ResidentProgram if settings.stays else Program
    environ = environment_of(settings, os.environ)
    return kind(settings.command, settings.folder, settings.timeout, outlet, environ)


class ResidentProgram(Program):
    """What a profile names as `lab.command`, where it says `lab.stays`.

    One that has ended, or had to be ended, is started again for the next action; whether it knows the calls of before
    is its own affair.
    """

    def __init__(
        self,
        command: tuple[str, ...],
        folder: Path,
        timeout: float,
        outlet: Outlet | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(command, folder, timeout, outlet, environ)
        self._running: _Running | None = None
        self._lock = threading.Lock()

    def close(self) -> tuple[str, ...]:
        """Ends its input, and gives it as much time to end by itself as it has for an action."""
        with self._lock:
            running, self._running = self._running, None
            if running is None:
                return ()
            clock = time.monotonic()
            running.end(self._timeout)
            late = time.monotonic() - clock >= self._timeout
            if not late and not running.process.returncode:
                return ()
            status = running.process.returncode
            how = f"did not end within {self._timeout:g} s" if late else f"ended with status {status}"
            return (self._error(f"{how} when its input had ended", running.complaint).what,)

    def _carry_out(self, name: str, given: bytes) -> tuple[bytes, bytes]:
        """Its line for this line."""
        with self._lock:
            if self._running is None:
                self._running = _Running(self._start())
            running = self._running
            try:
                answer = self._answer(running, name, given)
            except _EndedError:
                self._running = None
                running.end(SOON)
                how = f"ended with status {running.process.returncode} on {name}"
                raise self._error(how, running.complaint) from None
            except BaseException:
                self._running = None  # what it says later would be taken for the answer to something else
                running.end(0)
                raise
            complaint, running.complaint = running.complaint, b""
            return answer, complaint

    def _answer(self, running: _Running, name: str, given: bytes) -> bytes:
        deadline = time.monotonic() + self._timeout
        if before := running.read(0):
            raise self._error(f"said something before it was to {name}: {self._shown(before)!r}", running.complaint)
        running.write(given + b"\n")
        said = b""
        while b"\n" not in said:
            block = running.read(max(0.0, deadline - time.monotonic()))
            said += block
            if not block:
                raise self._late(name, running.complaint)
            if len(said) > _LONGEST:
                raise self._error(f"answered to {name} with more than {_LONGEST} bytes", running.complaint)
        line, _, more = said.partition(b"\n")
        if more.strip():
            raise self._error(f"answered to {name} with more than one line: {self._shown(more)!r}", running.complaint)
        return line
