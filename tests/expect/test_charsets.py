"""Names of charsets, marks, and what bytes are by them: the tables below each reading."""

import pytest

from keepcall.expect.parsing.charset import (
    believable,
    byte_order_mark,
    codec,
    decoded,
    family,
    first_outsider,
    fits,
    readable,
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("utf-8", "utf-8"),
        ("UTF-8", "utf-8"),
        ("csUTF8", "utf-8"),
        ("UCS-2", "utf-16"),
        ("ISO-10646-UCS-4", "utf-32"),
        ("Latin-9", "iso8859-15"),
        ("windows-1250", "cp1250"),
        ("x-cp1258", "cp1258"),
        ("x-sjis", "cp932"),
        ("GB_2312-80", "gb2312"),
        ("ISO-8859-8-I", "iso8859-8"),
        ("ISO_8859-1:1987", "iso8859-1"),
        ("IBM01140", "cp1140"),
        ("", ""),
        ("klingon", ""),
        ("utf-8;", ""),
        ("'utf-8'", ""),
        ("utf_8", ""),
        ("UTF_8", ""),
        ("u8", ""),
        ("U8", ""),
        ("us_ascii", ""),
        ("windows_1252", ""),
        ("latin", ""),
        ("base64", ""),
        ("utf-7", ""),
        ("UTF-8-sig", ""),
        ("rot-13", ""),
        ("-utf-8", ""),
        ("a" * 65, ""),
    ],
)
def test_a_charset_is_known_by_its_registered_names(name: str, found: str) -> None:
    assert codec(name) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"\xef\xbb\xbf<", ("utf-8", 3)),
        (b"\xff\xfe<\0", ("utf-16-le", 2)),
        (b"\xfe\xff\0<", ("utf-16-be", 2)),
        (b"\xff\xfe\0\0", ("utf-32-le", 4)),
        (b"\0\0\xfe\xff", ("utf-32-be", 4)),
        (b"", ("", 0)),
        (b"<\xef\xbb\xbf", ("", 0)),
    ],
)
def test_a_byte_order_mark_names_the_codec(body: bytes, found: tuple[str, int]) -> None:
    assert byte_order_mark(body) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"\0\0\0<", "utf-32-be"),
        (b"<\0\0\0", "utf-32-le"),
        (b"\0<\0?", "utf-16-be"),
        (b"<\0?\0", "utf-16-le"),
        ("<?xml".encode("cp037"), "cp037"),
        (b"<?xml", ""),
        (b"", ""),
    ],
)
def test_markup_shows_its_family_by_its_first_sign(body: bytes, found: str) -> None:
    assert family(body) == found


@pytest.mark.parametrize(
    ("body", "name", "can_be"),
    [
        (b"\0a", "utf-16", True),
        (b"ab", "utf-16", False),
        (b"ab", "utf-16-le", False),
        (b"\0\0\0a", "utf-32", True),
        (b"abcd", "utf-32", False),
        (b"abcd", "utf-32-be", False),
        (b"<p>", "utf-8", True),
        (b"<p>", "cp037", False),
        (b" \n<p>", "cp037", False),
        (b"\x4c\x97", "cp037", True),
        (b"a<\n", "cp037", True),
        (b"", "utf-8", True),
        (b"<", "shift_jis", True),
    ],
)
def test_a_body_can_only_be_in_a_charset_that_it_looks_like(body: bytes, name: str, *, can_be: bool) -> None:
    assert believable(body, name) is can_be


@pytest.mark.parametrize(
    ("mark", "name", "may_be"),
    [
        ("utf-8", "utf-8", True),
        ("utf-16-le", "utf-16", True),
        ("utf-16-le", "utf-16-le", True),
        ("utf-16-le", "utf-16-be", False),
        ("utf-32-be", "utf-32", True),
        ("utf-8", "utf-16", False),
        ("utf-16-be", "utf-8", False),
        ("", "utf-8", False),
    ],
)
def test_a_mark_fits_the_charset_that_has_it(mark: str, name: str, *, may_be: bool) -> None:
    assert fits(mark, name) is may_be


@pytest.mark.parametrize(
    ("body", "name", "text"),
    [
        ("žluť".encode(), "utf-8", "žluť"),
        (b"\xe9", "utf-8", None),
        (b"\xe9", "iso8859-1", "é"),
        (b"\x87\x40", "shift_jis", "①"),
        ("镕".encode("gbk"), "gb2312", "镕"),
        (b"\x87\x40", "euc_kr", None),
        (b"\x80", "ascii", None),
        (b"a", "klingon", None),
        (b"a", "idna\0", None),
    ],
)
def test_bytes_are_read_strictly(body: bytes, name: str, text: str | None) -> None:
    assert decoded(body, name) == text


@pytest.mark.parametrize(
    ("body", "names", "text"),
    [
        (b"\xe9", ("iso8859-2", "utf-8"), "é"),
        (b"\xe8", ("utf-8", "iso8859-2"), "č"),
        (b"<\0p\0", (), "<p"),
        ("é€".encode(), (), "é€"),
        ("é".encode(), ("",), "é"),
        (b"\x80\xff", (), "€ÿ"),
        (b"\x81\xff", (), "\x81ÿ"),
        (b"", ("utf-8",), ""),
    ],
)
def test_a_body_can_always_be_read(body: bytes, names: tuple[str, ...], text: str) -> None:
    assert readable(body, *names) == text


@pytest.mark.parametrize(
    ("body", "name", "told"),
    [
        (b"ab\xe9", "ascii", "byte E9 at offset 2, which is none of it (ordinal not in range(128))"),
        (b"\xe2\x82", "utf-8", "byte E2 82 at offset 0, which is none of it (unexpected end of data)"),
        (b"\x00\x00\x00\x00\xff\xff\xff\xff", "utf-32-le", None),
        (b"a\0\0\0b", "utf-32-le", "byte 62 at offset 4, which is none of it (truncated data)"),
        (b"\\u12345678", "klingon", "bytes of another encoding"),
        (b"a", "utf-8", "bytes of another encoding"),
    ],
)
def test_the_first_byte_that_is_none_is_told(body: bytes, name: str, told: str | None) -> None:
    expected = told or "byte FF FF FF FF at offset 4, which is none of it (code point not in range(0x110000))"

    assert first_outsider(body, name) == expected


def test_of_many_bytes_that_are_none_four_are_told() -> None:
    told = first_outsider(b"\\U0011000000000000", "unicode_escape")

    assert told == "byte 5C 55 30 30 at offset 0, which is none of it (illegal Unicode character)"
