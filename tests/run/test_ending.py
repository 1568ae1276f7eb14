"""A run that is ended before its time leaves a valid report, and no call behind."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.request import ApiRequest

if TYPE_CHECKING:
    from starlette.responses import Response

    from tests.run.conftest import Command


class Watched(KeepCallServer):
    """The reference server, which says when it has had so many requests."""

    def __init__(self, moment: int) -> None:
        super().__init__()
        self.left = moment
        self.reached = threading.Event()

    async def answer(self, request: ApiRequest) -> "Response":
        self.left -= 1
        if self.left <= 0:
            self.reached.set()
        return await super().answer(request)


def with_hangup(action: str) -> tuple[str, ...]:
    """The command, with what SIGHUP does to it: whoever runs these tests may have it ignored."""
    module = "runpy.run_module('keepcall', run_name='__main__', alter_sys=True)"
    return ("-c", f"import runpy, signal; signal.signal(signal.SIGHUP, signal.{action}); {module}")


def ended(
    command: "Command", target: tuple[str, ...], server: Watched, number: signal.Signals, *more: str
) -> tuple[int, str, dict[str, Any]]:
    """A run that gets a signal when the server has had as many requests as it waits for."""
    with command.started("run", *target, "--output", "out", *more, program=with_hangup("SIG_DFL")) as run:
        assert server.reached.wait(100)
        os.kill(run.pid, number)
        said, _ = run.communicate(timeout=100)
    return run.returncode, said, command.report("out")


CHANCE = random.Random(7)
MOMENTS = [(number, CHANCE.randint(1, 400)) for number in (signal.SIGINT, signal.SIGTERM) for _ in range(3)]
MOMENTS.append((signal.SIGHUP, CHANCE.randint(1, 400)))


@pytest.mark.parametrize(("number", "moment"), MOMENTS, ids=lambda value: str(getattr(value, "name", value)))
def test_a_signal_at_any_moment_leaves_a_report_and_no_call(
    command: "Command",
    serving: Callable[[KeepCallServer], RunningServer],
    options: Callable[[RunningServer], tuple[str, ...]],
    number: signal.Signals,
    moment: int,
) -> None:
    server = Watched(moment)

    code, said, report = ended(command, options(serving(server)), server, number, "--examples", "4")

    assert (code, report["verdict"]) == (3, "incomplete"), said
    assert f"The run was ended by {number.name}." in report["notes"]
    assert "ending the run" in said
    assert "Traceback" not in said
    assert server.store._select("1 = 1") == []
    assert {test["verdict"] for r in report["requirements"] for test in r["tests"]} <= {"pass", "not claimed"}


@pytest.mark.parametrize(
    ("number", "moment"),
    [(signal.SIGINT, 40), (signal.SIGTERM, 200), (signal.SIGHUP, 100)],
    ids=lambda value: str(getattr(value, "name", value)),
)
def test_workers_end_in_order_as_well(
    command: "Command",
    serving: Callable[[KeepCallServer], RunningServer],
    options: Callable[[RunningServer], tuple[str, ...]],
    number: signal.Signals,
    moment: int,
) -> None:
    server = Watched(moment)
    target = options(serving(server))

    code, said, report = ended(command, target, server, number, "--examples", "4", "--workers", "2")

    assert (code, report["verdict"]) == (3, "incomplete"), said
    assert f"The run was ended by {number.name}." in report["notes"]
    assert "Traceback" not in said
    assert server.store._select("1 = 1") == []
    assert {test["verdict"] for r in report["requirements"] for test in r["tests"]} <= {"pass", "not claimed"}


def test_a_run_ends_in_order_when_its_terminal_goes(
    command: "Command",
    serving: Callable[[KeepCallServer], RunningServer],
    options: Callable[[RunningServer], tuple[str, ...]],
) -> None:
    """It gets SIGHUP, and nothing that it says from then on can be written."""
    server = Watched(1)
    opening = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    ours, its = os.openpty()
    run = subprocess.Popen(
        [
            sys.executable,
            "-c",
            opening + with_hangup("SIG_DFL")[1],
            "run",
            *options(serving(server)),
            "--output",
            "out",
        ],
        cwd=command.folder,
        env=command.environment(),
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    try:
        os.close(its)
        assert server.reached.wait(100)
        os.close(ours)
        assert run.wait(100) == 3
    finally:
        run.kill()
        run.wait()

    assert "The run was ended by SIGHUP." in command.report("out")["notes"]
    assert server.store._select("1 = 1") == []


def test_a_run_does_not_end_where_hangups_are_ignored(
    command: "Command",
    serving: Callable[[KeepCallServer], RunningServer],
    options: Callable[[RunningServer], tuple[str, ...]],
) -> None:
    """As nohup has it."""
    server = Watched(1)
    words = ("run", *options(serving(server)), "--output", "out", "--only", "KC-SEL-01", "--no-observations")
    with command.started(*words, program=with_hangup("SIG_IGN")) as run:
        assert server.reached.wait(100)
        os.kill(run.pid, signal.SIGHUP)
        said, _ = run.communicate(timeout=100)

    assert run.returncode >= 0
    assert "ending the run" not in said
    assert not any("SIGHUP" in note for note in command.report("out")["notes"])


def test_a_run_that_breaks_off_is_a_failure_of_ours_and_leaves_what_it_has(command: "Command") -> None:
    program = (
        "import sys; from keepcall.cli import main as cli; from keepcall.report.result import Result\n"
        "def broken(result): raise RuntimeError('secret')\n"
        "Result.as_json = broken  # which is called within pytest\n"
        "sys.exit(cli.main())"
    )
    words = ("run", "--output", "out", "--only", "KC-SEL-01", "--no-observations")
    with command.started(*words, program=("-c", program)) as run:
        said, _ = run.communicate(timeout=100)

    assert (run.returncode, command.report("out")["verdict"]) == (4, "incomplete"), said
    assert "keepcall: the run broke off (" in said
    assert "secret" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_sends_no_more_than_it_may(
    command: "Command",
    serving: Callable[[KeepCallServer], RunningServer],
    options: Callable[[RunningServer], tuple[str, ...]],
    workers: str,
) -> None:
    server = Watched(10**9)
    target = options(serving(server))

    done = command("run", *target, "--output", "out", "--max-requests", "150", "--workers", workers)

    report = command.report("out")
    assert (done.returncode, report["verdict"]) == (3, "incomplete"), done.stdout + done.stderr
    assert "The run was ended by --max-requests, which allows 150." in report["notes"]
    assert report["requests"]["sent"] == 10**9 - server.left == 150
    assert server.store._select("1 = 1") == []


def test_a_terminals_ctrl_c_reaches_workers_that_are_only_starting(
    command: "Command",
    serving: Callable[[KeepCallServer], RunningServer],
    options: Callable[[RunningServer], tuple[str, ...]],
) -> None:
    """It goes to every process of the group at once, and one that dies of it would break the run."""
    server = serving(KeepCallServer())
    words = ("run", *options(server), "--output", "out", "--workers", "2")
    with command.started(*words, group=True) as run:
        while run.poll() is None and not Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().strip():
            pass  # until there is a worker
        os.killpg(run.pid, signal.SIGINT)
        said, _ = run.communicate(timeout=100)

    assert (run.returncode, command.report("out")["verdict"]) == (3, "incomplete"), said
    assert "The run was ended by SIGINT." in command.report("out")["notes"]
    assert "Traceback" not in said
    assert server.server.store._select("1 = 1") == []
