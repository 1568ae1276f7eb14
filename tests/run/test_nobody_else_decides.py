"""What other people have set for pytest, Allure and Hypothesis has no say in what runs, nor in what is drawn."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.cases.generation.budget import Budget
from keepcall.cli import main
from keepcall.run.collector import Collector
from keepcall.run.foreign_settings import shut_out
from keepcall.run.pytest_session import PytestSession
from keepcall.run.reference import target_of
from keepcall.run.settings import WorkerSettings
from keepcall.server import RunningServer
from keepcall.server.faults import FAULTS

if TYPE_CHECKING:
    from tests.run.conftest import Command

FAULT = "takes_the_first_of_several_calls"
OF_IT = "KC-SEL-07"
PASSES = "KC-SEL-02"

LEAVES_OUT = """\
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "more_than_one_call" not in item.nodeid]
"""

DRAWS_ONE = """\
from hypothesis import settings
def load():
    settings.register_profile("mine", max_examples=1, stateful_step_count=1, derandomize=True)
    settings.load_profile("mine")
"""


def installed(folder: Path, name: str, group: str, text: str) -> None:
    """A package in a folder of the module path, as pip would leave it: its module is an entry point."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    place = f"{name}:load" if group == "hypothesis" else name
    (about / "entry_points.txt").write_text(f"[{group}]\n{name} = {place}\n", encoding="utf-8")


def plan(folder: Path, *tests: Mapping[str, str]) -> dict[str, str]:
    """A test plan of Allure, and the variable that names it."""
    file = folder / "testplan.json"
    file.write_text(json.dumps({"version": "1.0", "tests": tests}), encoding="utf-8")
    return {"ALLURE_TESTPLAN_PATH": str(file)}


def a_plan_of_another_project(folder: Path) -> dict[str, str]:
    return plan(folder, {"id": "1", "selector": "other.project#test"})


def a_plan_of_what_passes(folder: Path) -> dict[str, str]:
    name = "suites.missing_parameter.test_selection#test_an_unknown_call_id_is_refused"
    return plan(folder, {"selector": name}, {"selector": "suites.valid.test_selection#test_a_call_id_alone"})


def a_plan_that_is_no_json(folder: Path) -> dict[str, str]:
    (folder / "testplan.json").write_text("{not JSON", encoding="utf-8")
    return {"ALLURE_TESTPLAN_PATH": str(folder / "testplan.json")}


def variables_of_pytest(folder: Path) -> dict[str, str]:
    (folder / "leaves_out.py").write_text(LEAVES_OUT, encoding="utf-8")
    return {
        "PYTEST_ADDOPTS": "-k nothing --no-such-option",
        "PYTEST_PLUGINS": "leaves_out",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "",
        "PYTEST_XDIST_AUTO_NUM_WORKERS": "no number",
        "PYTHONPATH": str(folder),
    }


def plugins_that_are_installed(folder: Path) -> dict[str, str]:
    installed(folder, "leaves_out", "pytest11", LEAVES_OUT)
    installed(
        folder, "warns", "pytest11", "import warnings\ndef pytest_configure(): warnings.warn('old', stacklevel=1)"
    )
    return {"PYTHONPATH": str(folder)}


def files_of_the_folder(folder: Path) -> dict[str, str]:
    for name in ("pytest.ini", ".pytest.ini", "tox.ini"):
        (folder / name).write_text("[pytest]\naddopts = -k nothing\npython_files = no.py\n", encoding="utf-8")
    (folder / "pytest.toml").write_text("[pytest]\naddopts = ['-k', 'nothing']\n", encoding="utf-8")
    (folder / "setup.cfg").write_text("[tool:pytest]\naddopts = -k nothing\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-k nothing'\n", encoding="utf-8")
    (folder / "conftest.py").write_text(LEAVES_OUT, encoding="utf-8")
    return {}


