"""KC-AUTH-08 and KC-ANY-02: what of the caller's own must not come back, or not as it is."""

import base64
import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote

import pytest

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.request import EncodedRequest, Request
from keepcall.expect.leaks import repeats_secrets
from keepcall.expect.markup import unescaped_markup

Answered = Callable[..., Exchange]
Asking = Callable[..., Request]
Names = Callable[..., list[str]]

KEY = "74c8eea0-50c6-40b2-9f3e-252ed501c3c8"
TOKEN = "a&b<c>'d\" é/=="
SECRETS = {"KEEPCALL_API_KEY": KEY, "KEEPCALL_TOKEN": TOKEN}
GRANTED = '<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'


def refused(message: str) -> str:
    return (
        f'<VerbaApi><Response code="2" type="KeepCall"><ErrorMessage>{message}</ErrorMessage></Response></VerbaApi>'
    )


REPEATED: dict[str, str | bytes] = {
    "raw key": refused(f"Key {KEY} may not do this."),
    "key in upper case": refused(KEY.upper()),
    "key in braces": refused(f"{{{KEY}}}"),
    "key without hyphens": refused(KEY.replace("-", "")),
    "key in Base64": refused(base64.b64encode(KEY.encode()).decode()),
    "key as an attribute": GRANTED.replace("/><", f' apiKey="{KEY}"/><'),
    "key in a comment": f"{GRANTED}<!-- {KEY} -->",
    "key by reference": refused("&#x37;" + KEY[1:]),
    "key in UTF-16": refused(KEY).encode("utf-16"),
    "key in a script": f"<script>var key = '{KEY}'</script><p>x",
    "raw token": f"token {TOKEN}",
    "token escaped for XML": refused(escape(TOKEN)),
    "token escaped but for quotes": refused(escape(TOKEN, quote=False)),
    "token percent-encoded": f'<a href="?token={quote(TOKEN, safe="")}">x</a>',
    "token percent-encoded in small letters": f'<a href="?token={quote(TOKEN, safe="").lower()}">x</a>',
    "token in JSON": json.dumps({"token": TOKEN}),
    "token in Base64": base64.b64encode(TOKEN.encode()),
}


@pytest.mark.parametrize("body", REPEATED.values(), ids=REPEATED)
def test_a_secret_in_the_body_is_seen_and_not_repeated(body: str | bytes, answered: Answered, names: Names) -> None:
    found = tuple(repeats_secrets(SECRETS)(answered(body)))

    assert names(found) == ["RepeatedSecret"]
    assert KEY not in repr(found)
    assert TOKEN not in repr(found)
    assert "the body" in found[0].got


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Api-Key", KEY),
        ("Location", f"/verba/api?apiKey={KEY.upper()}"),
        ("Set-Cookie", f"session={quote(TOKEN)}; Path=/"),
        ("X-Debug", base64.b64encode(KEY.encode()).decode()),
        (f"X-{KEY}", "1"),
    ],
)
def test_a_secret_in_a_header_is_seen_and_not_repeated(
    name: str, value: str, answered: Answered, names: Names
) -> None:
    found = tuple(repeats_secrets(SECRETS)(answered(GRANTED, headers=[(name, value)])))

    assert names(found) == ["RepeatedSecret"]
    assert KEY not in repr(found)


def test_a_header_whose_name_is_a_secret_is_not_named(answered: Answered) -> None:
    found = tuple(repeats_secrets(SECRETS)(answered(GRANTED, headers=[(f"X-{KEY}", TOKEN)])))

    assert [violation.got for violation in found] == [
        "$KEEPCALL_API_KEY in the name of a header",
        "$KEEPCALL_TOKEN in a header",
    ]


def test_both_secrets_are_told_apart(answered: Answered) -> None:
    found = repeats_secrets(SECRETS)(answered(f"{KEY} {TOKEN}"))

    assert sorted(violation.got for violation in found) == [
        "$KEEPCALL_API_KEY in the body",
        "$KEEPCALL_TOKEN in the body",
    ]


@pytest.mark.parametrize(
    ("secrets", "body"),
    [
        (SECRETS, GRANTED),
        (SECRETS, refused("74c8eea0-50c6-40b2-9f3e-252ed501c3c9")),
        (SECRETS, refused("Key 74c8… may not do this.")),
        ({"KEEPCALL_TOKEN": "secret"}, refused("No secret.")),
        ({"KEEPCALL_TOKEN": "keepcall"}, GRANTED),
        ({"KEEPCALL_TOKEN": "recording"}, "The call has been marked for recording."),
        ({"KEEPCALL_TOKEN": ""}, GRANTED),
        ({}, KEY),
    ],
)
def test_an_answer_without_a_secret_is_right(secrets: dict[str, str], body: str, answered: Answered) -> None:
    assert repeats_secrets(secrets)(answered(body)) == ()


