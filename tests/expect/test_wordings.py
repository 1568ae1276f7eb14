"""What a violation says: what the contract demands, beside what was there instead: whatever is no XML."""

from collections.abc import Callable
from typing import Any

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.expect import html, http, insides, leaks, markup, text, unmark
from keepcall.expect.check import Check

Answered = Callable[..., Exchange]
Said = list[tuple[str, str, str]]

GRANTED = '<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
LONG = "x" * 300
HTML, TEXT = {"responseType": "HTML"}, {"responseType": "TEXT"}


@pytest.mark.parametrize(
    ("check", "body", "more", "said"),
    [
        (html.granted_page, "", {"asked": HTML}, [("NotHtml", "an HTML page", "an empty body")]),
        (
            html.granted_page,
            f" no {LONG}",
            {"asked": HTML},
            [("NotHtml", "an HTML page", f"TEXT: 'no {'x' * 77}'… (303 characters)")],
        ),
        (
            html.granted_page,
            "<html><b>done</b>",
            {"asked": HTML},
            [
                (
                    "MissingParagraph",
                    "a paragraph with exactly 'The call has been marked for recording.'",
                    "no paragraph in 'done'",
                )
            ],
        ),
        (
            html.granted_page,
            f"<p>a</p><p>{LONG}</p><p>b</p><p>c</p>",
            {"asked": HTML},
            [
                (
                    "MissingSuccessSentence",
                    "a paragraph with exactly 'The call has been marked for recording.'",
                    f"paragraphs 'a' and '{'x' * 80}'… (300 characters) and 'b'",
                )
            ],
        ),
        (
            html.refused_page,
            GRANTED,
            {"asked": HTML},
            [
                (
                    "NotHtml",
                    "an HTML page",
                    f"XML: {GRANTED[:80]!r}… (95 characters)",
                )
            ],
        ),
        (
            html.refused_page,
            "<html></html>",
            {"asked": HTML},
            [("MissingText", "a page with some text", "a page without any")],
        ),
        (
            html.refused_page,
            "<frameset><frame></frameset>",
            {"asked": HTML},
            [("MissingText", "a page with some text", "a page without any")],
        ),
        (
            html.refused_page,
            "<html><body>Sorry: The call has been marked for recording.",
            {"asked": HTML},
            [
                (
                    "SuccessSentence",
                    "a refusal",
                    "'The call has been marked for recording.' in 'Sorry: The call has been marked for recording.'",
                )
            ],
        ),
        (
            html.holds_message("the call is gone"),
            "<p>no</p>",
            {"asked": HTML},
            [("MissingMessage", "text that holds 'the call is gone'", "'no'")],
        ),
        (
            text.granted_text,
            "done",
            {"asked": TEXT},
            [("NotTheSuccessSentence", "exactly 'The call has been marked for recording.'", "'done'")],
        ),
        (text.refused_text, " ", {"asked": TEXT}, [("MissingText", "some text", "' '")]),
        (
            text.refused_text,
            "<p>no</p>",
            {"asked": TEXT},
            [("DocumentInPlaceOfText", "text that is no XML or HTML document", "HTML: '<p>no</p>'")],
        ),
        (
            text.refused_text,
            "Sorry: The call has been marked for recording.",
            {"asked": TEXT},
            [("SuccessSentence", "a refusal", "'Sorry: The call has been marked for recording.'")],
        ),
        (
            text.holds_message("the call is gone"),
            "no",
            {"asked": TEXT},
            [("MissingMessage", "text that holds 'the call is gone'", "'no'")],
        ),
        (http.success_status, "", {"status": 404}, [("StatusIsNoSuccess", "a 2xx status", "status 404")]),
        (
            http.no_server_error,
            "",
            {"status": 500},
            [("ServerError", "a status other than 5xx for a refusal", "status 500")],
        ),
        (
            http.content_type,
            GRANTED,
            {},
            [("MissingContentType", "Content-Type text/xml, application/xml or …+xml", "no Content-Type")],
        ),
        (
            http.content_type,
            "x",
            {"asked": HTML},
            [("MissingContentType", "Content-Type text/html", "no Content-Type")],
        ),
        (
            http.content_type,
            "x",
            {"asked": TEXT},
            [("MissingContentType", "Content-Type text/plain", "no Content-Type")],
        ),
        (
            http.content_type,
            GRANTED,
            {
                "headers": [
                    ("Content-Type", "text/xml"),
                    ("content-type", f"text/{LONG}"),
                    ("Content-Type", "a"),
                    ("Content-Type", "b"),
                ]
            },
            [
                (
                    "SecondContentType",
                    "one Content-Type text/xml, application/xml or …+xml",
                    f"'text/xml' and 'text/{'x' * 55}'… (305 characters) and 'a'",
                )
            ],
        ),
        (
            http.content_type,
            GRANTED,
            {"content_type": "xml"},
            [("MalformedContentType", "Content-Type text/xml, application/xml or …+xml", "'xml'")],
        ),
        (
            http.content_type,
            GRANTED,
            {"content_type": "text/plain"},
            [("WrongContentType", "Content-Type text/xml, application/xml or …+xml", "'text/plain'")],
        ),
        (
            http.charset,
            GRANTED,
            {"content_type": "text/xml; charset=klingon"},
            [("UnknownCharset", "a charset that there is", "charset 'klingon'")],
        ),
        (
            http.charset,
            "<VerbaApi>é</VerbaApi>",
            {"content_type": "text/xml; charset=us-ascii"},
            [
                (
                    "BytesOutsideTheCharset",
                    "nothing but 'us-ascii'",
                    "byte C3 at offset 10, which is none of it (ordinal not in range(128))",
                )
            ],
        ),
        (
            http.charset,
            '<?xml version="1.0" encoding="UTF-8"?><VerbaApi>é</VerbaApi>',
            {"content_type": "text/xml; charset=latin1"},
            [
                (
                    "ContradictoryCharset",
                    "the same text by charset 'latin1'",
                    "another text than by the byte order mark or declaration in it",
                )
            ],
        ),
        (http.format_asked_for, " ", {}, [("EmptyAnswer", "an answer in XML", "1 bytes of nothing")]),
        (
            http.format_asked_for,
            f" no {LONG}",
            {},
            [("WrongFormat", "an answer in XML", f"TEXT: 'no {'x' * 77}'… (303 characters)")],
        ),
        (
            http.format_asked_for,
            GRANTED,
            {"asked": HTML},
            [
                (
                    "WrongFormat",
                    "an answer in HTML",
                    f"XML: {GRANTED[:80]!r}… (95 characters)",
                )
            ],
        ),
        (
            unmark.claims_no_marking,
            "<p>The call has been marked for recording.</p>",
            {"asked": {"responseType": "HTML", "unmark": "1"}},
            [("ClaimOfAMarking", "an answer that claims no marking", "'The call has been marked for recording'")],
        ),
        (
            leaks.repeats_secrets({"KEEPCALL_TOKEN": "open-sesame"}),
            "open-sesame",
            {},
            [("RepeatedSecret", "an answer without $KEEPCALL_TOKEN", "$KEEPCALL_TOKEN in the body")],
        ),
        (
            leaks.repeats_secrets({"KEEPCALL_TOKEN": "open-sesame"}),
            "",
            {"headers": [("X-Token", "a%20open-sesame")]},
            [("RepeatedSecret", "an answer without $KEEPCALL_TOKEN", "$KEEPCALL_TOKEN in the header 'X-Token'")],
        ),
        (
            leaks.repeats_secrets({"KEEPCALL_TOKEN": "open-sesame"}),
            "",
            {"headers": [("open-sesame", "1")]},
            [("RepeatedSecret", "an answer without $KEEPCALL_TOKEN", "$KEEPCALL_TOKEN in the name of a header")],
        ),
        (
            leaks.repeats_secrets({"KEEPCALL_TOKEN": "open-sesame"}),
            "",
            {"headers": [("X-open-sesame-open-sesame", "open-sesame")]},
            [("RepeatedSecret", "an answer without $KEEPCALL_TOKEN", "$KEEPCALL_TOKEN in the name of a header")],
        ),
        (
            markup.unescaped_markup("<kc-x>" + "y" * 100),
            "<VerbaApi><kc-x/></VerbaApi>",
            {},
            [("MarkupOfTheCaller", f"'<kc-x>{'y' * 74}'… (106 characters) escaped", "'<kc-x>' as mark-up")],
        ),
        (
            insides.insides,
            "<VerbaApi>java.lang.NullPointerException: SELECT a FROM b /etc/passwd</VerbaApi>",
            {},
            [
                ("StackTrace", "no stack trace", "'java.lang.NullPointerException'"),
                ("Sql", "no SQL", "'SELECT a FROM b'"),
                ("FilePath", "no path of the server's files", "'/etc/passwd'"),
            ],
        ),
    ],
)
def test_a_violation_says_what_is_demanded_and_what_was_there(
    check: Check, body: str | bytes, more: dict[str, Any], said: Said, answered: Answered
) -> None:
    assert [(found.name, found.expected, found.got) for found in check(answered(body, **more))] == said
