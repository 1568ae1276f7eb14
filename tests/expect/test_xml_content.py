"""KC-XML-02 to KC-XML-09: what a document must hold, one fault for one requirement."""

from collections.abc import Callable

import pytest

from keepcall.exchange import Exchange
from keepcall.expect import xml
from keepcall.expect.outcome import says
from keepcall.request import Request

Answered = Callable[..., Exchange]
Asking = Callable[..., Request]
Names = Callable[..., list[str]]

DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
NOT_FOUND = "Unable to keep the call, because the call cannot be found."


def response(attributes: str = 'code="0" type="KeepCall"', content: str = "", beside: str = "") -> str:
    return f"{DECLARED}<VerbaApi><Response {attributes}>{content}</Response>{beside}</VerbaApi>"


def message(text: str) -> str:
    return f"<ErrorMessage>{text}</ErrorMessage>"


INVALID = {
    "another root": (f"{DECLARED}<Verba><Response code='0' type='KeepCall'/></Verba>", "InvalidDocument"),
    "root in lower case": (f"{DECLARED}<verbaapi><Response code='0' type='KeepCall'/></verbaapi>", "InvalidDocument"),
    "no root": (f"{DECLARED}<Response code='0' type='KeepCall'/>", "InvalidDocument"),
    "response in lower case": (
        f"{DECLARED}<VerbaApi><response code='0' type='KeepCall'/></VerbaApi>",
        "InvalidDocument",
    ),
    "response in upper case": (
        f"{DECLARED}<VerbaApi><RESPONSE code='0' type='KeepCall'/></VerbaApi>",
        "InvalidDocument",
    ),
    "code in upper case": (response('Code="0" type="KeepCall"'), "InvalidDocument"),
    "type in upper case": (response('code="0" Type="KeepCall"'), "InvalidDocument"),
    "code as an element": (response('type="KeepCall"', "<code>0</code>"), "InvalidDocument"),
    "default namespace": (response().replace("<VerbaApi>", '<VerbaApi xmlns="urn:verba">'), "InvalidDocument"),
    "prefix": (
        f"{DECLARED}<v:VerbaApi xmlns:v='urn:v'><v:Response code='0' type='KeepCall'/></v:VerbaApi>",
        "InvalidDocument",
    ),
    "envelope": (
        f"{DECLARED}<Envelope><VerbaApi><Response code='0' type='KeepCall'/></VerbaApi></Envelope>",
        "InvalidDocument",
    ),
    "attributes on the root": (f'{DECLARED}<VerbaApi code="0" type="KeepCall"/>', "InvalidDocument"),
    "element before the response": (
        f"{DECLARED}<VerbaApi><a/><Response code='0' type='KeepCall'/></VerbaApi>",
        "InvalidDocument",
    ),
    "text in the root": (response(beside="ok"), "InvalidDocument"),
    "text in the response": (response(content="ok"), "InvalidDocument"),
    "unknown element in the response": (response(content="<CallID>1</CallID>"), "InvalidDocument"),
    "second response": (response(beside='<Response code="0" type="KeepCall"/>'), "SecondResponse"),
    "second response further down": (
        response(beside='<a><b><Response code="0" type="KeepCall"/></b></a>'),
        "SecondResponse",
    ),
    "too many elements": (response(beside="<a/>" * 20_000), "InvalidDocument"),
}

INVALID_REFUSALS = {
    "message outside": (response('code="2" type="KeepCall"', beside=message("No.")), "MisplacedErrorMessage"),
    "message further down": (
        response('code="2" type="KeepCall"', beside=f"<a>{message('No.')}</a>"),
        "MisplacedErrorMessage",
    ),
    "message in lower case": (
        response('code="2" type="KeepCall"', "<errorMessage>No.</errorMessage>"),
        "InvalidDocument",
    ),
    "mark-up in the message": (response('code="2" type="KeepCall"', message("<b>No.</b>")), "InvalidDocument"),
}


@pytest.mark.parametrize(("body", "violation"), INVALID.values(), ids=INVALID)
def test_an_invalid_grant_is_invalid_and_still_a_grant(
    body: str, violation: str, answered: Answered, names: Names
) -> None:
    exchange = answered(body, "text/xml")

    assert names(xml.valid(exchange)) == [violation]
    assert names(xml.granted_code(exchange)) == []
    assert names(xml.response_type(exchange)) == []
    assert names(xml.documented_only(exchange)) == []
    assert says(exchange) == "granted"


@pytest.mark.parametrize(("body", "violation"), INVALID_REFUSALS.values(), ids=INVALID_REFUSALS)
def test_an_invalid_refusal_is_invalid_and_still_a_refusal(
    body: str, violation: str, answered: Answered, names: Names
) -> None:
    exchange = answered(body, "text/xml")

    assert names(xml.valid(exchange)) == [violation]
    assert names(xml.refused_code(exchange)) == []
    assert names(xml.not_found_code(exchange)) == []
    assert names(xml.documented_only(exchange)) == []
    assert says(exchange) == "refused"


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
    assert says(exchange) == "refused"


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


