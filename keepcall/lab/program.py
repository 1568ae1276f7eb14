"""A program of the tester's, run once for each action: JSON in, JSON out, bounded in time, nothing of it left."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from keepcall import resources
from keepcall.errors import LabError
from keepcall.exchange import printable
from keepcall.outcomes import NotTested

_TAIL = 800
"""Characters of standard error that go into a report."""

_SOON = 1.0
"""Seconds that a program has to end by itself after SIGTERM."""

_REMEDY = "Try it by hand: give it the action on standard input; see docs/testers.md and schemas/lab-*.schema.json."


class Program:
    """What a profile names as `lab.command`.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        timeout: seconds for one action.
        redact: takes secrets out of what it says.
    """

    def __init__(
        self, command: tuple[str, ...], folder: Path, timeout: float, redact: Callable[[str], str] = str
    ) -> None:
        self._command = command
        self._folder = folder
        self._timeout = timeout
        self._redact = redact

    def ask(self, action: Mapping[str, object]) -> dict[str, Any]:
        """What it answers to one action.

        Raises:
            NotTested: when it says that it cannot do this.
            LabError: when it fails, takes too long, or answers what is no answer.
        """
        name = str(action["action"])
        code, output, complaint = self._run(name, json.dumps(action).encode())
        if code:
            raise self._error(f"ended with status {code} on {name}", complaint)
        try:
            answer = json.loads(output)
        except (ValueError, RecursionError):
            raise self._error(
                f"answered to {name} what is no JSON: {self._shown(output)[:200]!r}", complaint
            ) from None
        for mistake in resources.validator("lab-answer.schema.json").iter_errors(answer):
            where = f"the answer to {name}, {mistake.json_path}"
            raise self._error(f"gave an answer that is none: {where}: {mistake.message}"[:300], complaint)
        if "cannot" in answer:
            raise NotTested(f"the lab cannot {name} this: {self._shown(answer['cannot'].encode())}")
        return dict(answer)

    def _run(self, name: str, given: bytes) -> tuple[int, bytes, bytes]:
        """Its status and what it wrote; whatever it leaves in its process group is ended with it."""
        try:
            process = subprocess.Popen(  # noqa: S603 - the tester's own program
                self._command,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise LabError(
                f"the lab's program {printable(self._command[0])} cannot be started: {error.strerror}",
                "Name a program that is there in lab.command; it runs in the profile's folder.",
            ) from None
        try:
            output, complaint = process.communicate(given, self._timeout)
        except subprocess.TimeoutExpired:
            complaint = _end(process)
            raise self._error(f"did not end within {self._timeout:g} s on {name}", complaint) from None
        finally:
            _end(process)
        return process.returncode, output, complaint

    def _error(self, what: str, complaint: bytes) -> LabError:
        said = self._shown(complaint[-_TAIL * 4 :])[-_TAIL:].strip()
        standard_error = f"; it said: {said}" if said else ""
        return LabError(f"the lab's program {Path(self._command[0]).name} {what}{standard_error}", _REMEDY)

    def _shown(self, text: bytes) -> str:
        return printable(self._redact(" ".join(text.decode("utf-8", "replace").split())))


def _end(process: subprocess.Popen[bytes]) -> bytes:
    """Ends the program with all that is left of its group; what it had said on standard error so far."""
    said = b""
    if process.poll() is None:
        _signal(process.pid, signal.SIGTERM)
        try:
            _, said = process.communicate(timeout=_SOON)
        except subprocess.TimeoutExpired:
            _signal(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                _, said = process.communicate(timeout=_SOON)
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
