"""Whatever takes a test out of a run, by whatever means: the run is incomplete, and says what is missing."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keepcall.cli import main
from keepcall.run.attendance import written
from keepcall.run.pytest_session import PytestSession
from keepcall.server import RunningServer
from keepcall.server.faults import FAULTS

if TYPE_CHECKING:
    from tests.run.conftest import Command

OF_IT = "KC-SEL-07"
FILE = "suites/ambiguous_extension/test_more_than_one_call.py"

DROPS = f"""\
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if not item.nodeid.startswith({FILE!r})]
"""
DESELECTS_LATE = f"""\
def pytest_collection_finish(session):
    session.items[:] = [item for item in session.items if not item.nodeid.startswith({FILE!r})]
"""
IGNORES = f"""\
def pytest_ignore_collect(collection_path):
    return True if str(collection_path).endswith({FILE!r}) else None
"""
MAKES_NONE = f"""\
def pytest_pycollect_makeitem(collector, name):
    return [] if collector.nodeid == {FILE!r} and name.startswith("test_") else None
"""
RUNS_NONE = f"""\
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    return True if item.nodeid.startswith({FILE!r}) else None
"""
CRASHES = """\
def pytest_collection_modifyitems():
    raise ValueError("not with me")
"""
CRASHES_AT_A_FILE = f"""\
def pytest_pycollect_makemodule(module_path):
    if str(module_path).endswith({FILE!r}):
        raise ValueError("not with me")
"""

WAYS = {
    "taken out of the list": (DROPS, "strange"),
    "taken out at the end": (DESELECTS_LATE, "strange"),
    "a file ignored": (IGNORES, "strange"),
    "never made": (MAKES_NONE, "strange"),
    "not run": (RUNS_NONE, "did not come to an end"),
    "a crash of a plugin": (CRASHES, "pytest: ValueError: not with me"),
    "a crash at a file": (CRASHES_AT_A_FILE, "suites/ambiguous_extension: ValueError: not with me"),
}


@pytest.fixture(scope="module")
def faulty() -> Iterator[RunningServer]:
    with RunningServer(FAULTS["takes_the_first_of_several_calls"].server()) as server:
        yield server


@pytest.fixture
def run(
    faulty: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """A run with a plugin that is none of ours, however it may have come there: exit code and report."""

    def run(plugin: str, *words: str) -> tuple[int, dict[str, Any]]:
        (tmp_path / "strange.py").write_text(plugin, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        sys.modules.pop("strange", None)  # of the test before
        usual = PytestSession._arguments
        monkeypatch.setattr(PytestSession, "_arguments", lambda self: [*usual(self), "-p", "strange"])
        own = faulty.settings
        access = ("--url", faulty.url, "--api-key", own.api_key, "--token", own.token, "--lab", faulty.lab_url)
        code = main.main(["run", *access, "--only", OF_IT, "KC-SEL-02", "--output", str(tmp_path / "out"), *words])
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))

    return run


@pytest.mark.parametrize(("plugin", "told"), WAYS.values(), ids=WAYS)
def test_a_run_that_somebody_else_has_cut_is_incomplete_and_says_so(
    run: Callable[..., tuple[int, dict[str, Any]]], plugin: str, told: str
) -> None:
    code, report = run(plugin)

    assert (code, report["verdict"]) == (3, "incomplete")
    assert [note for note in report["notes"] if told in note], report["notes"]
    assert [note for note in report["notes"] if FILE in note or "not with me" in note], report["notes"]


WITH_A_STRANGER = """\
from keepcall.cli.main import main
from keepcall.run.pytest_session import PytestSession
usual = PytestSession._arguments
PytestSession._arguments = lambda self: [*usual(self), "-p", "strange"]
raise SystemExit(main())
"""


@pytest.mark.parametrize(
    ("plugin", "told"),
    [(DROPS, "no part of a run: strange."), (CRASHES, "ValueError: not with me")],
    ids=["taken out of the list", "a crash of a plugin"],
)
def test_what_happens_in_workers_is_noticed(command: "Command", plugin: str, told: str) -> None:
    (command.folder / "strange.py").write_text(plugin, encoding="utf-8")
    command.more = {"PYTHONPATH": str(command.folder)}
    words = ("run", "--only", OF_IT, "KC-SEL-02", "--workers", "2", "--output", "out")

    with command.started(*words, program=("-c", WITH_A_STRANGER)) as process:
        said, _ = process.communicate(timeout=150)

    report = command.report("out")
    assert (process.returncode, report["verdict"]) == (3, "incomplete"), said
    assert len([note for note in report["notes"] if told in note]) == 1, report["notes"]
    assert "Traceback" not in said


def test_a_plugin_that_leaves_the_tests_alone_takes_nothing_away(
    run: Callable[..., tuple[int, dict[str, Any]]],
) -> None:
    code, report = run("")

    assert (code, report["verdict"], report["lost"]) == (1, "not conformant", 0)


def test_every_file_of_the_suites_is_expected_to_have_tests() -> None:
    names = {function.partition("::")[0] for function in written()}

    assert FILE in names
    assert names == {f"suites/{p.parent.name}/{p.name}" for p in Path(__file__).parents[2].glob("suites/*/test_*.py")}