@pytest.mark.parametrize(
    ("before", "violations"),
    [
        (DECLARED, []),
        ("<?xml version='1.0' encoding='utf-8' standalone='no'?>\n", []),
        ("\ufeff" + DECLARED, []),
        ("\n" + DECLARED, []),
        ('<?xml version="1.0" encoding="UTF-9"?>', []),
        ('<?xml version="1.0"?>', ["MissingEncodingDeclaration"]),
        ('<?xml version="1.0" encoding=""?>', ["MissingEncodingDeclaration"]),
        ("", ["MissingXmlDeclaration"]),
        ("\ufeff", ["MissingXmlDeclaration"]),
        ("<!-- no -->", ["MissingXmlDeclaration"]),
        ('<?xml-stylesheet encoding="UTF-8"?>', ["MissingXmlDeclaration"]),
    ],
)
def test_the_document_starts_with_a_declaration_of_its_encoding(
    before: str, violations: list[str], answered: Answered, names: Names
) -> None:
    body = before + "<VerbaApi><Response code='0' type='KeepCall'/></VerbaApi>"

    assert names(xml.declaration(answered(body, "text/xml"))) == violations


def test_the_declaration_of_utf_16_counts(answered: Answered) -> None:
    body = '<?xml version="1.0" encoding="UTF-16"?><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'

    assert xml.declaration(answered(body.encode("utf-16"), "text/xml")) == ()


@pytest.mark.parametrize(
    ("body", "violations"),
    [
        (response(), []),
        (response('code="2" type="KeepCall"', message("No.")), []),
        (response().replace("<VerbaApi>", "<!-- a --><VerbaApi><?b?>"), []),
        (response('code="0" type="KeepCall" token="1"'), ["UndocumentedContent"]),
        (response(beside="<SessionId/>"), ["UndocumentedContent"]),
        (response(beside="<SessionId/>" * 30), ["UndocumentedContent"]),
        (response().replace("<VerbaApi>", "<VerbaApi version='1'>"), ["UndocumentedContent"]),
        (response('code="2" type="KeepCall"', "<ErrorMessage a='b'>No.</ErrorMessage>"), ["UndocumentedContent"]),
        (response('code="0"'), []),
    ],
)
def test_nothing_stands_in_a_valid_document_beyond_what_is_documented(
    body: str, violations: list[str], answered: Answered, names: Names
) -> None:
    assert names(xml.documented_only(answered(body, "text/xml"))) == violations


BROKEN_BUT_READABLE = {
    "ampersand": response('code="2" type="KeepCall"', message("AT&T")),
    "unknown entity": response('code="2" type="KeepCall"', message("Not&nbsp;found")),
    "cut": response('code="2" type="KeepCall"', message("No."))[:-12],
    "cut in the message": response('code="2" type="KeepCall"', message("No."))[:-38],
    "no quotes": response("code=2 type=KeepCall", message("No.")),
    "second root": response('code="2" type="KeepCall"', message("No.")) + "<a/>",
    "white space before the declaration": "\n" + response('code="2" type="KeepCall"', message("No.")),
    "text before the declaration": "Notice: x\n" + response('code="2" type="KeepCall"', message("No.")),
    "wrong end tag": response('code="2" type="KeepCall"', message("No.")).replace("</Response>", "</response>"),
    "Latin-1 in UTF-8": response('code="2" type="KeepCall"', message("é")).encode("latin-1"),
    "UTF-8 that claims UTF-16": response('code="2" type="KeepCall"', message("No.")).replace("UTF-8", "UTF-16"),
    "unknown encoding": response('code="2" type="KeepCall"', message("No.")).replace("UTF-8", "no"),
    "forbidden character": response('code="2" type="KeepCall"', message("a\0b")),
    "reference to a surrogate": response('code="2" type="KeepCall"', message("a&#xD800;b")),
    "unbound prefix": response('code="2" type="KeepCall"', message("No."), "<v:a/>"),
}


@pytest.mark.parametrize("body", BROKEN_BUT_READABLE.values(), ids=BROKEN_BUT_READABLE)
def test_a_broken_document_whose_code_can_be_read_breaks_well_formedness_alone(
    body: str | bytes, answered: Answered, names: Names
) -> None:
    exchange = answered(body, "text/xml")

    assert len(xml.well_formed(exchange)) == 1
    assert names(xml.valid(exchange)) == []
    assert names(xml.refused_code(exchange)) == []
    assert names(xml.response_type(exchange)) == []
    assert names(xml.not_found_code(exchange)) == []
    assert names(xml.documented_only(exchange)) == []
    assert names(xml.declaration(exchange)) == []
    assert says(exchange) == "refused"


def test_a_broken_document_without_a_code_is_unreadable_for_each_check(answered: Answered, names: Names) -> None:
    exchange = answered(f"{DECLARED}<VerbaApi><Resp", "text/xml")

    assert names(xml.well_formed(exchange)) != []
    for check in (
        xml.valid,
        xml.granted_code,
        xml.refused_code,
        xml.response_type,
        xml.not_found_code,
        xml.not_found_message,
        xml.documented_only,
    ):
        assert names(check(exchange)) == ["UnreadableAnswer"]
