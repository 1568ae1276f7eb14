"""Requests without the right `action`, `apiKey` or `token`: nothing is granted, and nothing changes."""

import pytest

from keepcall.suite import (
    OPERATIONS,
    Driver,
    Situation,
    expect,
    nothing_changed,
    outcome,
    situations,
)


@pytest.mark.requirement("KC-ACT-01")
@situations("KC-ACT-01")
def test_a_request_without_action_is_refused(driver: Driver, situation: Situation) -> None:
    """It keeps nothing."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), outcome)


@pytest.mark.requirement("KC-ACT-02")
@situations("KC-ACT-02")
def test_an_unknown_action_is_refused(driver: Driver, situation: Situation) -> None:
    """It keeps nothing."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), outcome)


@pytest.mark.requirement("KC-AUTH-01")
@situations("KC-AUTH-01")
def test_a_request_without_api_key_is_refused(driver: Driver, situation: Situation) -> None:
    """Though its token is right."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), outcome)


@pytest.mark.requirement("KC-AUTH-02")
@situations("KC-AUTH-02")
def test_an_unknown_api_key_is_refused(driver: Driver, situation: Situation) -> None:
    """However much it resembles the right one."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), outcome)


@pytest.mark.requirement("KC-AUTH-03")
@situations("KC-AUTH-03")
def test_a_request_without_token_is_refused(driver: Driver, situation: Situation) -> None:
    """Though its key is right."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), outcome)


@pytest.mark.requirement("KC-AUTH-04")
@situations("KC-AUTH-04")
def test_a_wrong_token_is_refused(driver: Driver, situation: Situation) -> None:
    """However much it resembles the right one."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), outcome)


@pytest.mark.requirement("KC-AUTH-05")
@situations("KC-AUTH-05")
def test_an_expired_token_is_refused(driver: Driver, situation: Situation) -> None:
    """Where the profile gives one."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), outcome)


@pytest.mark.requirement("KC-AUTH-07")
@situations("KC-AUTH-07")
def test_a_token_of_another_key_is_refused(driver: Driver, situation: Situation) -> None:
    """Where the profile gives one."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), outcome)


@pytest.mark.requirement("KC-EFF-03")
@situations(kinds=["denied"])
def test_a_request_without_access_changes_nothing(driver: Driver, situation: Situation) -> None:
    """Whatever the answer looks like."""
    expect(driver.execute(situation, *OPERATIONS), nothing_changed)


@pytest.mark.requirement("KC-CLAIM-01")
@situations("KC-CLAIM-01")
def test_what_is_not_claimed_is_refused(driver: Driver, situation: Situation) -> None:
    """A profile claims all that its target offers."""
    expect(driver.execute(situation), outcome)
