"""What is wrong in itself: answers that no correct server gives to any request, whoever asks."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.request import EncodedRequest
from keepcall.contract.violation import Violation
from keepcall.expect.in_itself import wrong_in_itself

Answered = Callable[..., Exchange]
Names = Callable[[Iterable[Violation]], list[str]]

DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
RESPONSE = '<Response code="5" type="KeepCall"><ErrorMessage>no</ErrorMessage></Response>'
REFUSED = f"{DECLARED}<VerbaApi>{RESPONSE}</VerbaApi>"
XML, HTML = {"content_type": "text/xml"}, {"content_type": "text/html"}
SOAP = f'{DECLARED}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>'

WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "a document that is cut off": ("KC-XML-01", {"body": f"{DECLARED}<VerbaApi><Resp"}, "MalformedXml"),
    "one without a declaration": ("KC-XML-01", {"body": "<VerbaApi><Response>"}, "UnclosedElement"),
    "one that its Content-Type names": (
        "KC-XML-01",
        {"body": "<x><y></x>", **XML},
        "UnclosedElement",
    ),
    "an encoding that is another": (
        "KC-XML-01",
        {"body": DECLARED.encode() + b"<x>\xe9</x>"},
        "BytesOutsideTheEncoding",
    ),
    "an empty success": ("KC-XML-01", {"body": ""}, "NotXml"),
    "a success of white space": ("KC-XML-01", {"body": " \n"}, "NotXml"),
    "an answer without a code": ("KC-XML-02", {"body": REFUSED.replace('code="5" ', "")}, "InvalidDocument"),
    "an answer without a Response": ("KC-XML-02", {"body": f"{DECLARED}<VerbaApi/>"}, "InvalidDocument"),
    "a namespace": ("KC-XML-02", {"body": REFUSED.replace("<VerbaApi>", '<VerbaApi xmlns="u">')}, "InvalidDocument"),
}

RIGHT: dict[str, tuple[str, dict[str, Any]]] = {
    "a refusal": ("KC-XML-01", {"body": REFUSED}),
    "a valid refusal": ("KC-XML-02", {"body": REFUSED}),
    "a page": ("KC-XML-01", {"body": "<html><p>Forbidden<br></html>", "content_type": "text/html", "status": 403}),
    "a page of unknown elements": (
        "KC-XML-01",
        {"body": "<x-login><p>Log in<br></x-login>", **HTML},
    ),
    "text": ("KC-XML-01", {"body": "Forbidden", "status": 403}),
    "JSON": ("KC-XML-01", {"body": '{"code": 0}', "status": 401}),
    "nothing, with a challenge": ("KC-XML-01", {"body": "", "status": 401}),
    "no content": ("KC-XML-01", {"body": "", "status": 204}),
    "XML of a gateway": ("KC-XML-02", {"body": SOAP, "status": 403}),
    "what is not well-formed, for its validity": ("KC-XML-02", {"body": f"{DECLARED}<VerbaApi>"}),
    "an odd code, which needs a grant": ("KC-XML-03", {"body": REFUSED.replace('"5"', '"OK"')}),
    "an empty page": ("KC-XML-01", {"body": "", "asked": {"responseType": "HTML"}}),
}


@pytest.mark.parametrize(("requirement", "answer", "name"), WRONG.values(), ids=WRONG)
def test_what_no_correct_server_answers_is_wrong_in_itself(
    answered: Answered, names: Names, requirement: str, answer: dict[str, Any], name: str
) -> None:
    assert names(violation for _, violation in wrong_in_itself(requirement, [answered(**answer)])) == [name]


@pytest.mark.parametrize(("requirement", "answer"), RIGHT.values(), ids=RIGHT)
def test_what_a_correct_server_may_answer_to_a_stranger_is_not(
    answered: Answered, requirement: str, answer: dict[str, Any]
) -> None:
    assert list(wrong_in_itself(requirement, [answered(**answer)])) == []


def broken(answered: Answered) -> Exchange:
    return replace(answered(""), result=NoAnswer("malformed", "a malformed header", broken=True))


def test_a_message_that_is_broken_three_times_out_of_three_is_wrong_in_itself(answered: Answered) -> None:
    seen = [broken(answered)] * 3
    assert [(e, v.name) for e, v in wrong_in_itself("KC-HTTP-12", seen)] == [(seen[-1], "BrokenMessage")]


def test_a_message_that_is_broken_now_and_then_is_not(answered: Answered) -> None:
    once, sound = broken(answered), answered("")
    silent = replace(once, result=NoAnswer("timeout", "10 s"))
    other = replace(once, spelling=EncodedRequest("POST", "", "a=b"))
    for seen in (
        [once] * 2,
        [once, once, sound],
        [sound, once, once, once],
        [once, once, silent],
        [once, once, other],
    ):
        assert list(wrong_in_itself("KC-HTTP-12", seen)) == []