def test_a_secret_that_was_sent_as_a_number_may_come_back(answered: Answered, asking: Asking) -> None:
    request = asking(extension=KEY, status="ongoing")

    assert repeats_secrets(SECRETS)(answered(refused(f"No call of {KEY}."), request=request)) == ()


def test_a_secret_in_the_reason_phrase_is_seen(asking: Asking, names: Names) -> None:
    exchange = Exchange(asking(), EncodedRequest("GET", "", ""), "", Answer(403, f"no {KEY}", (), b""))

    assert names(repeats_secrets(SECRETS)(exchange)) == ["RepeatedSecret"]


COME_THROUGH: dict[str, tuple[str, str]] = {
    "element in XML": ("<probe/>", refused("No call of <probe/>.")),
    "open element in XML": ("<probe>", refused("No call of <probe>.")),
    "element with an attribute in XML": ('<probe a="1">x</probe>', refused('<probe a="1">x</probe>')),
    "element in an attribute of XML": ("<probe>", GRANTED.replace("/><", ' n="<probe>"/><')),
    "element with half-escaped quotes": ('<probe a="1">', refused("<probe a=&quot;1&quot;></probe>")),
    "element in lower case": ("<PROBE>", refused("<probe></probe>")),
    "element with a prefix": ("<x:probe>", refused("<x:probe></x:probe>")),
    "element that closes the message": (
        "</ErrorMessage><probe/>",
        refused("</ErrorMessage><probe/><ErrorMessage>"),
    ),
    "response": ('<Response code="0"/>', refused('No call of <Response code="0"/>.')),
    "end of CDATA": ("]]><probe/><![CDATA[", refused("<![CDATA[]]><probe/><![CDATA[]]>")),
    "attribute in XML": ('" probe="1', GRANTED.replace("/><", ' n="" probe="1"/><')),
    "ampersand in XML": ("AT&T", refused("No call of AT&T.")),
    "less-than in XML": ("a<b", refused("No call of a<b.")),
    "reference in XML": ("a&#98;c", refused("No call of a&#98;c.")),
    "comment in XML": ("<!-- probe -->", refused("No call of <!-- probe -->.")),
    "instruction in XML": ("<?probe?>", refused("No call of <?probe?>.")),
    "CDATA in XML": ("<![CDATA[probe]]>", refused("No call of <![CDATA[probe]]>.")),
    "script in HTML": ("<script>alert(1)</script>", "<p>No call of <script>alert(1)</script>.</p>"),
    "script in upper case": ("<script>alert(1)</script>", "<p>No call of <SCRIPT>ALERT(1)</SCRIPT>.</p>"),
    "picture in HTML": ("<img src=x onerror=alert(1)>", "<p>No call of <img src=x onerror=alert(1)>.</p>"),
    "bold in HTML": ("<b>probe</b>", "<p>No call of <b>probe</b>.</p>"),
    "rule in HTML": ("7<hr>", "<p>No call of 7<hr>.</p>"),
    "element in HTML": ("<probe>", "<p>No call of <probe>.</p>"),
    "element after a quote": ('"><probe x=', '<input value=""><probe x="">'),
    "attribute in HTML": ('" onclick="probe()', '<input value="" onclick="probe()">'),
    "attribute in single quotes": ("' onclick='probe()", "<input value='' onclick='probe()'>"),
    "reference in HTML": ("a&lt;b&gt;", "<p>No call of a&lt;b&gt;.</p>"),
    "end of the script": ("</script><probe>", "<script>var n = '</script><probe>'</script><p>x"),
    "end of the text area": ("</textarea><probe>", "<textarea></textarea><probe></textarea>"),
    "end of the comment": ("--><probe>", "<p>x<!-- --><probe> -->"),
    "comment in HTML": ("<!-- probe -->", "<p>No call of <!-- probe -->.</p>"),
}


@pytest.mark.parametrize(("planted", "body"), COME_THROUGH.values(), ids=COME_THROUGH)
def test_mark_up_that_comes_through_is_seen(planted: str, body: str, answered: Answered, names: Names) -> None:
    assert set(names(unescaped_markup(planted)(answered(body)))) == {"MarkupOfTheCaller"}


