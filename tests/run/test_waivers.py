"""`keepcall run --waivers` as a CI job sees it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.faults import FAULTS

if TYPE_CHECKING:
    from tests.run.conftest import Command

SEVERAL = ("--only", "KC-SEL-01", "KC-SEL-07", "--examples", "1")


def waivers(symptoms: dict[str, None], until: str, requirement: str = "KC-SEL-07") -> str:
    return "\n".join(
        f'[[waiver]]\nrequirement = "{requirement}"\nsymptom = {json.dumps(symptom, ensure_ascii=False)}\n'
        f'who = "Jana"\nwhy = "ticket 7"\nuntil = {until}\n'
        for symptom in symptoms
    )


def test_what_is_waived_runs_and_is_told_and_does_not_fail_the_job(
    command: "Command",
    serving: Callable[[KeepCallServer], RunningServer],
    options: Callable[[RunningServer], tuple[str, ...]],
) -> None:
    target = options(serving(FAULTS["takes_the_first_of_several_calls"].server()))
    bare = command("run", *target, *SEVERAL, "--output", "bare")
    failed = next(r for r in command.report("bare")["requirements"] if r["id"] == "KC-SEL-07")
    found = [e for test in failed["tests"] if test["verdict"] == "fail" for e in test["evidence"]]
    symptoms = dict.fromkeys(f"{e['name']}: expected {e['expected']}; got {e['got']}" for e in found)
    (command.folder / "known.toml").write_text(waivers(symptoms, "2999-12-31"), encoding="utf-8")
    (command.folder / "old.toml").write_text(waivers(symptoms, "2020-12-31"), encoding="utf-8")

    known = command("run", *target, *SEVERAL, "--waivers", "known.toml", "--output", "known")
    old = command("run", *target, *SEVERAL, "--waivers", "old.toml", "--output", "old")

    assert bare.returncode == 1
    assert known.returncode == 0, known.stdout
    report = command.report("known")
    assert report["verdict"] == "not conformant"
    assert {waiver["state"] for waiver in report["waivers"]} == {"applied"}
    assert [test["verdict"] for test in failed["tests"]] == [
        test["verdict"] for r in report["requirements"] if r["id"] == "KC-SEL-07" for test in r["tests"]
    ]
    assert "waiver    applied  KC-SEL-07" in known.stdout
    assert "Jana" in (command.folder / "known" / "report.html").read_text(encoding="utf-8")
    assert old.returncode == 1
    assert "expired on 2020-12-31" in old.stdout
    assert "this makes the run fail" in " ".join(old.stdout.split())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (waivers({"x": None}, "2999-12-31", "KC-SEL-77"), "waiver[0].requirement"),
        (waivers({"x": None}, "2999-13-31"), "line 6"),
        ("", "waiver: found nothing"),
    ],
    ids=["an unknown requirement", "no TOML", "an empty file"],
)
def test_a_wrong_file_of_waivers_stops_the_run_before_it_starts(command: "Command", text: str, told: str) -> None:
    Path(command.folder / "w.toml").write_text(text, encoding="utf-8")

    done = command("run", "--waivers", "w.toml", "--output", "out")

    assert done.returncode == 2
    assert told in done.stderr
    assert not Path(command.folder / "out").exists()
