import pytest

from keepcall.server.answers import Answers
from keepcall.server.outcome import NOT_FOUND, Granted, Outcome, Refused, TokenIssued, quoted, unknown
from keepcall.server.request import ApiRequest

GRANTED = Granted("a8343631-9f35-4a3a-83f0-9e81592339fb")
TOKEN = TokenIssued("09835e02-6c10-11e0-bb22-ba324924019b", "C0FFEE")

XML_GRANTED = """\
<?xml version="1.0" encoding="UTF-8"?>
<VerbaApi>
<Response code="0" type="KeepCall"/>
</VerbaApi>"""

XML_REFUSED = """\
<?xml version="1.0" encoding="UTF-8"?>
<VerbaApi>
<Response code="2" type="KeepCall">
<ErrorMessage>Unable to keep the call, because the call cannot be found.</ErrorMessage>
</Response>
</VerbaApi>"""

XML_TOKEN = """\
<?xml version="1.0" encoding="UTF-8"?>
<VerbaApi>
<Response code="0" type="RequestToken" token="09835e02-6c10-11e0-bb22-ba324924019b"/>
<SessionId>C0FFEE</SessionId>
<SessionParameterName>jsessionid</SessionParameterName>
<SessionCookieName>JSESSIONID</SessionCookieName>
<Remote>192.0.2.1</Remote>
</VerbaApi>"""

HTML_GRANTED = """\
<html>
<body>
<p>The call has been marked for recording.</p>
</body>
</html>"""


def keep(response_type: str, *, unmark: str = "", kind: str = "") -> ApiRequest:
    return ApiRequest(action="KeepCall", response_type=response_type, unmark=unmark, type=kind)


REQUEST_TOKEN = ApiRequest(action="RequestToken", client="192.0.2.1")


@pytest.mark.parametrize(
    ("request_", "outcome", "media_type", "body"),
    [
        pytest.param(keep("XML"), GRANTED, "text/xml", XML_GRANTED, id="XML, granted"),
        pytest.param(keep(""), GRANTED, "text/xml", XML_GRANTED, id="by default, granted"),
        pytest.param(keep("PDF"), GRANTED, "text/xml", XML_GRANTED, id="unknown, granted"),
        pytest.param(keep("XML"), NOT_FOUND, "text/xml", XML_REFUSED, id="XML, refused"),
        pytest.param(keep("HTML"), GRANTED, "text/html", HTML_GRANTED, id="HTML, granted"),
        pytest.param(
            keep("HTML"),
            NOT_FOUND,
            "text/html",
            f"<html>\n<body>\n<p>{NOT_FOUND.message}</p>\n</body>\n</html>",
            id="HTML, refused",
        ),
        pytest.param(
            keep("TEXT"), GRANTED, "text/plain", "The call has been marked for recording.", id="TEXT, granted"
        ),
        pytest.param(keep("TEXT"), NOT_FOUND, "text/plain", NOT_FOUND.message, id="TEXT, refused"),
        pytest.param(
            keep("TEXT", unmark="1"),
            GRANTED,
            "text/plain",
            "The mark of the call has been cleared.",
            id="TEXT, unmark",
        ),
        pytest.param(
            keep("TEXT", kind="manualRecord"),
            GRANTED,
            "text/plain",
            "The recording of the call has been started.",
            id="TEXT, manualRecord",
        ),
        pytest.param(
            keep("TEXT", kind="manualRecord", unmark="1"),
            GRANTED,
            "text/plain",
            "The recording of the call has been stopped.",
            id="TEXT, manualRecord, unmark",
        ),
        pytest.param(REQUEST_TOKEN, TOKEN, "text/xml", XML_TOKEN, id="XML, token"),
    ],
)
def test_an_answer_is_as_documented(request_: ApiRequest, outcome: Outcome, media_type: str, body: str) -> None:
    response = Answers().response(request_, outcome)

    assert (response.status_code, bytes(response.body).decode()) == (200, body)
    assert response.headers["content-type"] == f"{media_type}; charset=UTF-8"


def test_a_token_comes_with_a_session_cookie() -> None:
    response = Answers().response(REQUEST_TOKEN, TOKEN)

    assert response.headers["set-cookie"] == "JSESSIONID=C0FFEE; Path=/verba; HttpOnly"
    assert "set-cookie" not in Answers().response(keep("XML"), GRANTED).headers


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<b>&\"'</b>", "&lt;b&gt;&amp;&quot;&#x27;&lt;/b&gt;"),
        ("]]>", "]]&gt;"),
        ("\0\x08\x1f\ufffe\uffff", "\ufffd" * 5),
        ("\ud800", "\ufffd"),
        ("ő\U0001f4de\t\n", "ő\U0001f4de\t\n"),
    ],
)
def test_text_is_made_safe_for_xml_and_html(text: str, escaped: str) -> None:
    assert Answers().escape(text) == escaped
    for form in ("XML", "HTML"):
        assert escaped.encode() in Answers().response(keep(form), Refused(1, text)).body


def test_a_lone_surrogate_does_not_break_a_text_answer() -> None:
    assert Answers().response(keep("TEXT"), Refused(1, "\ud800")).body == b"?"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("foo", '"foo"'),
        ("x" * 40, f'"{"x" * 32}…"'),
        ("a\r\n\0\u202eb", '"a\ufffd\ufffd\ufffd\ufffdb"'),
    ],
)
def test_a_value_is_quoted_briefly_and_printably(value: str, shown: str) -> None:
    assert quoted(value) == shown


def test_no_quotation_can_hold_the_success_sentence_or_a_key() -> None:
    sentence = Answers().sentence(keep("TEXT"))

    assert sentence not in unknown("status", sentence).message
    assert TOKEN.token not in unknown("status", TOKEN.token).message
