"""A program of a command lab that stays: a line for a line, in time, and nothing of it left."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from keepcall.contract.outcomes import NotTested
from keepcall.contract.outlet import Outlet
from keepcall.contract.redaction import Redactor
from keepcall.contract.target import LabSettings
from keepcall.errors import LabError
from keepcall.lab.program import Program
from keepcall.lab.resident_program import ResidentProgram, program_of

ACTION = {"action": "end", "handle": "7"}

COUNTS = """
import json, os, sys
open("pids", "a").write(f"{os.getpid()} ")
for number, line in enumerate(sys.stdin):
    action = json.loads(line)
    print(json.dumps({"handle": f"{action['handle']} {number}"}), flush=True)
open("ended", "w").write("by itself")
"""


@pytest.fixture
def running() -> Iterator[list[ResidentProgram]]:
    """Whatever a test has started is ended."""
    programs = list[ResidentProgram]()
    yield programs
    for each in programs:
        each.close()


@pytest.fixture
def started(tmp_path: Path, running: list[ResidentProgram]) -> "Start":
    return Start(tmp_path, running)


class Start:
    def __init__(self, folder: Path, running: list[ResidentProgram]) -> None:
        self.folder = folder
        self.running = running

    def __call__(self, text: str, timeout: float = 20) -> ResidentProgram:
        (self.folder / "lab.py").write_text(text, encoding="utf-8")
        command = (sys.executable, "-I", "lab.py")
        made = ResidentProgram(command, self.folder, timeout, Outlet(Redactor({"SECRET": "hush"})))
        self.running.append(made)
        return made

    def pids(self) -> list[int]:
        return [int(pid) for pid in (self.folder / "pids").read_text(encoding="ascii").split()]

    def still_there(self) -> list[int]:
        """Those that do not end, and soon."""
        deadline = time.monotonic() + 10
        while (found := self._running()) and time.monotonic() < deadline:
            os.sched_yield()
        return found

    def _running(self) -> list[int]:
        """Those that run now; one that has ended may wait for its parent to notice."""
        found = []
        for pid in self.pids():
            with suppress(OSError):
                state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
                found += [pid] if state not in "ZX" else []
        return found


def test_one_program_answers_all_actions_and_ends_when_there_are_no_more(started: Start) -> None:
    program = started(COUNTS)

    assert [program.ask(ACTION) for _ in range(3)] == [{"handle": "7 0"}, {"handle": "7 1"}, {"handle": "7 2"}]
    assert program.close() == ()
    assert len(started.pids()) == 1
    assert started.still_there() == []
    assert (started.folder / "ended").read_text(encoding="utf-8") == "by itself"


def test_a_program_that_nobody_asked_anything_is_not_started(started: Start) -> None:
    assert started(COUNTS).close() == ()
    assert not (started.folder / "pids").exists()


def test_what_it_cannot_do_is_not_tested_and_it_stays(started: Start) -> None:
    program = started(
        "import sys\nfor n, line in enumerate(sys.stdin): print('{\"cannot\": \"no\"}' if n else '{}', flush=True)"
    )

    assert program.ask(ACTION) == {}
    with pytest.raises(NotTested, match="cannot end this: no"):
        program.ask(ACTION)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sys.exit('the line is hush')", "ended with status 1 on end; it said: the line is $SECRET"),
        ("sys.exit()", "ended with status 0 on end"),
        ("os.close(1); time.sleep(600)", "on end"),
        ("print('{}\\n{}', flush=True)", "with more than one line: '{}'"),
        ("print('x' * 2_000_000, flush=True)", "with more than 1000000 bytes"),
        ("print('done', flush=True)", "what is no JSON: 'done'"),
        ('print(\'{"failed": "dead"}\', flush=True)', "failed on end: dead"),
    ],
    ids=["it fails", "it ends", "it closes its output", "two lines", "no end", "no JSON", "it says so"],
)
def test_what_it_does_wrong_is_told_without_secrets(started: Start, text: str, told: str) -> None:
    program = started(f"import os, sys, time\nfor line in sys.stdin:\n    {text}")

    with pytest.raises(LabError) as caught:
        program.ask(ACTION)

    assert told in caught.value.what
    assert "hush" not in str(caught.value)
    assert "docs/testers.md" in caught.value.remedy


TALKS = """
import os, sys
sys.stdin.readline()
print("{}", flush=True)
open("go").read()
print("{}", flush=True)
open("said", "w").write("it")
sys.stdin.read()
"""


def test_what_it_says_unasked_is_no_answer_to_the_next_action(started: Start) -> None:
    os.mkfifo(started.folder / "go")
    os.mkfifo(started.folder / "said")
    program = started(TALKS)
    assert program.ask(ACTION) == {}
    (started.folder / "go").write_text("on", encoding="utf-8")
    assert (started.folder / "said").read_text(encoding="utf-8") == "it"

    with pytest.raises(LabError, match=r"said something before it was to end: '\{\}'"):
        program.ask(ACTION)


HANGS = """
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "600"])
open("pids", "a").write(f"{os.getpid()} {child.pid} ")
sys.stdin.readline()
print("still at it", file=sys.stderr, flush=True)
print("{}", flush=True)
time.sleep(600)
"""


def test_a_program_that_hangs_is_ended_with_all_that_it_started(started: Start) -> None:
    program = started(HANGS, timeout=5)
    assert program.ask(ACTION) == {}

    with pytest.raises(LabError, match="took longer than 5 s on end"):
        program.ask(ACTION)
    assert len(started.pids()) == 2
    assert started.still_there() == []


def test_a_program_that_hangs_each_time_is_asked_no_more(started: Start) -> None:
    program = started("import time; time.sleep(600)", timeout=0.1)
    for _ in range(3):
        with pytest.raises(LabError, match="took longer"):
            program.ask(ACTION)

    with pytest.raises(LabError, match="is asked no more: it took too long 3 times in a row"):
        program.ask(ACTION)


def test_a_program_that_has_ended_is_started_again(started: Start) -> None:
    program = started("import sys; sys.stdin.readline(); open('times', 'a').write('x'); print('{}', flush=True)")
    assert program.ask(ACTION) == {}

    for _ in range(2):
        with suppress(LabError):
            program.ask(ACTION)
    assert len((started.folder / "times").read_text(encoding="utf-8")) > 1


@pytest.mark.parametrize(
    ("then", "told"),
    [("sys.exit('could not clear up')", "ended with status 1"), ("time.sleep(600)", "did not end within 5 s")],
    ids=["it fails", "it hangs"],
)
def test_one_that_does_not_end_well_is_told(started: Start, then: str, told: str) -> None:
    program = started(
        "import os, sys, time\nopen('pids', 'w').write(str(os.getpid()))\n"
        f"for line in sys.stdin: print('{{}}', flush=True)\n{then}",
        timeout=5,
    )
    assert program.ask(ACTION) == {}

    (left,) = program.close()

    assert told in left
    assert started.still_there() == []


def test_much_on_standard_error_does_not_stop_it(started: Start) -> None:
    program = started(
        "import sys\nfor line in sys.stdin:\n    sys.stderr.write('x' * 300_000); print('{}', flush=True)"
    )

    assert [program.ask(ACTION) for _ in range(3)] == [{}, {}, {}]


def test_a_program_stays_where_the_profile_says_so(tmp_path: Path) -> None:
    settings = LabSettings("command", command=("true",), folder=tmp_path)

    assert type(program_of(settings)) is Program
    assert type(program_of(replace(settings, stays=True))) is ResidentProgram
