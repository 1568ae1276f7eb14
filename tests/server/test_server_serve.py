import os
import re
import shlex
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from keepcall.server.database import Database
from keepcall.server.listening import base_url, listen
from keepcall.server.serve import serve

SERVE = "import sys; from keepcall.server import serve; sys.exit(serve('127.0.0.1', 0))"


def test_the_foreground_server_says_how_to_use_it_and_ends_with_ctrl_c() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        curls: list[list[str]] = []
        while len(curls) < 2:
            line = process.stdout.readline()
            assert line
            curls += [shlex.split(line)] if re.match(r"\s+curl ", line) else []
        [_, _, call, calls_url], [_, keep_url] = curls

        assert requests.post(calls_url, data=call, timeout=10).status_code == 201
        assert 'code="0"' in requests.get(keep_url, timeout=10).text

        os.kill(process.pid, signal.SIGINT)
        assert process.wait(10) == 0


def test_a_port_in_use_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        assert serve("127.0.0.1", port) == 2

    assert f"cannot listen on 127.0.0.1, port {port}" in capsys.readouterr().err


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve("127.0.0.1", 0, str(tmp_path / "missing" / "calls.db")) == 2

    assert "cannot use the database" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "start"),
    [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:")],
)
def test_a_url_is_one_that_works_here(host: str, start: str) -> None:
    try:
        listener = listen(host, 0)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with listener:
        assert base_url(listener).startswith(start)
        assert listener.proto == socket.IPPROTO_TCP


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in sorted(folder.iterdir())}


@pytest.fixture
def careless() -> Iterator[None]:
    """Whatever is made without care can be read and changed by all."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
@pytest.mark.parametrize("journal", ["WAL", "PERSIST"])
def test_the_files_of_a_database_are_for_their_owner_alone(tmp_path: Path, journal: str) -> None:
    database = Database(str(tmp_path / "calls.db"))
    database.rows(f"PRAGMA journal_mode = {journal}")
    database.run("DELETE FROM calls")
    database.run("INSERT INTO users VALUES ('jane', 'secret')")

    found = modes(tmp_path)
    database.close()

    assert len(found) > 1
    assert set(found.values()) == {"0o600"}


@pytest.mark.usefixtures("careless")
def test_a_database_that_others_can_read_is_closed_to_them_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "calls.db"
    sqlite3.connect(path).close()
    for name in ("calls.db", "calls.db-wal"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o664)
    with listen("127.0.0.1", 0) as taken:  # so that it ends at once
        assert serve("127.0.0.1", taken.getsockname()[1], str(path)) == 2

    assert set(modes(tmp_path).values()) == {"0o600"}
    told = capsys.readouterr().err
    assert f"others could read or change {path}; from now on only its owner can" in told
    assert f"others could read or change {path}-wal;" in told
