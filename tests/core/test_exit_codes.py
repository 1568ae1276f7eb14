"""What the command line ends with: an exit code for each way to end, and what it tells of it."""

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from keepcall import cli
from keepcall.errors import CatalogueError, FileError, InternalError, KeepcallError, LabError, Problem, ProfileError

WRONG_PROFILE = (
    "keepcall: a.toml: 1 problem in the description of the target\n"
    "  - url: found nothing; expected an address\n"
    "No request was sent. Mend what is listed, then start again.\n"
)
FAILED_ITSELF = (
    "keepcall: the suite itself failed: RuntimeError\n"
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
        monkeypatch.setattr(cli, "import_module", {"keepcall.commands.serve": module}.__getitem__)
        monkeypatch.setattr(cli, "as_interrupts", lambda: None)
        monkeypatch.delenv("KEEPCALL_DEBUG", raising=False)

    return install


def raising(error: BaseException) -> Ending:
    def end(_: Namespace) -> int:
        raise error

    return end


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
def test_a_command_ends_with_the_exit_code_that_it_returns(code: int, command: Install) -> None:
    command(lambda _: code)

    assert cli.main(["serve"]) == code


def test_a_command_is_given_its_options(command: Install) -> None:
    command(lambda options: int(options.port))

    assert cli.main(["serve", "--port", "3"]) == 3


def test_the_words_are_those_of_the_process_where_none_are_given(
    command: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(lambda options: int(options.port))
    monkeypatch.setattr("sys.argv", ["keepcall", "serve", "--port", "3"])

    assert cli.main() == 3


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
        (RuntimeError("secret"), 4, FAILED_ITSELF),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_what_a_command_raises_has_an_exit_code_and_is_told(
    error: BaseException, code: int, told: str, command: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    command(raising(error))

    assert cli.main(["serve"]) == code
    assert capsys.readouterr() == ("", told)


def test_what_nobody_reads_to_its_end_is_no_result(command: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    command(raising(BrokenPipeError()))
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as unread:
        monkeypatch.setattr("sys.stdout", unread)

        assert cli.main(["serve"]) == 3
        unread.write("what comes after it goes nowhere, without another complaint")


def test_a_bug_of_ours_is_shown_to_whoever_looks_for_it(command: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    command(raising(RuntimeError("here")))
    monkeypatch.setenv("KEEPCALL_DEBUG", "1")

    with pytest.raises(RuntimeError, match="here"):
        cli.main(["serve"])


def test_a_command_line_that_is_wrong_has_the_exit_code_of_usage(
    command: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    command(lambda _: 0)

    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", "--port", "high"])

    assert ended.value.code == 2
    assert "invalid int value: 'high'" in capsys.readouterr().err
