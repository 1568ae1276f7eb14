"""How a body becomes text, and what it says of its own encoding."""

import pytest

from keepcall.expect.parsing.encoding import declared_encoding, html_text, meta_charset, plain_text, xml_text

XML = '<?xml version="1.0" encoding="{}"?><a>é</a>'


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<?xml version="1.0" encoding="UTF-8"?>', "UTF-8"),
        ("<?xml version='1.0' encoding = 'latin1' standalone='no'?>", "latin1"),
        (' \n<?XML version="1.0" ENCODING="UTF-8"?>', "UTF-8"),
        ('<?xml version="1.0" encoding=""?>', ""),
        ('<?xml version="1.0"?>', ""),
        ('<a/><?xml version="1.0" encoding="UTF-8"?>', ""),
        ("", ""),
        (f'<?xml version="1.0"{" " * 980} encoding="UTF-8"?>', "UTF-8"),
        (f'<?xml version="1.0"{" " * 1024} encoding="UTF-8"?>', ""),
        (f'{" " * 1024}<?xml version="1.0" encoding="UTF-8"?>', "UTF-8"),
    ],
)
def test_an_xml_declaration_names_the_encoding(text: str, name: str) -> None:
    assert declared_encoding(text) == name


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (b"<meta charset=utf-8>", "utf-8"),
        (b'<META CHARSET="iso-8859-2">', "iso8859-2"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">', "cp1250"),
        (b"<meta charset=iso-8859-1>", "cp1252"),
        (b"<meta charset=us-ascii>", "cp1252"),
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta charset=utf-16le>", "utf-8"),
        (b"<meta charset=utf-32>", "utf-8"),
        (b"<!-- <meta charset=iso-8859-2> --><meta charset=utf-8>", "utf-8"),
        (b"<me<!-- -->ta charset=utf-8>", "utf-8"),
        (b"<!-- <meta charset=iso-8859-2>", ""),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><html>', "iso8859-2"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><meta charset="utf-8">', "utf-8"),
        (b"<meta charset=klingon>", ""),
        (b"<meta charset=\xe9>", ""),
        (b'<?xml encoding="\xe9"?>', ""),
        (b" " * 1003 + b"<meta charset=utf-8>", "utf-8"),
        (b" " * 1010 + b"<meta charset=utf-8>", ""),
        (b"<p>", ""),
    ],
)
def test_a_page_names_its_charset_in_its_head(page: bytes, name: str) -> None:
    assert meta_charset(page) == name


@pytest.mark.parametrize(
    ("body", "charset", "text", "own"),
    [
        (b"\xef\xbb\xbf\xc3\xa9", "latin1", "é", True),
        (b"\xef\xbb\xbf\xff", "", "\ufffd", True),
        (b"\xff\xfea\0", "", "a", True),
        (b"<p>\xe9", "iso-8859-2", "<p>é", False),
        (b"<p>\x80", "iso-8859-1", "<p>€", False),
        (b"<p>\xff", "utf-8", "<p>\ufffd", False),
        (b"<meta charset=iso-8859-2>\xe8", "", "<meta charset=iso-8859-2>č", True),
        (b"<meta charset=iso-8859-2>\xe8", "iso-8859-1", "<meta charset=iso-8859-2>è", True),
        (b"<meta charset=iso-8859-2>\xe8", "utf-16", "<meta charset=iso-8859-2>č", True),
        (b"<p>\xc3\xa9", "", "<p>é", False),
        (b"<p>\x80", "", "<p>€", False),
        (b"<p>\x80", "klingon", "<p>€", False),
        ("<p>é".encode("utf-16-le"), "utf-16", "<p>é", False),
        ("<p>é".encode("utf-16-be"), "utf-16", "<p>é", False),
        ("é\0".encode("utf-16-le"), "utf-16", "é\0", False),
        ("é\0".encode("utf-32-le"), "utf-32", "é\0", False),
        ("<p>é".encode("utf-32-be"), "utf-32", "<p>é", False),
    ],
)
def test_a_page_is_read_as_a_browser_reads_it(body: bytes, charset: str, text: str, *, own: bool) -> None:
    found = html_text(body, charset)

    assert (found.text, found.faults, found.own) == (text, (), own)


