"""The request on the wire: GET and POST, percent-encoding, order."""

import pytest

from keepcall.suite import (
    FORMATS,
    KEEP,
    OPERATIONS,
    UNMARK,
    Driver,
    Situation,
    answer,
    both_answers,
    effect_if_seen,
    expect,
    expect_alike,
    http,
    outcome,
    same_effect,
    situations,
)


@pytest.mark.requirement("KC-HTTP-01")
@situations(kinds=["granted"], wide=True, binding=True)
def test_a_get_is_carried_out(driver: Driver, situation: Situation) -> None:
    """With its parameters in the query."""
    expect(driver.execute(situation, methods=["GET"]), outcome, effect_if_seen)


@pytest.mark.requirement("KC-HTTP-02")
@situations(kinds=["granted"], wide=True, binding=True)
def test_a_post_is_carried_out(driver: Driver, situation: Situation) -> None:
    """With its parameters where the profile says."""
    expect(driver.execute(situation, methods=["POST"]), outcome, effect_if_seen)


@pytest.mark.requirement("KC-HTTP-03")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_get_and_post_are_answered_alike(driver: Driver, situation: Situation) -> None:
    """With the same outcome, format and code."""
    expect_alike(
        driver.execute(situation, *OPERATIONS, methods=["GET"], formats=FORMATS),
        driver.execute(situation, *OPERATIONS, methods=["POST"], formats=FORMATS),
        both_answers(http.same_answer),
        same_effect,
    )


@pytest.mark.requirement("KC-HTTP-03")
@situations(kinds=["granted", "refused"], binding=True)
def test_get_and_post_of_a_keep_are_answered_alike_in_every_situation(driver: Driver, situation: Situation) -> None:
    """With the same outcome and code."""
    expect_alike(
        driver.execute(situation, methods=["GET"]),
        driver.execute(situation, methods=["POST"]),
        both_answers(http.same_answer),
        same_effect,
    )


@pytest.mark.requirement("KC-HTTP-04")
@situations("KC-HTTP-04")
def test_percent_encoding_changes_nothing(driver: Driver, situation: Situation) -> None:
    """Each value is spelled in `%XX`."""
    expect(driver.execute(situation, KEEP, UNMARK), outcome)


@pytest.mark.requirement("KC-HTTP-05")
@situations("KC-HTTP-05", operation=None)
def test_the_order_of_parameters_changes_nothing(driver: Driver, situation: Situation) -> None:
    """The selection comes first, `action` last."""
    expect(driver.execute(situation, *OPERATIONS, formats=FORMATS), outcome, answer(http.format_asked_for))
