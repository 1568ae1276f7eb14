"""How long the suite waits for the call that `next` keeps: in full once, and not again for what did not come."""

import pytest

from keepcall.cases.engine.next_waits import WaitKind, Waits
from keepcall.client.wait_budget import WaitBudget
from keepcall.contract.outcomes import Inconclusive

PLAIN = WaitKind("the next call", "keep")
CALLED = WaitKind("the next call, in which the number is called", "keep")
OTHER = WaitKind("the next call, a controlled one", "record")
UNMARKED = WaitKind(CALLED.situation, "unmark")


@pytest.fixture
def waits() -> Waits:
    return Waits(75.0, PLAIN, WaitBudget(1000.0))


def in_vain(waits: Waits, kind: WaitKind, seconds: float = 75.0, since: float = 100.0) -> None:
    waits.in_vain(kind, waits.full(), (since, seconds), f"{kind.situation}, by a test")


def test_a_first_try_waits_some_seconds_and_a_second_one_as_long_as_the_contract_allows(waits: Waits) -> None:
    first, full = waits.first(PLAIN), waits.full()

    assert (first.settle(1.0), first.patience, first.last) == (3.1, 3.0, False)
    assert (full.settle(1.0), full.patience, full.last) == (8.0, 75.0, True)


def test_a_target_that_takes_its_time_is_given_it_at_the_first_try(waits: Waits) -> None:
    waits.came(20.0)
    waits.came(0.1)

    assert waits.first(CALLED).patience == 43.0


def test_no_try_waits_longer_than_the_profile_says() -> None:
    waits = Waits(2.0, PLAIN, WaitBudget(1000.0))
    waits.came(60.0)

    assert waits.first(CALLED).patience == 2.0
    assert waits.full().patience == 2.0


def test_what_did_not_come_in_full_time_is_waited_for_shortly_and_names_the_test(waits: Waits) -> None:
    in_vain(waits, CALLED)

    assert waits.first(CALLED).patience == 0.3
    assert waits.reason(CALLED) == (
        "not waited for again: the next call, in which the number is called, by a test, was in vain after 75 s"
    )
    assert waits.proven(CALLED)


def test_another_operation_in_that_situation_is_not_judged_by_it(waits: Waits) -> None:
    in_vain(waits, CALLED)

    assert waits.reason(UNMARKED) == waits.reason(CALLED)
    assert not waits.proven(UNMARKED)


def test_other_situations_are_waited_for_where_the_simplest_one_works(waits: Waits) -> None:
    in_vain(waits, CALLED)

    assert waits.reason(PLAIN) == waits.reason(OTHER) == ""
    assert waits.first(OTHER).patience == 3.0


def test_where_the_simplest_one_does_not_work_no_other_is_waited_for(waits: Waits) -> None:
    in_vain(waits, PLAIN, seconds=0.1)

    assert "the next call, by a test" in waits.reason(OTHER)
    assert not waits.proven(OTHER)


def test_a_run_makes_two_full_waits_in_vain_and_no_third(waits: Waits) -> None:
    in_vain(waits, CALLED)
    assert not waits.reason(PLAIN)

    in_vain(waits, OTHER)

    assert waits.reason(PLAIN) == waits.reason(CALLED)
    assert not waits.proven(PLAIN)


def test_what_is_refused_at_once_is_no_long_wait(waits: Waits) -> None:
    for kind in (CALLED, OTHER):
        in_vain(waits, kind, seconds=1.0)

    assert not waits.reason(PLAIN)


def test_a_short_wait_teaches_nothing(waits: Waits) -> None:
    waits.in_vain(PLAIN, waits.first(PLAIN), (0.0, 3.0), "the next call")

    assert waits.reason(PLAIN) == ""
    assert not waits.proven(PLAIN)
    assert waits.vain.spent == 3.0


def test_a_request_without_an_answer_in_full_time_proves_nothing_about_its_effect(waits: Waits) -> None:
    with pytest.raises(Inconclusive, match="silence"), waits.trying(PLAIN, waits.full(), "the next call, by a test"):
        raise Inconclusive("silence")

    assert waits.reason(PLAIN) == "not waited for again: the next call, by a test, had no answer"
    assert not waits.proven(PLAIN)


def test_a_request_without_an_answer_in_short_time_is_no_reason(waits: Waits) -> None:
    with pytest.raises(Inconclusive), waits.trying(PLAIN, waits.first(PLAIN), "the next call"):
        raise Inconclusive("silence")

    assert waits.reason(PLAIN) == ""


def asked(waits: Waits, kind: WaitKind, *, wary: bool = True) -> str:
    with pytest.raises(Inconclusive) as raised, waits.asking(kind, f"{kind.situation}, by a test", wary=wary):
        raise Inconclusive("silence")
    return raised.value.reason


def test_a_request_that_waits_where_it_need_not_is_sent_twice(waits: Waits) -> None:
    assert [asked(waits, CALLED) for _ in range(4)] == [
        *["silence"] * 2,
        *[f"not waited for again: {CALLED.situation}, by a test, had no answer"] * 2,
    ]
    assert asked(waits, OTHER) == "silence"


def test_a_request_that_has_no_reason_to_wait_is_always_sent(waits: Waits) -> None:
    assert [asked(waits, CALLED, wary=False) for _ in range(4)] == ["silence"] * 4
