"""A worker that dies or hangs in mid-run: the run ends, and says what became of it."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.contract.target import Credentials, LabSettings, Limits, Secret, Target
from keepcall.run.watchdog import patience, watching
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.request import ApiRequest

if TYPE_CHECKING:
    from starlette.responses import Response

    from tests.run.conftest import Command

IN_A_HURRY = (
    "import keepcall.run.watchdog; keepcall.run.watchdog._SLACK = 30.0; "
    "from keepcall.cli.main import main; raise SystemExit(main())"
)
"""`keepcall`, which takes a worker for dead sooner."""

PROFILE = """\
url = "{url}"
[credentials]
api_key = "{key}"
token = "{token}"
[lab]
kind = "http"
url = "{lab}"
timeout = 4
[limits]
timeout = 4
next_wait = 4
"""


class Watched(KeepCallServer):
    """The reference server, which says when it has had some requests."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 60
        self.reached = threading.Event()

    async def answer(self, request: ApiRequest) -> "Response":
        self.left -= 1
        if self.left <= 0:
            self.reached.set()
        return await super().answer(request)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (signal.SIGKILL, "A worker process died, and the run was ended for it"),
        (signal.SIGSTOP, "A worker process gave no sign of life for 38 s, and was ended."),
    ],
    ids=["it dies", "it hangs"],
)
def test_a_worker_that_is_no_more_use_ends_the_run(
    command: "Command", serving: Callable[[KeepCallServer], RunningServer], number: signal.Signals, told: str
) -> None:
    server = Watched()
    live = serving(server)
    own = live.settings
    text = PROFILE.format(url=live.url, key=own.api_key, token=own.token, lab=live.lab_url)
    (command.folder / "target.toml").write_text(text, encoding="utf-8")
    options = ("--target", "target.toml", "--output", "out", "--examples", "2", "--no-observations", "--workers", "2")
    with command.started("run", *options, program=("-c", IN_A_HURRY)) as run:
        assert server.reached.wait(100)
        worker = int(Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text(encoding="ascii").split()[0])
        os.kill(worker, number)
        said, _ = run.communicate(timeout=140)

    report = command.report("out")
    assert (run.returncode, report["verdict"]) == (3, "incomplete"), said
    assert [note for note in report["notes"] if note.startswith(told)], report["notes"]
    assert "Traceback" not in said
    assert not Path(f"/proc/{worker}").exists()


def test_only_a_worker_of_our_own_is_ended(tmp_path: Path) -> None:
    """The first process of the machine is nobody's worker, whatever its file says."""
    worker = subprocess.Popen(["sleep", "600"])
    try:
        for pid in (1, worker.pid):
            (tmp_path / str(pid)).touch()
            os.utime(tmp_path / str(pid), (0, 0))
        with watching(tmp_path, 0.1) as ended:
            assert worker.wait(60) == -signal.SIGKILL
        assert ended == ["A worker process gave no sign of life for 0.1 s, and was ended."]
    finally:
        worker.kill()
        worker.wait()


def test_a_worker_may_take_longer_than_anything_that_is_bounded() -> None:
    target = Target("a recorder", "http://recorder.invalid", Credentials(Secret("key")))
    slow = Target("a recorder", "http://recorder.invalid", Credentials(Secret("key")), lab=LabSettings(timeout=3600))

    assert patience(target) > 2 * Limits().next_wait
    assert patience(slow) > 2 * 3600
