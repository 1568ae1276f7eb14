"""The verdict rules, as tables."""

import pytest

from keepcall.contract.requirements import Basis, Level, Requirement
from keepcall.report.result import Result, TestVerdict
from keepcall.report.verdict import (
    Exit,
    RequirementVerdict,
    Scope,
    TargetVerdict,
    exit_code,
    in_words,
    of_requirement,
    of_target,
)


def result(verdict: TestVerdict, *, out_of_scope: bool = False) -> Result:
    return Result("suites/x.py::test_y", "KC-SEL-07", verdict, out_of_scope=out_of_scope)


UNSEEN = result("not tested", out_of_scope=True)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([], "not tested"),
        ([result("pass")], "pass"),
        ([result("pass"), result("fail")], "fail"),
        ([result("fail"), result("broken")], "fail"),
        ([result("broken"), result("inconclusive")], "broken"),
        ([result("inconclusive"), result("not tested")], "inconclusive"),
        ([result("pass"), result("not tested")], "not tested"),
        ([result("pass"), result("not claimed")], "pass"),
        ([result("not claimed")], "not claimed"),
        ([result("not claimed"), result("not tested")], "not tested"),
        ([UNSEEN], "out of scope"),
        ([UNSEEN, result("pass")], "pass"),
        ([UNSEEN, result("not claimed")], "out of scope"),
        ([UNSEEN, result("inconclusive")], "inconclusive"),
    ],
)
def test_a_requirement_takes_the_worst_of_its_tests(results: list[Result], verdict: RequirementVerdict) -> None:
    assert of_requirement(results) == verdict


def requirement(name: str, level: Level, reason: str = "") -> Requirement:
    return Requirement(name, "group", level, Basis.DOC, "statement", "source", not_tested_reason=reason)


MUST, OTHER = requirement("KC-SEL-01", Level.MUST), requirement("KC-SEL-02", Level.MUST)
SHOULD = requirement("KC-SEL-09", Level.SHOULD)
UNTESTED = requirement("KC-ANY-01", Level.MUST, "not written yet")


@pytest.mark.parametrize(
    ("must", "other", "should", "verdict"),
    [
        ("pass", "pass", "pass", "conformant"),
        ("pass", "pass", "fail", "conformant with remarks"),
        ("pass", "not claimed", "pass", "conformant"),
        ("pass", "out of scope", "pass", "conformant"),
        ("pass", "pass", "broken", "conformant"),
        ("pass", "pass", "not tested", "conformant"),
        ("fail", "pass", "pass", "not conformant"),
        ("pass", "fail", "fail", "not conformant"),
        ("fail", "broken", "pass", "not conformant"),
        ("pass", "broken", "pass", "incomplete"),
        ("pass", "inconclusive", "fail", "incomplete"),
        ("pass", "not tested", "pass", "incomplete"),
        ("not claimed", "not claimed", "pass", "incomplete"),
        ("out of scope", "not claimed", "pass", "incomplete"),
        ("not tested", "not tested", "not tested", "incomplete"),
    ],
)
def test_a_target_is_conformant_only_if_every_claimed_must_passes(
    must: RequirementVerdict, other: RequirementVerdict, should: RequirementVerdict, verdict: TargetVerdict
) -> None:
    verdicts: dict[str, RequirementVerdict] = {MUST.id: must, OTHER.id: other, SHOULD.id: should}

    assert of_target((MUST, OTHER, SHOULD), verdicts) == verdict


def test_a_must_that_has_no_test_by_a_stated_reason_is_left_aside() -> None:
    verdicts: dict[str, RequirementVerdict] = {MUST.id: "pass", UNTESTED.id: "not tested"}

    assert of_target((MUST, UNTESTED), verdicts) == "conformant"


ONLY = (MUST.id, SHOULD.id)


@pytest.mark.parametrize(
    ("must", "other", "should", "verdict"),
    [
        ("pass", "not tested", "pass", "partial"),
        ("pass", "not tested", "fail", "partial"),
        ("not claimed", "not tested", "pass", "partial"),
        ("pass", "fail", "pass", "partial"),
        ("fail", "pass", "pass", "not conformant"),
        ("fail", "pass", "broken", "not conformant"),
        ("inconclusive", "pass", "pass", "incomplete"),
        ("broken", "pass", "pass", "incomplete"),
        ("not tested", "pass", "pass", "incomplete"),
        ("pass", "pass", "inconclusive", "incomplete"),
        ("pass", "pass", "not tested", "incomplete"),
        ("not claimed", "pass", "out of scope", "incomplete"),
    ],
)
def test_a_selection_can_fail_a_target_and_not_make_it_conformant(
    must: RequirementVerdict, other: RequirementVerdict, should: RequirementVerdict, verdict: TargetVerdict
) -> None:
    verdicts: dict[str, RequirementVerdict] = {MUST.id: must, OTHER.id: other, SHOULD.id: should}

    assert of_target((MUST, OTHER, SHOULD), verdicts, ONLY) == verdict


def test_what_has_no_test_by_a_stated_reason_is_left_aside_in_a_selection_too() -> None:
    verdicts: dict[str, RequirementVerdict] = {MUST.id: "pass", UNTESTED.id: "not tested"}

    assert of_target((MUST, UNTESTED), verdicts, (MUST.id, UNTESTED.id)) == "partial"


@pytest.mark.parametrize(("strict", "remarks", "code"), [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)])
def test_a_partial_run_is_no_failure_but_for_remarks_that_count(strict: bool, remarks: bool, code: int) -> None:
    assert exit_code("partial", strict=bool(strict), remarks=bool(remarks)) == code


@pytest.mark.parametrize(
    ("verdict", "strict", "code"),
    [
        ("conformant", False, 0),
        ("conformant", True, 0),
        ("conformant with remarks", False, 0),
        ("conformant with remarks", True, 1),
        ("not conformant", False, 1),
        ("not conformant", True, 1),
        ("incomplete", False, 3),
        ("incomplete", True, 3),
    ],
)
def test_the_exit_code_tells_the_verdict(verdict: TargetVerdict, strict: bool, code: int) -> None:
    assert exit_code(verdict, strict=strict) == code
    assert strict or exit_code(verdict) == code


def test_the_exit_codes_are_those_of_the_contract() -> None:
    assert {code.name: code.value for code in Exit} == {
        "CONFORMANT": 0,
        "NOT_CONFORMANT": 1,
        "USAGE": 2,
        "INCOMPLETE": 3,
        "SUITE_FAILED": 4,
    }


@pytest.mark.parametrize(
    ("verdict", "scope", "words"),
    [
        ("conformant", "full", "conformant"),
        ("conformant", "answers only", "conformant, answers only"),
        ("conformant with remarks", "answers only", "conformant with remarks, answers only"),
        ("not conformant", "answers only", "not conformant"),
        ("incomplete", "answers only", "incomplete"),
        ("partial", "answers only", "partial"),
    ],
)
def test_a_limited_scope_is_said_with_the_verdict(verdict: TargetVerdict, scope: Scope, words: str) -> None:
    assert in_words(verdict, scope) == words
