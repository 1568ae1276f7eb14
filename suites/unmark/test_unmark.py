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
def test_unmark_clears_the_mark(recorder: Driver, situation: Situation) -> None:
    """And is granted."""
    expect(recorder.plays(situation, UNMARK), outcome, effect)


@pytest.mark.requirement("KC-UNM-01")
@situations(kinds=["granted"], wide=True, operation=UNMARK, binding=True)
def test_unmark_clears_the_mark_in_every_format(recorder: Driver, situation: Situation) -> None:
    """By each method."""
    expect(recorder.plays(situation, UNMARK, formats=FORMATS), effect)


@pytest.mark.requirement("KC-UNM-01")
@situations(kinds=["granted"], operation=UNMARK, binding=True)
def test_unmark_clears_the_mark_in_every_situation(recorder: Driver, situation: Situation) -> None:
    """However the call was selected."""
    expect(recorder.plays(situation, UNMARK), effect)


@pytest.mark.requirement("KC-UNM-02")
@situations("KC-UNM-02")
def test_a_call_is_kept_again_after_an_unmark(recorder: Driver, situation: Situation) -> None:
    """Keep, unmark, keep."""
    expect(recorder.plays(situation), outcome, effect)


@pytest.mark.requirement("KC-UNM-03")
@situations(kinds=["granted"], operation=UNMARK, binding=True)
def test_unmark_selects_as_keep_does(recorder: Driver, situation: Situation) -> None:
    """By callID, and by extension and status."""
    expect(recorder.plays(situation, UNMARK), outcome, selection)


@pytest.mark.requirement("KC-UNM-04")
@situations(kinds=["refused"], operation=UNMARK, binding=True)
def test_unmark_refuses_as_keep_does(recorder: Driver, situation: Situation) -> None:
    """Unknown calls, missing parameters, more than one call."""
    expect(recorder.plays(situation, UNMARK, STOP_RECORDING), outcome)


@pytest.mark.requirement("KC-UNM-05")
@situations(kinds=["granted"], wide=True, operation=UNMARK, binding=True)
def test_unmark_does_not_claim_that_the_call_was_marked(recorder: Driver, situation: Situation) -> None:
    """In HTML and TEXT, which have no documented sentence for it."""
    expect(recorder.plays(situation, UNMARK, formats=["HTML", "TEXT"]), answer(unmark.claims_no_marking))


@pytest.mark.requirement("KC-UNM-06")
@situations(kinds=["granted"], wide=True, operation=STOP_RECORDING, binding=True)
def test_unmark_with_manual_record_stops_the_recording(recorder: Driver, situation: Situation) -> None:
    """Of a controlled call."""
    expect(recorder.plays(situation, STOP_RECORDING), outcome, effect)


@pytest.mark.requirement("KC-EFF-05")
@situations(kinds=["granted"], operation=UNMARK, binding=True)
def test_unmark_clears_no_other_mark(recorder: Driver, situation: Situation) -> None:
    """Not even of other calls of the same number."""
    expect(recorder.plays(situation, UNMARK), nothing_else)
