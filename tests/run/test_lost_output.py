"""A run whose words or reports cannot be written: the exit code stands, or is 4, and what can be told is told."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from keepcall.run.output import as_file_name
from keepcall.server import RunningServer
from keepcall.server.faults import FAULTS
from tests.run.conftest import Command

FEW = ("--only", "KC-SEL-01", "--no-observations", "--output", "out")

Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def faulty() -> Iterator[RunningServer]:
    """A server that fails KC-SEL-01, and so every run."""
    with RunningServer(FAULTS["finds_a_call_id_ambiguous"].server()) as running:
        yield running


@pytest.fixture
def shell(command: Command) -> Shell:
    """Runs the command as a shell does that redirects its streams: `shell(redirection, *arguments)`."""

    def run(redirection: str, *arguments: str, before: str = "", **environment: str) -> Any:
        done = subprocess.run(
            [
                "bash",
                "-o",
                "pipefail",
                "-c",
                f'{before} "$0" -m keepcall "$@" {redirection}',
                sys.executable,
                *arguments,
            ],
            cwd=command.folder,
            env={**command.environment(), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=150,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


def test_a_run_without_any_stream_is_as_usual(
    shell: Shell, command: Command, faulty: RunningServer, options: Callable[[RunningServer], tuple[str, ...]]
) -> None:
    done = shell("<&- >&- 2>&-", "run", *options(faulty), *FEW)

    assert (done.returncode, command.report("out")["verdict"]) == (1, "not conformant")


def test_a_run_goes_on_when_its_reader_has_gone(
    shell: Shell, command: Command, faulty: RunningServer, options: Callable[[RunningServer], tuple[str, ...]]
) -> None:
    done = shell("| head -n 1", "run", *options(faulty), *FEW)

    assert (done.returncode, command.report("out")["verdict"]) == (1, "not conformant")
    assert done.stdout.startswith("1 of ")
    assert done.stderr == ""


def test_a_run_whose_words_are_lost_has_a_report_and_names_the_cause(
    shell: Shell, command: Command, faulty: RunningServer, options: Callable[[RunningServer], tuple[str, ...]]
) -> None:
    done = shell(">/dev/full", "run", *options(faulty), *FEW)

    assert (done.returncode, command.report("out")["verdict"]) == (4, "not conformant")
    assert done.stderr == "keepcall: standard output could not be written to its end: No space left on device\n"


def test_a_run_whose_files_have_no_room_tells_verdict_and_cause(
    shell: Shell, command: Command, options: Callable[[RunningServer], tuple[str, ...]]
) -> None:
    """All of the tests are run, though no result for Allure and no counter-example can be written meanwhile."""
    (command.folder / "out").mkdir()
    for old in ("report.json", "junit.xml"):
        (command.folder / "out" / old).write_text("of an earlier run", encoding="utf-8")
    words = ("--only", "KC-ANY-04", "--seed", "1", "--output", "out")

    with RunningServer(FAULTS["replays_the_answer_to_an_equal_request"].server()) as server:
        done = shell("", "run", *options(server), *words, before="ulimit -f 1;")

    told = " ".join(done.stdout.split())
    assert done.returncode == 4
    assert "verdict: not conformant (1 MUST failed" in told
    assert "A counter-example was lost: out/replay/KC-ANY-04.json: it cannot be written: File too large." in told
    assert done.stderr.startswith("keepcall: not all reports could be written\n  - out/report.json: File too large\n")
    assert "\n  - out/allure-results: File too large\n" in done.stderr
    left = {path.name for path in (command.folder / "out").iterdir()}
    assert left - {"allure-results", "replay"} == {"badge.json", "badge.svg"}
    assert not list((command.folder / "out" / "replay").iterdir())


def test_a_run_with_ascii_file_names_names_its_folder_after_any_target(
    shell: Shell, command: Command, faulty: RunningServer
) -> None:
    own = faulty.settings
    (command.folder / "target.toml").write_text(
        f'name = "Aufnahme-Gerät é"\nurl = "{faulty.url}"\n'
        f'[credentials]\napi_key = "{own.api_key}"\ntoken = "{own.token}"\n'
        f'[lab]\nkind = "http"\nurl = "{faulty.lab_url}"\n',
        encoding="utf-8",
    )

    done = shell("", "run", "--target", "target.toml", *FEW[:-2], PYTHONUTF8="0", LC_ALL="C", PYTHONCOERCECLOCALE="0")

    [folder] = (command.folder / "reports").iterdir()
    assert folder.name.startswith("Aufnahme-Gerat-e-2")
    assert done.returncode == 1, done.stderr
    assert json.loads((folder / "report.json").read_text("utf-8"))["target"]["name"] == "Aufnahme-Gerät é"


@pytest.mark.parametrize(
    ("name", "encoding", "folder"),
    [
        ("Aufnahme-Gerät é", "utf-8", "Aufnahme-Gerät-é"),
        ("Aufnahme-Gerät é", "ascii", "Aufnahme-Gerat-e"),
        ("録音機", "utf-8", "録音機"),
        ("録音機", "ascii", "target"),
        ("../../etc", "utf-8", "etc"),
        ("a" * 300, "utf-8", "a" * 100),
        ("録音機" * 90, "utf-8", "録音機" * 11),
        ("\udcff", "utf-8", "target"),
    ],
)
def test_a_targets_name_becomes_one_that_a_file_can_have(
    name: str, encoding: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: encoding)

    assert as_file_name(name) == folder


def test_what_is_wrong_with_the_command_line_is_told_by_the_exit_code_alone_if_need_be(shell: Shell) -> None:
    assert shell(">&- 2>&-", "run", "--target", "nosuch.toml").returncode == 2


def test_a_package_that_cannot_be_loaded_is_named(shell: Shell, command: Command) -> None:
    (command.folder / "lxml.py").write_text("raise ImportError('libxml2 is missing')", encoding="utf-8")

    done = shell("", "run", PYTHONPATH=str(command.folder))

    assert done.returncode == 4
    assert done.stderr == (
        f"keepcall: the installation cannot be used (libxml2 is missing; in {command.folder}/lxml.py): "
        "install keepcall-conformance again, and see where PYTHONPATH leads\n"
    )


def test_a_check_that_nobody_reads_has_its_own_exit_code(command: Command) -> None:
    program = (
        "import sys; from types import SimpleNamespace\n"
        "from keepcall.cli import main as cli; from keepcall.cli.commands import check\n"
        "check.rehearse = lambda *_, **__: SimpleNamespace(problems=(), results=())  # which takes long\n"
        "sys.exit(cli.main())\n"
    )
    done = subprocess.run(
        ["bash", "-c", '"$0" -c "$1" check >&-', sys.executable, program],
        cwd=command.folder,
        env=command.environment(),
        capture_output=True,
        check=False,
        timeout=100,
    )

    assert (done.returncode, done.stderr) == (0, b"")
