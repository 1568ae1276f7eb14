"""What a granted request does to the calls, for a keep and for `manualRecord`."""

import pytest

from keepcall.suite import (
    FORMATS,
    RECORD,
    STOP_RECORDING,
    Driver,
    Situation,
    effect,
    expect,
    expect_of_a_while,
    nothing_else,
    outcome,
    situations,
)


@pytest.mark.requirement("KC-EFF-01")
@situations(kinds=["granted"], wide=True, binding=True)
def test_a_granted_keep_keeps_the_call(recorder: Driver, situation: Situation) -> None:
    """By each method and in each format."""
    expect(recorder.plays(situation, formats=FORMATS), effect)


@pytest.mark.requirement("KC-EFF-01")
@situations(kinds=["granted"], binding=True)
def test_a_granted_keep_keeps_the_call_in_every_situation(recorder: Driver, situation: Situation) -> None:
    """However it was selected."""
    expect(recorder.plays(situation), effect)


@pytest.mark.requirement("KC-EFF-02")
@situations(kinds=["granted"], binding=True)
def test_a_granted_keep_changes_nothing_else(recorder: Driver, situation: Situation) -> None:
    """Neither of this call nor of any other."""
    expect(recorder.plays(situation), nothing_else)


@pytest.mark.requirement("KC-EFF-02")
@situations(kinds=["granted"], wide=True, binding=True)
def test_a_granted_keep_changes_nothing_else_in_any_format(recorder: Driver, situation: Situation) -> None:
    """Neither of this call nor of any other."""
    expect(recorder.plays(situation, formats=FORMATS), nothing_else)


@pytest.mark.requirement("KC-EFF-04")
@situations("KC-EFF-04")
def test_keeping_a_kept_call_leaves_it_kept(recorder: Driver, situation: Situation) -> None:
    """Whether that is granted once more or refused."""
    expect(recorder.plays(situation, formats=FORMATS), effect)


@pytest.mark.requirement("KC-TYPE-01")
@situations(kinds=["granted"], wide=True, operation=RECORD, binding=True)
def test_manual_record_starts_the_recording(recorder: Driver, situation: Situation) -> None:
    """Of a controlled call."""
    expect(recorder.plays(situation, RECORD), outcome, effect)


@pytest.mark.requirement("KC-TYPE-01")
@situations("KC-TYPE-01", operation=RECORD)
def test_manual_record_starts_the_recording_of_the_next_call(recorder: Driver, situation: Situation) -> None:
    """It waits as a keep does, for a controlled call."""
    expect(recorder.plays(situation, RECORD), outcome, effect, nothing_else)


@pytest.mark.requirement("KC-EFF-01")
def test_a_mark_lasts(recorder: Driver) -> None:
    """It is still there a while later, when nothing was asked for in between."""
    expect_of_a_while(recorder)


@pytest.mark.requirement("KC-TYPE-02")
@situations("KC-TYPE-02", operation=RECORD)
def test_manual_record_leaves_on_demand_marks_alone(recorder: Driver, situation: Situation) -> None:
    """Of other calls, kept or not."""
    expect(recorder.plays(situation, RECORD, STOP_RECORDING), nothing_else)


@pytest.mark.requirement("KC-TYPE-02")
@situations(kinds=["granted"], wide=True, operation=RECORD, binding=True)
def test_manual_record_marks_nothing(recorder: Driver, situation: Situation) -> None:
    """Nor the controlled call itself."""
    expect(recorder.plays(situation, RECORD, STOP_RECORDING), nothing_else)


@pytest.mark.requirement("KC-AUTH-06")
@situations("KC-AUTH-06")
def test_a_key_without_authentication_needs_no_token(recorder: Driver, situation: Situation) -> None:
    """Where the profile gives such a key."""
    expect(recorder.plays(situation), outcome)
