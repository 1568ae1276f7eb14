"""A folder of runs becomes a page: what changed from each run to the next, and what did not always pass."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from keepcall.cli import main
from keepcall.errors import FileError
from keepcall.report import history, reading
from keepcall.report.render import trend
from keepcall.report.result import Asked, Told

Run = Callable[..., dict[str, Any]]
FAULT = {"KC-SEL-07": ("fail", "x")}


@pytest.fixture
def folder(run_of: Run, tmp_path: Path) -> Path:
    """Three runs: good, faulty, good again."""
    for day, faults in ((3, {}), (1, {}), (2, FAULT)):
        history.keep(run_of(faults, started=datetime(2026, 11, day, tzinfo=UTC)), tmp_path)
    return tmp_path


def words(page: LexborHTMLParser, path: str) -> list[str]:
    return [" ".join(each.text().split()) for each in page.css(path)]


def test_a_kept_run_is_a_whole_report_without_exchanges(run_of: Run, tmp_path: Path) -> None:
    observed = {"id": "KC-OBS-001", "question": "Which?", "answer": "405"}
    told = {"exchanges": [Told("main-1", "HEAD / HTTP/1.1", "HTTP 405")], "observations": [observed]}
    asked = {"KC-OBS-001": Asked(("main-1",))}
    kept = reading.read(history.keep(run_of(FAULT, asked=asked, **told), tmp_path))

    assert (kept["verdict"], kept["exchanges"]) == ("not conformant", [])
    assert kept["observations"] == [{**observed, "exchanges": [], "unlisted": 1}]
    assert [r["verdict"] for r in kept["requirements"]] == [r["verdict"] for r in run_of(FAULT)["requirements"]]


def test_runs_come_latest_first_with_what_changed(folder: Path) -> None:
    page = LexborHTMLParser(trend.render(history.load(folder)))

    assert words(page, ".trend .when") == ["2026-11-03 00:00", "2026-11-02 00:00", "2026-11-01 00:00"]
    assert words(page, ".trend .tone") == ["conformant", "not conformant", "conformant"]
    assert words(page, ".trend ul") == ["better KC-SEL-07", "worse KC-SEL-07", "first run"]


def test_what_did_not_always_pass_has_its_verdict_in_each_run(folder: Path) -> None:
    page = LexborHTMLParser(trend.render(history.load(folder)))

    assert words(page, ".matrix tbody .id") == ["KC-SEL-07"]
    assert words(page, ".matrix .heard") == ["pass", "fail", "pass"]


def test_a_file_that_is_cut_is_named_and_the_rest_is_shown(folder: Path) -> None:
    (folder / "cut.json").write_text('{"verdict": "conf', encoding="utf-8")
    page = LexborHTMLParser(trend.render(history.load(folder)))

    assert "cut.json: is cut off" in words(page, "section[aria-labelledby=unreadable] li")[0]
    assert len(words(page, ".trend .when")) == 3


def test_a_folder_without_runs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="holds no run"):
        history.load(tmp_path)


def test_nothing_that_a_server_says_acts_on_the_page(run_of: Run, tmp_path: Path, hostile: str) -> None:
    kept = history.keep(run_of(FAULT), tmp_path)
    report = json.loads(kept.read_text(encoding="utf-8"))
    report["target"]["name"] = hostile
    text = trend.render(history.History((report,), (hostile,)))

    assert "<script" not in text
    assert not set(text) & set("\x00\x1b\x9b\u202e\u200b")


def test_the_command_writes_the_page(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main.main(["trend", str(folder)]) == 0
    assert capfd.readouterr().out == f"{folder / 'trend.html'}\n"
    assert (folder / "trend.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
