"""What we print for a shell does what it says, and nothing that the writer of its words wants, in `sh` and `bash`."""

import itertools
import os
import re
import shutil
import subprocess
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from keepcall.cli.commands import init
from keepcall.contract import shell
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import EncodedRequest, Place, Request, encode_request, plain
from keepcall.report.phrases import command

TOKEN = "7b0f6f3c-8f1e-4f19-9d0c-1d5e4a3b2c1d"
PACKAGE = Path(shell.__file__).parent

HOSTILE = (
    *("$(touch done)", "`touch done`", "; touch done;", "| touch done", "&& touch done", "\n touch done\n"),
    *("'; touch done; '", '"; touch done; "', "\\'; touch done; \\'", '$(touch done)"', "${IFS}$(touch${IFS}done)"),
    *("> done", "<(touch done)", "@done", "<done", "!!", "!touch", '!"; touch done; "', "-o", "--output=done", "~"),
    *("* ? [a-z]", "a{b,c}", "#", "$KEEPCALL_TOKEN", "\t", " ", "", "\x1b[31m\r", "é漢", "%0A", "=", "=x"),
)
SHELLS = [name for name in ("sh", "bash") if shutil.which(name)]
WAYS: tuple[tuple[Place, str], ...] = (("form", "GET"), ("form", "POST"), ("query", "POST"), ("mixed", "POST"))

Run = Callable[..., list[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The words that a program gets from a line, in a shell that finds `curl` and `keepcall` to be such programs."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (tmp_path / "folder").mkdir()
    for name in ("curl", "keepcall"):
        (programs / name).write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n", encoding="utf-8")
        (programs / name).chmod(0o755)

    def words(line: str, program: str, *options: str) -> list[str]:
        done = subprocess.run(
            [program, *options, "-c", line],
            cwd=tmp_path / "folder",
            env={"PATH": f"{programs}:{os.environ['PATH']}", "KEEPCALL_TOKEN": TOKEN, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
        )
        assert done.returncode == 0, (line, done.stderr)
        assert list((tmp_path / "folder").iterdir()) == [], line
        return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]

    return words


def exchange(request: Request, place: Place, url: str = "http://h/a") -> Exchange:
    redactor = Redactor({"KEEPCALL_TOKEN": TOKEN})
    return Exchange(
        request, encode_request(request, place), url, NoAnswer("lost", ""), place=place, redactor=redactor
    )


@pytest.mark.parametrize("program", SHELLS)
def test_names_and_values_of_a_curl_line_stay_words(run: Run, program: str) -> None:
    names = [text for text in HOSTILE if text] + [f"x{text}" for text in HOSTILE]
    parameters = [
        *((name, TOKEN) for name in names),
        *((name, "1") for name in names),
        *(("token", f"{text}{TOKEN}{text}") for text in HOSTILE),
        *(("extension", text) for text in HOSTILE),
    ]
    lines = [
        exchange(Request(tuple(parameters), method="POST" if method == "POST" else "GET"), place).as_curl()
        for place, method in WAYS
    ]

    for line in lines:
        words = run(line, program)
        data = [word for option, word in itertools.pairwise(words) if option in ("--data-raw", "--data-urlencode")]
        encoded = [word for option, word in itertools.pairwise(words) if option == "--data-urlencode"]
        assert TOKEN not in line
        assert len(data) == len(parameters)
        assert encoded == [
            *(f"{plain(name)}={TOKEN}" for name in names),
            *(f"token={text}{TOKEN}{text}" for text in HOSTILE),
        ]


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_an_interactive_shell_expands_no_history_in_a_curl_line(run: Run) -> None:
    line = exchange(Request((("token", f"!! !touch{TOKEN}!$"),)), "form").as_curl()

    words = run(f"set -o history -H\ntrue first\n{line}", "bash")

    assert words[-1] == f"token=!! !touch{TOKEN}!$"
    assert shell.with_variables([("a!b", ""), ("", "KEEPCALL_TOKEN")]) == "'a!b'\"${KEEPCALL_TOKEN}\""


@pytest.mark.parametrize("program", SHELLS)
def test_whatever_an_observation_sends_stays_a_word(run: Run, program: str) -> None:
    for text in HOSTILE:
        spelling = EncodedRequest("PUT", text, f"@{text}", f"text/x{text}", behind_path=text)
        asked = Exchange(Request(), spelling, "http://h/a", NoAnswer("lost", ""))

        words = run(asked.as_curl(), program)

        assert words[-2:] == ["--data-raw", f"@{text}"]
        assert words[-4:-2] == ["-H", f"Content-Type: text/x{text}"]


@pytest.mark.parametrize("url", ["http://[::1]:8080/a", "http://h/{a,b}", "http://h/[1-9]"])
def test_curl_takes_no_address_for_a_pattern(url: str) -> None:
    plainly = exchange(Request((("extension", "1"),), method="GET"), "form", url)
    oddly = Exchange(Request(), EncodedRequest("PUT", "", ""), url, NoAnswer("lost", ""))

    assert plainly.as_curl().startswith("curl -sS -i -g -G ")
    assert oddly.as_curl().startswith("curl -sS -i -g -X PUT ")


@pytest.mark.parametrize("program", SHELLS)
@pytest.mark.parametrize("text", [text for text in HOSTILE if text])
def test_a_file_of_any_name_is_one_word_and_no_option(run: Run, program: str, text: str) -> None:
    words = run(f"keepcall check {shell.path(Path(text))}", program)

    assert words == ["check", f"./{text}" if text.startswith("-") else str(Path(text))]


@pytest.mark.parametrize("program", SHELLS)
def test_init_prints_lines_that_a_hostile_folder_cannot_use(
    run: Run, program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a $(touch done); `touch done` 'b'"
    folder.mkdir()
    file = folder / "t.toml"
    words = ["keepcall-init", str(file), "--url", "http://h/a", "--yes"]
    parser = ArgumentParser()
    init.add_arguments(parser)

    assert init.main(parser.parse_args(words[1:])) == 0
    lines = re.findall(r"^  (keepcall .*)$", capsys.readouterr().out, re.MULTILINE)

    assert [run(line, program)[-1] for line in lines] == [str(file)] * 3


STRANGERS: Sequence[tuple[str, str]] = (
    ("keepcall run --target a.toml --seed 7", "keepcall run --target a.toml --seed 7"),
    *([('keepcall run --url http://h/a --token "$KEEPCALL_TOKEN"',) * 2]),
    ("keepcall run; touch done", "keepcall run"),
    ("keepcall run --target 'a; touch done'", "keepcall run --target 'a; touch done'"),
    ("keepcall run --target $(touch done)", "keepcall run --target '$(touch' 'done)'"),
    ("keepcall run `touch done` | sh", "keepcall run '`touch' 'done`' '|' sh"),
    ("touch done", "keepcall run"),
    ("keepcall run '", "keepcall run"),
    ("", "keepcall run"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "shown"), STRANGERS)
def test_the_line_of_a_strangers_report_runs_the_suite_or_is_not_shown(run: Run, line: str, shown: str) -> None:
    assert command({"command": line}) == shown
    assert run(shown, "sh")[0] == "run"


def test_there_is_one_place_that_quotes() -> None:
    users = [path for path in PACKAGE.rglob("*.py") if "shlex.quote" in path.read_text(encoding="utf-8")]

    assert users == [PACKAGE / "shell.py"]
