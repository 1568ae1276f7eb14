"""A reference server whose calls are arranged before a run, and whose lab control protocol is switched off."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

import pytest
from starlette.routing import BaseRoute

from keepcall.call import Call, Number
from keepcall.embedded import target_of
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.call import read_call
from keepcall.server.faults import FAULTS
from keepcall.target import ArrangedCall, LabSettings, Target


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
