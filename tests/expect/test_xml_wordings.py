"""What a violation of XML says: what the contract demands, beside what was there instead."""

from collections.abc import Callable

import pytest

from keepcall.exchange import Exchange
from keepcall.expect import xml
from keepcall.expect.violation import Check

Answered = Callable[..., Exchange]
Said = list[tuple[str, str, str]]

GRANTED = '<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
REFUSED = (
    '<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="2" type="KeepCall">'
    "<ErrorMessage>no</ErrorMessage></Response></VerbaApi>"
)
LONG = "x" * 300
MESSAGES = "".join(f"<ErrorMessage>{each * 100}</ErrorMessage>" for each in "abcd")
CUT = "'{}'… (100 characters)"


@pytest.mark.parametrize(
    ("check", "body", "said"),
    [
        (xml.well_formed, " ", [("NotXml", "an XML document", "an empty body")]),
        (
            xml.well_formed,
            f"<html><p>{LONG}",
            [("NotXml", "an XML document", f"HTML: '<html><p>{'x' * 71}'… (309 characters)")],
        ),
        (
            xml.well_formed,
            "<VerbaApi><a></VerbaApi>",
            [
                (
                    "UnclosedElement",
                    "a well-formed XML document",
                    "'Opening and ending tag mismatch: a line 1 and VerbaApi, line 1, column 25'",
                )
            ],
        ),
        (
            xml.well_formed,
            "<VerbaApi>\x01</VerbaApi>",
            [("ForbiddenCharacter", "only characters that XML allows", "U+0001 at character 10")],
        ),
        (
            xml.well_formed,
            '<?xml version="1.1"?><VerbaApi>\x02</VerbaApi>',
            [("ForbiddenCharacter", "only characters that XML allows", "U+0002 at character 31")],
        ),
        (
            xml.well_formed,
            '<?xml version="1.0" encoding="klingon"?><VerbaApi/>',
            [("UnknownEncoding", "an encoding that there is", "a declaration of 'klingon'")],
        ),
        (
            xml.well_formed,
            '<?xml version="1.0" encoding="UTF-16"?><VerbaApi/>'.encode("utf-16-le"),
            [
                (
                    "MissingByteOrderMark",
                    "a byte order mark, which UTF-16 must have",
                    "'UTF-16' and no byte order mark",
                )
            ],
        ),
        (
            xml.well_formed,
            "<VerbaApi/>".encode("utf-16-le"),
            [("MissingByteOrderMark", "a byte order mark, which UTF-16 must have", "no name and no byte order mark")],
        ),
        (
            xml.well_formed,
            '<?xml version="1.0" encoding="us-ascii"?><VerbaApi>é</VerbaApi>',
            [
                (
                    "BytesOutsideTheEncoding",
                    "nothing but 'us-ascii'",
                    "byte C3 at offset 51, which is none of it (ordinal not in range(128))",
                )
            ],
        ),
        (
            xml.well_formed,
            "<VerbaApi>é</VerbaApi>".encode("latin-1"),
            [
                (
                    "BytesOutsideTheEncoding",
                    "nothing but 'UTF-8'",
                    "byte E9 at offset 10, which is none of it (invalid continuation byte)",
                )
            ],
        ),
        (
            xml.well_formed,
            '\ufeff<?xml version="1.0" encoding="latin1"?><VerbaApi/>',
            [("ContradictoryByteOrderMark", "the byte order mark's encoding, utf-8", "a declaration of 'latin1'")],
        ),
        (
            xml.well_formed,
            '\ufeff<?xml version="1.0" encoding="klingon"?><VerbaApi/>',
            [("UnknownEncoding", "an encoding that there is", "a declaration of 'klingon'")],
        ),
        (
            xml.well_formed,
            b"\xef\xbb\xbf<VerbaApi>\xff</VerbaApi>",
            [
                (
                    "BytesOutsideTheEncoding",
                    "nothing but 'utf-8'",
                    "byte FF at offset 10, which is none of it (invalid start byte)",
                )
            ],
        ),
        (
            xml.well_formed,
            "\ufeff\ufeff<VerbaApi/>",
            [("SecondByteOrderMark", "at most one byte order mark", "another one at the start of the text")],
        ),
        (
            xml.valid,
            '<!DOCTYPE VerbaApi [<!ENTITY a "b">]><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>',
            [("DeclaresEntities", "a document without entities of its own", "entity declarations")],
        ),
        (
            xml.valid,
            '<!DOCTYPE VerbaApi SYSTEM "x.dtd"><VerbaApi><Response code="0">&a;</Response></VerbaApi>',
            [("ExternalEntity", "text", "a reference to an entity of an external DTD")],
        ),
        (
            xml.valid,
            '<VerbaApi><Response code="0" type="KeepCall"/><Response code="0" type="KeepCall"/></VerbaApi>',
            [("SecondResponse", "one Response", "2 of them")],
        ),
        (
            xml.valid,
            '<VerbaApi><Response code="0" type="KeepCall"/><More><Response/></More></VerbaApi>',
            [("SecondResponse", "one Response", "2 of them")],
        ),
        (
            xml.valid,
            '<VerbaApi><Response code="0" type="KeepCall"/><ErrorMessage>no</ErrorMessage></VerbaApi>',
            [("MisplacedErrorMessage", "ErrorMessage in the Response", "one outside of it")],
        ),
        (
            xml.valid,
            '<VerbaApi><Response code="a" type="KeepCall"/></VerbaApi>',
            [
                (
                    "InvalidDocument",
                    "a document that keepcall-response.xsd allows",
                    "\"attribute code='a': value doesn't match any pattern of ['[+\\\\\\\\-]?[0-9]+']\" in '/VerbaApi/Response'",
                )
            ],
        ),
        (
            xml.valid,
            '<VerbaApi><Response type="KeepCall"/></VerbaApi>',
            [
                (
                    "InvalidDocument",
                    "a document that keepcall-response.xsd allows",
                    "\"missing required attribute 'code'\" in '/VerbaApi/Response'",
                )
            ],
        ),
        (
            xml.valid,
            "<Verba/>",
            [
                (
                    "InvalidDocument",
                    "a document that keepcall-response.xsd allows",
                    "\"'Verba' is not an element of the schema\" in '/Verba'",
                )
            ],
        ),
        (
            xml.valid,
            '<VerbaApi><Response code="0" type="KeepCall"/>' + "<a/>" * 1001 + "</VerbaApi>",
            [("InvalidDocument", "at most 1000 children or attributes of an element", "1002")],
        ),
        (
            xml.granted_code,
            REFUSED,
            [
                ("CodeIsNotZero", "code '0'", "code '2'"),
                ("UnexpectedErrorMessage", "no ErrorMessage where the request is granted", "ErrorMessage 'no'"),
            ],
        ),
        (
            xml.granted_code,
            '<VerbaApi><Response type="KeepCall"/></VerbaApi>',
            [("MissingCode", "Response with the attribute code", "no code at all")],
        ),
        (
            xml.refused_code,
            GRANTED,
            [
                ("CodeIsZero", "code other than 0", "code '0'"),
                ("MissingErrorMessage", "one ErrorMessage with text in it", "no ErrorMessage"),
            ],
        ),
        (
            xml.refused_code,
            '<VerbaApi><Response code="" type="KeepCall"><ErrorMessage> </ErrorMessage></Response></VerbaApi>',
            [
                ("CodeIsNotAnInteger", "code as a decimal integer", "code ''"),
                ("EmptyErrorMessage", "one ErrorMessage with text in it", "ErrorMessage ' '"),
            ],
        ),
        (
            xml.refused_code,
            "<VerbaApi><Response><ErrorMessage>a</ErrorMessage><ErrorMessage>b</ErrorMessage></Response></VerbaApi>",
            [
                ("MissingCode", "Response with the attribute code", "no code at all"),
                ("SecondErrorMessage", "one ErrorMessage with text in it", "2 of them: 'a' and 'b'"),
            ],
        ),
        (
            xml.refused_code,
            f"<VerbaApi><Response code='2'>{MESSAGES}</Response></VerbaApi>",
            [
                (
                    "SecondErrorMessage",
                    "one ErrorMessage with text in it",
                    f"4 of them: {' and '.join(CUT.format(each * 60) for each in 'abc')}",
                )
            ],
        ),
        (
            xml.response_type,
            '<VerbaApi><Response code="0"/></VerbaApi>',
            [("MissingType", "Response with the attribute type", "no type at all")],
        ),
        (
            xml.response_type,
            '<VerbaApi><Response code="0" type="keepcall"/></VerbaApi>',
            [("WrongType", "type 'KeepCall'", "type 'keepcall'")],
        ),
        (xml.not_found_code, GRANTED, [("WrongCode", "code '2', a call that cannot be found", "code '0'")]),
        (
            xml.not_found_code,
            "<VerbaApi><Response/></VerbaApi>",
            [("MissingCode", "Response with the attribute code", "no code at all")],
        ),
        (
            xml.not_found_message,
            GRANTED,
            [
                (
                    "MissingErrorMessage",
                    "'Unable to keep the call, because the call cannot be found.'",
                    "no ErrorMessage",
                )
            ],
        ),
        (
            xml.not_found_message,
            REFUSED,
            [("WrongErrorMessage", "'Unable to keep the call, because the call cannot be found.'", "'no'")],
        ),
        (
            xml.declaration,
            '<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>',
            [
                (
                    "MissingXmlDeclaration",
                    "an XML declaration at the start",
                    '\'<VerbaApi><Response code="0" type="KeepC\'… (57 characters)',
                )
            ],
        ),
        (
            xml.declaration,
            '<?xml version="1.0"?><VerbaApi/>',
            [("MissingEncodingDeclaration", "an XML declaration with an encoding", "'<?xml version=\"1.0\"?>'")],
        ),
        (
            xml.documented_only,
            '<VerbaApi><Response code="0" type="KeepCall" more="1"/></VerbaApi>',
            [
                (
                    "UndocumentedContent",
                    "documented content and no more",
                    "\"'more' attribute not allowed for element\" in '/VerbaApi/Response'",
                )
            ],
        ),
    ],
)
def test_a_violation_says_what_is_demanded_and_what_was_there(
    check: Check, body: str | bytes, said: Said, answered: Answered
) -> None:
    assert [(found.name, found.expected, found.got) for found in check(answered(body))] == said


