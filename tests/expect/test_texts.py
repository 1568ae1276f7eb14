"""KC-TEXT-01 to KC-TEXT-03, and KC-UNM-05, which is about pages too."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.contract.request import Request
from keepcall.expect import text
from keepcall.expect.decision import decision_of
from keepcall.expect.unmark import claims_no_marking

Answered = Callable[..., Exchange]
Asking = Callable[..., Request]
Names = Callable[..., list[str]]

SUCCESS = "The call has been marked for recording."
NO = "Unable to keep the call, because the call cannot be found."


@pytest.fixture
def texted(answered: Answered, asking: Asking) -> Answered:
    request = asking(extension="8856", status="ongoing", responseType="TEXT")
    return lambda body, content_type="text/plain": answered(body, content_type, request=request)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (SUCCESS, "text/plain"),
        (f"{SUCCESS}\n", "text/plain"),
        (f" \r\n{SUCCESS}\t\r\n\f\v", ""),
        (f"\ufeff{SUCCESS}", "text/plain; charset=utf-8"),
        (SUCCESS.encode("utf-16"), "text/plain"),
        (SUCCESS.encode("utf-16-be"), "text/plain; charset=UTF-16BE"),
        (SUCCESS.encode("cp037"), "text/plain; charset=ibm037"),
        (SUCCESS, "text/plain; charset=nobody-knows"),
    ],
)
def test_the_sentence_alone_is_right(body: str | bytes, content_type: str, texted: Answered) -> None:
    assert text.granted_text(texted(body, content_type)) == ()
    assert decision_of(texted(body, content_type)) == "granted"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "OK",
        SUCCESS[:-1],
        SUCCESS.lower(),
        f'"{SUCCESS}"',
        f"{SUCCESS} {SUCCESS}",
        f"{SUCCESS}\0",
        f"{SUCCESS}\u00a0",
        f"OK: {SUCCESS}",
        SUCCESS.replace(" ", "  ", 1),
        SUCCESS.replace(" ", "\n", 1),
        f"<p>{SUCCESS}</p>",
        f'{{"message": "{SUCCESS}"}}',
    ],
)
def test_anything_but_the_sentence_alone_is_wrong(body: str, texted: Answered, names: Names) -> None:
    assert names(text.granted_text(texted(body))) == ["NotTheSuccessSentence"]


@pytest.mark.parametrize(
    ("body", "violations"),
    [
        (NO, []),
        ("2", []),
        ("Error: <8856> not found", []),
        ('{"code": 2}', []),
        ("Hívás é".encode("latin-1"), []),
        (SUCCESS.replace("been", "not been"), []),
        ("Call not <b>found</b>", []),
        ("", ["MissingText"]),
        (" \r\n", ["MissingText"]),
        ("\ufeff", ["MissingText"]),
        ("\u00a0\u200b", ["MissingText"]),
        (SUCCESS, ["SuccessSentence"]),
        (f"Error. {SUCCESS}", ["SuccessSentence"]),
        (SUCCESS.replace(" ", "\n"), ["SuccessSentence"]),
        (f"<html><body>{NO}</body></html>", ["DocumentInPlaceOfText"]),
        (f"<p>{NO}</p>", ["DocumentInPlaceOfText"]),
        (
            f"<VerbaApi><Response code='2'><ErrorMessage>{NO}</ErrorMessage></Response></VerbaApi>",
            ["DocumentInPlaceOfText"],
        ),
        ("<?xml version='1.0'?><Error/>", ["DocumentInPlaceOfText"]),
    ],
)
def test_a_refusal_is_some_other_text(
    body: str | bytes, violations: list[str], texted: Answered, names: Names
) -> None:
    assert names(text.refused_text(texted(body))) == violations


@pytest.mark.parametrize(
    ("message", "body", "violations"),
    [
        (NO, NO, []),
        (f"\n {NO}", f"ERROR 2: {NO}\r\n", []),
        ("a < b & c", "a < b & c", []),
        ("Hívás", "\ufeffHívás", []),
        ("", "x", []),
        (NO, "Not found", ["MissingMessage"]),
        (NO, NO.upper(), ["MissingMessage"]),
        ("a < b & c", "a &lt; b &amp; c", ["MissingMessage"]),
        (NO, "", ["MissingMessage"]),
    ],
)
def test_a_text_holds_the_message(
    message: str, body: str, violations: list[str], texted: Answered, names: Names
) -> None:
    assert names(text.holds_message(message)(texted(body))) == violations


@pytest.mark.parametrize("format_", ["HTML", "TEXT"])
@pytest.mark.parametrize(
    ("body", "violations"),
    [
        ("The call has been unmarked for recording.", []),
        ("The call has not been marked for recording.", []),
        ("The call is no longer marked for recording.", []),
        ("The call that has been marked for recording is not any more.", []),
        ("The mark has been removed.", []),
        ("", []),
        (SUCCESS, ["ClaimOfAMarking"]),
        (SUCCESS[:-1], ["ClaimOfAMarking"]),
        (SUCCESS.upper(), ["ClaimOfAMarking"]),
        (f"Done. {SUCCESS} Goodbye.", ["ClaimOfAMarking"]),
        (SUCCESS.replace(" ", "\n"), ["ClaimOfAMarking"]),
    ],
)
def test_an_unmark_does_not_say_that_the_call_was_marked(
    format_: str, body: str, violations: list[str], answered: Answered, names: Names
) -> None:
    whole = f"<html><body><p>{body}</p></body></html>" if format_ == "HTML" else body
    exchange = answered(whole, asked={"unmark": "1", "responseType": format_})

    assert names(claims_no_marking(exchange)) == violations


def test_only_an_unmark_may_not_say_that_the_call_was_marked(answered: Answered, asking: Asking) -> None:
    for parameters in ({}, {"unmark": "0"}, {"unmark": "true"}):
        request = asking(callID="x", responseType="TEXT", **parameters)

        assert claims_no_marking(answered(SUCCESS, request=request)) == ()


def test_a_text_is_read_as_it_stands(answered: Answered) -> None:
    exchange = answered(SUCCESS.replace(" for", "&#32;for"), asked={"unmark": "1", "responseType": "TEXT"})

    assert claims_no_marking(exchange) == ()


def test_a_message_that_is_missing_from_a_text_is_told(answered: Answered) -> None:
    [violation] = text.holds_message("the call is gone")(answered("no", asked={"responseType": "TEXT"}))

    assert (violation.expected, violation.got) == ("text that holds 'the call is gone'", "'no'")
