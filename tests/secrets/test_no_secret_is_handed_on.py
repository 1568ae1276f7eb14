"""What is made of a run, and handed on, holds no secret either."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.cli import main

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script
    from tests.secrets.conftest import Secrets, Written

FEW = ("--only", "KC-SEL-01", "KC-AUTH-07", "KC-XML-07", "--history", "history")


@pytest.fixture(params=["head", "XML", "text"])
def written(
    request: pytest.FixtureRequest,
    run: "Callable[..., Written]",
    serve: "Callable[..., RawServer]",
    echo: "Callable[[str], Callable[[bytes], Script]]",
) -> "Written":
    """A run on a server that repeats everything, in this part of its answers."""
    return run(serve(echo(request.param)).url, *FEW)


def test_no_rendering_certificate_comparison_or_trend_of_a_run_holds_a_secret(
    written: "Written", secrets: "Secrets", capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    commands = [["render", "out"], ["certify", "out", "--plain"], ["trend", "history"]]
    commands += [["diff", "out", "out", "--format", form] for form in ("text", "json", "markdown")]
    codes = [main.main(words) for words in commands]
    said = capfdbinary.readouterr()
    files = {path.name: told(path) for path in Path().rglob("*") if path.is_file()} | {"stdout": said.out}
    files |= {"stderr": said.err}

    assert written.leaks() == []
    assert codes == [0] * len(commands), said.err
    assert {"junit.xml", "ctrf.json", "summary.md", "test-report.pdf", "test-report.html", "trend.html"} <= set(files)
    assert [f"{name}: {leak}" for name, data in files.items() for leak in secrets.found_in(data)] == []


def told(path: Path) -> bytes:
    """A file's bytes; a PDF's text, since its bytes are compressed."""
    program = shutil.which("pdftotext")
    if path.suffix == ".pdf" and program:
        return subprocess.run([program, str(path), "-"], capture_output=True, check=True).stdout
    return path.read_bytes()
