"""Runs with a static lab: calls arranged beforehand, no control protocol, nothing read back."""

import os
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from keepcall.run.lab_needs import all_needs, arrangement

if TYPE_CHECKING:
    from tests.lab.conftest import Arrange, Reaching, Run

OPTIONS = ("--no-observations", "--examples", "8", "--workers", "2")

LEAST = 45
"""Requirements of level MUST that such a run must test to the end."""


def test_most_of_the_contract_is_tested_and_nobody_wrongly_failed(run: "Run", desk: "Arrange") -> None:
    at = desk(arrangement(all_needs()))

    process = run(at.profile(), *OPTIONS)
    said, _ = process.communicate(timeout=300)

    report = run.report()
    musts = Counter(entry["verdict"] for entry in report["requirements"] if entry["level"] == "MUST")
    assert (process.returncode, report["verdict"]) == (0, "conformant, answers only"), said
    assert set(musts) == {"pass", "out of scope", "not claimed"}, said
    assert musts["pass"] >= LEAST
    assert any("one worker" in note for note in report["notes"])
    assert "answers only" in said.splitlines()[-1]
    assert at.left_marked() == []


@pytest.mark.parametrize(
    ("number", "moment"),
    [(signal.SIGINT, 3), (signal.SIGTERM, 90), (signal.SIGINT, 420)],
    ids=lambda value: str(getattr(value, "name", value)),
)
def test_a_signal_at_any_moment_leaves_a_report_and_no_call_marked(
    run: "Run", desk: "Arrange", reaching: "Reaching", number: signal.Signals, moment: int
) -> None:
    at = desk(arrangement(all_needs()))
    reached = reaching(at.live.server, moment)

    process = run(at.profile(), "--no-observations", "--examples", "2", "--seed", "7")
    assert reached.wait(100)
    os.kill(process.pid, number)
    said, _ = process.communicate(timeout=100)

    report = run.report()
    assert (process.returncode, report["verdict"]) == (3, "incomplete"), said
    assert f"The run was ended by {number.name}." in report["notes"]
    assert "Traceback" not in said
    assert {test["verdict"] for r in report["requirements"] for test in r["tests"]} <= {
        "pass", "not claimed", "not tested"
    }  # fmt: skip
    assert at.left_marked() == []