@pytest.mark.parametrize(
    ("body", "charset", "text", "own"),
    [
        (b"\xef\xbb\xbf\xc3\xa9", "latin1", "é", True),
        (b"\xef\xbb\xbf\xff", "", "\ufffd", True),
        (b"\xe8", "iso-8859-2", "č", False),
        (b"\xc3\xa9", "", "é", False),
        (b"\xc3\xa9", "iso-8859-1", "Ã©", False),
        (b"\xc3\xa9", "us-ascii", "é", False),
        (b"\xc3\xa9", "klingon", "é", False),
        (b"\xe9", "", "é", False),
        (b"\x80", "", "\x80", False),
        (b"\xe9", "utf-8", "é", False),
        ("é\0".encode("utf-16-be"), "utf-16", "é\0", False),
        ("é\0".encode("utf-32-be"), "utf-32", "é\0", False),
        ("\0é".encode("utf-16-le"), "utf-16le", "\0é", False),
        (b"plain", "utf-16", "plain", False),
        (b"text", "utf-16", "text", False),
        (b"<b>\xc3\xa9", "IBM037", "<b>é", False),
    ],
)
def test_plain_text_is_read_by_mark_then_header_then_as_utf_8(
    body: bytes, charset: str, text: str, *, own: bool
) -> None:
    found = plain_text(body, charset)

    assert (found.text, found.faults, found.own) == (text, (), own)


@pytest.mark.parametrize(
    ("body", "charset", "text", "own"),
    [
        (XML.format("UTF-8").encode(), "latin1", XML.format("UTF-8"), True),
        (XML.format("latin1").encode("latin1"), "utf-8", XML.format("latin1"), True),
        (b"\xef\xbb\xbf" + XML.format("UTF-8").encode(), "", XML.format("UTF-8"), True),
        (b"\xff\xfe" + XML.format("UTF-16").encode("utf-16-le"), "", XML.format("UTF-16"), True),
        (XML.format("UTF-16LE").encode("utf-16-le"), "", XML.format("UTF-16LE"), True),
        (XML.format("UTF-32").encode("utf-32-be"), "", XML.format("UTF-32"), True),
        (XML.format("IBM037").encode("cp037"), "", XML.format("IBM037"), True),
        (b"<a>\xc3\xa9</a>", "", "<a>é</a>", False),
        (b"<a>\xe9</a>", "latin1", "<a>é</a>", False),
        (b"<a>\xc3\xa9</a>", "utf-16", "<a>é</a>", False),
        (b"<a>\xc3\xa9</a>", "us-ascii", "<a>é</a>", False),
        (b"<a>\xc3\xa9</a>", "klingon", "<a>é</a>", False),
        ("<a>é</a>".encode("utf-16-le"), "utf-16le", "<a>é</a>", False),
        ("<a>é</a>".encode("utf-32-be"), "utf-32", "<a>é</a>", False),
        ("\n\0<a>é</a>".encode("utf-32-be"), "utf-32", "\n\0<a>é</a>", False),
    ],
)
def test_xml_is_read_by_mark_then_declaration_then_header(body: bytes, charset: str, text: str, *, own: bool) -> None:
    found = xml_text(body, charset)

    assert (found.text, found.faults, found.own) == (text, (), own)


