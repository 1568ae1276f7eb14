"""The program of a command lab: one action in, one answer out, in time, and nothing of it left."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from keepcall import resources
from keepcall.contract.outcomes import NotTested
from keepcall.contract.outlet import Outlet
from keepcall.contract.redaction import Redactor
from keepcall.errors import LabError
from keepcall.lab.program import Program

ACTION = {"action": "end", "handle": "7"}
READS = "import json, sys; action = json.load(sys.stdin); "


def program(folder: Path, text: str, timeout: float = 20) -> Program:
    (folder / "lab.py").write_text(text, encoding="utf-8")
    return Program((sys.executable, "-I", "lab.py"), folder, timeout, Outlet(Redactor({"SECRET": "hush"})))


def test_it_gets_the_action_and_gives_the_answer(tmp_path: Path) -> None:
    said = program(tmp_path, READS + "print(json.dumps({'handle': action['handle'] + action['action']}))")

    assert said.ask(ACTION) == {"handle": "7end"}


def test_what_it_cannot_do_is_not_tested(tmp_path: Path) -> None:
    with pytest.raises(NotTested, match="cannot end this: no such line"):
        program(tmp_path, 'print(\'{"cannot": "no such line"}\')').ask(ACTION)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import sys; sys.exit('the line is\\x1b[31m hush')", "ended with status 1 on end; it said: the line is"),
        ("print('done')", "what is no JSON: 'done'"),
        ("print('[]')", "gave an answer that is none"),
        ('print(\'{"call": {"callID": "7"}}\')', "$.call.callID"),
        ('print(\'{"cannot": "x", "handle": "y"}\')', "gave an answer that is none"),
        ('print(\'{"failed": "the line is dead"}\')', "failed on end: the line is dead"),
    ],
    ids=["a failure", "no JSON", "no object", "no callID", "both at once", "a failure that is told"],
)
def test_what_it_does_wrong_is_told_without_secrets(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(LabError) as caught:
        program(tmp_path, text).ask(ACTION)

    assert told in caught.value.what
    assert "hush" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert "docs/testers.md" in caught.value.remedy


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no-such-program cannot be started"):
        Program(("./no-such-program",), tmp_path, 1).ask(ACTION)


HANGS = """
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "600"])
with open("pids", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
print("still at it", file=sys.stderr, flush=True)
time.sleep(600)
"""

ENDS_ALONE = """
import subprocess
nothing = subprocess.DEVNULL
child = subprocess.Popen(["sleep", "600"], stdin=nothing, stdout=nothing, stderr=nothing)
with open("pids", "w") as file:
    file.write(str(child.pid))
print("{}")
"""


def still_there(folder: Path) -> list[int]:
    """Those that do not end, and soon."""
    deadline = time.monotonic() + 10
    while (found := running(folder)) and time.monotonic() < deadline:
        os.sched_yield()
    return found


def running(folder: Path) -> list[int]:
    """Those that run now; one that has ended may wait for its parent to notice."""
    found = []
    for pid in map(int, (folder / "pids").read_text(encoding="ascii").split()):
        with suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
            found += [pid] if state not in "ZX" else []
    return found


def test_a_program_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"took longer than 3 s on end; it said: still at it"):
        program(tmp_path, HANGS, timeout=3).ask(ACTION)

    assert not still_there(tmp_path)


def test_a_program_that_hangs_each_time_is_asked_no_more(tmp_path: Path) -> None:
    hanging = program(tmp_path, "import time; time.sleep(600)", timeout=0.1)
    for _ in range(3):
        with pytest.raises(LabError, match="took longer"):
            hanging.ask(ACTION)

    with pytest.raises(LabError, match="is asked no more: it took too long 3 times in a row"):
        hanging.ask(ACTION)


def test_what_a_program_leaves_in_its_group_is_ended(tmp_path: Path) -> None:
    assert program(tmp_path, ENDS_ALONE).ask(ACTION) == {}

    assert not still_there(tmp_path)


@pytest.mark.parametrize(
    ("action", "valid"),
    [
        (ACTION, True),
        ({"action": "place", "call": {"callingParty": "1", "calledParty": "2", "recording": "on-demand"}}, True),
        ({"action": "offer"}, True),
        ({"action": "place", "handle": "7"}, False),
        ({"action": "hold", "handle": "7"}, False),
        ({}, False),
    ],
    ids=["on a handle", "a call", "a question", "no call", "another action", "nothing"],
)
def test_actions_have_a_schema(action: dict[str, object], valid: bool) -> None:
    assert resources.validator("lab-action.schema.json").is_valid(action) == valid
