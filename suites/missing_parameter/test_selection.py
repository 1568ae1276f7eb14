"""Requests that name no call, or none that there is."""

import pytest

from keepcall.suite import (
    FORMATS,
    KEEP,
    OPERATIONS,
    RECORD,
    UNMARK,
    Driver,
    Situation,
    expect,
    nothing_changed,
    outcome,
    situations,
)


@pytest.mark.requirement("KC-SEL-02")
@situations("KC-SEL-02")
def test_an_unknown_call_id_is_refused(driver: Driver, situation: Situation) -> None:
    """However much it resembles a known one."""
    expect(driver.execute(situation, KEEP, RECORD), outcome)


@pytest.mark.requirement("KC-SEL-03")
@situations("KC-SEL-03")
def test_neither_call_id_nor_extension_is_refused(driver: Driver, situation: Situation) -> None:
    """Though there are calls."""
    expect(driver.execute(situation, KEEP, RECORD), outcome)


@pytest.mark.requirement("KC-SEL-06")
@situations("KC-SEL-06", kinds=["refused"])
def test_a_part_or_a_pattern_of_a_number_finds_nothing(driver: Driver, situation: Situation) -> None:
    """The extension is the whole number."""
    expect(driver.execute(situation, KEEP, RECORD), outcome)


@pytest.mark.requirement("KC-SEL-10")
@situations("KC-SEL-10", kinds=["refused"])
def test_an_empty_selector_is_refused(driver: Driver, situation: Situation) -> None:
    """It counts as missing."""
    expect(driver.execute(situation), outcome)


@pytest.mark.requirement("KC-SEL-11")
@situations("KC-SEL-11")
def test_an_extension_without_a_call_is_refused(driver: Driver, situation: Situation) -> None:
    """Whatever characters it has."""
    expect(driver.execute(situation, KEEP, RECORD), outcome)


@pytest.mark.requirement("KC-STA-01")
@situations("KC-STA-01")
def test_an_extension_without_status_is_refused(driver: Driver, situation: Situation) -> None:
    """Though it has just one call."""
    expect(driver.execute(situation, KEEP, RECORD), outcome)


@pytest.mark.requirement("KC-STA-02")
@situations("KC-STA-02")
def test_ongoing_does_not_find_a_finished_call(driver: Driver, situation: Situation) -> None:
    """Though it is the only one."""
    expect(driver.execute(situation, KEEP, RECORD), outcome)


@pytest.mark.requirement("KC-STA-03")
@situations("KC-STA-03", kinds=["refused"])
def test_last_does_not_find_an_ongoing_call(driver: Driver, situation: Situation) -> None:
    """Though it is the only one."""
    expect(driver.execute(situation), outcome)


@pytest.mark.requirement("KC-STA-07")
@situations("KC-STA-07")
def test_an_unknown_status_is_refused(driver: Driver, situation: Situation) -> None:
    """However much it resembles a known one."""
    expect(driver.execute(situation, KEEP, RECORD), outcome)


@pytest.mark.requirement("KC-STA-08")
@situations("KC-STA-08", kinds=["refused"])
def test_an_empty_status_is_refused(driver: Driver, situation: Situation) -> None:
    """It counts as missing."""
    expect(driver.execute(situation), outcome)


@pytest.mark.requirement("KC-TYPE-03")
@situations("KC-TYPE-03")
def test_an_unknown_type_is_refused(driver: Driver, situation: Situation) -> None:
    """`manualRecord` is the only one."""
    expect(driver.execute(situation, KEEP, UNMARK, formats=FORMATS), outcome)


@pytest.mark.requirement("KC-EFF-03")
@situations(kinds=["refused"])
def test_a_refused_request_changes_nothing(driver: Driver, situation: Situation) -> None:
    """For each kind of refusal."""
    expect(driver.execute(situation, *OPERATIONS), nothing_changed)


@pytest.mark.requirement("KC-EFF-03")
@situations("KC-EFF-03", operation=None)
def test_what_may_be_refused_changes_nothing_then(driver: Driver, situation: Situation) -> None:
    """Where the contract leaves it open."""
    expect(driver.execute(situation, *OPERATIONS, formats=[""]), nothing_changed)


@pytest.mark.requirement("KC-EFF-03")
@situations(kinds=["refused"], wide=True)
def test_a_refused_keep_changes_nothing_in_any_format(driver: Driver, situation: Situation) -> None:
    """By each method."""
    expect(driver.execute(situation, formats=FORMATS), nothing_changed)
