"""How long a whole run takes on each hostile server, and how much memory: `make hostile` (README, "Hostile servers").

Each run is a process of its own, as `keepcall run` is, with a time-out of two seconds; and so is the server whose
answers are spoiled. What is printed are figures of one machine; that a run ends, and within bounds, is what the tests
beside this file demand.
"""

import argparse
import json
import multiprocessing as mp
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from keepcall.server import RunningServer, Settings
from keepcall.server.app import KeepCallServer
from tests.conftest import RawServer
from tests.hostile import test_no_answer_ever, test_spoiled_answers
from tests.hostile.conftest import relaying, spoiling
from tests.hostile.test_bounded_run import RUN
from tests.hostile.test_no_answer_ever import saying, untrusted
from tests.hostile.test_spoiled_answers import OUTSIDE, reaching_out, redirecting

TIMEOUT = 2


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run came to.

    Attributes:
        verdict: of the report.
        code: the exit code.
        seconds: from start to end of the process.
        megabytes: the most that it had in memory at once.
        sent: its requests.
    """

    verdict: str
    code: int
    seconds: float
    megabytes: int
    sent: int


class Reference(NamedTuple):
    """Where the right answers come from."""

    settings: Settings
    url: str
    lab_url: str


@contextmanager
def referring() -> Iterator[Reference]:
    """The reference server, in a process of its own."""
    ours, theirs = mp.Pipe()
    process = mp.get_context("spawn").Process(target=_refer, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # so that the end of the process is the end of the pipe
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join()


def _refer(pipe: "Connection[object, object]") -> None:
    with RunningServer(KeepCallServer(Settings.random(next_window=1.0))) as server:
        pipe.send(Reference(server.settings, server.url, server.lab_url))
        with suppress(EOFError):
            pipe.recv()


def kinds(reference: Reference) -> Iterator[tuple[str, Callable[[], RawServer]]]:
    """The name of each server, and what makes it."""
    for name, (_, script) in test_no_answer_ever.KINDS.items():
        yield name, partial(RawServer, script, keeps_alive=False)
    yield "a certificate that does not verify", partial(RawServer, saying(b""), tls=untrusted())
    yield "a redirect loop", partial(RawServer, saying(redirecting(b"/verba/api")))
    yield "a redirect to another host", partial(RawServer, saying(redirecting(b"http://localhost:9/verba/api")))
    spoils = {name: spoil for name, (spoil, _) in test_spoiled_answers.KINDS.items()}
    for name, (before, within) in OUTSIDE.items():
        spoils[name] = reaching_out(b"http://127.0.0.1:9/x.dtd", before, within)
    for name, spoil in spoils.items():
        yield name, partial(RawServer, spoiling(spoil, relaying(reference.url)))


def measured(url: str, reference: Reference) -> Figures:
    """A whole run on one server."""
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder, "hostile.toml")
        profile.write_text(
            f"""
            url = "{url}"
            credentials = {{ api_key = "{reference.settings.api_key}", token = "{reference.settings.token}" }}
            lab = {{ kind = "http", url = "{reference.lab_url}" }}
            limits = {{ timeout = {TIMEOUT}, next_wait = 3 }}
            """,
            encoding="utf-8",
        )
        started = time.monotonic()
        words = [sys.executable, "-c", RUN, "run", "--target", str(profile), "--output", f"{folder}/out"]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
        seconds = time.monotonic() - started
        peak = re.search(r"PEAK (\d+)", done.stderr)
        written = Path(folder, "out", "report.json")
        if not written.is_file():
            raise SystemExit(f"a run ended with {done.returncode} and left no report:\n{done.stderr[-2_000:]}")
        report = json.loads(written.read_text(encoding="utf-8"))
    return Figures(
        report["verdict"], done.returncode, seconds, int(peak[1]) if peak else 0, report["requests"]["sent"]
    )


def main(words: list[str]) -> None:
    """Prints a line for each kind whose name holds one of the words."""
    print(f"{'server':44}{'verdict':26}{'exit':>5}{'seconds':>9}{'MB':>6}{'requests':>10}")
    with referring() as reference:
        for name, made in kinds(reference):
            if words and not any(word in name for word in words):
                continue
            with made() as server:
                found = measured(server.url, reference)
            print(
                f"{name:44}{found.verdict:26}{found.code:5}{found.seconds:9.1f}{found.megabytes:6}{found.sent:10}",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Whole runs on hostile servers.")
    parser.add_argument("word", nargs="*", help="of the servers to try; without any, all of them")
    main(parser.parse_args().word)
