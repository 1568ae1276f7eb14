"""KC-HTTP-06 to KC-HTTP-09: status, Content-Type and charset."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect import http, xml
from keepcall.expect.parsing.media_type import media_type

Answered = Callable[..., Exchange]
Names = Callable[..., list[str]]

GRANTED = '<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
MESSAGE = '<VerbaApi><Response code="2" type="KeepCall"><ErrorMessage>Hívás</ErrorMessage></Response></VerbaApi>'


def named(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{MESSAGE}'


@pytest.mark.parametrize(
    ("status", "violations"),
    [
        (200, []),
        (201, []),
        (202, []),
        (299, []),
        (100, ["StatusIsNoSuccess"]),
        (301, ["StatusIsNoSuccess"]),
        (304, ["StatusIsNoSuccess"]),
        (404, ["StatusIsNoSuccess"]),
        (500, ["StatusIsNoSuccess"]),
    ],
)
def test_a_grant_has_a_2xx_status(status: int, violations: list[str], answered: Answered, names: Names) -> None:
    assert names(http.success_status(answered(GRANTED, status=status))) == violations


@pytest.mark.parametrize(
    ("status", "headers", "violations"),
    [
        (200, [], []),
        (400, [], []),
        (404, [], []),
        (429, [], []),
        (503, [("retry-after", "5")], []),
        (500, [], ["ServerError"]),
        (501, [], ["ServerError"]),
        (503, [], ["ServerError"]),
        (503, [("Retry-After", "")], ["ServerError"]),
        (500, [("Retry-After", "5")], ["ServerError"]),
        (599, [], ["ServerError"]),
    ],
)
def test_a_refusal_has_no_5xx_status(
    status: int, headers: list[tuple[str, str]], violations: list[str], answered: Answered, names: Names
) -> None:
    assert names(http.no_server_error(answered(MESSAGE, status=status, headers=headers))) == violations


CONTENT_TYPES: dict[str, dict[str, list[str]]] = {
    "XML": {
        "text/xml": [],
        "application/xml": [],
        "application/vnd.verba.v9+xml": [],
        "TEXT/XML": [],
        "text/XML;charset=UTF-8": [],
        'application/xml ; charset="utf-8"; x="a;b\\"c"': [],
        "text/xml;": [],
        "text/xml;; charset=utf-8": [],
        " text/xml\t": [],
        "text/html": ["WrongContentType"],
        "text/plain; charset=utf-8": ["WrongContentType"],
        "application/json": ["WrongContentType"],
        "application/octet-stream": ["WrongContentType"],
        "application/xml-dtd": ["WrongContentType"],
        'text/plain; x="text/xml"': ["WrongContentType"],
        "xml": ["MalformedContentType"],
        "text/": ["MalformedContentType"],
        "text/xml, text/xml": ["MalformedContentType"],
        "text/xml charset=utf-8": ["MalformedContentType"],
        "": ["MissingContentType"],
    },
    "HTML": {
        "text/html": [],
        "Text/Html; Charset=iso-8859-1": [],
        "text/xml": ["WrongContentType"],
        "text/plain": ["WrongContentType"],
        "text/htmlx": ["WrongContentType"],
    },
    "TEXT": {
        "text/plain": [],
        "text/plain; charset=utf-8; format=flowed": [],
        "text/html": ["WrongContentType"],
        "text": ["MalformedContentType"],
    },
    "PDF": {"anything": [], "": []},
}


@pytest.mark.parametrize(
    ("asked", "given", "violations"),
    [(asked, given, names) for asked, table in CONTENT_TYPES.items() for given, names in table.items()],
)
def test_the_content_type_names_the_format_asked_for(
    asked: str, given: str, violations: list[str], answered: Answered, names: Names
) -> None:
    exchange = answered("x", given, asked={"responseType": asked})

    assert names(http.content_type(exchange)) == violations


def test_two_content_types_are_one_too_many(answered: Answered, names: Names) -> None:
    exchange = answered(GRANTED, "text/xml", headers=[("content-type", "text/xml")])

    assert names(http.content_type(exchange)) == ["SecondContentType"]


def test_an_answer_without_content_needs_no_content_type(answered: Answered) -> None:
    assert http.content_type(answered("")) == ()


CHARSETS: dict[str, tuple[str | bytes, str, list[str]]] = {
    "none": (named("UTF-8"), "text/xml", []),
    "UTF-8": (named("UTF-8"), "text/xml; charset=utf-8", []),
    "utf8": (named("UTF-8"), "text/xml; charset=utf8", []),
    "in quotes": (named("UTF-8"), 'text/xml; CHARSET="Utf-8"', []),
    "UTF-8 with a mark": ("\ufeff" + named("UTF-8"), "text/xml; charset=utf-8", []),
    "no declaration": (MESSAGE, "text/xml; charset=utf-8", []),
    "Latin-1 and no declaration": (MESSAGE.encode("latin-1"), "text/xml; charset=iso-8859-1", []),
    "Latin-1 declared": (named("ISO-8859-1").encode("latin-1"), "text/xml; charset=ISO-8859-1", []),
    "two names that agree": (named("ISO-8859-1").encode("latin-1"), "text/xml; charset=windows-1252", []),
    "ASCII in ISO-8859-1": (GRANTED, "text/xml; charset=iso-8859-1", []),
    "ASCII in ASCII": (GRANTED, "text/xml; charset=us-ascii", []),
    "ASCII in windows-1252 declared UTF-8": (
        f'<?xml version="1.0" encoding="UTF-8"?>{GRANTED}',
        "text/xml; charset=windows-1252",
        [],
    ),
    "UTF-16 with a mark": (named("UTF-16").encode("utf-16"), "text/xml; charset=utf-16", []),
    "UTF-16LE with a mark": (b"\xff\xfe" + named("UTF-16").encode("utf-16-le"), "text/xml; charset=utf-16le", []),
    "UTF-16BE": (named("UTF-16BE").encode("utf-16-be"), "text/xml; charset=UTF-16BE", []),
    "UTF-16BE as UTF-16": (named("UTF-16BE").encode("utf-16-be"), "text/xml; charset=UTF-16", []),
    "UTF-16LE as UTF-16": (named("UTF-16LE").encode("utf-16-le"), "text/xml; charset=UTF-16", []),
    "Shift_JIS": (
        named("Shift_JIS").replace("í", "通").replace("á", "話").encode("shift_jis"),
        "text/xml; charset=Shift_JIS",
        [],
    ),
    "nothing": ("", "text/xml; charset=utf-8", []),
    "UTF-8 as UTF-16": (named("UTF-8"), "text/xml; charset=utf-16", ["BytesOutsideTheCharset"]),
    "undeclared UTF-8 as UTF-16LE": (GRANTED, "text/xml; charset=utf-16le", ["BytesOutsideTheCharset"]),
    "UTF-8 as EBCDIC": (named("UTF-8"), "text/xml; charset=ibm037", ["BytesOutsideTheCharset"]),
    "page as UTF-16": ("<p>Hi.", "text/html; charset=utf-16", ["BytesOutsideTheCharset"]),
    "text as UTF-16": ("Hi", "text/plain; charset=utf-16", ["BytesOutsideTheCharset"]),
    "text in UTF-16": ("Hívás".encode("utf-16-be"), "text/plain; charset=utf-16", []),
    "Latin-1 as UTF-8": (
        named("ISO-8859-1").encode("latin-1"),
        "text/xml; charset=utf-8",
        ["BytesOutsideTheCharset"],
    ),
    "UTF-8 as ASCII": (named("UTF-8"), "text/xml; charset=us-ascii", ["BytesOutsideTheCharset"]),
    "UTF-8 as Latin-1": (named("UTF-8"), "text/xml; charset=iso-8859-1", ["ContradictoryCharset"]),
    "UTF-8 mark as Latin-1": ("\ufeff" + GRANTED, "text/xml; charset=iso-8859-1", ["ContradictoryCharset"]),
    "UTF-16 as UTF-8": (named("UTF-16").encode("utf-16"), "text/xml; charset=utf-8", ["BytesOutsideTheCharset"]),
    "UTF-16 of the other end": (
        b"\xff\xfe" + named("UTF-16").encode("utf-16-le"),
        "text/xml; charset=utf-16be",
        ["ContradictoryCharset"],
    ),
    "unknown": (named("UTF-8"), "text/xml; charset=utf-9", ["UnknownCharset"]),
    "empty": (named("UTF-8"), "text/xml; charset=", ["UnknownCharset"]),
    "in single quotes": (named("UTF-8"), "text/xml; charset='utf-8'", ["UnknownCharset"]),
    "with underscores": (named("UTF-8"), "text/xml; charset=UTF_8", ["UnknownCharset"]),
    "no charset": (named("UTF-8"), "text/xml; charset=binary", ["UnknownCharset"]),
    "Base64": (named("UTF-8"), "text/xml; charset=base64", ["UnknownCharset"]),
    "unknown for nothing": ("", "text/xml; charset=none", ["UnknownCharset"]),
    "page": ("<p>Hívás", "text/html; charset=utf-8", []),
    "page in Latin-1": ("<p>Hívás".encode("latin-1"), "text/html; charset=iso-8859-1", []),
    "page in Latin-2": ("<p>č".encode("iso-8859-2"), "text/html; charset=iso-8859-2", []),
    "page in Latin-2 with another meta": (
        "<meta charset=UTF-8><p>č".encode("iso-8859-2"),
        "text/html; charset=iso-8859-2",
        [],
    ),
    "page with the same meta": ("<meta charset=UTF-8><p>Hívás", "text/html; charset=utf-8", []),
    "page with two names that agree on the web": (
        b"<meta charset=windows-1252><p>\x93Call\x94",
        "text/html; charset=iso-8859-1",
        [],
    ),
    "page with another meta": (
        "<meta charset=iso-8859-1><p>Hívás",
        "text/html; charset=utf-8",
        ["ContradictoryCharset"],
    ),
    "page that cannot be read": (
        "<p>Hívás".encode("latin-1"),
        "text/html; charset=utf-8",
        ["BytesOutsideTheCharset"],
    ),
    "text": ("Hívás", "text/plain; charset=utf-8", []),
    "text in Latin-1": ("Hívás".encode("latin-1"), "text/plain; charset=latin1", []),
    "text that cannot be read": ("Hívás".encode("latin-1"), "text/plain; charset=utf-8", ["BytesOutsideTheCharset"]),
    "text in Latin-2 that holds a meta": ("č <meta charset=utf-8>".encode("iso-8859-2"), "a/b; charset=latin2", []),
    "text in Latin-1 after a mark": (b"\xef\xbb\xbfH\xedv", "text/plain; charset=iso-8859-1", []),
    "text with another mark": ("\ufeffHívás", "text/plain; charset=iso-8859-1", ["ContradictoryCharset"]),
}


@pytest.mark.parametrize(("body", "content_type", "violations"), CHARSETS.values(), ids=CHARSETS)
def test_a_body_can_be_read_in_the_charset_of_its_header(
    body: str | bytes, content_type: str, violations: list[str], answered: Answered, names: Names
) -> None:
    assert names(http.charset(answered(body, content_type))) == violations


def test_a_document_that_is_not_in_its_own_encoding_is_not_compared(answered: Answered) -> None:
    exchange = answered(named("UTF-8").encode("latin-1"), "text/xml; charset=iso-8859-1")

    assert http.charset(exchange) == ()


def test_a_media_type_is_taken_apart() -> None:
    found = media_type('Text/Xml ; Charset="u\\tf-8" ;b=c; ; CHARSET=x')

    assert found.essence == "text/xml"
    assert found.parameters == (("charset", "utf-8"), ("b", "c"), ("charset", "x"))
    assert found.charset == "utf-8"
    assert found.rest == ""


@pytest.mark.parametrize("charset", ["utf-16", "utf-16le", "utf-32", "ibm037", "none"])
def test_a_wrong_charset_in_the_header_is_a_fault_of_the_header_alone(
    charset: str, answered: Answered, names: Names
) -> None:
    exchange = answered(named("UTF-8"), f"text/xml; charset={charset}")

    assert len(http.charset(exchange)) == 1
    assert names(http.format_asked_for(exchange)) == []
    assert names(xml.well_formed(exchange)) == []
    assert names(xml.refused_code(exchange)) == []
