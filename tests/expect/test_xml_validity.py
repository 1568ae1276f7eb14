"""KC-XML-02, KC-XML-08, KC-XML-09: valid, declared, documented; and broken documents that can still be read."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect import xml
from keepcall.expect.decision import decision_of

Answered = Callable[..., Exchange]
Names = Callable[..., list[str]]

DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'


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
    "type that the schema does not know": (
        response('code="0" type="KeepCall" xsi:type="no" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'),
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
    assert decision_of(exchange) == "granted"


@pytest.mark.parametrize(("body", "violation"), INVALID_REFUSALS.values(), ids=INVALID_REFUSALS)
def test_an_invalid_refusal_is_invalid_and_still_a_refusal(
    body: str, violation: str, answered: Answered, names: Names
) -> None:
    exchange = answered(body, "text/xml")

    assert names(xml.valid(exchange)) == [violation]
    assert names(xml.refused_code(exchange)) == []
    assert names(xml.not_found_code(exchange)) == []
    assert names(xml.documented_only(exchange)) == []
    assert decision_of(exchange) == "refused"


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
    assert decision_of(exchange) == "refused"


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
