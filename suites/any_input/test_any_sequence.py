"""Requests one after another, while calls begin and end."""

import pytest

from keepcall.suite import Driver, expect_of_any_sequence

pytestmark = pytest.mark.wrong_credentials


@pytest.mark.requirement("KC-ANY-04")
def test_any_sequence_has_the_outcomes_of_its_steps(driver: Driver) -> None:
    """And leaves the calls as the contract says."""
    expect_of_any_sequence(driver)
