"""KC-XML-01: each document that is not well-formed is called by its fault; entities; bodies that are no XML."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect import xml
from keepcall.expect.parsing.answer import parsed

Answered = Callable[..., Exchange]
Names = Callable[..., list[str]]

NAMED = '<?xml version="1.0" encoding="{}"?>'
GRANTED = '<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
REFUSED = '<VerbaApi><Response code="{}" type="KeepCall"><ErrorMessage>{}</ErrorMessage></Response></VerbaApi>'


def granted(before: str = "", inside: str = "", after: str = "", attributes: str = 'code="0" type="KeepCall"') -> str:
    return f"{before}<VerbaApi><Response {attributes}/>{inside}</VerbaApi>{after}"


def refused(message: str, code: str = "2") -> str:
    return REFUSED.format(code, message)


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "second root": (GRANTED + GRANTED, "SecondRoot"),
    "text after the root": (GRANTED + "ok", "SecondRoot"),
    "NUL after the root": (GRANTED + "\0", "ForbiddenCharacter"),
    "white space before the declaration": ("\n" + NAMED.format("UTF-8") + GRANTED, "MisplacedDeclaration"),
    "comment before the declaration": ("<!-- a -->" + NAMED.format("UTF-8") + GRANTED, "MisplacedDeclaration"),
    "declaration twice": (NAMED.format("UTF-8") * 2 + GRANTED, "MisplacedDeclaration"),
    "text before the declaration": ("Notice: x\n" + NAMED.format("UTF-8") + GRANTED, "MissingRoot"),
    "byte order mark twice": ("\ufeff\ufeff" + GRANTED, "SecondByteOrderMark"),
    "unclosed root": ('<VerbaApi><Response code="0" type="KeepCall"/>', "UnclosedElement"),
    "wrong end tag": ('<VerbaApi><Response code="0" type="KeepCall"></response></VerbaApi>', "UnclosedElement"),
    "duplicate attribute": (granted(attributes='code="0" code="0" type="KeepCall"'), "DuplicateAttribute"),
    "duplicate attribute by namespace": (
        granted(attributes='code="0" type="KeepCall" xmlns:a="u" xmlns:b="u" a:x="1" b:x="2"'),
        "DuplicateAttribute",
    ),
    "attribute without quotes": (granted(attributes='code=0 type="KeepCall"'), "MalformedXml"),
    "attributes without a space": (granted(attributes='code="0"type="KeepCall"'), "MalformedXml"),
    "ampersand": (refused("AT&T"), "UnescapedMarkup"),
    "lone ampersand": (refused("a & b"), "UnescapedMarkup"),
    "less-than": (refused("a < b"), "UnescapedMarkup"),
    "less-than in an attribute": (granted(attributes='code="0" type="KeepCall" x="<"'), "UnescapedMarkup"),
    "end of CDATA in text": (refused("a ]]> b"), "UnescapedMarkup"),
    "entity of HTML": (refused("Not&nbsp;found"), "UndeclaredEntity"),
    "hyphens in a comment": (granted("<!-- a -- b -->"), "MalformedXml"),
    "unbound prefix": ('<v:VerbaApi><Response code="0" type="KeepCall"/></v:VerbaApi>', "UnboundPrefix"),
    "declaration without a version": ('<?xml encoding="UTF-8"?>' + GRANTED, "MalformedXml"),
    "declaration in another order": ('<?xml encoding="UTF-8" version="1.0"?>' + GRANTED, "MalformedXml"),
    "declaration in upper case": ('<?XML version="1.0"?>' + GRANTED, "MisplacedDeclaration"),
    "declaration without its end": ('<?xml version="1.0">' + GRANTED, "MalformedXml"),
    "version 2.0": ('<?xml version="2.0"?>' + GRANTED, "MalformedXml"),
    "empty encoding": (NAMED.format("") + GRANTED, "MalformedXml"),
    "standalone maybe": ('<?xml version="1.0" standalone="maybe"?>' + GRANTED, "MalformedXml"),
    "doctype after the root": (GRANTED + "<!DOCTYPE VerbaApi>", "SecondRoot"),
    "Latin-1 in UTF-8": ((NAMED.format("UTF-8") + refused("é")).encode("latin-1"), "BytesOutsideTheEncoding"),
    "Latin-1 and no declaration": (refused("é").encode("latin-1"), "BytesOutsideTheEncoding"),
    "UTF-8 in ASCII": (NAMED.format("US-ASCII") + refused("é"), "BytesOutsideTheEncoding"),
    "cut character": (
        (NAMED.format("UTF-8") + refused("é")).encode().replace(b"\xc3\xa9", b"\xc3"),
        "BytesOutsideTheEncoding",
    ),
    "overlong form": (
        (NAMED.format("UTF-8") + refused("?")).encode().replace(b"?<", b"\xc0\xaf<"),
        "BytesOutsideTheEncoding",
    ),
    "surrogates in UTF-8": (
        (NAMED.format("UTF-8") + refused("?")).encode().replace(b"?</E", b"\xed\xa0\xbd\xed\xb8\x80</E"),
        "BytesOutsideTheEncoding",
    ),
    "undefined byte of windows-1252": (
        (NAMED.format("windows-1252") + refused("#")).encode().replace(b"#", b"\x81"),
        "BytesOutsideTheEncoding",
    ),
    "cut character of Shift_JIS": (
        (NAMED.format("Shift_JIS") + refused("#")).encode().replace(b"#", b"\x81"),
        "BytesOutsideTheEncoding",
    ),
    "UTF-8 that claims UTF-16": (NAMED.format("UTF-16") + GRANTED, "BytesOutsideTheEncoding"),
    "UTF-16 that claims UTF-8": ((NAMED.format("UTF-8") + GRANTED).encode("utf-16-le"), "BytesOutsideTheEncoding"),
    "UTF-16 the other way round": (
        (NAMED.format("UTF-16LE") + GRANTED).encode("utf-16-be"),
        "BytesOutsideTheEncoding",
    ),
    "odd UTF-16": (b"\xff\xfe" + GRANTED.encode("utf-16-le") + b"\n", "BytesOutsideTheEncoding"),
    "UTF-16 without a mark": ((NAMED.format("UTF-16") + GRANTED).encode("utf-16-le"), "MissingByteOrderMark"),
    "UTF-16 without mark and declaration": (GRANTED.encode("utf-16-be"), "MissingByteOrderMark"),
    "UTF-8 mark that ISO-8859-1 denies": (
        "\ufeff" + NAMED.format("ISO-8859-1") + GRANTED,
        "ContradictoryByteOrderMark",
    ),
    "mark beside an encoding that nobody knows": ("\ufeff" + NAMED.format("UTF-9") + GRANTED, "UnknownEncoding"),
    "UTF-16 mark that UTF-8 denies": (
        b"\xff\xfe" + (NAMED.format("UTF-8") + GRANTED).encode("utf-16-le"),
        "ContradictoryByteOrderMark",
    ),
    "UTF-16 mark of the other end": (
        b"\xff\xfe" + (NAMED.format("UTF-16BE") + GRANTED).encode("utf-16-le"),
        "ContradictoryByteOrderMark",
    ),
    "EBCDIC in name only": (NAMED.format("IBM037") + GRANTED, "BytesOutsideTheEncoding"),
    "encoding that nobody knows": (NAMED.format("UTF-9") + GRANTED, "UnknownEncoding"),
    "codec that is no encoding": (NAMED.format("rot13") + GRANTED, "UnknownEncoding"),
    "UTF-7": (NAMED.format("UTF-7") + GRANTED, "UnknownEncoding"),
    "encoding with a space": (NAMED.format("UTF 8") + GRANTED, "UnknownEncoding"),
    "too deep": (granted(inside="<a>" * 100_000 + "</a>" * 100_000), "BeyondLimits"),
}


@pytest.mark.parametrize(("body", "violation"), BROKEN.values(), ids=BROKEN)
def test_a_broken_document_is_called_by_its_fault(
    body: str | bytes, violation: str, answered: Answered, names: Names
) -> None:
    assert names(xml.well_formed(answered(body, "text/xml"))) == [violation]


@pytest.mark.parametrize("spelled", ["{}", "&#{:d};", "&#x{:x};"], ids=["raw", "by number", "by hexadecimal number"])
@pytest.mark.parametrize("number", [0, 1, 8, 0xB, 0xC, 0xE, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_a_character_that_xml_forbids_is_a_fault_in_text_and_attributes(
    spelled: str, number: int, answered: Answered, names: Names
) -> None:
    character = spelled.format(chr(number) if spelled == "{}" else number)
    in_text = refused(f"a{character}b").encode("utf-16-le", "surrogatepass")
    in_attribute = granted(attributes=f'code="0" type="KeepCall" x="{character}"').encode(
        "utf-16-le", "surrogatepass"
    )

    found = [names(xml.well_formed(answered(b"\xff\xfe" + body, "text/xml"))) for body in (in_text, in_attribute)]

    surrogate = spelled == "{}" and 0xD800 <= number <= 0xDFFF
    assert found == [["BytesOutsideTheEncoding" if surrogate else "ForbiddenCharacter"]] * 2


@pytest.mark.parametrize("number", [9, 10, 13, 0x7F, 0x80, 0x9F, 0xFDD0, 0xFFFD, 0x1FFFE, 0x10FFFF])
def test_a_character_that_xml_allows_is_no_fault(number: int, answered: Answered) -> None:
    assert xml.well_formed(answered(refused(f"a{chr(number)}b&#{number};"), "text/xml")) == ()


def test_a_raw_control_character_is_a_fault_of_xml_1_1(answered: Answered, names: Names) -> None:
    body = '<?xml version="1.1"?>' + refused("a\x81b")

    assert names(xml.well_formed(answered(body, "text/xml"))) == ["ForbiddenCharacter"]


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a "x">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;',
        '<!ENTITY a "&a;">',
        "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(30, 0, -1)) + '<!ENTITY a "&a30;">',
    ],
    ids=["file", "parameter", "external parameter", "loop", "billion laughs"],
)
def test_entities_that_nobody_can_expand_are_not_and_make_the_document_invalid(
    subset: str, answered: Answered, names: Names
) -> None:
    exchange = answered(f"<!DOCTYPE VerbaApi [{subset}]>{refused('&a;')}", "text/xml")

    assert xml.well_formed(exchange) == ()
    assert names(xml.valid(exchange)) == ["DeclaresEntities"]
    assert names(xml.documented_only(exchange)) == []
    assert "root:" not in repr(xml.refused_code(exchange))


@pytest.mark.parametrize(
    ("subset", "message"),
    [
        ('<!ENTITY a "x">', "x"),
        ("<!-- ] --><!ENTITY a 'x &#38;amp; \"y\"'>", 'x & "y"'),
        ('<!ENTITY b "y"><!ENTITY a "x &b;">', "x y"),
    ],
    ids=["text", "after a bracket", "in one another"],
)
def test_entities_of_the_document_itself_are_the_text_that_they_stand_for(
    subset: str, message: str, answered: Answered
) -> None:
    exchange = answered(f"<!DOCTYPE VerbaApi [{subset}]>{refused('&a;')}", "text/xml")

    assert (xml.well_formed(exchange), xml.valid(exchange), xml.refused_code(exchange)) == ((), (), ())
    assert parsed(exchange).messages == (message,)


def test_entities_of_the_document_itself_may_hold_mark_up(answered: Answered, names: Names) -> None:
    exchange = answered(f"<!DOCTYPE VerbaApi [<!ENTITY a 'x<b/>'>]>{refused('&a;')}", "text/xml")

    assert names(xml.valid(exchange)) == ["InvalidDocument"]


def test_an_entity_of_an_external_dtd_is_not_fetched(answered: Answered, names: Names) -> None:
    exchange = answered(f'<!DOCTYPE VerbaApi SYSTEM "http://127.0.0.1:9/v.dtd">{refused("&a;")}', "text/xml")

    assert xml.well_formed(exchange) == ()
    assert names(xml.valid(exchange)) == ["ExternalEntity"]


NO_XML = {
    "nothing": "",
    "white space": " \r\n",
    "page": "<!DOCTYPE html><html><body><p>Not found.</p></body></html>",
    "text": "The call has been marked for recording.",
    "JSON": '{"code": 0, "type": "KeepCall"}',
}


@pytest.mark.parametrize("body", NO_XML.values(), ids=NO_XML)
@pytest.mark.parametrize(
    "check",
    [
        xml.well_formed,
        xml.valid,
        xml.granted_code,
        xml.refused_code,
        xml.response_type,
        xml.not_found_code,
        xml.not_found_message,
        xml.declaration,
        xml.documented_only,
    ],
)
def test_what_is_no_xml_is_said_to_be_none_by_each_check(
    check: Callable[[Exchange], object], body: str, answered: Answered, names: Names
) -> None:
    assert names(check(answered(body, "text/xml"))) == ["NotXml"]
