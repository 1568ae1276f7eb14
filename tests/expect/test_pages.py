"""KC-HTML-01 to KC-HTML-03: what is a page, and what it must say."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.contract.request import Request
from keepcall.expect import html
from keepcall.expect.decision import decision_of

Answered = Callable[..., Exchange]
Asking = Callable[..., Request]
Names = Callable[..., list[str]]

SUCCESS = "The call has been marked for recording."
NO = "Unable to keep the call, because the call cannot be found."

GRANTED_PAGES: dict[str, str | bytes] = {
    "as documented": f"<html>\n<body>\n<p>{SUCCESS}</p>\n</body>\n</html>",
    "doctype": f"<!DOCTYPE html><html><head><title>KeepCall</title></head><body><p>{SUCCESS}</p></body></html>",
    "old doctype": f'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><p>{SUCCESS}',
    "omitted tags": f"<p>{SUCCESS}",
    "omitted end tags": f"<html><body><p>{SUCCESS}",
    "upper case": f"<HTML><BODY><P>{SUCCESS}</P></BODY></HTML>",
    "XHTML": f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{SUCCESS}</p></body></html>',
    "byte order mark": f"\ufeff<p>{SUCCESS}</p>",
    "UTF-16": f"<p>{SUCCESS}</p>".encode("utf-16"),
    "attributes": f"<body class=a><p id='b' data-c=\"d\" hidden>{SUCCESS}</p>",
    "white space": "<p>\r\n\t The   call\nhas\tbeen\fmarked for recording. \n</p>",
    "elements in it": "<p>The call has been <b>marked</b> for <i></i>recording.</p>",
    "references in it": "<p>The&#32;call h&#x61;s been marked for recording&period;</p>",
    "comments in it": "<p>The call has been <!-- not -->marked for recording.</p>",
    "script in it": "<p>The call has been marked for recording.<script>x()</script></p>",
    "nested": f"<main><div><table><tr><td><p>{SUCCESS}</p></table></div></main>",
    "more paragraphs": f"<h1>KeepCall</h1><p>Extension 8856</p><p>{SUCCESS}</p><p>Goodbye.</p>",
    "paragraph that the next one ends": f"<p>{SUCCESS}<p>Goodbye.",
    "paragraph that a list ends": f"<p>{SUCCESS}<ul><li>x</ul>",
    "after the end": f"<html><body></body></html><p>{SUCCESS}</p>",
    "comment first": f"<!-- {SUCCESS} -->\n<p>{SUCCESS}</p>",
    "paragraph in the head": f"<head><p>{SUCCESS}</p></head>",
    "large picture": f'<img src="data:image/png;base64,{"A" * 300_000}"><p>{SUCCESS}</p>',
    "meta": b"<meta charset=windows-1252><title>\x93Call\x94</title><p>" + SUCCESS.encode(),
    "page in an element of its own": f"<keep-call><p>{SUCCESS}</p></keep-call>",
}

WRONG_PAGES: dict[str, tuple[str, list[str]]] = {
    "nothing": ("", ["NotHtml"]),
    "bare text": (SUCCESS, ["NotHtml"]),
    "XML": ("<VerbaApi><Response code='0' type='KeepCall'/></VerbaApi>", ["NotHtml"]),
    "JSON": ('{"p": "The call has been marked for recording."}', ["NotHtml"]),
    "no paragraph": (f"<html><body>{SUCCESS}</body></html>", ["MissingParagraph"]),
    "division": (f"<div>{SUCCESS}</div>", ["MissingParagraph"]),
    "preformatted": (f"<pre>{SUCCESS}</pre>", ["MissingParagraph"]),
    "in a comment": (f"<body><!--<p>{SUCCESS}</p>--></body>", ["MissingParagraph"]),
    "in a script": (f"<script>'<p>{SUCCESS}</p>'</script>", ["MissingParagraph"]),
    "in a style": (f"<style><p>{SUCCESS}</p></style>", ["MissingParagraph"]),
    "in a template": (f"<template><p>{SUCCESS}</p></template>", ["MissingParagraph"]),
    "in noscript": (f"<body><noscript><p>{SUCCESS}</p></noscript>", ["MissingParagraph"]),
    "in a text area": (f"<textarea><p>{SUCCESS}</p></textarea>", ["MissingParagraph"]),
    "in the title": (f"<title><p>{SUCCESS}</p></title>", ["MissingParagraph"]),
    "frames": (f"<frameset><frame><noframes><p>{SUCCESS}</noframes></frameset>", ["MissingParagraph"]),
    "escaped paragraph": (f"<body>&lt;p&gt;{SUCCESS}&lt;/p&gt;</body>", ["MissingParagraph"]),
    "no full stop": (f"<p>{SUCCESS[:-1]}</p>", ["MissingSuccessSentence"]),
    "small letters": (f"<p>{SUCCESS.lower()}</p>", ["MissingSuccessSentence"]),
    "more text": (f"<p>OK. {SUCCESS}</p>", ["MissingSuccessSentence"]),
    "break in it": ("<p>The call has been<br>marked for recording.</p>", ["MissingSuccessSentence"]),
    "no-break space": (f"<p>{SUCCESS.replace(' ', '&nbsp;', 1)}</p>", ["MissingSuccessSentence"]),
    "no-break space at the end": (f"<p>{SUCCESS}&nbsp;</p>", ["MissingSuccessSentence"]),
    "zero-width space": (f"<p>{SUCCESS}&#x200b;</p>", ["MissingSuccessSentence"]),
    "two paragraphs": ("<p>The call has been</p><p>marked for recording.</p>", ["MissingSuccessSentence"]),
    "escaped twice": (f"<p>{SUCCESS.replace(' ', '&amp;#32;', 1)}</p>", ["MissingSuccessSentence"]),
    "refusal": (f"<p>{NO}</p>", ["MissingSuccessSentence"]),
    "empty paragraph": ("<p></p>", ["MissingSuccessSentence"]),
}

REFUSED_PAGES = {
    "paragraph": f"<html><body><p>{NO}</p></body></html>",
    "body": f"<html><body>{NO}</body></html>",
    "fragment": f"<b>{NO}</b>",
    "text with a tag": f"{NO}<br>",
    "comment": f"<p>{NO}</p><!-- {SUCCESS} -->",
    "script": f"<p>{NO}</p><script>var s = '{SUCCESS}'</script>",
    "negation": f"<p>{SUCCESS.replace('been', 'not been')}</p>",
    "one letter": "<p>x</p>",
}

WRONG_REFUSALS: dict[str, tuple[str, list[str]]] = {
    "nothing": ("", ["NotHtml"]),
    "bare text": (NO, ["NotHtml"]),
    "XML": (f"<VerbaApi><Response code='2'><ErrorMessage>{NO}</ErrorMessage></Response></VerbaApi>", ["NotHtml"]),
    "no text": ("<html><body><p></p></body></html>", ["MissingText"]),
    "title alone": (f"<html><head><title>{NO}</title></head><body></body></html>", ["MissingText"]),
    "script alone": (f"<body><script>'{NO}'</script></body>", ["MissingText"]),
    "comment alone": (f"<body><!-- {NO} --></body>", ["MissingText"]),
    "no-break space alone": ("<body>&nbsp;&#x200b;</body>", ["MissingText"]),
    "picture alone": ("<body><img src=no.png></body>", ["MissingText"]),
    "noscript alone": (f"<body><noscript>{NO}</noscript></body>", ["MissingText"]),
    "success": (f"<p>{SUCCESS}</p>", ["SuccessSentence"]),
    "success outside a paragraph": (f"<div>{SUCCESS}</div>", ["SuccessSentence"]),
    "success beside a refusal": (f"<p>{NO}</p><p>{SUCCESS}</p>", ["SuccessSentence"]),
    "success within a refusal": (f"<p>{NO} {SUCCESS}</p>", ["SuccessSentence"]),
    "success over lines": (f"<p>{NO}</p><p>{SUCCESS.replace(' ', chr(10))}</p>", ["SuccessSentence"]),
    "success in the title": (f"<title>{SUCCESS}</title><p>{NO}", ["SuccessSentence"]),
    "success in noscript": (f"<noscript>{SUCCESS}</noscript><p>{NO}", ["SuccessSentence"]),
    "success over elements": (
        f"<p>{NO}</p><p>The call has been</p><p>marked for recording.</p>",
        ["SuccessSentence"],
    ),
}


@pytest.fixture
def paged(answered: Answered, asking: Asking) -> Answered:
    request = asking(extension="8856", status="ongoing", responseType="HTML")
    return lambda body, content_type="text/html": answered(body, content_type, request=request)


@pytest.mark.parametrize("body", GRANTED_PAGES.values(), ids=GRANTED_PAGES)
def test_a_page_with_the_sentence_as_a_paragraph_is_right(body: str | bytes, paged: Answered) -> None:
    assert html.granted_page(paged(body)) == ()
    assert decision_of(paged(body)) == "granted"


@pytest.mark.parametrize(("body", "violations"), WRONG_PAGES.values(), ids=WRONG_PAGES)
def test_a_page_without_that_paragraph_is_wrong(
    body: str, violations: list[str], paged: Answered, names: Names
) -> None:
    assert names(html.granted_page(paged(body))) == violations


@pytest.mark.parametrize("body", REFUSED_PAGES.values(), ids=REFUSED_PAGES)
def test_a_page_with_any_other_text_is_a_right_refusal(body: str, paged: Answered) -> None:
    assert html.refused_page(paged(body)) == ()
    assert decision_of(paged(body)) == "refused"


@pytest.mark.parametrize(("body", "violations"), WRONG_REFUSALS.values(), ids=WRONG_REFUSALS)
def test_a_page_without_text_or_with_the_sentence_is_a_wrong_refusal(
    body: str, violations: list[str], paged: Answered, names: Names
) -> None:
    assert names(html.refused_page(paged(body))) == violations


@pytest.mark.parametrize(
    ("message", "body", "violations"),
    [
        (NO, f"<p>{NO}</p>", []),
        (NO, f"<h1>Error</h1><div>Sorry: <b>{NO}</b> (2)</div>", []),
        (NO, f"<title>{NO}</title>", []),
        (NO, f"<p>{NO.replace(', ', ',<br>')}</p>", []),
        (f"  {NO}\n", f"<p>{NO.replace(' ', chr(10))}</p>", []),
        ("a < b & \u201cc\u201d", "<p>a &lt; b &amp; &ldquo;c&rdquo;</p>", []),
        ("", "<p>x</p>", []),
        (NO, "<p>Error 2</p>", ["MissingMessage"]),
        (NO, f"<p>{NO.lower()}</p>", ["MissingMessage"]),
        (NO, f"<!-- {NO} --><p>x</p>", ["MissingMessage"]),
        (NO, f"<script>'{NO}'</script><p>x</p>", ["MissingMessage"]),
        ("a < b", "<p>a &amp;lt; b</p>", ["MissingMessage"]),
    ],
)
def test_a_page_holds_the_message(
    message: str, body: str, violations: list[str], paged: Answered, names: Names
) -> None:
    assert names(html.holds_message(message)(paged(body))) == violations


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>Hívás".encode(), "text/html; charset=utf-8"),
        ("<p>Hívás".encode(), "text/html"),
        ("<p>Hívás".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<p>Hívás".encode("latin-1"), "text/html"),
        (b'<meta charset="windows-1250"><p>' + "Hívás".encode("cp1250"), "text/html"),
        (
            b"<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'><p>" + "Hívás".encode("latin2"),
            "text/html",
        ),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><html><p>' + "Hívás".encode("latin2"), "text/html"),
        (b'<!-- <meta charset=koi8-r> --><meta charset="utf-8"><p>' + "Hívás".encode(), "text/html"),
        ("\ufeff<p>Hívás".encode("utf-16-le"), "text/html; charset=utf-8"),
        ("<p>Hívás".encode("utf-16-be"), "text/html; charset=utf-16"),
        ("<p>Hívás".encode("utf-16-le"), "text/html"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_names(body: bytes, content_type: str, paged: Answered) -> None:
    assert html.holds_message("Hívás")(paged(body, content_type)) == ()


def test_a_message_that_is_missing_from_a_page_is_told(paged: Answered) -> None:
    [violation] = html.holds_message("the call is gone")(paged("<p>no</p>"))

    assert (violation.expected, violation.got) == ("text that holds 'the call is gone'", "'no'")
