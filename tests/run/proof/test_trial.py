"""One trial: which tests are run against a subject, and what becomes of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from keepcall.cases.engine.driver import Driver
from keepcall.contract.call import ongoing
from keepcall.contract.exchange import Answer
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import Failure, Finding, Inconclusive
from keepcall.contract.request import keep
from keepcall.contract.violation import Violation
from keepcall.run.proof.live import running, subjects
from keepcall.run.proof.subject import Subject
from keepcall.run.proof.trial import CollectedTest, Depth, attempt

SUBJECTS = {each.name: each for each in subjects()}
SIN = SUBJECTS["unmarks_all_calls_of_the_number"]
OWN, FOREIGN = "KC-EFF-05", "KC-SEL-07"


def failing(driver: Driver) -> None:
    raise Failure((Finding(Violation("Wrong", "right", "wrong"), driver.test_id, None),))


def undecided(driver: Driver) -> None:
    raise Inconclusive(driver.test_id)


def breaking(driver: Driver) -> None:
    raise ZeroDivisionError(driver.test_id)


def passing(driver: Driver) -> None:
    assert driver.test_id


def collected(*each: tuple[str, str, Callable[[Driver], None]]) -> list[CollectedTest]:
    return [
        CollectedTest(f"suites/test_it.py::{name}", requirement, function, {}) for name, requirement, function in each
    ]


@pytest.mark.parametrize(
    ("depth", "verdicts"),
    [
        ("quick", {OWN: "fail"}),
        ("normal", {OWN: "fail"}),
        ("thorough", {OWN: "fail", FOREIGN: "pass"}),
    ],
)
def test_a_fault_that_is_caught_is_tried_with_the_others_where_that_is_asked_for(
    depth: Depth, verdicts: dict[str, str]
) -> None:
    tests = collected(("foreign", FOREIGN, passing), ("own", OWN, failing))

    assert attempt(SIN, tests, depth).verdicts == verdicts


@pytest.mark.parametrize(
    ("depth", "verdicts"), [("quick", {OWN: "pass"}), ("normal", {OWN: "pass", FOREIGN: "fail"})]
)
def test_a_fault_that_is_missed_is_tried_with_the_others_too(depth: Depth, verdicts: dict[str, str]) -> None:
    tests = collected(("foreign", FOREIGN, failing), ("own", OWN, passing))

    assert attempt(SIN, tests, depth).verdicts == verdicts


@pytest.mark.parametrize(("depth", "count"), [("quick", 1), ("normal", 1), ("thorough", 2)])
def test_a_requirement_that_has_caught_its_fault_need_not_do_so_twice(depth: Depth, count: int) -> None:
    tests = collected(("first", OWN, failing), ("second", OWN, failing))

    assert attempt(SIN, tests, depth).tests == {OWN: count}


def test_what_caught_a_fault_the_last_time_is_tried_first() -> None:
    known = replace(SIN, known=("suites/test_it.py::second",))
    tests = collected(("first", OWN, failing), ("second", OWN, failing))

    trial = attempt(known, tests, "normal")

    assert trial.caught_by == {OWN: "suites/test_it.py::second"}
    assert trial.tests == {OWN: 1}
    assert attempt(known, tests, "thorough").caught_by == {OWN: "suites/test_it.py::first"}


def test_what_catches_a_fault_only_after_others_is_tried_after_them_too() -> None:
    seen: list[str] = []

    def failing_at_last(driver: Driver) -> None:
        seen.append(driver.test_id)
        if len(seen) > 2:
            failing(driver)

    known = replace(SIN, known=("suites/test_it.py::second", "suites/test_it.py::is_gone"))
    tests = collected(("first", OWN, failing_at_last), ("second", OWN, failing_at_last))

    assert attempt(known, tests, "quick").verdicts == {OWN: "fail"}
    assert [name.rpartition(":")[2] for name in seen] == ["second", "first", "second"]


def test_each_requirement_that_a_fault_breaks_is_asked() -> None:
    sin = Subject("fault", SIN.name, SIN.story, frozenset({OWN, FOREIGN}))
    tests = collected(("one", OWN, failing), ("other", FOREIGN, failing))

    assert attempt(sin, tests, "normal").verdicts == {OWN: "fail", FOREIGN: "fail"}
    assert attempt(sin, tests, "quick").verdicts == {OWN: "fail"}


def test_the_worst_of_a_requirement_counts_with_its_message() -> None:
    variant = SUBJECTS["writes_one_line"]
    tests = collected(("a", OWN, passing), ("b", OWN, undecided), ("c", OWN, breaking), ("d", OWN, undecided))

    trial = attempt(variant, tests, "normal")

    assert trial.verdicts == {OWN: "broken"}
    assert trial.tests == {OWN: 3}
    assert trial.messages == {OWN: "c: ZeroDivisionError: suites/test_it.py::c"}


def test_a_subject_that_breaks_down_is_trouble_and_not_the_end() -> None:
    nobody = Subject("fault", "is_nowhere", "There is no such fault.", frozenset({OWN}))

    trial = attempt(nobody, collected(("own", OWN, failing)), "normal")

    assert trial.verdicts == {}
    assert trial.trouble == "KeyError: 'is_nowhere'"


def test_a_variant_is_reached_by_its_front() -> None:
    with running(SUBJECTS["sends_chunks"]) as ready, ready.driver.setup(KEEP) as setup:
        result = ready.driver.send(keep(callID=setup.number(ongoing()).call.call_id)).result

    assert isinstance(result, Answer)
    assert result.header("Transfer-Encoding") == "chunked"
