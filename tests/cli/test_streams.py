"""The standard streams of a command, whatever is behind them."""

import os
import subprocess
import sys
import threading

import pytest

from keepcall.cli.streams import SafeStream

SAYS_MUCH = "print('said\\n' * 100_000)"


def ended(shell: str, saying: str = SAYS_MUCH) -> tuple[int, str]:
    """The exit code and the standard error of a command that says something; the shell redirects its streams."""
    program = (
        "import sys; from types import SimpleNamespace; from keepcall.cli import main as cli\n"
        f"def said(options):\n    {saying}\n    return 3\n"
        "cli.import_module = lambda _: SimpleNamespace(add_arguments=lambda parser: None, main=said)\n"
        "sys.argv = ['keepcall', 'trend']\n"
        "sys.exit(cli.main())\n"
    )
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'"$0" $FLAGS -c "$PROGRAM" {shell}', sys.executable],
        env=os.environ | {"PROGRAM": program},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("shell", "code", "told"),
    [
        (">&-", 3, ""),
        ("<&- >&- 2>&-", 3, ""),
        ("1</dev/null", 3, ""),
        ("| head -n 1 >/dev/null", 3, ""),
        ("2>/dev/full", 3, ""),
        (">/dev/full", 4, "keepcall: standard output could not be written to its end: No space left on device\n"),
        (">/dev/full 2>&1", 4, ""),
    ],
)
def test_the_exit_code_is_the_commands_own_unless_what_it_says_is_lost(shell: str, code: int, told: str) -> None:
    assert ended(shell) == (code, told)


def test_python_without_buffers_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGS", "-u")

    assert ended(">&-") == (3, "")
    assert ended(">/dev/full")[0] == 4


def test_no_file_that_a_command_opens_takes_the_place_of_a_closed_stream() -> None:
    saying = "import os; os._exit(10 + os.open(os.devnull, os.O_RDONLY))"

    assert ended("<&- >&- 2>&-", saying)[0] == 13


def test_programs_that_a_command_starts_have_streams_as_well() -> None:
    saying = "import os, subprocess; os._exit(subprocess.run(['sh', '-c', 'echo >&1 && echo >&2']).returncode)"

    assert ended("<&- >&- 2>&-", saying)[0] == 0


def test_any_text_can_be_said_in_any_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONCOERCECLOCALE", "0")

    assert ended(">&2", "print('Ger\\u00e4t \\udcff')") == (3, "Ger\\xe4t \\udcff\n")


def test_a_reader_that_is_slow_and_a_pipe_that_does_not_wait_get_everything() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    said, got = os.urandom(300_000), bytearray()

    def read() -> None:
        while data := os.read(reader, 5_000):
            got.extend(data)

    thread = threading.Thread(target=read)
    with SafeStream(writer) as outlet:
        thread.start()
        assert outlet.write(said) == len(said)
    os.close(writer)
    thread.join()
    os.close(reader)

    assert bytes(got) == said
    assert outlet.refusal is None
