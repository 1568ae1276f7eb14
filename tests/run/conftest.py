"""The command as a CI job sees it: a process in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from keepcall import resources
from keepcall.server import KeepCallServer, RunningServer


@dataclass
class Command:
    """`keepcall` in a folder, with an environment that knows nothing of the surrounding pytest."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)

    def environment(self) -> Mapping[str, str]:
        ours = ("PYTEST", "KEEPCALL")
        return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | self.more

    def __call__(self, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Runs it to its end; no traceback may be printed whatever happens."""
        done = subprocess.run(
            [sys.executable, "-m", "keepcall", *arguments],
            cwd=self.folder,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=150,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    @contextmanager
    def started(
        self, *arguments: str, program: tuple[str, ...] = ("-m", "keepcall"), group: bool = False
    ) -> Iterator["subprocess.Popen[str]"]:
        """Within, it runs, in a process group of its own if need be: whoever waits for it reads what it says."""
        process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=group,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def report(self, name: str) -> dict[str, Any]:
        """A report that is valid."""
        data: dict[str, Any] = json.loads((self.folder / name / "report.json").read_text(encoding="utf-8"))
        assert list(resources.validator("report.schema.json").iter_errors(data)) == []
        return data


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def serving() -> Iterator[Callable[[KeepCallServer], RunningServer]]:
    """Starts servers, which end with the test."""
    running: list[RunningServer] = []

    def start(server: KeepCallServer) -> RunningServer:
        running.append(RunningServer(server).__enter__())
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def options() -> Callable[[RunningServer], tuple[str, ...]]:
    """The options that name a running server."""

    def of(server: RunningServer) -> tuple[str, ...]:
        own = server.settings
        return ("--url", server.url, "--api-key", own.api_key, "--token", own.token, "--lab", server.lab_url)

    return of
