"""Real runs compared: the same server twice, then with a fault, then with another profile."""

from collections.abc import Callable
from pathlib import Path

import pytest

from keepcall.cli import main
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.faults import FAULTS

ONLY = ("--only", "KC-SEL-01", "KC-SEL-07", "--seed", "1")
PROFILE = """\
name = "a recorder"
url = "{server.url}"
limits.timeout = {timeout}
[credentials]
api_key = "{server.settings.api_key}"
token = "{server.settings.token}"
[lab]
kind = "http"
url = "{server.lab_url}"
"""

Go = Callable[..., Path]


@pytest.fixture
def go(tmp_path: Path) -> Go:
    """A run of a server by its profile; the folder that it wrote."""

    def start(server: RunningServer, timeout: int = 10) -> Path:
        number = len(list(tmp_path.iterdir()))
        profile = tmp_path / f"{number}.toml"
        profile.write_text(PROFILE.format(server=server, timeout=timeout), encoding="utf-8")
        main.main(["run", "--target", str(profile), *ONLY, "--output", str(tmp_path / f"run-{number}")])
        return tmp_path / f"run-{number}"

    return start


def diff(capfd: pytest.CaptureFixture[str], old: Path, new: Path) -> tuple[int, str]:
    capfd.readouterr()
    code = main.main(["diff", str(old), str(new)])
    return code, capfd.readouterr().out


def test_two_runs_of_one_server_are_the_same(go: Go, capfd: pytest.CaptureFixture[str]) -> None:
    with RunningServer(KeepCallServer()) as server:
        code, told = diff(capfd, go(server), go(server))

    assert code == 0
    assert told.endswith("Nothing changed.\n")


def test_two_runs_of_the_embedded_server_are_the_same(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("old", "new"):
        main.main(["run", *ONLY, "--output", str(tmp_path / name)])
    code, told = diff(capfd, tmp_path / "old", tmp_path / "new")

    assert code == 0
    assert told.endswith("Nothing changed.\n")


def test_a_fault_that_was_switched_on_is_the_regression(go: Go, capfd: pytest.CaptureFixture[str]) -> None:
    with (
        RunningServer(KeepCallServer()) as good,
        RunningServer(FAULTS["takes_the_first_of_several_calls"].server()) as bad,
    ):
        code, told = diff(capfd, go(good), go(bad))

    assert code == 1
    assert "Regressions (1)\n  KC-SEL-07  MUST  pass → fail" in told
    assert "The configuration changed" not in told
    assert "The suite changed" not in told


def test_another_profile_alone_is_said_to_be_that(go: Go, capfd: pytest.CaptureFixture[str]) -> None:
    with RunningServer(KeepCallServer()) as server:
        code, told = diff(capfd, go(server), go(server, timeout=11))

    assert code == 0
    assert "The configuration changed: limits.timeout: 10 → 11." in told
    assert told.endswith("No verdict and no observation changed.\n")
