"""The examples are whole, and the extras that make certificates are asked for by name where they are missing."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from keepcall.cli import main
from keepcall.report import reading

EXAMPLE = Path(__file__).parents[3] / "reports" / "example"


def test_the_certificate_of_the_reference_server_verifies(capfd: pytest.CaptureFixture[str]) -> None:
    assert main.main(["verify", str(EXAMPLE / "reference" / "certificate")]) == 0
    assert "verdict conformant (scope: full)" in capfd.readouterr().out


@pytest.mark.parametrize(("name", "verdict"), [("reference", "conformant"), ("faulty", "not conformant")])
def test_the_reports_are_whole(name: str, verdict: str) -> None:
    assert reading.read(EXAMPLE / name)["verdict"] == verdict


def test_the_examples_stay_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < 8_000_000


@pytest.mark.parametrize(
    ("module", "words"),
    [("typst", ()), ("securesystemslib.dsse", ("--key", "nowhere"))],
    ids=["typst", "securesystemslib"],
)
def test_a_missing_extra_is_named(
    ran: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    module: str,
    words: tuple[str, ...],
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    assert main.main(["certify", str(ran()), *words]) == 2
    assert "pip install 'keepcall-conformance[certificate]'" in capfd.readouterr().err
