"""Real calls: SIPp holds them between two numbers, and the example's bridge tells the reference server of them."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keepcall import resources
from keepcall.cases.engine.checks import effect, outcome
from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.execution import Execution
from keepcall.cases.situations import SITUATIONS
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import NotTested
from keepcall.contract.target import LabSettings
from keepcall.errors import LabError
from keepcall.lab.resident_program import ResidentProgram
from keepcall.run.harness import harness
from keepcall.run.reference import target_of
from keepcall.server import KeepCallServer, RunningServer

if TYPE_CHECKING:
    from tests.lab.conftest import Watching

pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is missing: install Debian's sip-tester")

PROGRAM = resources.path("fixtures", "labs", "sipp", "lab.py")

PLAYED = (
    "the callID of an ongoing call, without status",
    "an extension that is the called party",
    "two ongoing calls, the number calling in one and called in the other",
    "two finished calls, the longer one ended last",
    "the next call, in which the number is called",
)
CALL = {"callingParty": "8856", "calledParty": "2001", "recording": "on-demand"}


def command(live: RunningServer, *more: str) -> tuple[str, ...]:
    return (sys.executable, str(PROGRAM), "--recorder", live.lab_url, *more)


@contextmanager
def calling() -> Iterator[tuple[Driver, RunningServer]]:
    with RunningServer(KeepCallServer()) as live:
        lab = LabSettings("command", command=command(live), stays=True, timeout=60)
        with harness(replace(target_of(live), lab=lab)) as ready:
            assert ready.obstacle == ""
            yield ready.driver, live
        assert list(ready.left) == []
        assert stored(live) == 0


def stored(live: RunningServer) -> int:
    [(count,)] = live.server.database.rows("SELECT COUNT(*) FROM calls", ())
    return int(count or 0)


def test_situations_are_played_with_real_calls_and_nothing_is_left(sipps: "Watching") -> None:
    with calling() as (driver, live):
        rows = [row for row in SITUATIONS() if row.name in PLAYED]
        executions = [driver.execute(row, KEEP, methods=["GET"])[0] for row in rows]
        assert len(sipps()) == 2
        assert stored(live) > 0

    assert len(executions) == len(PLAYED)
    for execution in executions:
        assert isinstance(execution, Execution), execution
        assert [*outcome(execution), *effect(execution)] == []
    assert sipps() == []


@dataclass
class Lines:
    """The example's program, and the server that it tells of its calls."""

    live: RunningServer
    program: ResidentProgram

    def ask(self, name: str, **more: object) -> dict[str, Any]:
        return self.program.ask({"action": name, **more})


@pytest.fixture
def lines(sipps: "Watching", tmp_path: Path) -> Iterator[Lines]:
    with RunningServer(KeepCallServer()) as live:
        program = ResidentProgram(command(live), tmp_path, 60)
        yield Lines(live, program)
        program.close()
    assert sipps() == []


def test_a_call_is_held_between_its_numbers_until_it_is_ended(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIPp's own log of its messages tells."""
    traced = tmp_path / "bin" / "sipp"
    traced.parent.mkdir()
    traced.write_text(
        f'#!/bin/sh\nexec {shutil.which("sipp")} "$@" -trace_msg -message_file {tmp_path}/$$.log\n', encoding="utf-8"
    )
    traced.chmod(0o755)
    monkeypatch.setenv("PATH", f"{traced.parent}:{os.environ['PATH']}")

    placed = lines.ask("place", call=CALL)
    begun = "".join(log.read_text(encoding="utf-8") for log in tmp_path.glob("*.log"))
    ended = lines.ask("end", handle=placed["handle"])
    over = "".join(log.read_text(encoding="utf-8") for log in tmp_path.glob("*.log"))

    assert (placed["call"]["state"], ended["call"]["state"]) == ("ongoing", "finished")
    assert placed["call"]["callID"] == ended["call"]["callID"]
    assert begun.count("INVITE sip:2001@") == 2  # as it was sent, and as it was received
    assert "From: <sip:8856@" in begun
    assert (begun.count("ACK sip:2001@") > 0, begun.count("BYE sip:2001@")) == (True, 0)
    assert over.count("BYE sip:2001@") == 2
    lines.ask("remove", handle=placed["handle"])
    assert stored(lines.live) == 0


def test_two_processes_hold_all_calls(lines: Lines, sipps: "Watching") -> None:
    handles = [lines.ask("place", call={**CALL, "calledParty": f"20{index:02}"})["handle"] for index in range(30)]

    assert len(set(handles)) == stored(lines.live) == 30
    assert len(sipps()) == 2
    assert {lines.ask("read", handle=handle)["call"]["state"] for handle in handles} == {"ongoing"}


def test_what_the_lines_offer_they_say_without_placing_a_call(lines: Lines, sipps: "Watching") -> None:
    told = lines.ask("offer")["offer"]

    assert (told["recordings"], told["callID"], told["read"]) == (["on-demand"], True, True)
    assert sipps() == []


def test_lines_without_controlled_recording_say_so(lines: Lines) -> None:
    with pytest.raises(NotTested, match="no controlled recording"):
        lines.ask("place", call={**CALL, "recording": "controlled"})


def test_without_its_recorder_the_program_says_so_and_goes_on(lines: Lines) -> None:
    placed = lines.ask("place", call=CALL)
    with pytest.raises(LabError, match="failed on read: the recorder answered 404"):
        lines.ask("read", handle="00000000-0000-4000-8000-000000000000")

    assert lines.ask("read", handle=placed["handle"])["call"]["state"] == "ongoing"


def test_a_program_that_is_killed_takes_its_calls_with_it(lines: Lines, sipps: "Watching") -> None:
    lines.ask("place", call=CALL)
    [parent] = {int(parent_of(pid)) for pid in sipps()}
    os.kill(parent, signal.SIGKILL)

    with pytest.raises(LabError, match="ended with status -9"):
        lines.ask("offer")
    assert gone(sipps)


def test_when_sipp_has_ended_the_program_ends_and_another_one_takes_its_place(
    lines: Lines, sipps: "Watching"
) -> None:
    lines.ask("place", call=CALL)
    os.kill(sipps()[0], signal.SIGKILL)

    with pytest.raises(LabError, match="SIPp has ended, and all calls with it"):
        lines.ask("place", call=CALL)
    assert lines.ask("place", call=CALL)["call"]["state"] == "ongoing"


def parent_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1]


def gone(sipps: "Watching") -> bool:
    """Whether they end, and soon."""
    deadline = time.monotonic() + 20
    while sipps() and time.monotonic() < deadline:
        os.sched_yield()
    return not sipps()
