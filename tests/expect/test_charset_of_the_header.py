"""The charset of Content-Type, where the body does not say by itself what encoding it is in."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect import http, xml
from keepcall.expect.check import Check
from keepcall.expect.parsing.answer import parsed

Answered = Callable[..., Exchange]
Names = Callable[..., list[str]]

REFUSED = '<VerbaApi><Response code="2" type="KeepCall"><ErrorMessage>Hívás</ErrorMessage></Response></VerbaApi>'


@pytest.mark.parametrize("check", [xml.valid, xml.documented_only, xml.refused_code, http.charset, http.content_type])
@pytest.mark.parametrize("charset", ["ISO-8859-1", "utf-16", "utf-16le", "windows-1250"])
def test_xml_without_a_declaration_is_read_by_it(check: Check, charset: str, answered: Answered) -> None:
    assert check(answered(REFUSED.encode(charset), f"text/xml; charset={charset}")) == ()


@pytest.mark.parametrize("charset", ["ISO-8859-1", "utf-16be", "utf-32"])
def test_the_message_is_read_by_it(charset: str, answered: Answered) -> None:
    reading = parsed(answered(REFUSED.encode(charset), f"text/xml; charset={charset}"))

    assert (reading.format, reading.code, reading.type, reading.messages) == ("XML", "2", "KeepCall", ("Hívás",))


@pytest.mark.parametrize(
    ("body", "charset", "violations"),
    [
        ("Hívás".encode("utf-16-be"), "utf-16", []),
        ("Hívás".encode("utf-16-le"), "utf-16le", []),
        ("Hívás".encode("utf-16"), "UTF-16", []),
        ("Hívás".encode("utf-32"), "UTF-32", []),
        ("Hívás".encode("utf-32-be"), "utf-32", []),
        ("Hívás".encode(), "us-ascii", ["BytesOutsideTheCharset"]),
        ("Hívás".encode("latin-1"), "utf-8", ["BytesOutsideTheCharset"]),
        (b"", "utf-16", []),
    ],
)
def test_a_text_is_read_by_it(
    body: bytes, charset: str, violations: list[str], answered: Answered, names: Names
) -> None:
    exchange = answered(body, f"text/plain; charset={charset}", asked={"responseType": "TEXT"})

    assert names(http.charset(exchange)) == violations


@pytest.mark.parametrize("name", ["content-type", "CONTENT-TYPE"])
def test_the_name_of_the_header_is_read_in_any_case(name: str, answered: Answered, names: Names) -> None:
    exchange = answered("Hívás", asked={"responseType": "TEXT"}, headers=[(name, "text/plain; charset=us-ascii")])

    assert names(http.charset(exchange)) == ["BytesOutsideTheCharset"]
