"""Recorders whose calls come from elsewhere, and runs of the command with them, in a folder of their own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from starlette.routing import BaseRoute

from keepcall import resources
from keepcall.contract.call import Call, Number
from keepcall.contract.target import ArrangedCall, LabSettings, Target
from keepcall.run.reference import target_of
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.call import read_call
from keepcall.server.faults import FAULTS
from keepcall.server.request import ApiRequest

if TYPE_CHECKING:
    from starlette.responses import Response


def without_control(made: type[KeepCallServer]) -> KeepCallServer:
    """The server with its API alone."""

    class WithoutControl(made):  # type: ignore[valid-type, misc]
        def routes(self) -> list[BaseRoute]:
            return list(super().routes()[:1])

    return WithoutControl()


@dataclass(frozen=True)
class Desk:
    """The server, and the tester's list of its calls."""

    live: RunningServer
    target: Target
    calls: tuple[Call, ...]

    def left_marked(self) -> list[str]:
        found = [self.live.server.store.get(call.call_id) for call in self.calls]
        return [call.call_id for call in found if call and (call.kept or call.recording_active)]

    def profile(self) -> str:
        """What a tester would write; JSON's texts are TOML's, too."""
        settings = self.live.settings
        lines = [
            f'url = "{self.live.url}"',
            "[credentials]",
            f'api_key = "{settings.api_key}"',
            f'token = "{settings.token}"',
            f'expired_token = "{settings.expired_token}"',
            f'open_api_key = "{settings.open_api_key}"',
            "[claims]",
            'statuses = ["ongoing", "last"]',
            "[lab]",
            'kind = "static"',
            "no_other_calls = true",
            f"numbers_without_calls = {json.dumps(self.target.lab.numbers_without_calls)}",
        ]
        for call in self.calls:
            given = {key: value for key, value in call.as_json().items() if isinstance(value, str) and key != "state"}
            lines += [f"[[lab.calls.{call.state}]]"]
            lines += [
                f"{key} = {value if key.endswith('Time') else json.dumps(value)}" for key, value in given.items()
            ]
        return "\n".join(lines)

    def end(self, call: Call) -> None:
        """The call is over, and nobody tells."""
        ended = replace(call, state="finished", end_time=datetime.now(UTC))
        self.live.server.store.put(read_call(ended.as_json(), datetime.now(UTC)))


def arranged(call: Call) -> ArrangedCall:
    return ArrangedCall(
        call.call_id,
        call.calling_party,
        call.called_party,
        "ongoing" if call.state == "ongoing" else "finished",
        call.start_time,
        call.end_time,
        call.recording,
    )


class Arrange(Protocol):
    """Places the calls of numbers on a new server."""

    def __call__(self, numbers: Iterable[Number], fault: str = "", *, control: bool = False) -> Desk: ...


@pytest.fixture
def desk() -> Iterator[Arrange]:
    """Places the calls of these numbers: `desk(numbers, fault="…")`."""
    running = ExitStack()

    def arrange(numbers: Iterable[Number], fault: str = "", *, control: bool = False) -> Desk:
        numbers = tuple(numbers)
        made = FAULTS[fault].server if fault else KeepCallServer
        server = made() if control or fault else without_control(KeepCallServer)
        calls = tuple(
            replace(call, kept=False, recording_active=False) for number in numbers for call in number.calls
        )
        for call in calls:
            server.store.put(read_call(call.as_json(), datetime.now(UTC)))
        live = running.enter_context(RunningServer(server))
        lab = LabSettings(
            "static",
            calls=tuple(map(arranged, calls)),
            numbers_without_calls=tuple(number.text for number in numbers if not number.calls),
            no_other_calls=True,
        )
        return Desk(live, replace(target_of(live), lab=lab), calls)

    with running:
        yield arrange


@dataclass
class Run:
    """`keepcall run` in a folder, with an environment that knows nothing of the surrounding pytest."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    started: list["subprocess.Popen[str]"] = field(default_factory=list)

    def __call__(self, profile: str, *options: str) -> "subprocess.Popen[str]":
        """Starts it with a profile of this text."""
        (self.folder / "target.toml").write_text(profile, encoding="utf-8")
        ours = ("PYTEST", "KEEPCALL")
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.started.append(
            subprocess.Popen(
                [sys.executable, "-m", "keepcall", "run", "--target", "target.toml", "--output", "out", *options],
                cwd=self.folder,
                env=surroundings | self.more,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
            )
        )
        return self.started[-1]

    def report(self) -> dict[str, Any]:
        """Its report, which is valid."""
        data: dict[str, Any] = json.loads((self.folder / "out" / "report.json").read_text(encoding="utf-8"))
        assert list(resources.validator("report.schema.json").iter_errors(data)) == []
        return data


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Runs the command; no process of it is left."""
    made = Run(tmp_path)
    yield made
    for process in made.started:
        process.kill()
        process.communicate()


class Reaching(Protocol):
    """Tells when a server has had so many requests."""

    def __call__(self, server: KeepCallServer, requests: int) -> threading.Event: ...


@pytest.fixture
def reaching() -> Reaching:
    """An event that happens with the request of this number: `reaching(server, 90)`."""

    def watch(server: KeepCallServer, requests: int) -> threading.Event:
        reached, answer = threading.Event(), server.answer
        before = iter(range(requests - 1))

        async def watched(request: ApiRequest) -> "Response":
            if next(before, None) is None:
                reached.set()
            return await answer(request)

        server.answer = watched  # type: ignore[method-assign]
        return reached

    return watch


Watching = Callable[[], list[int]]


@pytest.fixture
def sipps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Watching:
    """The SIPp processes that a test has started, and that still run: `sipps()`."""
    run.more["OF_A_TEST"] = str(tmp_path)
    monkeypatch.setenv("OF_A_TEST", str(tmp_path))
    mark = f"OF_A_TEST={tmp_path}".encode()

    def found() -> list[int]:
        pids = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "comm").read_text(encoding="utf-8").strip() == "sipp":
                    pids += [int(process.name)] * (mark in (process / "environ").read_bytes().split(b"\0"))
        return pids

    return found
