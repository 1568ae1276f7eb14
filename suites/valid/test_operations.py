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
def test_a_granted_keep_keeps_the_call(driver: Driver, situation: Situation) -> None:
    """By each method and in each format."""
    expect(driver.execute(situation, formats=FORMATS), effect)


@pytest.mark.requirement("KC-EFF-01")
@situations(kinds=["granted"], binding=True)
def test_a_granted_keep_keeps_the_call_in_every_situation(driver: Driver, situation: Situation) -> None:
    """However it was selected."""
    expect(driver.execute(situation), effect)


@pytest.mark.requirement("KC-EFF-02")
@situations(kinds=["granted"], binding=True)
def test_a_granted_keep_changes_nothing_else(driver: Driver, situation: Situation) -> None:
    """Neither of this call nor of any other."""
    expect(driver.execute(situation), nothing_else)


@pytest.mark.requirement("KC-EFF-02")
@situations(kinds=["granted"], wide=True, binding=True)
def test_a_granted_keep_changes_nothing_else_in_any_format(driver: Driver, situation: Situation) -> None:
    """Neither of this call nor of any other."""
    expect(driver.execute(situation, formats=FORMATS), nothing_else)


@pytest.mark.requirement("KC-EFF-04")
@situations("KC-EFF-04")
def test_keeping_a_kept_call_leaves_it_kept(driver: Driver, situation: Situation) -> None:
    """Whether that is granted once more or refused."""
    expect(driver.execute(situation, formats=FORMATS), effect)


@pytest.mark.requirement("KC-TYPE-01")
@situations(kinds=["granted"], wide=True, operation=RECORD, binding=True)
def test_manual_record_starts_the_recording(driver: Driver, situation: Situation) -> None:
    """Of a controlled call."""
    expect(driver.execute(situation, RECORD), outcome, effect)


@pytest.mark.requirement("KC-TYPE-01")
@situations("KC-TYPE-01", operation=RECORD)
def test_manual_record_starts_the_recording_of_the_next_call(driver: Driver, situation: Situation) -> None:
    """It waits as a keep does, for a controlled call."""
    expect(driver.execute(situation, RECORD), outcome, effect, nothing_else)


@pytest.mark.requirement("KC-EFF-01")
def test_a_mark_lasts(driver: Driver) -> None:
    """It is still there a while later, when nothing was asked for in between."""
    expect_of_a_while(driver)


@pytest.mark.requirement("KC-TYPE-02")
@situations("KC-TYPE-02", operation=RECORD)
def test_manual_record_leaves_on_demand_marks_alone(driver: Driver, situation: Situation) -> None:
    """Of other calls, kept or not."""
    expect(driver.execute(situation, RECORD, STOP_RECORDING), nothing_else)


@pytest.mark.requirement("KC-TYPE-02")
@situations(kinds=["granted"], wide=True, operation=RECORD, binding=True)
def test_manual_record_marks_nothing(driver: Driver, situation: Situation) -> None:
    """Nor the controlled call itself."""
    expect(driver.execute(situation, RECORD, STOP_RECORDING), nothing_else)


@pytest.mark.requirement("KC-AUTH-06")
@situations("KC-AUTH-06")
def test_a_key_without_authentication_needs_no_token(driver: Driver, situation: Situation) -> None:
    """Where the profile gives such a key."""
    expect(driver.execute(situation), outcome)
