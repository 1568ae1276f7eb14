"""What a violation of well-formedness or validity says: what the contract demands, beside what was there instead."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect import xml
from keepcall.expect.check import Check

Answered = Callable[..., Exchange]
Said = list[tuple[str, str, str]]

NO_INTEGER = (
    "\"attribute code='a': value doesn't match any pattern of "
    r"""['[+\\\\-]?[0-9]+']" in '/VerbaApi/Response'"""
)


@pytest.mark.parametrize(
    ("check", "body", "said"),
    [
        (xml.well_formed, " ", [("NotXml", "an XML document", "an empty body")]),
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
            '<!DOCTYPE VerbaApi [<!ENTITY a SYSTEM "b">]><VerbaApi>&a;<Response code="0"/></VerbaApi>',
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
                    NO_INTEGER,
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
            f"<Verb{'a' * 76}/>",
            [
                (
                    "InvalidDocument",
                    "a document that keepcall-response.xsd allows",
                    f"\"'Verb{'a' * 76}' is not an element of the schema\" in '/Verb{'a' * 75}'… (81 characters)",
                )
            ],
        ),
        (
            xml.valid,
            '<VerbaApi xmlns:x="urn:}"><Response code="0" type="KeepCall"/><x:b/></VerbaApi>',
            [
                (
                    "InvalidDocument",
                    "a document that keepcall-response.xsd allows",
                    "\"the argument 'qname' has an invalid value '{urn:}}b'\"",
                )
            ],
        ),
        (xml.valid, '<VerbaApi><Response code="0" type="KeepCall"/>' + "<a/>" * 999 + "</VerbaApi>", []),
        (
            xml.valid,
            '<VerbaApi><Response code="0" type="KeepCall"/>' + "<a/>" * 1000 + "</VerbaApi>",
            [("InvalidDocument", "at most 1000 children or attributes of an element", "1001")],
        ),
    ],
)
def test_a_violation_says_what_is_demanded_and_what_was_there(
    check: Check, body: str | bytes, said: Said, answered: Answered
) -> None:
    assert [(found.name, found.expected, found.got) for found in check(answered(body))] == said