ESCAPED: dict[str, tuple[str, str]] = {
    "nothing of it": ("<probe/>", refused("No.")),
    "element in XML": ("<probe/>", refused("No call of &lt;probe/&gt;.")),
    "element in an attribute of XML": ("<probe>", GRANTED.replace("/><", ' n="&lt;probe>"/><')),
    "by number": ("<probe/>", refused("No call of &#60;probe/&#x3E;.")),
    "CDATA": ("<probe/>", refused("<![CDATA[No call of <probe/>.]]>")),
    "reference in CDATA": ("&#98;", refused("<![CDATA[No call of &#98;.]]>")),
    "end of CDATA in CDATA": ("]]><probe/>", refused("<![CDATA[]]]]><![CDATA[><probe/>]]>")),
    "comment of XML": ("<probe/>", f"{GRANTED}<!-- <probe/> -->"),
    "ampersand in XML": ("AT&T", refused("No call of AT&amp;T.")),
    "reference in XML": ("&#98;", refused("No call of &amp;#98;.")),
    "quotes in XML": ('" probe="1', refused('No call of " probe="1.')),
    "attribute in an attribute": ('" probe="1', GRANTED.replace("/><", ' n="&quot; probe=&quot;1"/><')),
    "response": ('<Response code="2"/>', refused('No call of &lt;Response code="2"/&gt;.')),
    "element in HTML": ("<probe>", "<p>No call of &lt;probe&gt;.</p>"),
    "half-escaped element in HTML": ("<probe>", "<p>No call of &lt;probe>.</p>"),
    "element in an attribute of HTML": ("<probe>", '<input value="<probe>">'),
    "element in a script": ("<probe>", "<script>var n = '<probe>'</script><p>x"),
    "element in a comment": ("<probe>", "<!-- <probe> --><p>x"),
    "element in a text area": ("<probe>", "<p><textarea><probe></textarea>"),
    "paragraph of the page's own": (
        "<p>probe</p>",
        "<p>No call of &lt;p&gt;probe&lt;/p&gt;.</p>".replace("probe", "x"),
    ),
    "bold of the page's own": ("<b>probe</b>", "<p><b>No</b> call of &lt;b&gt;probe&lt;/b&gt;.</p>"),
    "script of the page's own": ("<script>alert(1)</script>", "<script>x()</script><p>&lt;script&gt;alert(1)"),
    "ampersand in HTML": ("AT&T", "<p>No call of AT&T.</p>"),
    "reference in HTML": ("&lt;", "<p>No call of &amp;lt;.</p>"),
    "attribute in HTML": ('" onclick="probe()', "<input value='&#34; onclick=&#34;probe()'>"),
    "text": ("<probe>", "No call of <probe>."),
    "escaped text": ("<probe>", "No call of &lt;probe&gt;."),
    "JSON": ("<probe>", '{"message": "<probe>"}'),
    "nothing at all": ("<probe>", ""),
    "no mark-up": ("8856", refused("No call of 8856.")),
}


@pytest.mark.parametrize(("planted", "body"), ESCAPED.values(), ids=ESCAPED)
def test_mark_up_that_is_escaped_is_right(planted: str, body: str, answered: Answered, names: Names) -> None:
    assert names(unescaped_markup(planted)(answered(body))) == []


def test_bare_text_where_a_page_was_asked_for_is_read_as_a_page(answered: Answered, names: Names) -> None:
    exchange = answered("No call of <probe>.", asked={"extension": "<probe>", "responseType": "HTML"})

    assert names(unescaped_markup("<probe>")(exchange)) == ["MarkupOfTheCaller"]


@pytest.mark.parametrize(
    ("spelling", "violations"),
    [
        pytest.param(EncodedRequest("POST", "", "token=open-sesame"), ["RepeatedSecret"], id="from a body"),
        pytest.param(
            EncodedRequest("POST", "action=KeepCall", "token=open-sesame"), ["RepeatedSecret"], id="from both"
        ),
        pytest.param(EncodedRequest("GET", "token=open-sesame", ""), [], id="from an address"),
    ],
)
@pytest.mark.parametrize("address", ["http://h/b?token=$KEEPCALL_TOKEN", "http://h/b?token=open-sesame"])
def test_a_redirect_puts_no_secret_into_an_address_where_the_caller_did_not(
    spelling: EncodedRequest, violations: list[str], address: str, asking: Asking, names: Names
) -> None:
    answer = Answer(200, "", (), b"", redirects=(address,))
    exchange = Exchange(asking(token="open-sesame"), spelling, "http://recorder.example/verba/api", answer)

    assert names(repeats_secrets({"KEEPCALL_TOKEN": "open-sesame"})(exchange)) == violations
