"""KC-XML-03 to KC-XML-07: what code, type and message must be."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.contract.request import Request
from keepcall.expect import xml
from keepcall.expect.decision import decision_of

Answered = Callable[..., Exchange]
Asking = Callable[..., Request]
Names = Callable[..., list[str]]

DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
NOT_FOUND = "Unable to keep the call, because the call cannot be found."


def response(attributes: str = 'code="0" type="KeepCall"', content: str = "", beside: str = "") -> str:
    return f"{DECLARED}<VerbaApi><Response {attributes}>{content}</Response>{beside}</VerbaApi>"


def message(text: str) -> str:
    return f"<ErrorMessage>{text}</ErrorMessage>"


GRANTED_FAULTS = {
    "200": (response('code="200" type="KeepCall"'), ["CodeIsNotZero"]),
    "OK": (response('code="OK" type="KeepCall"'), ["CodeIsNotZero"]),
    "00": (response('code="00" type="KeepCall"'), ["CodeIsNotZero"]),
    "+0": (response('code="+0" type="KeepCall"'), ["CodeIsNotZero"]),
    "-0": (response('code="-0" type="KeepCall"'), ["CodeIsNotZero"]),
    "0.0": (response('code="0.0" type="KeepCall"'), ["CodeIsNotZero"]),
    "0x0": (response('code="0x0" type="KeepCall"'), ["CodeIsNotZero"]),
    "space": (response('code=" 0" type="KeepCall"'), ["CodeIsNotZero"]),
    "line end": (response('code="0&#10;" type="KeepCall"'), ["CodeIsNotZero"]),
    "empty": (response('code="" type="KeepCall"'), ["CodeIsNotZero"]),
    "Arabic-Indic nought": (response('code="\u0660" type="KeepCall"'), ["CodeIsNotZero"]),
    "full-width nought": (response('code="\uff10" type="KeepCall"'), ["CodeIsNotZero"]),
    "none": (response('type="KeepCall"'), ["MissingCode"]),
    "message": (response(content=message("Ok.")), ["UnexpectedErrorMessage"]),
    "empty message": (response(content="<ErrorMessage/>"), ["UnexpectedErrorMessage"]),
    "message outside": (response(beside=message("Ok.")), ["UnexpectedErrorMessage"]),
    "refusal": (response('code="2" type="KeepCall"', message("No.")), ["CodeIsNotZero", "UnexpectedErrorMessage"]),
}

REFUSED_FAULTS = {
    "0": (response('code="0" type="KeepCall"', message("No.")), ["CodeIsZero"]),
    "00": (response('code="00" type="KeepCall"', message("No.")), ["CodeIsZero"]),
    "-0": (response('code="-0" type="KeepCall"', message("No.")), ["CodeIsZero"]),
    "NOT_FOUND": (response('code="NOT_FOUND" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "2.0": (response('code="2.0" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "0x2": (response('code="0x2" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "2e1": (response('code="2e1" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "1_0": (response('code="1_0" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "1,000": (response('code="1,000" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "two signs": (response('code="--2" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "sign alone": (response('code="-" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "minus of typography": (response('code="\u22122" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "other digits": (response('code="\u0662" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "superscript": (response('code="\u00b2" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "space": (response('code="2 " type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "empty": (response('code="" type="KeepCall"', message("No.")), ["CodeIsNotAnInteger"]),
    "none": (response('type="KeepCall"', message("No.")), ["MissingCode"]),
    "no message": (response('code="2" type="KeepCall"'), ["MissingErrorMessage"]),
    "message as an attribute": (response('code="2" type="KeepCall" ErrorMessage="No."'), ["MissingErrorMessage"]),
    "two messages": (response('code="2" type="KeepCall"', message("No.") + message("No.")), ["SecondErrorMessage"]),
    "message in it and outside": (
        response('code="2" type="KeepCall"', message("No."), message("No.")),
        ["SecondErrorMessage"],
    ),
    "empty message": (response('code="2" type="KeepCall"', "<ErrorMessage/>"), ["EmptyErrorMessage"]),
    "message of spaces": (response('code="2" type="KeepCall"', message(" \n\t")), ["EmptyErrorMessage"]),
    "message of no-break spaces": (
        response('code="2" type="KeepCall"', message("&#160;\u3000")),
        ["EmptyErrorMessage"],
    ),
    "message that cannot be seen": (
        response('code="2" type="KeepCall"', message("\u200b\ufeff")),
        ["EmptyErrorMessage"],
    ),
    "message of a comment": (response('code="2" type="KeepCall"', message("<!-- No. -->")), ["EmptyErrorMessage"]),
    "message as a description": (
        response('code="2" type="KeepCall"', '<ErrorMessage description="No."/>'),
        ["EmptyErrorMessage"],
    ),
    "grant": (response(), ["CodeIsZero", "MissingErrorMessage"]),
}


@pytest.mark.parametrize(("body", "violations"), GRANTED_FAULTS.values(), ids=GRANTED_FAULTS)
def test_a_grant_with_another_code_or_a_message_is_wrong(
    body: str, violations: list[str], answered: Answered, names: Names
) -> None:
    exchange = answered(body, "text/xml")

    assert names(xml.granted_code(exchange)) == violations
    assert decision_of(exchange) == "refused"


@pytest.mark.parametrize(("body", "violations"), REFUSED_FAULTS.values(), ids=REFUSED_FAULTS)
def test_a_refusal_without_an_integer_or_a_message_is_wrong(
    body: str, violations: list[str], answered: Answered, names: Names
) -> None:
    assert names(xml.refused_code(answered(body, "text/xml"))) == violations


def test_a_message_that_also_has_a_description_is_right(answered: Answered) -> None:
    body = response('code="2" type="KeepCall"', '<ErrorMessage description="n">No.</ErrorMessage>')

    assert xml.refused_code(answered(body, "text/xml")) == ()
    assert xml.valid(answered(body, "text/xml")) == ()


@pytest.mark.parametrize(
    ("attributes", "violations"),
    [
        ('code="0" type="KeepCall"', []),
        ("type='Keep&#67;all' code='0'", []),
        ('code="0" type="keepcall"', ["WrongType"]),
        ('code="0" type="KeepCall "', ["WrongType"]),
        ('code="0" type=""', ["WrongType"]),
        ('code="0" type="RequestToken"', ["WrongType"]),
        ('code="0"', ["MissingType"]),
    ],
)
def test_the_type_is_keep_call(attributes: str, violations: list[str], answered: Answered, names: Names) -> None:
    assert names(xml.response_type(answered(response(attributes), "text/xml"))) == violations


@pytest.mark.parametrize("action", ["", "KeepCalls", "keepcall", "RequestToken"])
def test_the_type_of_an_answer_to_another_action_is_not_asked_for(
    action: str, answered: Answered, asking: Asking
) -> None:
    body = response('code="1" type="Unknown"', message("No."))

    assert xml.response_type(answered(body, request=asking(extension="1").given(action=action))) == ()
    assert xml.response_type(answered(body, request=asking(extension="1").without("action"))) == ()


@pytest.mark.parametrize(
    ("code", "violations"),
    [("2", []), ("02", ["WrongCode"]), ("+2", ["WrongCode"]), ("404", ["WrongCode"]), ("0", ["WrongCode"])],
)
def test_the_code_of_a_call_that_cannot_be_found_is_2(
    code: str, violations: list[str], answered: Answered, names: Names
) -> None:
    body = response(f'code="{code}" type="KeepCall"', message("No."))

    assert names(xml.not_found_code(answered(body, "text/xml"))) == violations


@pytest.mark.parametrize(
    ("content", "violations"),
    [
        (message(NOT_FOUND), []),
        (message(f"\n  {NOT_FOUND}\n"), []),
        (message(NOT_FOUND.replace(" ", "\n")), []),
        (message(f"<![CDATA[{NOT_FOUND}]]>"), []),
        (message(NOT_FOUND.lower()), ["WrongErrorMessage"]),
        (message(NOT_FOUND.rstrip(".")), ["WrongErrorMessage"]),
        (message(f"Error: {NOT_FOUND}"), ["WrongErrorMessage"]),
        (message(NOT_FOUND.replace(" ", "\u00a0")), ["WrongErrorMessage"]),
        ("", ["MissingErrorMessage"]),
    ],
)
def test_the_message_of_a_keep_that_finds_no_call_is_the_documented_one(
    content: str, violations: list[str], answered: Answered, names: Names
) -> None:
    body = response('code="2" type="KeepCall"', content)

    assert names(xml.not_found_message(answered(body, "text/xml"))) == violations


def test_the_message_of_an_unmark_that_finds_no_call_is_free(answered: Answered, asking: Asking) -> None:
    body = response('code="2" type="KeepCall"', message("Unable to unmark the call."))

    assert xml.not_found_message(answered(body, request=asking(callID="x").unmarking())) == ()
    assert xml.not_found_message(answered(body, request=asking(callID="x").recording())) == ()
