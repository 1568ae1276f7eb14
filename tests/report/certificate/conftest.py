"""Runs that are certified, by a key of their own."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keepcall.cli import main
from keepcall.contract import requirements
from keepcall.contract.target import Claims, Credentials, LabSettings, Secret, Target
from keepcall.report import raw
from keepcall.report.digests import Identity
from keepcall.report.result import Evidence, Result, TestVerdict, Told
from keepcall.report.waiving import Waived

TARGET = Target(
    "Example recorder 9.8 žluťoučký 電話",
    "https://recorder.example/verba/api",
    Credentials(Secret("the-key")),
    Claims(),
    LabSettings("http", "http://127.0.0.1:8080/lab"),
)
EVIDENCE = (Evidence("WrongOutcome", "a refusal", "granted", "two ongoing calls"),)
OBSERVATIONS = [{"id": "KC-OBS-1", "group": "Methods", "question": "What does HEAD get?", "answer": "405"}]

Faults = dict[str, tuple[TestVerdict, str]]
Runs = Callable[..., Path]


def report(faults: Faults, *, reads_back: bool = True, **more: Any) -> dict[str, Any]:
    """The raw report of a run with a test of each requirement."""
    results = []
    for entry in requirements.load():
        verdict, message = faults.get(entry.id, ("pass", ""))
        blind = entry.needs_read_back and not reads_back
        results.append(
            Result(
                f"suites/valid/test_it.py::test_{entry.id}",
                entry.id,
                "not tested" if blind else verdict,
                "blind" if blind else message,
                out_of_scope=blind,
                evidence=EVIDENCE if verdict == "fail" and not blind else (),
                exchanges=("main-1",),
            )
        )
    values = {
        "target": TARGET,
        "results": results,
        "started": datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        "duration": 73.25,
        "sent": 1234,
        "identity": Identity("https://recorder.example/verba/api", "sha256:" + "0" * 64, ("Server: Example/9.8",)),
        "exchanges": (Told("main-1", "GET / HTTP/1.1", "HTTP 200 OK"),),
        "observations": OBSERVATIONS,
    }
    return raw.report(raw.Run(**{**values, **more}), requirements.load(), {"KC-SEL-07": 10})


@pytest.fixture
def ran(tmp_path: Path) -> Runs:
    """The folder of a run: `ran({"KC-SEL-07": ("fail", "why")})`."""

    def write(
        faults: Faults | None = None, *, change: Callable[[dict[str, Any]], object] | None = None, **more: Any
    ) -> Path:
        folder = tmp_path / f"run-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        made = report(faults or {}, **more)
        if change:
            change(made)
        raw.write(made, folder / "report.json")
        return folder

    return write


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key, with its public one beside it."""
    place = tmp_path_factory.mktemp("keys") / "certifier"
    assert main.main(["keygen", str(place)]) == 0
    return place


@pytest.fixture
def certified(ran: Runs, key: Path) -> Path:
    """The folder of a signed certificate."""
    folder = ran()
    assert main.main(["certify", str(folder), "--key", str(key), "--by", "Example Laboratories"]) == 0
    return folder / "certificate"


@pytest.fixture
def waived() -> type[Waived]:
    """What a waiver became."""
    return Waived