CHECKS = (
    *(xml.well_formed, xml.valid, xml.granted_code, xml.refused_code, xml.response_type),
    *(xml.not_found_code, xml.not_found_message, xml.declaration, xml.documented_only),
)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    ("body", "got"),
    [
        ("", "an empty body"),
        (" no ", "TEXT: 'no'"),
        ("<html><p>" + LONG, f"HTML: '<html><p>{'x' * 71}'… (309 characters)"),
    ],
)
def test_what_is_no_xml_is_told_in_the_same_words_by_each_check(
    check: Check, body: str, got: str, answered: Answered
) -> None:
    assert [(found.name, found.expected, found.got) for found in check(answered(body))] == [
        ("NotXml", "an XML document", got)
    ]


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (xml.valid, "code"),
        (xml.granted_code, "code"),
        (xml.refused_code, "code"),
        (xml.response_type, "type"),
        (xml.not_found_code, "code"),
        (xml.not_found_message, "message"),
        (xml.documented_only, "code"),
    ],
)
def test_what_cannot_be_recovered_is_told_with_what_broke_it(check: Check, value: str, answered: Answered) -> None:
    (found,) = check(answered(b"\xef\xbb\xbf<VerbaApi \xff"))

    assert (found.name, found.expected) == ("UnreadableAnswer", f"a {value} that can be read")
    assert found.got == "BytesOutsideTheEncoding: byte FF at offset 10, which is none of it (invalid start byte)"
