"""A whole run with a static lab: calls arranged beforehand, no control protocol, nothing read back."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from keepcall.call import Call, Number
from keepcall.needs import all_needs, arrangement
from keepcall.server import RunningServer

OPTIONS = ("--target", "desk.toml", "--output", "out", "--no-observations", "--examples", "8", "--workers", "2")

LEAST = 45
"""Requirements of level MUST that such a run must test to the end."""


class Desk(Protocol):
    live: RunningServer
    calls: tuple[Call, ...]

    def left_marked(self) -> list[str]: ...


class Desks(Protocol):
    def __call__(self, numbers: Iterable[Number]) -> Desk: ...


def profile(desk: Desk, free: list[str]) -> str:
    """What a tester would write; JSON's texts are TOML's, too."""
    settings = desk.live.settings
    lines = [
        f'url = "{desk.live.url}"',
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
        f"numbers_without_calls = {json.dumps(free)}",
    ]
    for call in desk.calls:
        given = {key: value for key, value in call.as_json().items() if isinstance(value, str) and key != "state"}
        lines += [f"[[lab.calls.{call.state}]]"]
        lines += [f"{key} = {value if key.endswith('Time') else json.dumps(value)}" for key, value in given.items()]
    return "\n".join(lines)


def test_most_of_the_contract_is_tested_and_nobody_wrongly_failed(tmp_path: Path, desk: Desks) -> None:
    numbers = arrangement(all_needs())
    at = desk(numbers)
    (tmp_path / "desk.toml").write_text(profile(at, [n.text for n in numbers if not n.calls]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "keepcall", "run", *OPTIONS],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "KEEPCALL"))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )

    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    musts = Counter(entry["verdict"] for entry in report["requirements"] if entry["level"] == "MUST")
    assert (done.returncode, report["verdict"]) == (0, "conformant, answers only"), done.stdout + done.stderr
    assert set(musts) == {"pass", "out of scope", "not claimed"}, done.stdout
    assert musts["pass"] >= LEAST
    assert any("one worker" in note for note in report["notes"])
    assert "answers only" in done.stdout.splitlines()[-1]
    assert at.left_marked() == []
