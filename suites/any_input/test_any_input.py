"""Requests of every shape, with right `action`, `apiKey`, `token` and `responseType`, and whatever else."""

import pytest

from keepcall.suite import Driver, as_the_contract_says, closed, escaped, expect_of_any_input

pytestmark = pytest.mark.wrong_credentials


@pytest.mark.requirement("KC-ANY-01")
def test_any_input_is_answered_as_the_contract_says(driver: Driver) -> None:
    """In the requested format, and granted or refused where the contract says which."""
    expect_of_any_input(driver, as_the_contract_says)


@pytest.mark.requirement("KC-ANY-02")
def test_any_mark_up_comes_back_escaped(driver: Driver) -> None:
    """If it comes back at all."""
    expect_of_any_input(driver, escaped)


@pytest.mark.requirement("KC-ANY-03")
def test_no_input_brings_out_the_inside_of_the_server(driver: Driver) -> None:
    """No stack trace, SQL or file path."""
    expect_of_any_input(driver, closed)