@pytest.mark.parametrize(
    ("body", "charset", "text", "own", "fault"),
    [
        (b"\xef\xbb\xbf" + XML.format("klingon").encode(), "", XML.format("klingon"), True, "UnknownEncoding"),
        (
            b"\xef\xbb\xbf" + XML.format("latin1").encode(),
            "",
            XML.format("latin1"),
            True,
            "ContradictoryByteOrderMark",
        ),
        (b"\xef\xbb\xbf<a>\xff</a>", "", "<a>\ufffd</a>", True, "BytesOutsideTheEncoding"),
        (
            b'\xef\xbb\xbf<?xml encoding="klingon"?>\xff',
            "",
            '<?xml encoding="klingon"?>\ufffd',
            True,
            "UnknownEncoding",
        ),
        (XML.format("klingon").encode("latin1"), "", XML.format("klingon"), True, "UnknownEncoding"),
        (XML.format("UTF-16").encode("utf-16-be"), "", XML.format("UTF-16"), True, "MissingByteOrderMark"),
        (
            XML.format("UTF-8").encode("latin1"),
            "",
            XML.format("UTF-8").replace("é", "\ufffd"),
            True,
            "BytesOutsideTheEncoding",
        ),
        (XML.format("UTF-16").encode(), "", XML.format("UTF-16"), True, "BytesOutsideTheEncoding"),
        (XML.format("IBM037").encode(), "", XML.format("IBM037"), True, "BytesOutsideTheEncoding"),
        (XML.format("UTF-8").encode("utf-16-le"), "", XML.format("UTF-8"), True, "BytesOutsideTheEncoding"),
        ("<a>é</a>".encode("utf-16-le"), "", "<a>é</a>", False, "MissingByteOrderMark"),
        ("<a>é</a>".encode("utf-16-be"), "utf-16", "<a>é</a>", False, "MissingByteOrderMark"),
        ("\n\0<a>é</a>".encode("utf-16-be"), "utf-16", "\n\0<a>é</a>", False, "MissingByteOrderMark"),
        ("<a>é</a>".encode("utf-16-le") + b"<", "", "<a>é</a>\ufffd", False, "MissingByteOrderMark"),
        ("<a>é</a>".encode("utf-32-be"), "", "<a>é</a>", False, "MissingByteOrderMark"),
        (b"<a>\xe9</a>", "", "<a>\ufffd</a>", False, "BytesOutsideTheEncoding"),
        (b"<a>\xe9</a>", "us-ascii", "<a>\ufffd</a>", False, "BytesOutsideTheEncoding"),
        ("\ufeff\ufeff<a>é</a>".encode(), "", "<a>é</a>", True, "SecondByteOrderMark"),
        ("\ufeff\ufeffX<a/>".encode(), "", "X<a/>", True, "SecondByteOrderMark"),
    ],
)
def test_what_is_wrong_with_an_encoding_is_one_fault(
    body: bytes, charset: str, text: str, own: bool, fault: str
) -> None:
    found = xml_text(body, charset)

    assert (found.text, [each.name for each in found.faults], found.own) == (text, [fault], own)


@pytest.mark.parametrize(
    ("body", "charset", "expected", "got"),
    [
        (
            "\0<a>".encode("utf-16-be"),
            "utf-16",
            "a byte order mark, which UTF-16 must have",
            "'utf-16' and no byte order mark",
        ),
        (
            b"<a>\xe9</a>",
            "us-ascii",
            "nothing but 'us-ascii'",
            "byte E9 at offset 3, which is none of it (ordinal not in range(128))",
        ),
        (
            b"<a>\xe9</a>",
            "klingon",
            "nothing but 'UTF-8'",
            "byte E9 at offset 3, which is none of it (invalid continuation byte)",
        ),
    ],
)
def test_a_fault_of_what_declares_nothing_is_told_by_the_charset_of_the_header(
    body: bytes, charset: str, expected: str, got: str
) -> None:
    (fault,) = xml_text(body, charset).faults

    assert (fault.expected, fault.got) == (expected, got)


@pytest.mark.parametrize(("spaces", "own"), [(4_057, True), (4_058, False)])
def test_a_declaration_is_looked_for_in_the_beginning_of_a_document(spaces: int, own: bool) -> None:
    declaration = '<?xml version="1.0" encoding="latin1"?>'

    assert xml_text(b" " * spaces + declaration.encode() + b"<a/>", "").own is own
