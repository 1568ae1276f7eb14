"""What the command line ends with: an exit code for each way to end, and what it tells of it."""

import errno
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Never

import pytest

from keepcall.cli import exit_codes, main
from keepcall.errors import CatalogueError, FileError, InternalError, KeepcallError, LabError, Problem, ProfileError
from keepcall.report.verdict import Exit
from keepcall.shutdown import StopError

WRONG_PROFILE = (
    "keepcall: a.toml: 1 problem in the description of the target\n"
    "  - url: found nothing; expected an address\n"
    "No request was sent. Mend what is listed, then start again.\n"
)


def failed_itself(kind: str) -> str:
    return (
        f"keepcall: the suite itself failed: {kind}\n"
        "This is a bug of ours, and says nothing about the target. KEEPCALL_DEBUG=1 shows where it is.\n"
    )


Ending = Callable[[Namespace], int]
Install = Callable[[Ending], None]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a command in the place of `keepcall serve`."""

    def install(ending: Ending) -> None:
        module = ModuleType("serve")
        vars(module).update(main=ending, add_arguments=lambda parser: parser.add_argument("--port", type=int))
        monkeypatch.setattr(main, "import_module", {"keepcall.cli.commands.serve": module}.__getitem__)
        monkeypatch.setattr(main, "as_interrupts", lambda: None)
        monkeypatch.delenv("KEEPCALL_DEBUG", raising=False)

    return install


def raising(error: BaseException) -> Ending:
    def end(_: Namespace) -> int:
        raise error

    return end


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
def test_a_command_ends_with_the_exit_code_that_it_returns(code: int, command: Install) -> None:
    command(lambda _: code)

    assert main.main(["serve"]) == code


def test_a_command_is_given_its_options(command: Install) -> None:
    command(lambda options: int(options.port))

    assert main.main(["serve", "--port", "3"]) == 3


def test_the_words_are_those_of_the_process_where_none_are_given(
    command: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(lambda options: int(options.port))
    monkeypatch.setattr("sys.argv", ["keepcall", "serve", "--port", "3"])

    assert main.main() == 3


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeepcallError("it failed"), 4, "keepcall: it failed\n"),
        (InternalError("it failed", "Say so."), 4, "keepcall: it failed\nSay so.\n"),
        (LabError("no call began", "Look at the lab."), 3, "keepcall: no call began\nLook at the lab.\n"),
        (CatalogueError("no requirement 'X'"), 2, "keepcall: no requirement 'X'\n"),
        (
            FileError(Path("a.toml"), "is empty", "Fill it.", line=3, column=4),
            2,
            "keepcall: a.toml, line 3, column 4: is empty\nFill it.\n",
        ),
        (
            ProfileError("a.toml", [Problem("url", "nothing", "an address")]),
            2,
            WRONG_PROFILE,
        ),
        (KeyboardInterrupt(), 3, "keepcall: ended before a report could be written\n"),
        (StopError("The run was ended."), 3, "keepcall: ended before a report could be written\n"),
        (RuntimeError("secret"), 4, failed_itself("RuntimeError")),
        (RecursionError("secret"), 4, failed_itself("RecursionError")),
        (BrokenPipeError("secret"), 4, failed_itself("BrokenPipeError")),
        (SystemExit(1), 4, failed_itself("SystemExit")),
        (SystemExit(0), 4, failed_itself("SystemExit")),
        (SystemExit("secret"), 4, failed_itself("SystemExit")),
        (GeneratorExit(), 4, failed_itself("GeneratorExit")),
        (pytest.exit.Exception("secret", 1), 4, failed_itself("Exit")),
        (MemoryError(), 4, "keepcall: the suite ran out of memory\nThis says nothing about the target.\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "a"),
            4,
            "keepcall: the suite cannot go on: a: No space left on device\nThis says nothing about the target.\n",
        ),
        (
            OSError(errno.EMFILE, "Too many open files"),
            4,
            "keepcall: the suite cannot go on: Too many open files\nThis says nothing about the target.\n",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_what_a_command_raises_has_an_exit_code_and_is_told(
    error: BaseException, code: int, told: str, command: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    command(raising(error))

    assert main.main(["serve"]) == code
    assert capsys.readouterr() == ("", told)


@pytest.mark.parametrize("error", [ImportError("no\npart"), ModuleNotFoundError("no part"), SyntaxError("no part")])
def test_an_installation_that_cannot_be_used_is_told_in_one_sentence(
    error: Exception, command: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    command(raising(error))

    assert main.main(["serve"]) == 4
    assert capsys.readouterr().err == (
        f"keepcall: the installation cannot be used (no part; in {__file__}): install keepcall-conformance again, "
        "and see where PYTHONPATH leads\n"
    )


def test_a_command_that_cannot_be_loaded_is_a_failure_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: str) -> Never:
        raise SystemExit(1)

    monkeypatch.setattr(main, "import_module", broken)

    assert main.main(["serve"]) == 4
    assert capsys.readouterr().err == failed_itself("SystemExit")


def test_the_command_line_itself_needs_nothing_that_an_installation_may_lack() -> None:
    """Or an exit code of Python's would come before any of ours."""
    program = "import sys; before = set(sys.modules); import keepcall.cli.main; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)

    assert {name.partition(".")[0] for name in done.stdout.split()} - sys.stdlib_module_names == {"keepcall"}


def test_the_codes_of_what_escapes_are_the_documented_ones() -> None:
    assert (exit_codes.SUITE_FAILED, exit_codes.INCOMPLETE) == (Exit.SUITE_FAILED, Exit.INCOMPLETE)


@pytest.mark.parametrize(
    ("number", "name", "code"),
    [
        (errno.ENAMETOOLONG, "{folder}", 2),
        (errno.EACCES, "{folder}/within", 2),
        (errno.EACCES, "{folder}/../elsewhere", 4),
        (errno.ENOSPC, "{folder}", 4),
        (errno.EFBIG, "{folder}/within", 4),
    ],
)
def test_what_is_wrong_with_a_file_that_the_user_names_is_usage(
    number: int, name: str, code: int, command: Install, tmp_path: Path
) -> None:
    def end(options: Namespace) -> int:
        options.output = tmp_path / "folder"
        raise OSError(number, "so it is", str(Path(name.format(folder=options.output)).resolve()))

    command(end)

    assert main.main(["serve"]) == code


def test_a_bug_of_ours_is_shown_to_whoever_looks_for_it(
    command: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command(raising(RuntimeError("here")))
    monkeypatch.setenv("KEEPCALL_DEBUG", "1")

    assert main.main(["serve"]) == 4
    told = capsys.readouterr().err
    assert told.startswith("Traceback")
    assert "RuntimeError: here\n" in told
    assert told.endswith(failed_itself("RuntimeError"))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(["serve", "--port", "high"], 2, "invalid int value: 'high'"), (["serve", "--help"], 0, "--port PORT")],
)
def test_a_command_line_that_ends_at_once_has_the_exit_code_of_what_it_tells(
    words: list[str], code: int, told: str, command: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    command(lambda _: 1)

    assert main.main(words) == code
    assert told in "".join(capsys.readouterr())
