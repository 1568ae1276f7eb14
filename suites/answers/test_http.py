"""Status and headers of answers, and what they must not tell."""

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
    http,
    insides,
    leaks,
    outcome,
    readable,
    situations,
    unescaped,
)


@pytest.mark.requirement("KC-HTTP-06")
@situations(kinds=["granted"], wide=True, binding=True)
def test_a_grant_has_a_success_status(driver: Driver, situation: Situation) -> None:
    """2xx, after redirects on the same host."""
    expect(driver.execute(situation, *OPERATIONS, formats=FORMATS), answer(http.success_status))


@pytest.mark.requirement("KC-HTTP-07")
@situations(kinds=["refused", "denied"], wide=True, binding=True)
def test_a_refusal_is_no_server_error(driver: Driver, situation: Situation) -> None:
    """The server works; it is the request that is wrong."""
    expect(driver.execute(situation, *OPERATIONS, formats=situation.formats), answer(http.no_server_error))


@pytest.mark.requirement("KC-HTTP-08")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_the_content_type_names_the_format(driver: Driver, situation: Situation) -> None:
    """By each method."""
    expect(driver.execute(situation, *OPERATIONS, formats=FORMATS), answer(http.content_type))


@pytest.mark.requirement("KC-HTTP-09")
@situations(kinds=["granted", "refused"], spelt=True, binding=True)
def test_the_charset_reads_the_body(driver: Driver, situation: Situation) -> None:
    """To the same text as its own declaration, whatever text it repeats."""
    expect(driver.execute(situation, formats=FORMATS), answer(http.charset))


@pytest.mark.requirement("KC-HTTP-10")
@situations("KC-HTTP-10")
def test_a_long_request_line_is_refused_like_a_short_one(driver: Driver, situation: Situation) -> None:
    """In the format asked for."""
    executions = driver.execute(situation, formats=FORMATS, methods=["GET"])
    expect(executions, outcome, answer(http.format_asked_for))


@pytest.mark.requirement("KC-HTTP-12")
@situations(kinds=["granted", "refused"], wide=True, binding=True)
def test_an_answer_is_a_message_that_can_be_read(driver: Driver, situation: Situation) -> None:
    """In each format, granted or refused; what is broken three times out of three can be read by nobody."""
    expect(driver.execute(situation, KEEP, UNMARK, formats=FORMATS), readable)


@pytest.mark.requirement("KC-AUTH-08")
@situations(wide=True, binding=True)
def test_no_answer_repeats_the_key_or_the_token(driver: Driver, situation: Situation) -> None:
    """In its headers or its body."""
    check = leaks.repeats_secrets(driver.secrets())
    expect(driver.execute(situation, KEEP, UNMARK, formats=FORMATS), answer(check))


@pytest.mark.requirement("KC-ANY-02")
@situations(kinds=["refused", "denied"], spelt=True)
def test_mark_up_of_the_caller_comes_back_escaped(driver: Driver, situation: Situation) -> None:
    """If it comes back at all."""
    expect(driver.execute(situation, formats=["XML", "HTML"]), unescaped)


@pytest.mark.requirement("KC-ANY-03")
@situations(spelt=True)
def test_no_answer_shows_the_inside_of_the_server(driver: Driver, situation: Situation) -> None:
    """No stack trace, SQL or file path."""
    expect(driver.execute(situation, formats=FORMATS), answer(insides.insides))
