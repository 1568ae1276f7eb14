"""A program of the tester's: an action in, an answer out, both JSON; bounded in time, and nothing of it left.

It is run once for each action, or it stays and answers line by line (`lab.stays`): see `staying`.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from keepcall import resources
from keepcall.contract.exchange import printable
from keepcall.contract.outcomes import NotTested
from keepcall.contract.outlet import Outlet
from keepcall.contract.target import LabSettings
from keepcall.errors import LabError
from keepcall.lab.offer import ANY, Offer
from keepcall.shutdown import SHUTDOWN

_TAIL = 800
"""Characters of standard error that go into a report."""

_SHOWN = 200
"""Characters of an answer that is none."""

OURS = "KEEPCALL_"
"""What the names of our own variables begin with; some of them hold secrets."""

SOON = 1.0
"""Seconds that a program has to end by itself: after SIGTERM, or where it says nothing more."""

_GONE_AFTER = 3
"""Actions in a row that took too long, after which it is asked no more: a run must not wait for each one."""

_REMEDY = "Try it by hand: give it the action on standard input; see docs/testers.md and schemas/lab-*.schema.json."


def environment_of(settings: LabSettings, environ: Mapping[str, str]) -> dict[str, str]:
    """What a program inherits: no variable of ours, nor one that the profile reads a secret from.

    Those that `lab.environment` names it gets all the same.
    """
    return {
        name: value
        for name, value in environ.items()
        if name in settings.environment or not (name.startswith(OURS) or name in settings.withheld)
    }


def name_of(command: Sequence[str], folder: Path) -> str:
    """What people call the program: its script, where it has an interpreter before it."""
    scripts = (Path(word).name for word in command[1:] if (folder / word).is_file())
    return printable(next(scripts, Path(command[0]).name))


class Program:
    """What a profile names as `lab.command`.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        timeout: seconds for one action.
        outlet: takes secrets out of what it says.
        environ: its environment; None for our own.
    """

    def __init__(
        self,
        command: tuple[str, ...],
        folder: Path,
        timeout: float,
        outlet: Outlet | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._folder = folder
        self._timeout = timeout
        self._outlet = outlet or Outlet()
        self._environ = environ
        self._silences = 0

    def ask(self, action: Mapping[str, object]) -> dict[str, Any]:
        """What it answers to one action.

        Raises:
            NotTested: when it says that it cannot do this.
            LabError: when it fails, takes too long, or answers what is no answer.
        """
        SHUTDOWN.beat()
        name = str(action["action"])
        if self._silences >= _GONE_AFTER:
            raise self._error(f"is asked no more: it took too long {_GONE_AFTER} times in a row", b"")
        output, complaint = self._carry_out(name, json.dumps(action).encode())
        self._silences = 0
        try:
            answer = json.loads(output)
        except (ValueError, RecursionError):
            raise self._error(f"answered to {name} what is no JSON: {self._shown(output)!r}", complaint) from None
        for mistake in resources.validator("lab-answer.schema.json").iter_errors(answer):
            where = f"the answer to {name}, {mistake.json_path}"
            told = self._outlet.line(mistake.message, _SHOWN)
            raise self._error(f"gave an answer that is none: {where}: {told}", complaint)
        if "cannot" in answer:
            raise NotTested(f"the lab cannot {name} this: {self._outlet.line(answer['cannot'], _TAIL)}")
        if "failed" in answer:
            raise self._error(f"failed on {name}: {self._outlet.line(answer['failed'], _TAIL)}", complaint)
        return dict(answer)

    def close(self) -> tuple[str, ...]:
        """Ends what of it is still there; a sentence where that went wrong."""
        return ()

    def _carry_out(self, name: str, given: bytes) -> tuple[bytes, bytes]:
        """What it wrote; whatever it leaves in its process group is ended with it."""
        process = self._start()
        try:
            output, complaint = process.communicate(given, self._timeout)
        except subprocess.TimeoutExpired:
            raise self._late(name, end(process)) from None
        finally:
            end(process)
        if process.returncode:
            raise self._error(f"ended with status {process.returncode} on {name}", complaint)
        return output, complaint

    def _start(self) -> "subprocess.Popen[bytes]":
        """The program, in a session of its own: a terminal's Ctrl-C is the suite's business."""
        try:
            return subprocess.Popen(  # noqa: S603 - the tester's own program
                self._command,
                cwd=self._folder,
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise LabError(
                f"the lab's program {printable(self._command[0])} cannot be started: {error.strerror}",
                "Name a program that is there in lab.command; it runs in the profile's folder.",
            ) from None

    def _late(self, name: str, complaint: bytes) -> LabError:
        self._silences += 1
        return self._error(f"took longer than {self._timeout:g} s on {name}", complaint)

    def _error(self, what: str, complaint: bytes) -> LabError:
        said = self._outlet.ending(complaint.decode("utf-8", "replace"), _TAIL).strip()
        standard_error = f"; it said: {said}" if said else ""
        return LabError(f"the lab's program {name_of(self._command, self._folder)} {what}{standard_error}", _REMEDY)

    def _shown(self, text: bytes) -> str:
        return self._outlet.line(text.decode("utf-8", "replace"), _SHOWN)


def end(process: subprocess.Popen[bytes]) -> bytes:
    """Ends the program with all that is left of its group; what it had said on standard error so far."""
    said = b""
    if process.poll() is None:
        _signal(process.pid, signal.SIGTERM)
        try:
            _, said = process.communicate(timeout=SOON)
        except subprocess.TimeoutExpired:
            _signal(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                _, said = process.communicate(timeout=SOON)
    _signal(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            with suppress(OSError):
                stream.close()
    return said or b""


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def offer_of(program: Program) -> Offer:
    """What the program says; it is asked, and does nothing.

    Raises:
        LabError: when it fails, as one may that does not know the question.
    """
    with suppress(NotTested):
        answer = program.ask({"action": "offer"})
        if "offer" in answer:
            told = answer["offer"]
            return Offer(
                declared=True,
                recordings=tuple(told.get("recordings", ANY)),
                call_ids=told.get("callID", True),
                reads=told.get("read", True),
                resolution=told.get("resolution", 1.0),
            )
    return Offer()
