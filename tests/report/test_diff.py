"""What changed between two runs is told, regressions first, and whose doing it may be."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from keepcall.cli import main
from keepcall.contract.target import Claims, Target
from keepcall.report import raw
from keepcall.report.comparison import Comparison, compare
from keepcall.report.digests import Identity
from keepcall.report.render import differences

Report = dict[str, Any]
Run = Callable[..., Report]

FAULT = {"KC-SEL-07": ("fail", "WrongOutcome: expected refused; got granted")}
HERE = Identity("http://127.0.0.1/", says=("Server: one",))
OBSERVED = [{"id": "KC-OBS-1", "question": "What does HEAD get?", "answer": "405"}]


def names(found: Comparison) -> dict[str, list[str]]:
    return {k: [c.requirement for c in found.of(k)] for k in ("regression", "coverage", "improvement") if found.of(k)}


def test_of_two_equal_runs_nothing_changed(run_of: Run) -> None:
    found = compare(run_of({}), run_of({}, sent=9, duration=1.0))

    assert (found.nothing, found.causes, found.conclusion()) == (True, (), "Nothing changed.")


def test_a_fault_that_was_switched_on_is_a_regression_of_the_target(run_of: Run) -> None:
    found = compare(run_of({}), run_of(FAULT))

    assert names(found) == {"regression": ["KC-SEL-07"]}
    assert (found.changes[0].before, found.changes[0].after) == ("pass", "fail")
    assert found.changes[0].reason.startswith("WrongOutcome")
    assert found.conclusion().endswith("the target behaves differently.")


def test_a_fault_that_was_switched_off_is_an_improvement(run_of: Run) -> None:
    assert names(compare(run_of(FAULT), run_of({}))) == {"improvement": ["KC-SEL-07"]}


def test_one_more_test_of_a_failed_requirement_is_a_regression(run_of: Run) -> None:
    found = compare(run_of(FAULT), run_of(FAULT, everywhere=True))

    assert names(found) == {"regression": ["KC-SEL-07"]}
    assert found.changes[0].tests == ("what is asked for is done: situation 0",)


@pytest.mark.parametrize("verdict", ["inconclusive", "broken", "not tested"])
def test_what_is_shown_no_longer_is_a_regression(run_of: Run, verdict: str) -> None:
    assert names(compare(run_of({}), run_of({"KC-SEL-01": (verdict, "why")}))) == {"regression": ["KC-SEL-01"]}


def test_what_the_profile_claims_no_longer_is_no_regression(run_of: Run, target: Target) -> None:
    less = replace(target, claims=Claims(unmark=False))
    found = compare(run_of({}), run_of({"KC-UNM-01": ("not claimed", "unmark")}, target=less))

    assert names(found) == {"coverage": ["KC-UNM-01"]}
    assert found.causes == ("The configuration changed: claims.unmark: yes → no.",)
    assert found.conclusion() == "The changes may come from what is different above."


def test_a_profile_that_changed_alone_is_told(run_of: Run, target: Target) -> None:
    found = compare(run_of({}), run_of({}, target=replace(target, claims=Claims(post="query"))))

    assert found.causes == ("The configuration changed: claims.post: form → query.",)
    assert found.conclusion() == "No verdict and no observation changed."


def test_another_server_is_told_by_what_it_says_of_itself(run_of: Run) -> None:
    found = compare(run_of({}, identity=HERE), run_of({}, identity=replace(HERE, says=("Server: two",))))

    assert found.causes == ("The target says that it is another: says: Server: one → Server: two.",)


def test_another_suite_is_told(run_of: Run) -> None:
    found = compare(run_of({}, settings={"examples": 60}), run_of({}, settings={"examples": 5}))

    assert found.causes == ("The suite changed: its settings (examples: 60 → 5).",)


def test_observations_that_changed_are_told(run_of: Run) -> None:
    found = compare(run_of({}, observations=OBSERVED), run_of({}, observations=[{**OBSERVED[0], "answer": "200"}]))

    assert [(each.id, each.before, each.after) for each in found.observations] == [("KC-OBS-1", "405", "200")]
    assert not found.of("regression")


def test_regressions_of_a_must_come_first(run_of: Run) -> None:
    faults = {"KC-XML-09": ("fail", "x"), "KC-SEL-01": ("inconclusive", "x"), "KC-UNM-01": ("fail", "x")}
    found = compare(run_of({"KC-SEL-02": ("fail", "x")}), run_of(faults))

    assert [c.requirement for c in found.changes] == ["KC-UNM-01", "KC-SEL-01", "KC-XML-09", "KC-SEL-02"]


def test_a_report_of_the_first_format_can_be_compared(run_of: Run) -> None:
    old = {key: value for key, value in run_of({}).items() if key not in ("digests", "procedure")}
    found = compare(old, run_of(FAULT))

    assert names(found) == {"regression": ["KC-SEL-07"]}
    assert "older format" in found.conclusion()


def test_nothing_that_a_server_says_acts_in_a_comparison(run_of: Run, hostile: str) -> None:
    old, new = run_of({}, observations=OBSERVED), run_of(
        {"KC-SEL-07": ("inconclusive", hostile)}, observations=[{**OBSERVED[0], "answer": hostile}],
    )  # fmt: skip
    found = compare(old, new)
    markdown = MarkdownIt("commonmark").parse(differences.as_markdown(found))
    inside = [child for token in markdown for child in (token.children or ())]

    assert "owned" in differences.as_text(found)
    assert not set(differences.as_text(found) + differences.as_markdown(found)) & set("\x00\x1b\x9b\x07\u202e\u200b")
    assert not {token.type for token in [*markdown, *inside]} & {"html_inline", "html_block", "link_open", "image"}


@pytest.mark.parametrize(("faults", "code"), [({}, 0), (FAULT, 1)], ids=["none", "one"])
def test_the_exit_code_is_1_for_a_regression_alone(
    run_of: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str], faults: dict[str, tuple[str, str]], code: int
) -> None:
    for name, report in (("old", run_of({"KC-SEL-01": ("fail", "x")})), ("new", run_of(faults))):
        (tmp_path / name).mkdir()
        raw.write(report, tmp_path / name / "report.json")

    assert main.main(["diff", str(tmp_path / "old"), str(tmp_path / "new"), "--format", "json"]) == code
    told = json.loads(capfd.readouterr().out)
    assert told["regressions"] == code
    assert {change["requirement"] for change in told["changes"]} == {"KC-SEL-01", *faults}


def test_a_cut_report_is_not_compared(run_of: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    raw.write(run_of({}), tmp_path / "report.json")
    (tmp_path / "cut.json").write_text((tmp_path / "report.json").read_text()[:-200])

    assert main.main(["diff", str(tmp_path / "report.json"), str(tmp_path / "cut.json")]) == 2
    assert "is cut off" in capfd.readouterr().err
