"""What a run comes to: from the results of its tests to the verdict, its scope and the exit code."""

from datetime import UTC, datetime
from typing import cast

import pytest

from keepcall.contract.requirements import Basis, Level, Requirement, Requirements
from keepcall.contract.target import Claims, Credentials, LabSettings, Secret, Target
from keepcall.report.raw import Run
from keepcall.report.result import Result, TestVerdict
from keepcall.report.verdict import RequirementVerdict, Scope, TargetVerdict

TARGET = Target("a recorder", "http://x/", Credentials(Secret("the-key")), Claims(), LabSettings())
MUST = Requirement("KC-SEL-01", "group", Level.MUST, Basis.DOC, "statement", "source")
SHOULD = Requirement("KC-SEL-09", "group", Level.SHOULD, Basis.DOC, "statement", "source")
CATALOGUE = cast(Requirements, (MUST, SHOULD))


def of(requirement: Requirement, verdict: TestVerdict, number: int = 1, *, blind: bool = False) -> Result:
    return Result(f"suites/x.py::test_{number}", requirement.id, verdict, out_of_scope=blind)


def run(*results: Result, lost: tuple[str, ...] = (), selection: tuple[str, ...] = ()) -> Run:
    return Run(TARGET, results, datetime(2026, 11, 23, 9, tzinfo=UTC), 1.0, 2, lost=lost, selection=selection)


def test_results_are_found_under_what_they_are_about() -> None:
    results = of(MUST, "pass"), of(SHOULD, "fail"), of(MUST, "fail", 2), of(MUST, "pass", 3)

    assert run(*results).by_requirement() == {
        MUST.id: [results[0], results[2], results[3]],
        SHOULD.id: [results[1]],
    }


@pytest.mark.parametrize(
    ("results", "verdicts"),
    [
        ([], ("not tested", "not tested")),
        ([of(MUST, "pass")], ("pass", "not tested")),
        ([of(MUST, "pass"), of(MUST, "fail", 2), of(SHOULD, "pass")], ("fail", "pass")),
    ],
)
def test_each_requirement_has_a_verdict(
    results: list[Result], verdicts: tuple[RequirementVerdict, RequirementVerdict]
) -> None:
    assert run(*results).verdicts(CATALOGUE) == dict(zip((MUST.id, SHOULD.id), verdicts, strict=True))


@pytest.mark.parametrize(
    ("must", "should", "lost", "verdict", "codes"),
    [
        ("pass", "pass", (), "conformant", (0, 0)),
        ("pass", "fail", (), "conformant with remarks", (0, 1)),
        ("fail", "pass", (), "not conformant", (1, 1)),
        ("broken", "pass", (), "incomplete", (3, 3)),
        ("pass", "pass", ("test_a",), "incomplete", (3, 3)),
        ("pass", "fail", ("test_a",), "incomplete", (3, 3)),
        ("fail", "pass", ("test_a",), "not conformant", (1, 1)),
        ("broken", "pass", ("test_a",), "incomplete", (3, 3)),
    ],
)
def test_a_run_that_did_not_end_is_incomplete_at_best(
    must: TestVerdict, should: TestVerdict, lost: tuple[str, ...], verdict: TargetVerdict, codes: tuple[int, int]
) -> None:
    done = run(of(MUST, must), of(SHOULD, should), lost=lost)

    assert done.verdict(CATALOGUE) == verdict
    assert (done.exit_code(CATALOGUE), done.exit_code(CATALOGUE, strict=True)) == codes


@pytest.mark.parametrize(
    ("results", "selection", "lost", "verdict", "codes"),
    [
        ([of(MUST, "pass")], (MUST.id,), (), "partial", (0, 0)),
        ([of(SHOULD, "pass")], (SHOULD.id,), (), "partial", (0, 0)),
        ([of(SHOULD, "fail")], (SHOULD.id,), (), "partial", (0, 1)),
        ([of(MUST, "pass"), of(SHOULD, "fail")], (MUST.id, SHOULD.id), (), "partial", (0, 1)),
        ([of(MUST, "fail")], (MUST.id,), (), "not conformant", (1, 1)),
        ([of(MUST, "pass")], (MUST.id,), ("test_a",), "incomplete", (3, 3)),
        ([], (MUST.id,), (), "incomplete", (3, 3)),
    ],
)
def test_a_run_of_a_selection_is_partial_at_best(
    results: list[Result],
    selection: tuple[str, ...],
    lost: tuple[str, ...],
    verdict: TargetVerdict,
    codes: tuple[int, int],
) -> None:
    done = run(*results, lost=lost, selection=selection)

    assert done.verdict(CATALOGUE) == verdict
    assert (done.exit_code(CATALOGUE), done.exit_code(CATALOGUE, strict=True)) == codes


def test_a_run_of_nothing_is_no_pass() -> None:
    assert run().verdict(CATALOGUE) == "incomplete"
    assert run().exit_code(CATALOGUE) == 3


@pytest.mark.parametrize(
    ("results", "scope"),
    [
        ([], "full"),
        ([of(MUST, "pass")], "full"),
        ([of(MUST, "not tested")], "full"),
        ([of(MUST, "pass"), of(SHOULD, "not tested", blind=True)], "answers only"),
        ([of(SHOULD, "not tested", blind=True), of(MUST, "pass")], "answers only"),
    ],
)
def test_effects_that_were_not_seen_narrow_the_scope(results: list[Result], scope: Scope) -> None:
    assert run(*results).scope() == scope
