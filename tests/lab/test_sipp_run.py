"""Runs by real calls, with the worked example's profile and program."""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from keepcall import resources
from keepcall.server import KeepCallServer, RunningServer

if TYPE_CHECKING:
    from tests.lab.conftest import Reaching, Run, Watching

pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is missing: install Debian's sip-tester")

OPTIONS = ("--no-observations", "--examples", "2", "--seed", "7")

LEAST = 45
"""Requirements of level MUST that a whole run with real calls must test to the end."""


@pytest.fixture
def live(run: "Run") -> Iterator[RunningServer]:
    """The server of the example, whose key and token the run has in its environment."""
    with RunningServer(KeepCallServer()) as server:
        run.more |= {"KEEPCALL_API_KEY": server.settings.api_key, "KEEPCALL_TOKEN": server.settings.token}
        yield server


def example(live: RunningServer) -> str:
    """The worked profile, about this server."""
    text = resources.load_text("fixtures", "targets", "command.toml")
    assert "127.0.0.1:8080" in text
    assert "../labs" in text
    text = text.replace("127.0.0.1:8080", live.url.split("/")[2])
    return text.replace("../labs", str(resources.path("fixtures", "labs")))


def test_a_whole_run_is_conformant_and_leaves_nothing(run: "Run", live: RunningServer, sipps: "Watching") -> None:
    process = run(example(live), *OPTIONS)
    said, _ = process.communicate(timeout=300)

    report = run.report()
    musts = Counter(entry["verdict"] for entry in report["requirements"] if entry["level"] == "MUST")
    assert (process.returncode, report["verdict"]) == (0, "conformant"), said
    assert set(musts) == {"pass", "not claimed"}
    assert musts["pass"] >= LEAST
    assert (live.server.store._select("1 = 1"), sipps()) == ([], [])
    assert sorted(path.name for path in run.folder.iterdir()) == ["out", "target.toml"]


@pytest.mark.parametrize(
    "end",
    [(signal.SIGTERM, 1), (signal.SIGINT, 60), (signal.SIGTERM, 400)],
    ids=lambda end: f"{end[0].name}-{end[1]}",
)
def test_a_signal_at_any_moment_leaves_a_report_and_no_call(
    run: "Run", live: RunningServer, sipps: "Watching", reaching: "Reaching", end: tuple[signal.Signals, int]
) -> None:
    number, moment = end
    reached = reaching(live.server, moment)

    process = run(example(live), *OPTIONS)
    assert reached.wait(100)
    os.kill(process.pid, number)
    said, _ = process.communicate(timeout=100)

    report = run.report()
    assert (process.returncode, report["verdict"]) == (3, "incomplete"), said
    assert f"The run was ended by {number.name}." in report["notes"]
    assert "Traceback" not in said
    assert {test["verdict"] for r in report["requirements"] for test in r["tests"]} <= {"pass", "not claimed"}
    assert (live.server.store._select("1 = 1"), sipps()) == ([], [])


def test_the_calls_of_a_run_that_is_killed_are_hung_up_all_the_same(
    run: "Run", live: RunningServer, sipps: "Watching", reaching: "Reaching"
) -> None:
    reached = reaching(live.server, 60)

    process = run(example(live), *OPTIONS)
    assert reached.wait(100)
    assert len(sipps()) == 2
    process.kill()

    deadline = time.monotonic() + 60
    while (sipps() or live.server.store._select("1 = 1")) and time.monotonic() < deadline:
        os.sched_yield()
    assert (live.server.store._select("1 = 1"), sipps()) == ([], [])
