"""What answers are read as, and what becomes of text that the target controls."""

from collections.abc import Callable
from typing import NoReturn

import pytest

from keepcall.cases.observations import catalogue, readings
from keepcall.cases.observations.answers import NoReplyError, answered, exactly, no_answer, not_asked, quoted, steady
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.outcomes import NotClaimed, NotTested
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import encode_request, keep
from keepcall.errors import LabError

KEY = "5f1c2b9e-7d3a-4c55-9a60-2f1d3c4b5a69"
CALL_ID = "a8343631-9f35-4a3a-83f0-9e81592339fb"
REDACTOR = Redactor({"KEEPCALL_API_KEY": KEY})


def exchange(
    body: str = "", status: int = 200, headers: tuple[tuple[str, str], ...] = (), **parameters: str
) -> Exchange:
    request = keep(action="KeepCall", apiKey=KEY, callID=CALL_ID, **parameters).by("GET")
    answer = Answer(status, "", headers, body.encode())
    return Exchange(request, encode_request(request, "form"), "http://x/", answer, redactor=REDACTOR)


def xml(code: str, message: str = "") -> str:
    inner = f"<ErrorMessage>{message}</ErrorMessage>" if message else ""
    return f'<?xml version="1.0"?><VerbaApi><Response code="{code}" type="KeepCall">{inner}</Response></VerbaApi>'


SENTENCE = "The call has been marked for recording."


@pytest.mark.parametrize(
    ("made", "words"),
    [
        pytest.param(exchange(xml("0")), "granted", id="code 0"),
        pytest.param(exchange(xml("2", "no")), "refused", id="another code"),
        pytest.param(exchange("<html><body>gone", 404), "status 404, no KeepCall answer", id="a page"),
        pytest.param(exchange("", 405), "status 405, no KeepCall answer", id="nothing"),
        pytest.param(exchange('{"code": 0}'), "status 200, no KeepCall answer", id="JSON"),
        pytest.param(exchange(SENTENCE, responseType="TEXT"), "granted", id="the sentence"),
        pytest.param(exchange("No.", responseType="TEXT"), "refused", id="another sentence"),
        pytest.param(exchange("No.", 500, responseType="TEXT"), "status 500, no KeepCall answer", id="an error"),
    ],
)
def test_what_an_answer_says(made: Exchange, words: str) -> None:
    assert readings.said(made) == words


@pytest.mark.parametrize(
    ("made", "words"),
    [
        pytest.param(exchange(xml("0"), responseType="PDF"), "granted in XML", id="granted"),
        pytest.param(exchange(xml("1", "no"), responseType=""), "refused in XML", id="refused"),
        pytest.param(exchange(SENTENCE, responseType="text"), "granted in TEXT", id="text"),
        pytest.param(exchange("", 400, responseType="PDF"), "status 400, no KeepCall answer", id="nothing"),
    ],
)
def test_the_format_that_it_is_said_in(made: Exchange, words: str) -> None:
    assert readings.said_in_format(made) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (SENTENCE, "the first"),
        (f"<html><body><p>{SENTENCE}</p></body></html>", "the last"),
        (xml("0"), "granted in XML"),
        (xml("1", "no"), "refused in XML"),
        ("no", "refused in TEXT"),
    ],
)
def test_which_of_two_formats_counts(body: str, words: str) -> None:
    made = exchange(body, responseType="TEXT")

    assert readings.first_or_last_format(made) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(xml("2", "Not there."), "code 2: Not there.", id="code and message"),
        pytest.param(xml("2"), "code 2, no message", id="no message"),
        pytest.param(xml("2147942405", "x"), "code 2147942405: x", id="a long code"),
        pytest.param(xml("2" * 50, "x"), f"code {'2' * 19}…: x", id="a very long code"),
        pytest.param(xml("", "x"), "code of no characters: x", id="an empty code"),
        pytest.param(xml("0"), "granted", id="no refusal"),
        pytest.param("gone", "status 200, no KeepCall answer", id="no XML"),
        pytest.param(xml("2", f"No call {CALL_ID}."), "code 2: No call ….", id="its own callID"),
        pytest.param(xml("2", f"No call {CALL_ID[:20].upper()} there"), "code 2: No call … there", id="a part of it"),
        pytest.param(xml("2", f"Key {KEY} is wrong"), "code 2: Key $KEEPCALL_API_KEY is wrong", id="a secret"),
        pytest.param(xml("2", f"Key {KEY[:30]} is"), "code 2: Key … is", id="a part of a secret"),
        pytest.param(xml("2", "at 2026-11-23T09:15:22.123Z, 4711"), "code 2: at …, 4711", id="a time"),
        pytest.param(xml("2", "incident 99812345 at 09:15:22"), "code 2: incident … at …", id="a counter"),
        pytest.param(xml("2", "a\n  b\tc"), "code 2: a b c", id="white space"),
        pytest.param(xml("2", "\u202eevil"), "code 2: \\u202eevil", id="a character that acts"),
        pytest.param(xml("2", "x" * 100_000), f"code 2: {'x' * 159}…", id="a long message"),
    ],
)
def test_code_and_message(body: str, words: str) -> None:
    assert readings.code_and_message(exchange(body)) == words


