"""A run on a server that tries everything in turn: it ends, in bounded memory, with a report of every test."""

import gzip
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from itertools import chain, count, cycle, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from keepcall.server import RunningServer

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script

MOST = 300
"""Megabytes."""

RUN = """
import re, sys
from pathlib import Path
from keepcall.cli.main import main
code = main(sys.argv[1:])
peak = re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())
sys.stderr.write(f"PEAK {int(peak[1]) // 1024}")
sys.exit(code)
"""
"""Not by `getrusage`, whose peak is inherited from the process that started this one (getrusage(2))."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
PIECE = b"x" * (1 << 16)


def whole(body: bytes, coding: bytes = b"identity") -> bytes:
    return HEAD + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(body)) + body


def document(inside: bytes) -> bytes:
    return b'<?xml version="1.0"?><VerbaApi><Response code="0" type="KeepCall"/>' + inside + b"</VerbaApi>"


def tricks(zeros: bytes) -> "list[Script]":
    return [
        [whole(gzip.compress(zeros), b"gzip")],
        [whole(zlib.compress(zeros), b"deflate")],
        [whole(gzip.compress(gzip.compress(zeros)), b"gzip, gzip")],
        [whole(document(b"<a>" * 100_000 + b"</a>" * 100_000))],
        [whole(document(b"<a/>" * 200_000))],
        [whole(document(b" " * 1_000_000))],
        [whole(b"\\u0041" * 170_000)],
        [HEAD + b"X: y\r\n" * 100_000 + b"\r\n"],
        [HEAD + b"X: " + b"y" * 2_000_000 + b"\r\n\r\n"],
        [HEAD + b"Content-Length: 99999999999\r\n\r\n", *[PIECE] * 100],
    ]


def test_a_server_that_tries_everything_is_survived(
    serve: "Callable[..., RawServer]", relay: Callable[[bytes], bytes], reference: RunningServer, tmp_path: Path
) -> None:
    number, trick = count(), cycle(tricks(bytes(30_000_000)))

    def answer(request: bytes) -> "Script":
        right, asked = relay(request), next(number)
        if asked < 4 or b"action" not in request:  # so that the run begins, and goes on
            return [right]
        return next(trick) if asked % 7 else chain([HEAD, b"\r\n"], repeat(PIECE))

    settings, server = reference.settings, serve(answer, keeps_alive=False)
    words = ["run", "--url", server.url, "--api-key", settings.api_key, "--token", settings.token]
    words += ["--lab", reference.lab_url, "--output", "out", "--only", "KC-SEL-01", "KC-STA-01", "KC-XML-07"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )

    peak = re.search(r"PEAK (\d+)", done.stderr)
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    tests = [test for requirement in report["requirements"] for test in requirement["tests"]]
    assert done.returncode in {1, 3}, done.stderr
    assert peak, done.stderr
    assert int(peak[1]) < MOST
    assert len(tests) > 10
    assert {test["verdict"] for test in tests} <= {"pass", "fail", "inconclusive", "not claimed"}
    assert len(server.requests) > 30


def test_a_run_that_has_waited_enough_in_vain_says_so_in_its_report(
    serve: "Callable[..., RawServer]", relay: Callable[[bytes], bytes], reference: RunningServer, tmp_path: Path
) -> None:
    number = count()
    server = serve(lambda request: [60.0] if b"suites/" in request and next(number) % 2 else [relay(request)])
    settings, profile = reference.settings, tmp_path / "profile.toml"
    profile.write_text(
        f"""
        url = "{server.url}"
        credentials = {{ api_key = "{settings.api_key}", token = "{settings.token}" }}
        lab = {{ kind = "http", url = "{reference.lab_url}" }}
        limits = {{ timeout = 1.0, next_wait = 0.5 }}
        """,
        encoding="utf-8",
    )
    words = ["run", "--target", str(profile), "--output", "out", "--only", "KC-RSP-02"]
    done = subprocess.run(
        [sys.executable, "-c", f"from keepcall.client import wait_budget\nwait_budget._TIMEOUTS = 2\n{RUN}", *words],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )

    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert done.returncode in {0, 3}, done.stderr
    assert any(
        note.startswith("The target was not asked to the end, and what was left is inconclusive: ")
        for note in report["notes"]
    )
    assert report["requests"]["sent"] < 100
