"""HTML and TEXT answers: the success sentence of a granted keep, and something else for a refusal."""

import pytest

from keepcall.suite import (
    Driver,
    Situation,
    answer,
    expect,
    expect_alike,
    html,
    same_message,
    situations,
    text,
)


@pytest.mark.requirement("KC-HTML-01")
@situations(kinds=["granted"], wide=True, binding=True)
def test_a_granted_keep_is_a_page_with_the_success_sentence(driver: Driver, situation: Situation) -> None:
    """In a paragraph of its own."""
    expect(driver.execute(situation, formats=["HTML"]), answer(html.granted_page))


@pytest.mark.requirement("KC-HTML-02")
@situations(kinds=["refused"], spelt=True, binding=True)
def test_a_refused_keep_is_a_page_without_the_success_sentence(driver: Driver, situation: Situation) -> None:
    """But with some text."""
    expect(driver.execute(situation, formats=["HTML"]), answer(html.refused_page))


@pytest.mark.requirement("KC-HTML-03")
@situations(kinds=["refused"], wide=True, binding=True)
def test_the_page_of_a_refusal_holds_the_message_of_xml(driver: Driver, situation: Situation) -> None:
    """The same refusal, in another format."""
    expect_alike(
        driver.execute(situation),
        driver.execute(situation, formats=["HTML"]),
        same_message,
    )


@pytest.mark.requirement("KC-TEXT-01")
@situations(kinds=["granted"], wide=True, binding=True)
def test_a_granted_keep_is_the_success_sentence(driver: Driver, situation: Situation) -> None:
    """And nothing else."""
    expect(driver.execute(situation, formats=["TEXT"]), answer(text.granted_text))


@pytest.mark.requirement("KC-TEXT-02")
@situations(kinds=["refused"], spelt=True, binding=True)
def test_a_refused_keep_is_some_other_text(driver: Driver, situation: Situation) -> None:
    """No document, and not the success sentence."""
    expect(driver.execute(situation, formats=["TEXT"]), answer(text.refused_text))


@pytest.mark.requirement("KC-TEXT-03")
@situations(kinds=["refused"], wide=True, binding=True)
def test_the_text_of_a_refusal_holds_the_message_of_xml(driver: Driver, situation: Situation) -> None:
    """The same refusal, in another format."""
    expect_alike(
        driver.execute(situation),
        driver.execute(situation, formats=["TEXT"]),
        same_message,
    )