HEADERS = (
    ("Content-Type", "text/xml; charset=UTF-8"),
    ("Set-Cookie", f"JSESSIONID={KEY}; Path=/"),
    ("set-cookie", "JSESSIONID=2"),
    ("Set-Cookie", "lb"),
    ("Set-Cookie", "=nothing"),
    ("Server", "Apache-Coyote/1.1 build 20260101"),
    ("X-Powered-By", f"magic \x1b[31m {KEY}"),
)


def test_headers() -> None:
    made = exchange(headers=HEADERS)

    assert readings.content_type(made) == "text/xml; charset=UTF-8"
    assert readings.cookies(made) == "JSESSIONID, lb, one without a name"
    assert (
        readings.software(made)
        == "Server: Apache-Coyote/1.1 build 20260101; X-Powered-By: magic \\x1b[31m $KEEPCALL_API_KEY"
    )
    assert readings.redirects(made) == "0"


def test_no_headers() -> None:
    made = exchange()

    assert (readings.content_type(made), readings.cookies(made), readings.software(made)) == ("none",) * 3


def test_thousands_of_cookies_are_ten() -> None:
    made = exchange(headers=tuple(("Set-Cookie", f"c{number}=x") for number in range(5_000)))

    assert readings.cookies(made) == ", ".join(f"c{number}" for number in range(10))


def test_text_is_masked_before_it_is_cut() -> None:
    made = exchange()

    assert KEY[:8] not in exactly("x" * 140 + KEY, made)
    assert KEY[:8] not in quoted(" " * 1_980 + KEY, made)


def test_steady_text_has_nothing_that_changes() -> None:
    assert steady("call 8856 of 2001, code 12345") == "call 8856 of 2001, code 12345"
    assert steady(f"{CALL_ID} and 123456 on 2026-11-23") == "… and … on …"


def raising(error: Exception) -> Callable[[], NoReturn]:
    def ask() -> NoReturn:
        raise error

    return ask


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (no_answer("timeout"), "no answer: timeout"),
        (NoReplyError("waits"), "not asked: the suite failed: it has no word for what came"),
        (NotClaimed("the profile does not claim unmark"), "not claimed: the profile does not claim unmark"),
        (NotTested("the lab cannot place 912345000017"), "not asked: the lab cannot place …"),
        (NotTested(""), "not asked: for no reason given"),
        (LabError("POST /calls: 500"), "not asked: the lab failed"),
        (ValueError(KEY), "not asked: the suite failed: ValueError"),
    ],
)
def test_whatever_goes_wrong_is_an_answer(error: Exception, answer: str) -> None:
    assert answered(catalogue.load().get("KC-OBS-001"), raising(error), REDACTOR) == answer


def test_an_answer_is_fit_for_a_report() -> None:
    observation = catalogue.load().get("KC-OBS-018")

    answer = answered(observation, lambda: f"code 1: {KEY}\x1b[2J\n" + "x" * 1_000, REDACTOR)

    assert answer.startswith("code 1: $KEEPCALL_API_KEY\\x1b[2J xxx")
    assert len(answer) == catalogue.LONGEST


def test_a_reason_is_of_one_short_line() -> None:
    assert not_asked("a\nb\x00" + "c" * 1_000) == "not asked: a b\\x00" + "c" * 152 + "…"
