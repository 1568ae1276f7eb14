"""`unmark=1`: it selects and refuses as a keep does, and does the opposite."""

import pytest

from keepcall.suite import (
    FORMATS,
    STOP_RECORDING,
    UNMARK,
    Driver,
    Situation,
    answer,
    effect,
    expect,
    nothing_else,
    outcome,
    selection,
    situations,
    unmark,
)


@pytest.mark.requirement("KC-UNM-01")
@situations("KC-SEL-01", "KC-SEL-04", operation=UNMARK)
def test_unmark_clears_the_mark(driver: Driver, situation: Situation) -> None:
    """And is granted."""
    expect(driver.execute(situation, UNMARK), outcome, effect)


@pytest.mark.requirement("KC-UNM-01")
@situations(kinds=["granted"], wide=True, operation=UNMARK, binding=True)
def test_unmark_clears_the_mark_in_every_format(driver: Driver, situation: Situation) -> None:
    """By each method."""
    expect(driver.execute(situation, UNMARK, formats=FORMATS), effect)


@pytest.mark.requirement("KC-UNM-01")
@situations(kinds=["granted"], operation=UNMARK, binding=True)
def test_unmark_clears_the_mark_in_every_situation(driver: Driver, situation: Situation) -> None:
    """However the call was selected."""
    expect(driver.execute(situation, UNMARK), effect)


@pytest.mark.requirement("KC-UNM-02")
@situations("KC-UNM-02")
def test_a_call_is_kept_again_after_an_unmark(driver: Driver, situation: Situation) -> None:
    """Keep, unmark, keep."""
    expect(driver.execute(situation), outcome, effect)


@pytest.mark.requirement("KC-UNM-03")
@situations(kinds=["granted"], operation=UNMARK, binding=True)
def test_unmark_selects_as_keep_does(driver: Driver, situation: Situation) -> None:
    """By callID, and by extension and status."""
    expect(driver.execute(situation, UNMARK), outcome, selection)


@pytest.mark.requirement("KC-UNM-04")
@situations(kinds=["refused"], operation=UNMARK, binding=True)
def test_unmark_refuses_as_keep_does(driver: Driver, situation: Situation) -> None:
    """Unknown calls, missing parameters, more than one call."""
    expect(driver.execute(situation, UNMARK, STOP_RECORDING), outcome)


@pytest.mark.requirement("KC-UNM-05")
@situations(kinds=["granted"], wide=True, operation=UNMARK, binding=True)
def test_unmark_does_not_claim_that_the_call_was_marked(driver: Driver, situation: Situation) -> None:
    """In HTML and TEXT, which have no documented sentence for it."""
    expect(driver.execute(situation, UNMARK, formats=["HTML", "TEXT"]), answer(unmark.claims_no_marking))


@pytest.mark.requirement("KC-UNM-06")
@situations(kinds=["granted"], wide=True, operation=STOP_RECORDING, binding=True)
def test_unmark_with_manual_record_stops_the_recording(driver: Driver, situation: Situation) -> None:
    """Of a controlled call."""
    expect(driver.execute(situation, STOP_RECORDING), outcome, effect)


@pytest.mark.requirement("KC-EFF-05")
@situations(kinds=["granted"], operation=UNMARK, binding=True)
def test_unmark_clears_no_other_mark(driver: Driver, situation: Situation) -> None:
    """Not even of other calls of the same number."""
    expect(driver.execute(situation, UNMARK), nothing_else)
