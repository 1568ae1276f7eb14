"""A run of a selection: what is rendered from it is about the selection, and a comparison about what both ran."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from keepcall import resources
from keepcall.contract import requirements
from keepcall.report import history, reading
from keepcall.report.certificate import certificate
from keepcall.report.certificate.certificate import Issue
from keepcall.report.comparison import compare
from keepcall.report.render import badge, ctrf, formats, junit, markdown, page, terminal, trend

Report = dict[str, Any]
Run = Callable[..., Report]

SOME = ("KC-SEL-02", "KC-SEL-07", "KC-SEL-09")
FAULT = {"KC-SEL-07": ("fail", "WrongOutcome: expected refused; got granted")}
REMARK = {"KC-SEL-09": ("fail", "WrongOutcome: expected granted; got refused")}


@pytest.fixture
def partial(run_of: Run) -> Report:
    return run_of({}, selection=SOME)


def test_its_report_is_whole_and_valid(partial: Report, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(json.dumps(partial), encoding="utf-8")

    assert list(resources.validator("report.schema.json").iter_errors(partial)) == []
    assert reading.read(tmp_path)["verdict"] == "partial"
    assert partial["selection"] == list(SOME)
    assert partial["counts"] == {"MUST": {"pass": 2}, "SHOULD": {"pass": 1}}


@pytest.mark.parametrize("verdict", ["conformant", "incomplete"])
def test_another_verdict_does_not_follow_from_it(partial: Report, verdict: str) -> None:
    assert [fault for fault in reading.contradictions({**partial, "verdict": verdict}) if "its verdict" in fault]


def test_a_whole_run_cannot_pass_for_a_part(run_of: Run) -> None:
    assert list(reading.contradictions({**run_of(FAULT), "selection": ["KC-SEL-02"]}))


def test_the_terminal_lists_what_was_run_and_no_more(partial: Report, tmp_path: Path) -> None:
    with (tmp_path / "said").open("w+", encoding="utf-8") as file:
        terminal.summary(partial, terminal.console(file), tmp_path)
        file.seek(0)
        said = file.read()

    assert said.endswith("verdict: partial (3 of the 3 selected passed: KC-SEL-02, KC-SEL-07, KC-SEL-09)\n")
    assert "not tested" not in said
    assert "KC-SEL-01" not in said


def test_a_remark_in_it_is_told(run_of: Run) -> None:
    report = run_of(REMARK, selection=SOME)

    assert report["verdict"] == "partial"
    assert "2 of the 3 selected passed: KC-SEL-02, KC-SEL-07; 1 SHOULD failed: KC-SEL-09." in markdown.render(report)


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        (FAULT, "1 MUST failed: KC-SEL-07."),
        ({"KC-SEL-07": ("inconclusive", "timeout")}, "1 MUST inconclusive: KC-SEL-07."),
        ({"KC-SEL-09": ("broken", "the lab")}, "1 SHOULD broken: KC-SEL-09."),
        (dict.fromkeys(SOME, ("not claimed", "x")), "nothing that was selected passed."),
    ],
    ids=["a failure", "no judgement", "a SHOULD without judgement", "nothing"],
)
def test_a_selection_that_is_not_partial_says_why(run_of: Run, faults: dict[str, Any], why: str) -> None:
    assert why in markdown.render(run_of(faults, selection=SOME, everywhere=True))


def test_the_page_is_about_the_selection(partial: Report) -> None:
    html = LexborHTMLParser(page.render(partial))

    assert [title.text() for title in html.css("h1")] == ["Partial"]
    assert {row.attributes["id"] for row in html.css("[id^=KC-]")} == set(SOME)


def test_the_formats_for_programs_are_about_the_selection(partial: Report) -> None:
    suites = ET.fromstring(junit.render(partial))
    assert [suite.get("name") for suite in suites] == list(SOME)
    results = json.loads(ctrf.render(partial))["results"]
    assert (results["summary"]["suites"], results["extra"]["verdict"]) == (3, "partial")
    assert json.loads(badge.shields(partial))["message"] == "partial"


def test_every_format_can_be_written(partial: Report, tmp_path: Path) -> None:
    formats.write(partial, tmp_path)

    assert {"report.html", "junit.xml", "summary.md"} <= {file.name for file in tmp_path.iterdir()}


def test_no_certificate_is_made_of_it(partial: Report) -> None:
    (refusal,) = certificate.refusals(partial, requirements.load())

    assert refusal.startswith("The verdict is partial (3 of the 3 selected passed")
    plain = certificate.view(partial, Issue(date(2026, 11, 24)), [refusal])
    assert [row["id"] for group in plain["groups"] for row in group["rows"]] == list(SOME)


@pytest.mark.parametrize("turned", [False, True], ids=["a part after the whole", "the whole after a part"])
def test_a_comparison_is_about_what_both_ran(run_of: Run, turned: bool) -> None:
    runs = [run_of({"KC-STA-01": ("fail", "x")}), run_of({}, selection=SOME)]
    found = compare(*(reversed(runs) if turned else runs))

    assert found.changes == ()
    assert "Only what both runs looked at is compared, which is 3 of the requirements." in found.causes
    assert found.conclusion() == "No verdict and no observation changed."


def test_a_failure_in_a_part_is_a_regression(run_of: Run) -> None:
    found = compare(run_of({}), run_of(FAULT, selection=SOME))

    assert [(each.kind, each.requirement) for each in found.changes] == [("regression", "KC-SEL-07")]


def test_runs_of_different_parts_have_nothing_to_compare(run_of: Run) -> None:
    found = compare(run_of({}, selection=("KC-SEL-01",)), run_of(FAULT, selection=("KC-SEL-07",)))

    assert found.changes == ()
    assert "Only what both runs looked at is compared, which is 0 of the requirements." in found.causes


def test_a_trend_shows_a_part_as_one(run_of: Run, tmp_path: Path) -> None:
    for day, more in ((1, {}), (2, {"selection": SOME}), (3, {})):
        history.keep(run_of({}, started=datetime(2026, 11, day, tzinfo=UTC), **more), tmp_path)

    html = LexborHTMLParser(trend.render(history.load(tmp_path)))

    assert [cell.text() for cell in html.css(".trend .tone")] == ["conformant", "partial", "conformant"]
    assert not html.css(".word-bad")
    assert not html.css(".matrix")
