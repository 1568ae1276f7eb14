"""What becomes of waivers in a run, and what they do to its exit code: nothing else ever changes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from keepcall import resources
from keepcall.contract.requirements import Basis, Level, Requirement, Requirements
from keepcall.contract.target import Credentials, Secret, Target
from keepcall.report import raw
from keepcall.report.raw import Run
from keepcall.report.result import Evidence, Result, TestVerdict
from keepcall.report.waiving import State, Waived, Waiver, judged, relaxed, symptoms

TODAY = date(2026, 11, 24)
TARGET = Target("a recorder", "http://x/", Credentials(Secret("the-key")))
MUST = Requirement("KC-SEL-07", "group", Level.MUST, Basis.DOC, "statement", "source")
OTHER = replace(MUST, id="KC-SEL-08")
SHOULD = replace(MUST, id="KC-SEL-09", level=Level.SHOULD)
CATALOGUE = cast(Requirements, (MUST, OTHER, SHOULD))
SYMPTOM = "GrantedRequest: expected a refusal; got status 200 with '<Response code=\"0\"/>'"


def evidence(got: str = "status 200 with '<Response code=\"0\"/>'") -> Evidence:
    return Evidence("GrantedRequest", "a refusal", got, "two ongoing calls")


def result(
    requirement: Requirement, verdict: TestVerdict = "pass", message: str = "", number: int = 1, *found: Evidence
) -> Result:
    return Result(f"suites/x.py::{requirement.id}_{number}", requirement.id, verdict, message, evidence=found)


FAILED = result(MUST, "fail", SYMPTOM, 1, evidence())
PASSED = (result(MUST, number=2), result(OTHER), result(SHOULD))


def waiver(symptom: str = SYMPTOM, requirement: str = MUST.id, until: date = TODAY) -> Waiver:
    return Waiver(requirement, symptom, "Jana", "later", until)


def run(*results: Result, waivers: tuple[Waiver, ...] = (), lost: tuple[str, ...] = ()) -> Run:
    waived = judged(waivers, results, TODAY, partial=bool(lost))
    return Run(TARGET, results, datetime(2026, 11, 24, tzinfo=UTC), 1.0, 2, lost=lost, waivers=waived)


@pytest.mark.parametrize(
    ("results", "given", "state", "code"),
    [
        ((FAILED, *PASSED), waiver(), "applied", 0),
        ((FAILED, *PASSED), waiver(until=date(2026, 11, 23)), "expired", 1),
        ((FAILED, *PASSED), waiver("GrantedRequest"), "unmatched", 1),
        ((FAILED, *PASSED), waiver(SYMPTOM.lower()), "unmatched", 1),
        ((FAILED, *PASSED), waiver(requirement=OTHER.id), "stale", 1),
        ((FAILED, *PASSED), waiver(requirement="KC-STA-01"), "unmatched", 1),
        (PASSED, waiver(), "stale", 1),
        (PASSED, waiver(until=date(2026, 1, 1)), "expired", 1),
        ((result(MUST, "not claimed", "no"), *PASSED[1:]), waiver(), "unmatched", 1),
        ((result(MUST, "inconclusive", "timeout: 10 s"), *PASSED), waiver("timeout: 10 s"), "applied", 0),
        ((result(MUST, "not tested", "no such call"), *PASSED), waiver("no such call"), "applied", 0),
        ((result(MUST, "broken", "the lab failed"), *PASSED), waiver("the lab failed"), "unmatched", 1),
    ],
    ids=[
        "applies",
        "was good until yesterday",
        "names only a part of the symptom",
        "spells the symptom otherwise",
        "is about what passes",
        "is about what has no test",
        "passes again",
        "expired, and passes again",
        "is about what is not claimed",
        "no judgement was possible",
        "the lab cannot do it",
        "a failure of our own",
    ],
)
def test_a_waiver_relaxes_the_exit_code_or_makes_the_run_fail(
    results: tuple[Result, ...], given: Waiver, state: State, code: int
) -> None:
    done, bare = run(*results, waivers=(given,)), run(*results)

    assert [each.state for each in done.waivers] == [state]
    assert done.exit_code(CATALOGUE) == code
    assert done.verdict(CATALOGUE) == bare.verdict(CATALOGUE)
    assert done.verdicts(CATALOGUE) == bare.verdicts(CATALOGUE)
    assert MUST.id in done.waivers[0].message or state in ("applied", "expired") or given.requirement != MUST.id


def test_what_is_waived_in_one_test_counts_in_another() -> None:
    other = replace(FAILED, id="test_other", evidence=(evidence("status 500"),), message="…")

    done = run(FAILED, other, *PASSED, waivers=(waiver(),))

    assert (done.waivers[0].state, done.waivers[0].tests) == ("applied", (FAILED.id,))
    assert done.exit_code(CATALOGUE) == 1


def test_a_test_with_two_symptoms_needs_two_waivers() -> None:
    both = replace(FAILED, evidence=(evidence(), evidence("status 500")))
    second = waiver("GrantedRequest: expected a refusal; got status 500")

    assert run(both, *PASSED, waivers=(waiver(),)).exit_code(CATALOGUE) == 1
    assert run(both, *PASSED, waivers=(waiver(), second)).exit_code(CATALOGUE) == 0


def test_ids_and_numbers_of_calls_in_a_symptom_may_be_others() -> None:
    now = replace(FAILED, evidence=(evidence("no call a8343631-9f35-4a3a-83f0-9e81592339fb of 123456000001"),))
    then = "GrantedRequest: expected a refusal; got no call 0d2b7f6e-5f0c-4b51-9a8e-3f1f4c7f0a11 of 654321000009"

    assert run(now, *PASSED, waivers=(waiver(f"{then} (and 3 more)"),)).exit_code(CATALOGUE) == 0
    assert run(now, *PASSED, waivers=(waiver(then.replace("call", "calls")),)).exit_code(CATALOGUE) == 1


def test_a_remark_is_waived_where_remarks_count() -> None:
    remark = result(SHOULD, "fail", SYMPTOM, 1, evidence())
    done = run(*PASSED[:2], remark, waivers=(waiver(requirement=SHOULD.id),))

    assert (done.exit_code(CATALOGUE), done.exit_code(CATALOGUE, strict=True)) == (0, 0)
    assert run(*PASSED[:2], remark).exit_code(CATALOGUE, strict=True) == 1
    assert done.verdict(CATALOGUE) == "conformant with remarks"


def test_a_run_that_was_ended_says_nothing_of_what_it_did_not_reach() -> None:
    done = run(*PASSED, waivers=(waiver(),), lost=("test_a",))

    assert (done.waivers[0].state, done.exit_code(CATALOGUE)) == ("not looked at", 3)


def test_no_waiver_makes_a_run_of_nothing_a_success() -> None:
    unreached = [result(r, "inconclusive", "timeout") for r in (MUST, OTHER)]

    done = run(*unreached, waivers=tuple(waiver("timeout", r.id) for r in (MUST, OTHER)))

    assert done.exit_code(CATALOGUE) == 3


def test_a_report_holds_what_became_of_each() -> None:
    done = run(FAILED, *PASSED, waivers=(waiver(), waiver(requirement=OTHER.id)))

    data: dict[str, Any] = raw.report(done, CATALOGUE)

    assert list(resources.validator("report.schema.json").iter_errors(data)) == []
    assert [(each["requirement"], each["state"]) for each in data["waivers"]] == [
        (MUST.id, "applied"),
        (OTHER.id, "stale"),
    ]
    assert data["waivers"][0]["tests"] == [FAILED.id]
    assert data["verdict"] == "not conformant"


def test_the_message_of_a_failed_test_is_a_symptom_of_it() -> None:
    assert len(symptoms(FAILED)) == 1
    assert symptoms(replace(FAILED, evidence=())) == symptoms(FAILED)
    assert symptoms(PASSED[0]) == frozenset()


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("applied", "applies to 2 of the tests, until 2026-11-24"),
        ("expired", "expired on 2026-11-24: mend the target, or have Jana decide anew"),
        ("unmatched", "no test of KC-SEL-07 shows this symptom: look at the report, and mend the waiver"),
        ("stale", "KC-SEL-07 passes again: take the waiver away"),
        ("not looked at", "this run did not look at all of KC-SEL-07"),
    ],
)
def test_what_became_of_a_waiver_is_told_in_a_sentence(state: State, message: str) -> None:
    waived = Waived(waiver(), state, ("test_a", "test_b"))

    assert waived.as_json() == {
        "requirement": "KC-SEL-07",
        "symptom": SYMPTOM,
        "who": "Jana",
        "why": "later",
        "until": "2026-11-24",
        "state": state,
        "message": message,
        "tests": ["test_a", "test_b"],
    }


@pytest.mark.parametrize(
    ("results", "given", "state"),
    [
        (PASSED, waiver(), "not looked at"),
        ((), waiver(), "not looked at"),
        ((FAILED, *PASSED), waiver("another symptom"), "unmatched"),
        ((FAILED, *PASSED), waiver(), "applied"),
        (PASSED, waiver(until=date(2026, 11, 23)), "expired"),
    ],
    ids=["passes so far", "has no test so far", "fails otherwise", "applies", "expired"],
)
def test_a_run_of_some_tests_judges_a_waiver_by_what_failed(
    results: tuple[Result, ...], given: Waiver, state: State
) -> None:
    (waived,) = judged((given,), results, TODAY, partial=True)

    assert (waived.waiver, waived.state) == (given, state)


def test_an_expired_waiver_still_tells_its_tests() -> None:
    (waived,) = judged((waiver(until=date(2026, 11, 23)),), (FAILED, *PASSED), TODAY, partial=False)

    assert (waived.state, waived.tests) == ("expired", (FAILED.id,))


def test_a_requirement_that_passes_in_part_does_not_pass_again() -> None:
    mixed = (result(MUST, "not claimed", "no"), *PASSED)

    assert [each.state for each in judged((waiver(),), mixed, TODAY, partial=False)] == ["unmatched"]


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        ("no call of 123456", "no call of 654321", True),
        ("no call of 12345", "no call of 54321", False),
        ("a8343631-9F35-4a3a-83f0-9e81592339fb", "0d2b7f6e-5f0c-4b51-9a8e-3f1f4c7f0a11", True),
        ("a  call\nis gone", "a call is gone", True),
        ("gone (and 12 more)", "gone", True),
        ("gone (and 12 more) too", "gone", False),
    ],
)
def test_a_symptom_is_the_same_but_for_ids_numbers_and_white_space(then: str, now: str, same: bool) -> None:
    failed = result(MUST, "inconclusive", now)
    (waived,) = judged((waiver(then),), (failed,), TODAY, partial=False)

    assert (waived.state == "applied") is same
    assert [each.verdict for each in relaxed((failed,), (waived,))] == ["pass" if same else "inconclusive"]


def test_a_waiver_relaxes_its_own_requirement_alone() -> None:
    other = replace(FAILED, requirement=OTHER.id)
    waived = judged((waiver(), waiver("gone")), (FAILED, other), TODAY, partial=False)

    assert relaxed((FAILED, other), waived) == (replace(FAILED, verdict="pass"), other)


def test_a_waiver_that_does_not_apply_relaxes_nothing() -> None:
    expired = judged((waiver(until=date(2026, 11, 23)),), (FAILED,), TODAY, partial=False)

    assert relaxed((FAILED,), expired) == (FAILED,)
