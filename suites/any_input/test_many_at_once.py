"""Requests under way at the same time."""

import pytest

from keepcall.suite import Driver, expect_of_bursts, expect_of_waiting_requests

pytestmark = pytest.mark.wrong_credentials


@pytest.mark.requirement("KC-CONC-01")
def test_each_request_of_a_burst_has_its_own_answer_and_effect(driver: Driver) -> None:
    """On different calls, and on the same one."""
    expect_of_bursts(driver)


@pytest.mark.requirement("KC-CONC-01")
def test_each_of_several_waiting_requests_has_its_own_call(driver: Driver) -> None:
    """With `next`, where the target claims it."""
    expect_of_waiting_requests(driver)
