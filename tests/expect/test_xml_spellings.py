"""KC-XML-01 to KC-XML-05: every legal spelling of a document is right."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect import xml
from keepcall.expect.decision import decision_of, well_formed_refusal

Answered = Callable[..., Exchange]

NAMED = '<?xml version="1.0" encoding="{}"?>'
GRANTED = '<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
REFUSED = '<VerbaApi><Response code="{}" type="KeepCall"><ErrorMessage>{}</ErrorMessage></Response></VerbaApi>'


def granted(before: str = "", inside: str = "", after: str = "", attributes: str = 'code="0" type="KeepCall"') -> str:
    return f"{before}<VerbaApi><Response {attributes}/>{inside}</VerbaApi>{after}"


def refused(message: str, code: str = "2") -> str:
    return REFUSED.format(code, message)


GRANTED_SPELLINGS = {
    "as documented": (
        '<?xml version="1.0" encoding="UTF-8"?>\n<VerbaApi>\n<Response code="0" type="KeepCall"/>\n</VerbaApi>'
    ),
    "without a declaration": GRANTED,
    "declaration without an encoding": '<?xml version="1.0"?>' + GRANTED,
    "single quotes": (
        "<?xml version='1.0' encoding='utf-8'?><VerbaApi><Response code='0' type='KeepCall'></Response></VerbaApi>"
    ),
    "standalone": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + GRANTED,
    "spaces in the declaration": '<?xml  version = "1.0"\n encoding = "UTF-8" ?>' + GRANTED,
    "version 1.1": '<?xml version="1.1" encoding="UTF-8"?>' + GRANTED,
    "version 1.1 with its own line ends": (
        '<?xml version="1.1"?>\x85<VerbaApi>\x85<Response code="0"\u2028type="KeepCall"/></VerbaApi>'
    ),
    "version 1.1 with a control character by reference": granted(
        '<?xml version="1.1"?>', attributes='code="0" type="KeepCall" x="&#1;&#x1F;"'
    ),
    "version 1.3": '<?xml version="1.3"?>' + GRANTED,
    "carriage returns": "<VerbaApi>\r\n\t<Response code='0' type='KeepCall'/>\r\n</VerbaApi>\r\n",
    "byte order mark": "\ufeff" + NAMED.format("UTF-8") + GRANTED,
    "byte order mark without a declaration": "\ufeff" + GRANTED,
    "utf8 without a hyphen": NAMED.format("utf8") + GRANTED,
    "comments": granted("<!-- a < b & c -->", "<!---->", "<!-- z -->"),
    "comment between declaration and root": granted(NAMED.format("UTF-8") + "\n<!-- KeepCall -->\n"),
    "processing instructions": granted('<?xml-stylesheet href="x.xsl"?>', "<?php echo '>' ?>", "<?end?>"),
    "end tag with white space": "<VerbaApi ><Response code='0' type='KeepCall' ></Response\n></VerbaApi\t>",
    "attributes in another order": granted(attributes='type="KeepCall" code="0"'),
    "attributes over lines": granted(attributes='\n  code = "0"\n\ttype\n=\n"KeepCall" '),
    "attributes by reference": granted(attributes='code="&#48;" type="Keep&#x43;all"'),
    "more attributes": (
        '<VerbaApi version="9"><Response code="0" type="KeepCall" token="a>b" xml:lang="en"/></VerbaApi>'
    ),
    "attributes of another namespace": (
        '<VerbaApi xmlns:v="urn:v" v:a="1"><Response v:code="7" code="0" type="KeepCall"/></VerbaApi>'
    ),
    "more elements": granted(inside="<SessionId>1</SessionId><Remote><a><b c='1'>x</b></a></Remote>"),
    "elements of another namespace": granted(inside='<v:x xmlns:v="urn:v"/><y xmlns="urn:y">z</y>'),
    "odd namespace name": granted(inside='<x xmlns="urn with spaces"/>'),
    "odd xml:id": granted(inside='<x xml:id="1 2"/>'),
    "doctype": "<!DOCTYPE VerbaApi>" + GRANTED,
    "doctype with a system identifier": '<!DOCTYPE VerbaApi SYSTEM "http://127.0.0.1:9/verba.dtd">' + GRANTED,
    "doctype with a public identifier": '<!DOCTYPE VerbaApi PUBLIC "-//V//DTD" "verba.dtd">' + GRANTED,
    "doctype with declarations": "<!DOCTYPE VerbaApi [<!ELEMENT VerbaApi ANY><!-- <!ENTITY no 'n'> -->]>" + GRANTED,
    "entity declaration in a comment": granted("<!-- <!DOCTYPE a [<!ENTITY b 'c'>]> -->"),
    "schema location": granted().replace(
        "<VerbaApi>",
        '<VerbaApi xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="v.xsd">',
    ),
    "white space around it": NAMED.format("UTF-8") + "\n\n" + GRANTED + "\n \t\r\n",
}

ENCODED_SPELLINGS = {
    "UTF-16 little-endian with a mark": (NAMED.format("UTF-16"), "utf-16-le", b"\xff\xfe"),
    "UTF-16 big-endian with a mark": (NAMED.format("utf-16"), "utf-16-be", b"\xfe\xff"),
    "UTF-16 with a mark and no declaration": ("", "utf-16-le", b"\xff\xfe"),
    "UTF-16LE by name": (NAMED.format("UTF-16LE"), "utf-16-le", b""),
    "UTF-16BE by name": (NAMED.format("UTF-16BE"), "utf-16-be", b""),
    "UTF-16LE by name and mark": (NAMED.format("UTF-16LE"), "utf-16-le", b"\xff\xfe"),
    "ISO-10646-UCS-2": (NAMED.format("ISO-10646-UCS-2"), "utf-16-be", b"\xfe\xff"),
    "UTF-32 with a mark": (NAMED.format("UTF-32"), "utf-32-le", b"\xff\xfe\0\0"),
    "UTF-32BE by name": (NAMED.format("UTF-32BE"), "utf-32-be", b""),
    "ISO-8859-1": (NAMED.format("ISO-8859-1"), "latin-1", b""),
    "iso-8859-1 in lower case": (NAMED.format("iso-8859-1"), "latin-1", b""),
    "ISO-8859-15": (NAMED.format("ISO-8859-15"), "iso8859-15", b""),
    "windows-1252": (NAMED.format("windows-1252"), "cp1252", b""),
    "Windows-1252 in mixed case": (NAMED.format("Windows-1252"), "cp1252", b""),
    "IBM037": (NAMED.format("IBM037"), "cp037", b""),
    "IBM500": (NAMED.format("IBM500"), "cp500", b""),
}

JAPANESE_AND_CHINESE = {
    "Shift_JIS": (NAMED.format("Shift_JIS"), "shift_jis", "通話表ソ"),
    "Shift_JIS with vendor characters": (NAMED.format("shift_jis"), "cp932", "①髙"),
    "windows-31j": (NAMED.format("Windows-31J"), "cp932", "①髙"),
    "EUC-JP": (NAMED.format("EUC-JP"), "euc_jp", "通話"),
    "ISO-2022-JP": (NAMED.format("ISO-2022-JP"), "iso2022_jp", "通話"),
    "GBK": (NAMED.format("GBK"), "gbk", "通话"),
    "GB18030": (NAMED.format("gb18030"), "gb18030", "通话😀"),
    "Big5": (NAMED.format("Big5"), "big5", "通話"),
    "EUC-KR": (NAMED.format("EUC-KR"), "euc_kr", "통화"),
    "KOI8-R": (NAMED.format("KOI8-R"), "koi8-r", "Звонок"),
    "windows-1250": (NAMED.format("windows-1250"), "cp1250", "hívás ő"),
    "UTF-8": (NAMED.format("UTF-8"), "utf-8", "통화 通話 😀 \ufffd"),
    "C1 controls in ISO-8859-1": (NAMED.format("ISO-8859-1"), "latin-1", "a\x80\x9f"),
}

REFUSED_SPELLINGS = {
    "as documented": "Unable to keep the call, because the call cannot be found.",
    "CDATA": "<![CDATA[a < b & c]]>",
    "CDATA beside text": "a <![CDATA[<b>]]> c<![CDATA[]]>",
    "references": "a &lt; b &amp; c &#233; &#x1F600; &quot;&apos;",
    "white space around it": "\n   Call not found.\n  ",
    "comment in it": "Call <!-- not --> found",
    "instruction in it": "Call <?pi not?> found",
    "other language": "Der Anruf wurde nicht gefunden: é ü 通話",
    "greater-than": "a > b ]] > c",
    "one letter": "x",
    "escaped mark-up": "No call for &lt;script&gt;alert(1)&lt;/script&gt;",
}

CODES = ["2", "1", "-1", "+7", "10", "007", "-0012", "99999999999999999999", "2147483648"]


@pytest.mark.parametrize("body", GRANTED_SPELLINGS.values(), ids=GRANTED_SPELLINGS)
def test_a_granted_answer_in_any_legal_spelling_is_right(body: str, answered: Answered) -> None:
    exchange = answered(body, "text/xml")

    assert xml.well_formed(exchange) == ()
    assert xml.valid(exchange) == ()
    assert xml.granted_code(exchange) == ()
    assert xml.response_type(exchange) == ()
    assert decision_of(exchange) == "granted"


@pytest.mark.parametrize(("declared", "codec", "mark"), ENCODED_SPELLINGS.values(), ids=ENCODED_SPELLINGS)
def test_a_document_in_any_encoding_it_declares_is_right(
    declared: str, codec: str, mark: bytes, answered: Answered
) -> None:
    exchange = answered(mark + (declared + refused("Hívás é")).encode(codec), "application/xml")

    assert xml.well_formed(exchange) == ()
    assert xml.valid(exchange) == ()
    assert xml.refused_code(exchange) == ()
    assert well_formed_refusal(exchange)


@pytest.mark.parametrize(("declared", "codec", "message"), JAPANESE_AND_CHINESE.values(), ids=JAPANESE_AND_CHINESE)
def test_a_message_in_any_encoding_it_declares_is_right(
    declared: str, codec: str, message: str, answered: Answered
) -> None:
    exchange = answered((declared + refused(message)).encode(codec), "application/xml")

    assert xml.well_formed(exchange) == ()
    assert xml.valid(exchange) == ()
    assert xml.refused_code(exchange) == ()
    assert well_formed_refusal(exchange)


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("ISO-8859-1", "latin-1"), ("utf-16be", "utf-16-be"), ("utf-8", "utf-8"), ("us-ascii", "utf-8")],
)
def test_without_a_declaration_the_header_says_the_encoding(charset: str, codec: str, answered: Answered) -> None:
    exchange = answered(refused("Hívás é").encode(codec), f"text/xml; charset={charset}")

    assert xml.well_formed(exchange) == ()
    assert xml.refused_code(exchange) == ()


@pytest.mark.parametrize("message", REFUSED_SPELLINGS.values(), ids=REFUSED_SPELLINGS)
def test_a_refusal_with_any_message_is_right(message: str, answered: Answered) -> None:
    exchange = answered(refused(message), "text/xml")

    assert xml.well_formed(exchange) == ()
    assert xml.valid(exchange) == ()
    assert xml.refused_code(exchange) == ()
    assert decision_of(exchange) == "refused"
    assert well_formed_refusal(exchange)


@pytest.mark.parametrize("code", CODES)
def test_a_refusal_with_any_integer_is_right(code: str, answered: Answered) -> None:
    exchange = answered(refused("No.", code), "text/xml")

    assert xml.valid(exchange) == ()
    assert xml.refused_code(exchange) == ()
    assert well_formed_refusal(exchange)
