"""Which calls each status looks at."""

import pytest

from keepcall.suite import (
    KEEP,
    ONGOING_NEXT_WITHOUT_ONGOING,
    UNMARK,
    Driver,
    Situation,
    effect,
    expect,
    expect_alike,
    nothing_else,
    outcome,
    same_effect,
    same_outcome,
    selection,
    situations,
)


@pytest.mark.requirement("KC-STA-03")
@situations("KC-STA-03", kinds=["granted"])
def test_last_finds_the_finished_call(driver: Driver, situation: Situation) -> None:
    """Not the ongoing one, though that began later."""
    expect(driver.execute(situation), outcome, selection)


@pytest.mark.requirement("KC-STA-04")
@situations("KC-STA-04", kinds=["granted"])
def test_last_finds_the_call_that_ended_last(driver: Driver, situation: Situation) -> None:
    """By its end, not by its start; several finished calls are not ambiguous."""
    expect(driver.execute(situation), outcome, selection)


@pytest.mark.requirement("KC-STA-04")
@situations("KC-STA-04", kinds=["either"])
def test_a_mark_takes_no_call_out_of_the_order(driver: Driver, situation: Situation) -> None:
    """An older call is not the last one because the last one is kept."""
    expect(driver.execute(situation, KEEP, UNMARK), nothing_else)


@pytest.mark.requirement("KC-STA-05")
@situations("KC-STA-05")
def test_next_keeps_the_first_call_to_come(driver: Driver, situation: Situation) -> None:
    """Only that one, and none that was there before."""
    expect(driver.execute(situation), outcome, effect, nothing_else)


@pytest.mark.requirement("KC-STA-06")
@situations("KC-STA-06")
def test_ongoing_next_finds_the_ongoing_call(driver: Driver, situation: Situation) -> None:
    """There is no need to wait for another."""
    expect(driver.execute(situation), outcome, selection)


@pytest.mark.requirement("KC-STA-06")
@situations("KC-STA-06")
def test_ongoing_next_keeps_the_ongoing_call_alone(driver: Driver, situation: Situation) -> None:
    """Not the one to come as well."""
    expect(driver.execute(situation), nothing_else)


@pytest.mark.requirement("KC-STA-08")
@situations("KC-STA-08", kinds=["granted"])
def test_an_empty_status_beside_a_call_id_counts_as_missing(driver: Driver, situation: Situation) -> None:
    """A callID needs none."""
    expect(driver.execute(situation), outcome, selection)


@pytest.mark.requirement("KC-STA-09")
@situations("KC-STA-09", kinds=["granted"])
def test_a_space_after_the_comma_means_nothing(driver: Driver, situation: Situation) -> None:
    """The documentation prints it both ways."""
    expect(driver.execute(situation), outcome, selection)


@pytest.mark.requirement("KC-STA-09")
@situations("KC-STA-09", kinds=["either"])
def test_what_is_behind_the_space_counts(driver: Driver, situation: Situation) -> None:
    """With no ongoing call it does what it does without the space."""
    expect_alike(
        driver.execute(ONGOING_NEXT_WITHOUT_ONGOING, methods=["GET"]),
        driver.execute(situation, methods=["GET"]),
        same_outcome,
        same_effect,
    )


@pytest.mark.requirement("KC-STA-10")
@situations("KC-STA-10")
def test_ongoing_next_waits_where_there_is_no_ongoing_call(driver: Driver, situation: Situation) -> None:
    """As `next` does."""
    expect(driver.execute(situation), outcome, effect, nothing_else)
