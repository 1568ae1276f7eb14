"""What a body is and what it says, whatever is broken in it."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.request import Request
from keepcall.expect.decision import decision_of, grants_in_any_form, well_formed_refusal
from keepcall.expect.http import format_asked_for, same_answer
from keepcall.expect.parsing.answer import found_format, parsed

Answered = Callable[..., Exchange]
Asking = Callable[..., Request]
Names = Callable[..., list[str]]

SUCCESS = "The call has been marked for recording."
GRANTED = '<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
REFUSED = GRANTED.replace('"0"', '"2"').replace("/></V", "><ErrorMessage>No.</ErrorMessage></Response></V")
PAGE = f"<html><body><p>{SUCCESS}</p></body></html>"

FORMATS: dict[str, tuple[str | bytes, str]] = {
    "documented XML": (GRANTED, "XML"),
    "documented HTML": (PAGE, "HTML"),
    "documented TEXT": (SUCCESS, "TEXT"),
    "nothing": ("", ""),
    "white space": (" \r\n\t", ""),
    "mark alone": ("\ufeff", ""),
    "XML without a declaration": ("<VerbaApi/>", "XML"),
    "declaration alone": ('<?xml version="1.0"?>', "XML"),
    "XML after white space": ("\r\n <VerbaApi/>", "XML"),
    "XML after a comment": ("<!-- <html> --><VerbaApi/>", "XML"),
    "XML after an instruction": ("<?pi a>b?><VerbaApi/>", "XML"),
    "XML with a doctype": ("<!DOCTYPE VerbaApi><VerbaApi/>", "XML"),
    "cut XML": ("<VerbaApi", "XML"),
    "XML after a notice": ("Notice: x\n" + GRANTED, "XML"),
    "broken declaration": ('<?xml version="1.0"><VerbaApi/>', "XML"),
    "declaration and text": ('<?xml version="1.0"?>oops', "XML"),
    "XML in UTF-16": (GRANTED.encode("utf-16"), "XML"),
    "XML in UTF-16 without a mark": (GRANTED.encode("utf-16-be"), "XML"),
    "XML in EBCDIC": (GRANTED.encode("cp037"), "XML"),
    "prefixed XML": ('<v:VerbaApi xmlns:v="urn:v"/>', "XML"),
    "feed": ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "XML"),
    "doctype of HTML": ("<!doctype HTML><title>x</title>", "HTML"),
    "old doctype": ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><p>x', "HTML"),
    "upper case": ("<HTML><BODY><P>x</P></BODY></HTML>", "HTML"),
    "paragraph alone": ("<p>x", "HTML"),
    "page after a comment": ("<!-- VerbaApi -->\n<html>", "HTML"),
    "XHTML": ('<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"/>', "HTML"),
    "page in UTF-16": (PAGE.encode("utf-16"), "HTML"),
    "page with a mark": ("\ufeff" + PAGE, "HTML"),
    "attributes": ("<body\nbgcolor=white>", "HTML"),
    "JSON": ('{"code": 0}', "TEXT"),
    "text with a tag": ("Not found.<br>", "TEXT"),
    "text with less-than": ("a < b", "TEXT"),
    "less-than first": ("<3 calls", "TEXT"),
    "arrows": ("<-- here", "TEXT"),
    "text in UTF-16": (SUCCESS.encode("utf-16"), "TEXT"),
    "bytes": (b"\x80\xff", "TEXT"),
}


@pytest.mark.parametrize(("body", "found"), FORMATS.values(), ids=FORMATS)
def test_a_body_is_told_by_its_look(body: str | bytes, found: str) -> None:
    content = body.encode() if isinstance(body, str) else body

    assert found_format(Answer(200, "", (("Content-Type", "application/json"),), content)) == found


ASKED: dict[str, tuple[str, str, list[str]]] = {
    "XML": ("XML", GRANTED, []),
    "broken XML": ("XML", "<VerbaApi><Response code=0 &>", []),
    "page in place of XML": ("XML", PAGE, ["WrongFormat"]),
    "text in place of XML": ("XML", SUCCESS, ["WrongFormat"]),
    "nothing in place of XML": ("XML", "", ["EmptyAnswer"]),
    "XML whose root HTML has too": ("XML", '<data><Response code="0"/></data>', []),
    "page that quotes XML": ("XML", "<html><body><Response code='0'></body></html>", ["WrongFormat"]),
    "page": ("HTML", PAGE, []),
    "text with a tag is a page": ("HTML", "Not found.<br>", []),
    "page in an element of its own": ("HTML", f"<my-page><p>{SUCCESS}</p></my-page>", []),
    "XML in place of a page": ("HTML", GRANTED, ["WrongFormat"]),
    "undeclared XML in place of a page": ("HTML", "<VerbaApi><Response code='0'/></VerbaApi>", ["WrongFormat"]),
    "other XML in place of a page": ("HTML", "<error><code>4</code><title>No.</title></error>", ["WrongFormat"]),
    "text in place of a page": ("HTML", SUCCESS, ["WrongFormat"]),
    "JSON with a tag in place of a page": ("HTML", '{"error": "<b>no</b>"}', ["WrongFormat"]),
    "nothing in place of a page": ("HTML", "\n", ["EmptyAnswer"]),
    "text": ("TEXT", SUCCESS, []),
    "JSON as text": ("TEXT", '{"code": 2}', []),
    "text with a tag": ("TEXT", "Not <b>found</b>.", []),
    "text in brackets": ("TEXT", "<call not found>", []),
    "XML in place of text": ("TEXT", GRANTED, ["WrongFormat"]),
    "broken XML in place of text": ("TEXT", "<VerbaApi><Response", ["WrongFormat"]),
    "page in place of text": ("TEXT", PAGE, ["WrongFormat"]),
    "paragraph in place of text": ("TEXT", f"<p>{SUCCESS}</p>", ["WrongFormat"]),
    "nothing in place of text": ("TEXT", "", ["EmptyAnswer"]),
    "unknown format": ("PDF", "anything", []),
    "empty format": ("", "anything", []),
}


@pytest.mark.parametrize(("asked", "body", "violations"), ASKED.values(), ids=ASKED)
def test_an_answer_is_in_the_format_asked_for(
    asked: str, body: str, violations: list[str], answered: Answered, names: Names
) -> None:
    exchange = answered(body, "text/plain", asked={"responseType": asked})

    assert names(format_asked_for(exchange)) == violations


def test_without_a_response_type_the_answer_is_xml(answered: Answered, asking: Asking, names: Names) -> None:
    assert names(format_asked_for(answered(GRANTED, request=asking()))) == []
    assert names(format_asked_for(answered(PAGE, request=asking()))) == ["WrongFormat"]


def test_text_of_an_unmark_may_be_empty_and_a_page_may_not(answered: Answered, asking: Asking, names: Names) -> None:
    unmark = asking(callID="x", unmark="1")

    assert names(format_asked_for(answered("", request=unmark.answered_in("TEXT")))) == []
    assert names(format_asked_for(answered("", request=unmark.answered_in("HTML")))) == ["EmptyAnswer"]
    assert names(format_asked_for(answered("", request=unmark))) == ["EmptyAnswer"]


@pytest.mark.parametrize("value", ["<x>", "<b>8856</b>", "<!DOCTYPE html>", "<?xml version='1.0'?><VerbaApi/>"])
def test_text_that_starts_with_the_callers_own_mark_up_is_text(
    value: str, answered: Answered, asking: Asking, names: Names
) -> None:
    request = asking(extension=value, status="ongoing", responseType="TEXT")

    assert names(format_asked_for(answered(f"{value} cannot be found.", request=request))) == []


def test_text_with_the_callers_own_mark_up_is_no_page(answered: Answered, asking: Asking, names: Names) -> None:
    request = asking(extension="<b>1</b>", status="ongoing", responseType="HTML")

    assert names(format_asked_for(answered("No call of <b>1</b>.", request=request))) == ["WrongFormat"]


OUTCOMES: dict[str, tuple[str, dict[str, str], str]] = {
    "code 0": (GRANTED, {}, "granted"),
    "code 2": (REFUSED, {}, "refused"),
    "code 0 with a message": (REFUSED.replace('"2"', '"0"'), {}, "refused"),
    "code 00": (GRANTED.replace('"0"', '"00"'), {}, "refused"),
    "code OK": (GRANTED.replace('"0"', '"OK"'), {}, "refused"),
    "no code": (GRANTED.replace('code="0"', ""), {}, "refused"),
    "code 0 in an unmark": (GRANTED, {"unmark": "1"}, "granted"),
    "code 2 in a manual record": (REFUSED, {"type": "manualRecord"}, "refused"),
    "attribute code before": ('<VerbaApi code="9"><Response code="0"/></VerbaApi>', {}, "granted"),
    "another code after": ('<VerbaApi><Response code="0"/><Remote code="9"/></VerbaApi>', {}, "granted"),
    "message of something else": (
        '<VerbaApi><Response code="0"/><v:a xmlns:v="urn:v"><v:ErrorMessage/></v:a></VerbaApi>',
        {},
        "granted",
    ),
    "message in upper case": ('<VerbaApi><Response code="0"><ERRORMESSAGE/></Response></VerbaApi>', {}, "refused"),
    "cut in a tag": ('<VerbaApi><Response code="0" type="Kee', {}, "granted"),
    "cut in a message": ('<VerbaApi><Response code="0" type="KeepCall"><ErrorMessage>N', {}, "refused"),
    "page for XML": (PAGE, {}, "granted"),
    "other page for XML": ("<html><p>No.</html>", {}, "refused"),
    "page for an unmark in XML": (PAGE, {"unmark": "1"}, "refused"),
    "nothing for an unmark in XML": ("", {"unmark": "1"}, "refused"),
    "JSON": ('{"code": "0"}', {}, "refused"),
    "nothing": ("", {}, "refused"),
    "page": (PAGE, {"responseType": "HTML"}, "granted"),
    "page without a paragraph": (f"<div>{SUCCESS}</div>", {"responseType": "HTML"}, "granted"),
    "page with small letters": (f"<p>{SUCCESS.lower()}", {"responseType": "HTML"}, "granted"),
    "page with a refusal": ("<p>No.", {"responseType": "HTML"}, "refused"),
    "page with the sentence in a comment": (f"<p>No.<!-- {SUCCESS} -->", {"responseType": "HTML"}, "refused"),
    "page with the sentence in a script": (
        f"<p>No.<script>'{SUCCESS}'</script>",
        {"responseType": "HTML"},
        "refused",
    ),
    "XML for a page": (GRANTED, {"responseType": "HTML"}, "granted"),
    "text": (SUCCESS, {"responseType": "TEXT"}, "granted"),
    "text without its full stop": (SUCCESS[:-1], {"responseType": "TEXT"}, "granted"),
    "text in upper case": (SUCCESS.upper() + "\r\n", {"responseType": "TEXT"}, "granted"),
    "text with more text": (f"OK. {SUCCESS}", {"responseType": "TEXT"}, "granted"),
    "text that says already": (SUCCESS[:-1] + " already.", {"responseType": "TEXT"}, "refused"),
    "text that says not": (SUCCESS.replace("been", "not been"), {"responseType": "TEXT"}, "refused"),
    "text OK": ("OK", {"responseType": "TEXT"}, "refused"),
    "XML for text": (REFUSED, {"responseType": "TEXT"}, "refused"),
    "page of an unmark": ("<p>Done.", {"responseType": "HTML", "unmark": "1"}, "unsaid"),
    "text of an unmark": ("Done.", {"responseType": "TEXT", "unmark": "1"}, "unsaid"),
    "sentence of an unmark": (SUCCESS, {"responseType": "TEXT", "unmark": "1"}, "unsaid"),
    "no text of an unmark": ("", {"responseType": "TEXT", "unmark": "1"}, "unsaid"),
    "page of a manual record": ("<p>Done.", {"responseType": "HTML", "type": "manualRecord"}, "unsaid"),
    "XML for text of an unmark": (GRANTED, {"responseType": "TEXT", "unmark": "1"}, "granted"),
    "unknown format and text": ("No.", {"responseType": "PDF"}, "refused"),
    "unknown format and text of an unmark": ("No.", {"responseType": "PDF", "unmark": "1"}, "unsaid"),
}


@pytest.mark.parametrize(("body", "parameters", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_the_outcome_is_what_the_body_says_whatever_the_status(
    body: str, parameters: dict[str, str], outcome: str, answered: Answered
) -> None:
    found = [decision_of(answered(body, asked=parameters, status=status)) for status in (200, 404, 500)]

    assert found == [outcome] * 3


@pytest.mark.parametrize(
    ("body", "parameters", "granted"),
    [
        (GRANTED, {"responseType": "TEXT"}, True),
        (GRANTED, {"unmark": "1", "responseType": "HTML"}, True),
        (PAGE, {"responseType": "XML"}, True),
        (SUCCESS, {"unmark": "1"}, True),
        (f"<html><p>Hm.</p>{GRANTED}</html>", {}, True),
        (f"<VerbaApi><Response>{SUCCESS}</Response></VerbaApi>", {}, True),
        (REFUSED, {}, False),
        (REFUSED.replace("No.", SUCCESS), {}, False),
        ("", {}, False),
        ("<html><title>404</title></html>", {"responseType": "HTML"}, False),
        ("Unauthorized", {}, False),
        ('No <Response code="0"/>.', {"extension": '<Response code="0"/>'}, False),
    ],
)
def test_a_grant_is_seen_in_any_format(
    body: str, parameters: dict[str, str], granted: bool, answered: Answered
) -> None:
    assert grants_in_any_form(answered(body, asked=parameters, status=401)) is granted


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (REFUSED, True),
        (REFUSED.replace('"2"', '"-3"'), True),
        (REFUSED.replace('"2"', '"0"'), False),
        (REFUSED.replace('"2"', '"NO"'), False),
        (REFUSED.replace("No.", " "), False),
        (REFUSED.replace("</Response>", "<ErrorMessage>a</ErrorMessage></Response>"), False),
        (GRANTED, False),
        ("<p>No.", False),
        ("", False),
    ],
)
def test_a_proper_refusal_has_an_integer_and_a_message(body: str, refusal: bool, answered: Answered) -> None:
    assert well_formed_refusal(answered(body)) is refusal


@pytest.mark.parametrize(
    ("first", "second", "violations"),
    [
        (GRANTED, GRANTED.replace("/>", "></Response>"), []),
        (REFUSED, REFUSED.replace("No.", "Nein."), []),
        (REFUSED, REFUSED.replace('"2"', '"3"'), ["DifferentCode"]),
        (GRANTED, REFUSED, ["DifferentOutcome"]),
        (GRANTED, PAGE, ["DifferentFormat"]),
        (GRANTED, "No.", ["DifferentFormat", "DifferentOutcome"]),
        (PAGE, PAGE.replace("p>", "P>"), []),
        (PAGE, "<p>No.", ["DifferentOutcome"]),
        ("", "", []),
        (GRANTED, "", ["DifferentFormat", "DifferentOutcome"]),
    ],
)
def test_two_answers_are_the_same_in_format_outcome_and_code(
    first: str, second: str, violations: list[str], answered: Answered, names: Names
) -> None:
    assert names(same_answer(answered(first), answered(second))) == violations


def test_a_reading_holds_what_was_found_in_a_broken_document(answered: Answered) -> None:
    reading = parsed(answered('<verbaapi><RESPONSE CODE=2 Type="KeepCall"><errorMessage>AT&T</errorMessage>'))

    assert (reading.format, reading.code, reading.type) == ("XML", "2", "KeepCall")
    assert len(reading.messages) == 1


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (
            GRANTED,
            "no",
            [
                ("DifferentFormat", "the same format as of the first request, XML", "TEXT"),
                ("DifferentOutcome", "the same outcome as of the first request, granted", "refused"),
            ],
        ),
        (
            "",
            "no",
            [("DifferentFormat", "the same format as of the first request, nothing", "TEXT")],
        ),
        (
            "no",
            "",
            [("DifferentFormat", "the same format as of the first request, TEXT", "nothing")],
        ),
        (
            "<v><Response code='2'/></v>",
            "<v><Response code='3'/></v>",
            [("DifferentCode", "the same code as of the first request, '2'", "code '3'")],
        ),
        (
            "<v><Response code='2'/></v>",
            "<v><Response/></v>",
            [("DifferentCode", "the same code as of the first request, '2'", "code ''")],
        ),
        (
            "<v><Response/></v>",
            "<v><Response code='3'/></v>",
            [("DifferentCode", "the same code as of the first request, ''", "code '3'")],
        ),
    ],
)
def test_what_is_not_the_same_is_told_with_what_it_was(
    first: str, second: str, said: list[tuple[str, str, str]], answered: Answered
) -> None:
    found = same_answer(answered(first), answered(second))

    assert [(each.name, each.expected, each.got) for each in found] == said


@pytest.mark.parametrize(("others", "code"), [(999, "2"), (1_000, None)])
def test_a_code_in_another_spelling_is_looked_for_among_a_thousand_attributes(
    answered: Answered, others: int, code: str | None
) -> None:
    many = " ".join(f'a{number}=""' for number in range(others))

    assert parsed(answered(f'<VerbaApi><Response {many} Code="2"/></VerbaApi>')).code == code
