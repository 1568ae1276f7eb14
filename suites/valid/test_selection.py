"""Requests that must find their call: by callID, and by the number of a participant."""

import pytest

from keepcall.suite import KEEP, RECORD, Driver, Situation, expect, outcome, selection, situations


@pytest.mark.requirement("KC-SEL-01")
@situations("KC-SEL-01")
def test_a_call_id_selects_its_call(driver: Driver, situation: Situation) -> None:
    """No status is needed, and other calls of the number are not in the way."""
    expect(driver.execute(situation, KEEP, RECORD), outcome, selection)


@pytest.mark.requirement("KC-SEL-04")
@situations("KC-SEL-04")
def test_an_extension_finds_the_call_that_it_makes(driver: Driver, situation: Situation) -> None:
    """As the calling party."""
    expect(driver.execute(situation, KEEP, RECORD), outcome, selection)


@pytest.mark.requirement("KC-SEL-05")
@situations("KC-SEL-05")
def test_an_extension_finds_the_call_that_it_receives(driver: Driver, situation: Situation) -> None:
    """As the called party."""
    expect(driver.execute(situation, KEEP, RECORD), outcome, selection)


@pytest.mark.requirement("KC-SEL-06")
@situations("KC-SEL-06", kinds=["granted"])
def test_an_extension_is_not_mistaken_for_a_number_like_it(driver: Driver, situation: Situation) -> None:
    """Longer and shorter numbers have calls of their own."""
    expect(driver.execute(situation), outcome, selection)


@pytest.mark.requirement("KC-SEL-08")
@situations("KC-SEL-08")
def test_calls_of_another_status_do_not_count(driver: Driver, situation: Situation) -> None:
    """So they make nothing ambiguous."""
    expect(driver.execute(situation, KEEP, RECORD), outcome, selection)


@pytest.mark.requirement("KC-SEL-09")
@situations("KC-SEL-09")
def test_a_call_from_a_number_to_itself_is_one_call(driver: Driver, situation: Situation) -> None:
    """It matches as both parties."""
    expect(driver.execute(situation), outcome, selection)


@pytest.mark.requirement("KC-SEL-10")
@situations("KC-SEL-10", kinds=["granted"])
def test_an_empty_selector_beside_the_other_one_counts_as_missing(driver: Driver, situation: Situation) -> None:
    """The other one selects."""
    expect(driver.execute(situation), outcome, selection)
