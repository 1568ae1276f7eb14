"""XML answers: well-formed, valid, and with the code and message that the outcome demands."""

import pytest

from keepcall.suite import KEEP, OPERATIONS, UNMARK, Driver, Situation, answer, expect, situations, xml


@pytest.mark.requirement("KC-XML-01")
@situations(kinds=["granted", "refused"], binding=True)
def test_an_answer_is_well_formed(driver: Driver, situation: Situation) -> None:
    """In the encoding that it declares, whatever text it repeats."""
    expect(driver.execute(situation, *OPERATIONS), answer(xml.well_formed))


@pytest.mark.requirement("KC-XML-02")
@situations(kinds=["granted", "refused"], binding=True)
def test_an_answer_is_valid(driver: Driver, situation: Situation) -> None:
    """Against `keepcall-response.xsd`."""
    expect(driver.execute(situation, *OPERATIONS), answer(xml.valid))


@pytest.mark.requirement("KC-XML-03")
@situations(kinds=["granted"], binding=True)
def test_a_grant_has_code_0_and_no_message(driver: Driver, situation: Situation) -> None:
    """Exactly `0`."""
    expect(driver.execute(situation, *OPERATIONS), answer(xml.granted_code))


@pytest.mark.requirement("KC-XML-04")
@situations(kinds=["refused"], binding=True)
def test_a_refusal_has_another_code_and_a_message(driver: Driver, situation: Situation) -> None:
    """A decimal integer, and one text."""
    expect(driver.execute(situation, *OPERATIONS), answer(xml.refused_code))


@pytest.mark.requirement("KC-XML-05")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_the_type_of_an_answer_is_keep_call(driver: Driver, situation: Situation) -> None:
    """For each operation."""
    expect(driver.execute(situation, *OPERATIONS), answer(xml.response_type))


@pytest.mark.requirement("KC-XML-06")
@situations(kinds=["refused"], not_found=True, binding=True)
def test_a_call_that_cannot_be_found_has_code_2(driver: Driver, situation: Situation) -> None:
    """An unknown GUID, and a number without calls."""
    expect(driver.execute(situation, KEEP, UNMARK), answer(xml.not_found_code))


@pytest.mark.requirement("KC-XML-07")
@situations(kinds=["refused"], not_found=True, binding=True)
def test_a_call_that_cannot_be_found_has_the_documented_message(driver: Driver, situation: Situation) -> None:
    """For a keep."""
    expect(driver.execute(situation), answer(xml.not_found_message))


@pytest.mark.requirement("KC-XML-08")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_an_answer_declares_its_encoding(driver: Driver, situation: Situation) -> None:
    """In an XML declaration."""
    expect(driver.execute(situation, *OPERATIONS), answer(xml.declaration))


@pytest.mark.requirement("KC-XML-09")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_an_answer_has_nothing_undocumented(driver: Driver, situation: Situation) -> None:
    """Against `keepcall-response-strict.xsd`."""
    expect(driver.execute(situation, *OPERATIONS), answer(xml.documented_only))