def variables_of_hypothesis(folder: Path) -> dict[str, str]:
    installed(folder, "draws_one", "hypothesis", DRAWS_ONE)
    return {
        "PYTHONPATH": str(folder),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY": "1",
        "HYPOTHESIS_PROFILE": "mine",
        "HYPOTHESIS_SEED": "7",
    }


def all_of_it(folder: Path) -> dict[str, str]:
    """At once, and a Python that checks nothing and makes errors of warnings."""
    found = {"PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error"}
    for meddling in MEDDLING:
        found |= meddling(folder)
    return found


Meddling = Callable[[Path], dict[str, str]]
MEDDLING: tuple[Meddling, ...] = (
    a_plan_of_another_project,
    a_plan_that_is_no_json,
    a_plan_of_what_passes,
    variables_of_pytest,
    plugins_that_are_installed,
    files_of_the_folder,
    variables_of_hypothesis,
)


@pytest.fixture
def faulty(serving: Callable[..., RunningServer]) -> RunningServer:
    return serving(FAULTS[FAULT].server())


@pytest.mark.parametrize("meddling", MEDDLING, ids=lambda meddling: meddling.__name__.replace("_", " "))
def test_a_faulty_server_is_caught_whatever_others_have_set(
    tmp_path: Path, faulty: RunningServer, monkeypatch: pytest.MonkeyPatch, meddling: Meddling
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name, value in meddling(tmp_path).items():
        monkeypatch.setenv(name, value)
    collector = Collector(lambda _: None, lambda _: None)

    code = PytestSession(WorkerSettings(target_of(faulty)), Budget(), (OF_IT, PASSES)).run(collector)

    assert (code, collector.problems, collector.unfinished()) == (1, [], [])
    verdicts = {(result.requirement, result.verdict) for result in collector.results.values()}
    assert {(OF_IT, "fail"), (PASSES, "pass")} <= verdicts <= {(OF_IT, "fail"), (OF_IT, "pass"), (PASSES, "pass")}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_faulty_server_is_not_conformant_whatever_others_have_set(
    command: "Command",
    faulty: RunningServer,
    options: Callable[[RunningServer], tuple[str, ...]],
    workers: str,
) -> None:
    command.more = all_of_it(command.folder)

    done = command("run", *options(faulty), "--only", f"{OF_IT},{PASSES}", "--workers", workers, "--output", "out")

    report = command.report("out")
    assert (done.returncode, report["verdict"]) == (1, "not conformant"), done.stdout + done.stderr
    verdicts = {entry["id"]: entry["verdict"] for entry in report["requirements"]}
    assert (verdicts[OF_IT], verdicts[PASSES], report["lost"]) == ("fail", "pass", 0)


def test_the_same_is_planned_and_drawn_whatever_others_have_set(
    command: "Command", capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("plan", "--only", "KC-SEL-02", "KC-ANY-01", "--seed", "1", "--examples", "4", "--json")
    assert main.main(words) == 0
    usual = json.loads(capsys.readouterr().out)
    command.more = all_of_it(command.folder)

    meddled = command(*words)

    assert meddled.returncode == 0, meddled.stderr
    assert json.loads(meddled.stdout) == usual
    assert not (command.folder / ".hypothesis").exists()


def test_a_proof_catches_a_fault_whatever_others_have_set(command: "Command") -> None:
    command.more = all_of_it(command.folder)

    done = command("prove", "--fault", FAULT, "--workers", "1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert not (command.folder / ".hypothesis").exists()


def test_what_others_have_set_is_there_again_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLURE_TESTPLAN_PATH", "plan.json")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("HYPOTHESIS_X", "1")
    before = dict(os.environ)

    with shut_out():
        within = dict(os.environ)
        os.environ["PYTEST_CURRENT_TEST"] = "of somebody else"

    assert dict(os.environ) == before
    ours = {name: value for name, value in within.items() if before.get(name) != value}
    assert ours == {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "HYPOTHESIS_NO_PLUGINS": "1", "PYTHONWARNINGS": "ignore"}
    assert "ALLURE_TESTPLAN_PATH" not in within
