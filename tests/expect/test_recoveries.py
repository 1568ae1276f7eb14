"""What is read of an answer that is not as documented: format, code, type, messages, sentence."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Answer, Exchange
from keepcall.expect.decision import decision_of, grants_in_any_form
from keepcall.expect.parsing.answer import ParsedAnswer, charset_of, parsed, text_in
from keepcall.expect.parsing.sniffing import Found

Answered = Callable[..., Exchange]

SUCCESS = "The call has been marked for recording."


def values(reading: ParsedAnswer) -> tuple[object, ...]:
    return reading.format, reading.text, reading.code, reading.type, reading.messages


@pytest.mark.parametrize(
    ("body", "code", "type_", "messages"),
    [
        ("<VerbaApi><Response code='0' type='KeepCall'/></VerbaApi>", "0", "KeepCall", ()),
        ("<v:VerbaApi xmlns:v='urn:v'><v:Response code='2' type='a'/></v:VerbaApi>", "2", "a", ()),
        ("<v xmlns:n='urn:n'><Response n:code='2' n:type='a'/></v>", "2", "a", ()),
        ("<v><Response CODE='2' tYpE='a'/></v>", "2", "a", ()),
        ("<v><Response CODE='1' code='2'/></v>", "2", None, ()),
        ("<v><Response><code> 2 </code><Type>a<b>c</b></Type></Response></v>", "2", "ac", ()),
        ("<v><response code='1'/><Response code='2'/></v>", "2", None, ()),
        ("<v><n:Response xmlns:n='urn:n' code='2'/><Response code='1'/></v>", "1", None, ()),
        ("<v><n:response xmlns:n='urn:n' code='2'/><n:Response xmlns:n='urn:n' code='1'/></v>", "1", None, ()),
        ("<v><a/><b code='2' type='c'/></v>", "2", "c", ()),
        ("<v code='7'><a/></v>", "7", None, ()),
        ("<v code='7'><response code='1'/></v>", "1", None, ()),
        ("<v><Code>7</Code></v>", "7", None, ()),
        ("<v/>", None, None, ()),
        ("<v><Response><ErrorMessage>a<b>c</b>d</ErrorMessage></Response></v>", None, None, ("acd",)),
        ("<v><Response code='1'/><ErrorMessage>a</ErrorMessage></v>", "1", None, ("a",)),
        ("<v><Response><errormessage>a</errormessage></Response></v>", None, None, ("a",)),
        ("<v><Response/><errormessage>a</errormessage></v>", None, None, ()),
        (
            "<v><Response><errormessage>a</errormessage><ErrorMessage>b</ErrorMessage></Response></v>",
            None,
            None,
            ("b",),
        ),
        (
            "<v xmlns='urn:n'><Response><ErrorMessage>a</ErrorMessage></Response><ErrorMessage>b</ErrorMessage></v>",
            None,
            None,
            ("a", "b"),
        ),
        (
            "<n:v xmlns:n='urn:n'><n:Response><ErrorMessage>a</ErrorMessage></n:Response></n:v>",
            None,
            None,
            ("a",),
        ),
    ],
)
def test_a_document_is_searched_for_what_comes_nearest(
    body: str, code: str | None, type_: str | None, messages: tuple[str, ...], answered: Answered
) -> None:
    assert values(parsed(answered(body))) == ("XML", body, code, type_, messages)


@pytest.mark.parametrize(
    ("body", "code", "type_", "messages"),
    [
        ("<VerbaApi><Response code='2' type='a'", "2", "a", ()),
        ('<VerbaApi><n:RESPONSE\nCode = "2" TYPE="a', "2", "a", ()),
        ("<VerbaApi><Response code=2 type=a/>", "2", "a", ()),
        ("<VerbaApi><Response><code>2</code><type>a</type>", "2", "a", ()),
        ("<VerbaApi><Response code='' type=\"\"", "", "", ()),
        ("<VerbaApi><Response error-code='1' code='2'", "2", None, ()),
        ("<!ELEMENT <n:RESPONSE\nCode = \"2\" TYPE='a' x", "2", "a", ()),
        ("<!ELEMENT <Response code=2 type=a/>", "2", "a", ()),
        ("<!ELEMENT <Response code='' type=\"\"", "", "", ()),
        ("<!ELEMENT <Response/ code='2'><a type='3'>", "2", None, ()),
        ("<!ELEMENT <Responses code='1'><Response code='2'><Response code='3'", "2", None, ()),
        ("<!ELEMENT code='1'", None, None, ()),
        ("<!ELEMENT <ErrorMessage>a<ErrorMessage b='c'>d</ErrorMessage><ErrorMessage>e", None, None, ("a", "d")),
        ("<!ELEMENT <n:errormessage>a", None, None, ("a",)),
        ("<VerbaApi><Responses code='1'><Response code='2'", "2", None, ()),
        ("<VerbaApi code='1'><Response", None, None, ()),
        ("<VerbaApi><Response><a code='1'", None, None, ()),
        (f"<!ELEMENT <Response{' ' * 1_980}code='2' type='a'", "2", None, ()),
        (f"<!ELEMENT <Response{' ' * 2_000}code='2' type='a'", None, None, ()),
        ("<VerbaApi><Response code='2'><ErrorMessage a='b'>c & d", "2", None, ("c  d",)),
    ],
)
def test_a_broken_document_is_searched_by_its_text(
    body: str, code: str | None, type_: str | None, messages: tuple[str, ...], answered: Answered
) -> None:
    assert values(parsed(answered(body))) == ("XML", body, code, type_, messages)


@pytest.mark.parametrize(
    ("asked", "body", "found"),
    [
        ("HTML", "<my-page><span>a", "HTML"),
        ("HTML", "<my-page><title>a", "XML"),
        ("HTML", "<my-page><p>a<Response>", "XML"),
        ("HTML", "<?xml version='1.0'?><my-page><p>a", "XML"),
        ("HTML", " " * 1_019 + "<?xml version='1.0'?><my-page><p>a", "XML"),
        ("HTML", " " * 1_020 + "<?xml version='1.0'?><my-page><p>a", "HTML"),
        ("HTML", "a<title>b", "HTML"),
        ("HTML", " [<b>", "TEXT"),
        ("HTML", " {<b>", "TEXT"),
        ("HTML", "({<b>", "HTML"),
        ("XML", "<data><Response/>", "XML"),
        ("XML", "<data><ErrorMessage>", "XML"),
        ("XML", "<p><Response/><body>", "HTML"),
        ("XML", "<p><Response/><HTML>", "HTML"),
        ("XML", "<p><Response/><head>", "HTML"),
        ("XML", "<p>", "HTML"),
        ("XML", "a<Response/>", "TEXT"),
        ("TEXT", "<call gone>", "TEXT"),
        ("TEXT", "<call gone></call>", "XML"),
        ("TEXT", "<call gone/>", "XML"),
        ("TEXT", "<Response gone>", "XML"),
        ("TEXT", "<?xml version='1.0'?><call gone>", "XML"),
        ("TEXT", "<p>", "HTML"),
        ("PDF", "<call gone>", "XML"),
    ],
)
def test_what_was_asked_for_decides_where_the_look_does_not(
    asked: str, body: str, found: str, answered: Answered
) -> None:
    assert parsed(answered(body, asked={"responseType": asked})).format == found


@pytest.mark.parametrize(
    ("body", "value", "asked", "found"),
    [
        ("<x>, <y>: not found", "<x>", "TEXT", "TEXT"),
        ("<p>", "<p>", "TEXT", "TEXT"),
        ("<p>", "p", "TEXT", "HTML"),
        ("<p> and <b>", "<p>", "HTML", "HTML"),
        ("a<b>", "<b>", "HTML", "TEXT"),
    ],
)
def test_the_callers_own_mark_up_does_not_decide(
    body: str, value: str, asked: str, found: str, answered: Answered
) -> None:
    assert parsed(answered(body, asked={"extension": value, "responseType": asked})).format == found


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (f"<p>{SUCCESS}", True),
        ("<p>the call has been marked for recording!", True),
        (f"<title>{SUCCESS}</title><p>a", True),
        ("<p>not marked", False),
        (f"<VerbaApi>{SUCCESS.replace(' ', chr(10))}</VerbaApi>", True),
        ("<VerbaApi>no</VerbaApi>", False),
        (f"\ufeff\ufeff{SUCCESS.upper()}", True),
        (f"Sorry: {SUCCESS[:-1]}", False),
    ],
)
def test_the_sentence_of_success_is_found_in_any_format(body: str, sentence: bool, answered: Answered) -> None:
    assert parsed(answered(body)).sentence is sentence


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [("text/xml; charset=UTF-8", "UTF-8"), ("text/xml", ""), ("", ""), ("text/xml; charset=", "")],
)
def test_a_charset_is_that_of_the_header(content_type: str, charset: str) -> None:
    assert charset_of(Answer(200, "", (("CONTENT-type", content_type),), b"")) == charset


def test_an_answer_is_read_in_the_charset_of_its_header(answered: Answered) -> None:
    for body, format_ in ((b"<p>\xe8", "HTML"), (b"\xe8", "TEXT"), (b"<a>\xe8</a>", "XML")):
        exchange = answered(body, "x/y; charset=iso-8859-2", asked={"responseType": format_})

        assert parsed(exchange).text == body.decode("iso-8859-2")


@pytest.mark.parametrize(
    ("body", "asked", "said"),
    [
        ("<v><Response code='0'/></v>", {}, "granted"),
        ("<v><Response code='0'><ErrorMessage/></Response></v>", {}, "refused"),
        ("<v><Response code='00'/></v>", {}, "refused"),
        ("<v><Response code='0'/></v>", {"responseType": "TEXT", "unmark": "1"}, "granted"),
        (SUCCESS, {"responseType": "TEXT"}, "granted"),
        (SUCCESS, {}, "granted"),
        ("no", {"responseType": "TEXT"}, "refused"),
        ("no", {"responseType": "TEXT", "unmark": "1"}, "unsaid"),
        ("<p>no", {"responseType": "HTML", "type": "manualRecord"}, "unsaid"),
        ("no", {"unmark": "1"}, "refused"),
    ],
)
def test_an_answer_says_granted_refused_or_nothing(
    body: str, asked: dict[str, str], said: str, answered: Answered
) -> None:
    assert decision_of(answered(body, asked=asked)) == said


@pytest.mark.parametrize(
    ("body", "asked", "granted"),
    [
        ("<v><Response code='0'/></v>", {}, True),
        ("<v><Response code='0'><ErrorMessage/></Response></v>", {}, False),
        (f"<v><Response code='2'/>{SUCCESS}</v>", {}, False),
        (f"<v>{SUCCESS}</v>", {}, True),
        ("<v>no</v>", {}, False),
        (SUCCESS, {}, True),
        ("no", {}, False),
        ("<p><Response code='0'>", {}, True),
        ('{"xml": "<Response a=1 code = \'0\'"}', {}, True),
        ("x <Response code='0'> <ErrorMessage>", {}, False),
        ("x <Response code='0\">", {}, False),
        ("x <Response xcode='0'>", {}, False),
        ("x <Response code='0'>", {"extension": "<Response code='0'>"}, False),
        ("x <Response code='0'>", {"extension": "<Response code='00'>"}, True),
    ],
)
def test_a_grant_by_any_reading_is_seen(body: str, asked: dict[str, str], granted: bool, answered: Answered) -> None:
    assert grants_in_any_form(answered(body, asked=asked)) is granted


def test_a_value_that_stands_in_the_body_is_kept_whole(answered: Answered) -> None:
    given = " " + "9" * 30_000 + " "
    body = f"<v><Response code='{given}' type='{given}'><ErrorMessage>{given}</ErrorMessage></Response></v>"

    assert values(parsed(answered(body))) == ("XML", body, given, given, (given,))


@pytest.mark.parametrize(("count", "cut"), [(20, ""), (21, "…")])
def test_of_what_entities_make_the_beginning_is_kept_and_taken_for_no_other_value(
    count: int, cut: str, answered: Answered
) -> None:
    entities = f"<!DOCTYPE v [<!ENTITY a '{'x' * 1_000}'><!ENTITY b '{' ' * 1_000}'>]>"
    many, blank = "&a;" * count, "&b;" * count
    messages = f"<ErrorMessage>{blank}{many}</ErrorMessage><ErrorMessage>{blank}</ErrorMessage>"

    reading = parsed(
        answered(f"{entities}<v><Response code='{many}' type='KeepCall{blank}'>{messages}</Response></v>")
    )

    assert reading.code == "x" * 20_000 + cut
    assert reading.type == ("KeepCall" + " " * 20_000)[:20_000] + "…"
    assert [message.strip() for message in reading.messages] == ["x" * 20_000, ""]
    assert not reading.faults


@pytest.mark.parametrize(("found", "letter"), [("XML", "щ"), ("HTML", "й"), ("TEXT", "é"), ("", "é")])
def test_a_body_is_decoded_as_what_it_is(found: Found, letter: str) -> None:
    body = b"<?xml version='1.0' encoding='iso-8859-5'?><meta charset='windows-1251'>\xe9"

    assert text_in(body, "", found)[-1] == letter


def test_a_sentence_is_looked_for_in_the_encoding_of_the_page(answered: Answered) -> None:
    body = b"<meta charset='ibm866'><p>The\xffcall has been marked for recording.</p>"

    assert parsed(answered(body, asked={"responseType": "HTML"})).sentence
