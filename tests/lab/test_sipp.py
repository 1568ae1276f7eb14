"""Real calls: SIPp holds them between two numbers, and the example's bridge tells the reference server of them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keepcall import resources
from keepcall.bench import bench
from keepcall.checks import effect, outcome
from keepcall.embedded import target_of
from keepcall.operation import KEEP
from keepcall.play import Play
from keepcall.recorder import Recorder
from keepcall.server import KeepCallServer, RunningServer
from keepcall.situations import SITUATIONS
from keepcall.target import LabSettings

pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is missing: install Debian's sip-tester")

PROGRAM = resources.path("fixtures", "labs", "sipp", "lab.py")

PLAYED = (
    "the callID of an ongoing call, without status",
    "an extension that is the called party",
    "two ongoing calls, the number calling in one and called in the other",
    "two finished calls, the longer one ended last",
    "the next call, in which the number is called",
)


def command(live: RunningServer, state: Path) -> tuple[str, ...]:
    return (sys.executable, str(PROGRAM), "--recorder", live.lab_url, "--state", str(state))


def sipps(state: Path) -> list[str]:
    """The SIPp processes whose files are in the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().split(b"\0")
        except OSError:
            continue
        found += (
            [process.parent.name] if words[0].endswith(b"sipp") and str(state).encode() in b" ".join(words) else []
        )
    return found


@contextmanager
def calling(state: Path) -> Iterator[tuple[Recorder, RunningServer]]:
    with RunningServer(KeepCallServer()) as live:
        lab = LabSettings("command", command=command(live, state), folder=state, timeout=60)
        with bench(replace(target_of(live), lab=lab)) as ready:
            assert ready.obstacle == ""
            yield ready.recorder, live
        assert list(ready.left) == []


def test_situations_are_played_with_real_calls_and_nothing_is_left(tmp_path: Path) -> None:
    with calling(tmp_path) as (recorder, live):
        rows = [row for row in SITUATIONS() if row.name in PLAYED]
        plays = [recorder.plays(row, KEEP, methods=["GET"])[0] for row in rows]
        held = sipps(tmp_path)
        stored = live.server.database.rows("SELECT COUNT(*) FROM calls", ())
        assert len(held) >= 2

    assert len(plays) == len(PLAYED)
    for play in plays:
        assert isinstance(play, Play), play
        assert [*outcome(play), *effect(play)] == []
    assert stored[0][0]
    assert sipps(tmp_path) == []
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def ask(arguments: tuple[str, ...], **action: object) -> dict[str, Any]:
    done = subprocess.run(arguments, input=json.dumps(action), capture_output=True, text=True, check=True, timeout=60)
    answer: dict[str, Any] = json.loads(done.stdout)
    assert resources.validator("lab-answer.schema.json").is_valid(answer), answer
    return answer


def test_a_call_is_held_until_it_is_ended(tmp_path: Path) -> None:
    with RunningServer(KeepCallServer()) as live:
        arguments = command(live, tmp_path)
        call = {"callingParty": "8856", "calledParty": "2001", "recording": "on-demand"}
        placed = ask(arguments, action="place", call=call)
        assert len(sipps(tmp_path)) == 2
        assert placed["call"]["state"] == "ongoing"
        ended = ask(arguments, action="end", handle=placed["handle"])
        assert sipps(tmp_path) == []
        assert ended["call"]["state"] == "finished"
        ask(arguments, action="remove", handle=placed["handle"])
        assert live.server.store.get(placed["call"]["callID"]) is None


def test_lines_without_controlled_recording_say_so(tmp_path: Path) -> None:
    with RunningServer(KeepCallServer()) as live:
        call = {"callingParty": "8856", "calledParty": "2001", "recording": "controlled"}
        assert "cannot" in ask(command(live, tmp_path), action="place", call=call)
