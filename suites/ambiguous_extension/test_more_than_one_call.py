"""Extensions with more than one call."""

import pytest

from keepcall.suite import FORMATS, KEEP, RECORD, Driver, Situation, expect, outcome, situations


@pytest.mark.requirement("KC-SEL-07")
@situations("KC-SEL-07")
def test_an_extension_with_more_than_one_call_is_refused(driver: Driver, situation: Situation) -> None:
    """Whichever party the number is in each, and whatever marks they have."""
    expect(driver.execute(situation, KEEP, RECORD), outcome)


@pytest.mark.requirement("KC-SEL-07")
@situations("KC-SEL-07", wide=True)
def test_more_than_one_call_is_refused_in_every_format(driver: Driver, situation: Situation) -> None:
    """By each method."""
    expect(driver.execute(situation, formats=FORMATS), outcome)
