"""Makes the examples under reports/example: `make example`.

All that a run of the reference server leaves, and of a server with a fault, and all that can be made of both. Times,
numbers of calls and keys are others each time; verdicts are the same. Allure's report is left out, since it is large.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from keepcall.cli import main as cli
from keepcall.server import RunningServer
from keepcall.server.faults import FAULTS

HERE = Path("reports", "example")
FAULT = "takes_the_first_of_several_calls"
COMMON = ("--exchanges", "failed", "--examples", "20", "--seed", "1")


def keepcall(*words: object, code: int) -> None:
    """A command that has to end with this exit code."""
    if (ended := cli.main([str(word) for word in words])) != code:
        sys.exit(f"keepcall {' '.join(map(str, words))}: ended with {ended} and not with {code}")


def main() -> None:
    """Both runs, a certificate, a plain test report, a comparison, a trend."""
    os.chdir(Path(__file__).parents[1])
    shutil.rmtree(HERE, ignore_errors=True)
    good, bad = HERE / "reference", HERE / "faulty"
    keepcall("run", "--output", good, "--history", HERE / "history", *COMMON, code=0)
    with RunningServer(FAULTS[FAULT].server()) as server:
        settings = server.settings
        access = ("--url", server.url, "--api-key", settings.api_key, "--token", settings.token)
        keepcall(
            "run", *access, "--lab", server.lab_url, "--output", bad, "--history", HERE / "history", *COMMON, code=1
        )
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "example"
        keepcall("keygen", key, code=0)
        keepcall("certify", good, "--key", key, "--by", "Example Laboratories", code=0)
        keepcall("verify", good / "certificate", "--key", f"{key}.pub", code=0)
    keepcall("certify", bad, "--plain", "--by", "Example Laboratories", code=0)
    for name, form in (("diff.txt", "text"), ("diff.md", "markdown"), ("diff.json", "json")):
        with (HERE / name).open("wb") as file, _to(file.fileno()):
            keepcall("diff", good, bad, "--format", form, code=1)
    for results in HERE.glob("*/allure-results"):
        shutil.rmtree(results)
    for kept in (HERE / "history").glob("*.json"):
        kept.unlink()  # the same as the two reports; the page shows what is made of them


@contextlib.contextmanager
def _to(file: int) -> Iterator[None]:
    """Standard output goes there."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(file, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


if __name__ == "__main__":
    main()
