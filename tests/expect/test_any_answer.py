"""No answer whatever makes a check raise, and none keeps it busy."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.request import EncodedRequest, Request, keep
from keepcall.contract.violation import Violation
from keepcall.expect import decision, html, http, insides, leaks, markup, text, unmark, xml
from keepcall.expect.check import Check
from keepcall.expect.parsing import answer as reading

CHECKS: tuple[Check, ...] = (
    xml.well_formed,
    xml.valid,
    xml.granted_code,
    xml.refused_code,
    xml.response_type,
    xml.not_found_code,
    xml.not_found_message,
    xml.declaration,
    xml.documented_only,
    html.granted_page,
    html.refused_page,
    html.holds_message("No call\x00 of <x>\ud800."),
    text.granted_text,
    text.refused_text,
    text.holds_message("No."),
    http.success_status,
    http.no_server_error,
    http.content_type,
    http.charset,
    http.format_asked_for,
    unmark.claims_no_marking,
    leaks.repeats_secrets({"KEEPCALL_API_KEY": "74c8eea0-50c6", "KEEPCALL_TOKEN": "a&<>\"' é\U0001f600"}),
    markup.unescaped_markup('"><probe a="1">x</probe> &#65; <!-- -->'),
    insides.insides,
)

ENCODINGS = ("UTF-8", "UTF-16", "utf-32le", "Shift_JIS", "IBM037", "hex", "gb18030", "iso-2022-jp", "", "x y", "hz")

PIECES = st.sampled_from(
    [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<?xml version="1.1" encoding="Shift_JIS"?>',
        "<VerbaApi>",
        '<Response code="0" type="KeepCall"/>',
        '<Response code="2">',
        "<ErrorMessage>",
        "</ErrorMessage>",
        "</Response>",
        "</VerbaApi>",
        '<v:x xmlns:v="u" v:code="1">',
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "&b;",
        "&#xD800;",
        "&#99999999999;",
        "&amp;",
        "<html>",
        "<p>",
        "</p>",
        "<template>",
        "<frameset>",
        "<script>",
        "<svg>",
        "<table>",
        "The call has been marked for recording.",
        "SELECT a FROM b",
        "C:\\a\\b",
        "\0",
        "\ufeff",
        "\ufffe",
        "é",
        "\x85",
        "\U0001f600",
        " ",
        "\n",
        "<",
        "&",
        '"',
    ]
)

BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(lambda body: body.encode("utf-8", "replace")),
    st.tuples(
        st.lists(PIECES, max_size=12).map("".join),
        st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp037", "gb18030"]),
    ).map(lambda made: made[0].encode(made[1], "replace")),
    st.tuples(st.lists(PIECES, max_size=6).map(lambda made: "".join(made).encode()), st.binary(max_size=8)).map(
        lambda made: made[0] + made[1]
    ),
)

REQUESTS = st.builds(
    lambda format_, extension, extra: keep(
        action="KeepCall", apiKey="74c8eea0-50c6", responseType=format_, extension=extension, **extra
    ),
    st.sampled_from(["XML", "HTML", "TEXT", "PDF", ""]),
    st.one_of(st.text(max_size=20), PIECES),
    st.sampled_from([{}, {"unmark": "1"}, {"type": "manualRecord"}]),
)

CONTENT_TYPES = st.one_of(
    st.text(st.characters(max_codepoint=255), max_size=40),
    st.sampled_from(ENCODINGS).map(lambda name: f"text/xml; charset={name}"),
    st.sampled_from(ENCODINGS).map(lambda name: f'text/html; charset="{name}"'),
)


def answer(body: bytes, request: Request, content_type: str) -> Exchange:
    found = Answer(200, "OK", (("Content-Type", content_type),), body)
    return Exchange(request, EncodedRequest("GET", "", ""), "http://recorder.example/verba/api", found)


def judged(exchange: Exchange) -> list[Violation]:
    return [violation for check in CHECKS for violation in check(exchange)]


@settings(max_examples=400, deadline=None)
@given(body=BODIES, request=REQUESTS, content_type=CONTENT_TYPES)
@example(body=b"", request=keep(), content_type="")
@example(body=b"\xff\xfe", request=keep(), content_type="text/xml; charset=utf-16")
@example(body=b"<a>&#xD800;<", request=keep(), content_type="text/xml")
def test_no_answer_makes_a_check_raise(body: bytes, request: Request, content_type: str) -> None:
    exchange = answer(body, request, content_type)

    violations = judged(exchange)

    assert all(violation.name and violation.expected and violation.got for violation in violations)
    assert decision.decision_of(exchange) in {"granted", "refused", "unsaid"}
    assert decision.grants_in_any_form(exchange) in {True, False}
    assert decision.well_formed_refusal(exchange) in {True, False}
    assert reading.found_format(exchange.answer) in {"XML", "HTML", "TEXT", ""}
    assert http.same_answer(exchange, exchange) == ()


@settings(max_examples=200, deadline=None)
@given(planted=st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=4).map("".join)), body=BODIES)
def test_no_planted_text_makes_a_check_raise(planted: str, body: bytes) -> None:
    exchange = answer(body, keep(extension=planted), "text/html")

    assert set(map(type, markup.unescaped_markup(planted)(exchange))) <= {Violation}
    assert set(map(type, html.holds_message(planted)(exchange))) <= {Violation}


@settings(deadline=None)
@given(body=BODIES, content_type=CONTENT_TYPES)
def test_an_answer_is_judged_the_same_each_time(body: bytes, content_type: str) -> None:
    exchange = answer(body, keep(extension="1"), content_type)

    assert judged(exchange) == judged(replace(exchange))


DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'

BOMBS: dict[str, Iterable[str]] = {
    "deep XML": ("<a>" * 100_000,),
    "deep and closed XML": ("<a>" * 100_000, "</a>" * 100_000),
    "deep siblings": ("<VerbaApi>", "<Response code='0' type='KeepCall'/>", "<a>" * 250, "</a>" * 250, "</VerbaApi>"),
    "wide XML": ("<VerbaApi><Response code='0' type='KeepCall'/>", "<a/>" * 200_000, "</VerbaApi>"),
    "many responses": ("<VerbaApi>", "<Response code='0' type='KeepCall'/>" * 25_000, "</VerbaApi>"),
    "many messages": ("<VerbaApi><Response code='0' type='a'>", "<ErrorMessage/>" * 60_000, "</Response></VerbaApi>"),
    "many attributes": ("<VerbaApi ", *(f"a{n}='1' " for n in range(80_000)), "/>"),
    "many namespaces": ("<VerbaApi ", *(f"xmlns:a{n}='u' " for n in range(50_000)), "/>"),
    "huge text": ("<VerbaApi>", "x" * 1_000_000, "</VerbaApi>"),
    "huge code": ("<VerbaApi><Response type='KeepCall' code='", "9" * 1_000_000, "'/></VerbaApi>"),
    "billion laughs": (
        "<!DOCTYPE VerbaApi [<!ENTITY a0 'ha'>",
        *(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 20)),
        "]><VerbaApi b='&a19;'>&a19;</VerbaApi>",
    ),
    "quadratic entities": ("<!DOCTYPE a [<!ENTITY e '", "x" * 50_000, "'>]><a>", "&e;" * 50_000, "</a>"),
    "doctypes": ("<!DOCTYPE a [<" * 70_000, "<!ENTITY"),
    "open comments": ("<!--" * 250_000,),
    "open instructions": ("<?a" * 250_000,),
    "open CDATA": ("<a>", "<![CDATA[" * 100_000),
    "open responses": ("<Response " * 100_000,),
    "ampersands": ("<a>", "&a" * 400_000),
    "references": ("<a>", "&#xD800;" * 120_000),
    "declarations": (DECLARED * 25_000,),
    "deep page": ("<div>" * 200_000, "<p>x"),
    "fonts": (*(f"<font a={n}>" for n in range(50_000)), "<p>" * 20_000),
    "bold paragraphs": ("<p><b>" * 150_000,),
    "tables": ("<table>x" * 100_000,),
    "open tags": ("<a " * 300_000,),
    "scripts": ("<p>", "<script>" * 100_000),
    "metas": ("<p>", "<meta charset=" * 60_000),
    "dots": ("a." * 500_000,),
    "frames of a trace": ("at a(" * 200_000,),
    "selects": ("SELECT a " * 100_000,),
    "warnings": ("Warning: in " * 80_000,),
    "paths": ("/a" * 500_000,),
    "drives": ("C:" + "\\a" * 500_000,),
    "quotes": ('File "' * 150_000,),
    "spaces": (" " * 1_000_000, "x"),
}


@pytest.mark.parametrize("format_", ["XML", "HTML", "TEXT"])
@pytest.mark.parametrize("pieces", BOMBS.values(), ids=BOMBS)
def test_no_answer_keeps_the_checks_busy(pieces: Iterable[str], format_: str) -> None:
    request = keep(action="KeepCall", apiKey="74c8eea0-50c6", extension="<x>", responseType=format_)
    exchange = answer("".join(pieces).encode()[: 1 << 20], request, "text/xml")
    started = time.process_time()

    violations = judged(exchange)

    assert violations
    assert all(len(violation.got) < 2_000 for violation in violations)
    assert time.process_time() - started < 20, "seconds, on a busy machine; a second at the most on an idle one"


def test_remembered_answers_are_judged_in_no_time(
    names: Callable[[Iterable[Violation]], list[str]],
) -> None:
    body = f'{DECLARED}<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'.encode()
    request = keep(action="KeepCall", apiKey="74c8eea0-50c6", extension="8856", status="ongoing")
    exchanges = [answer(bytes(bytearray(body)), request, "text/xml; charset=UTF-8") for _ in range(200)]
    checks = (xml.well_formed, xml.valid, xml.granted_code, xml.response_type, xml.declaration, xml.documented_only)
    assert [names(check(exchanges[0])) for check in checks] == [[]] * 6
    started = time.process_time()

    for exchange in exchanges:
        for check in checks:
            check(exchange)

    assert time.process_time() - started < 1, "seconds for 1,200 checks; 0.02 on an idle machine"
