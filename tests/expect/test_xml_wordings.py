"""What a violation of XML says: what the contract demands, beside what was there instead."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect import xml
from keepcall.expect.check import Check

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
        (xml.refused_code, "<VerbaApi><Response code='2' type='KeepCall'/></VerbaApi><ErrorMessage cut", []),
        (
            xml.refused_code,
            "<VerbaApi><Response code='2' type='KeepCall'/></VerbaApi><Message cut",
            [("MissingErrorMessage", "one ErrorMessage with text in it", "no ErrorMessage")],
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


def test_all_that_broke_a_document_is_told(answered: Answered) -> None:
    (found,) = xml.valid(answered(b"\xef\xbb\xbf\xef\xbb\xbf<VerbaApi \xff"))

    assert found.got == (
        "BytesOutsideTheEncoding: byte FF at offset 13, which is none of it (invalid start byte); "
        "SecondByteOrderMark: another one at the start of the text"
    )


def test_a_message_without_text_is_no_message_that_could_be_recovered(answered: Answered) -> None:
    (found,) = xml.not_found_message(answered("<VerbaApi><Response><ErrorMessage/><ErrorMessage/>"))

    assert (found.name, found.expected) == ("UnreadableAnswer", "a message that can be read")
