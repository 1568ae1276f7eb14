"""The format of an answer is the one that was asked for, and changes nothing else."""

import pytest

from keepcall.suite import (
    FORMATS,
    KEEP,
    OPERATIONS,
    UNMARK,
    Driver,
    Situation,
    answer,
    expect,
    expect_alike,
    http,
    outcome,
    same_effect,
    situations,
)


@pytest.mark.requirement("KC-RSP-01")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_an_answer_without_response_type_is_xml(driver: Driver, situation: Situation) -> None:
    """By each method, and whatever was asked for before."""
    driver.execute(situation, KEEP, formats=["HTML"])
    expect(driver.execute(situation, KEEP, UNMARK, formats=[""]), answer(http.format_asked_for))


@pytest.mark.requirement("KC-RSP-02")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_an_answer_is_in_the_format_asked_for(driver: Driver, situation: Situation) -> None:
    """By each method, for each operation."""
    expect(driver.execute(situation, *OPERATIONS, formats=FORMATS), answer(http.format_asked_for))


@pytest.mark.requirement("KC-RSP-02")
@situations(kinds=["refused"], spelt=True, binding=True)
def test_a_refusal_is_in_the_format_asked_for_whatever_it_repeats(driver: Driver, situation: Situation) -> None:
    """Mark-up, quotes, characters beyond ASCII and control characters in what was asked."""
    expect(driver.execute(situation, formats=FORMATS), answer(http.format_asked_for))


@pytest.mark.requirement("KC-RSP-02")
@situations("KC-STA-05")
def test_an_answer_that_had_to_wait_is_in_the_format_asked_for(driver: Driver, situation: Situation) -> None:
    """Though it is written when the next call has come."""
    expect(driver.execute(situation, formats=["HTML", "TEXT"], methods=["GET"]), answer(http.format_asked_for))


@pytest.mark.requirement("KC-RSP-03")
@situations(kinds=["denied"], wide=True, binding=True)
def test_a_denial_is_in_the_format_asked_for(driver: Driver, situation: Situation) -> None:
    """Though it is over `action`, `apiKey` or `token`."""
    expect(driver.execute(situation, formats=FORMATS), answer(http.format_asked_for))


@pytest.mark.requirement("KC-RSP-03")
@situations(kinds=["denied"], binding=True)
def test_each_denial_is_in_the_format_asked_for(driver: Driver, situation: Situation) -> None:
    """Whatever is wrong with `action`, `apiKey` or `token`."""
    expect(driver.execute(situation, UNMARK, formats=["HTML"]), answer(http.format_asked_for))


@pytest.mark.requirement("KC-RSP-04")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_the_outcome_does_not_depend_on_the_format(driver: Driver, situation: Situation) -> None:
    """Or the effect, where the format has no word for the outcome."""
    expect(driver.execute(situation, *OPERATIONS, formats=FORMATS), outcome)


@pytest.mark.requirement("KC-RSP-04")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_the_effect_does_not_depend_on_the_format(driver: Driver, situation: Situation) -> None:
    """In HTML and TEXT as in XML."""
    expect_alike(
        driver.execute(situation, *OPERATIONS, formats=["XML", "XML"]),
        driver.execute(situation, *OPERATIONS, formats=["HTML", "TEXT"]),
        same_effect,
    )
