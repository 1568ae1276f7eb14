"""An exchange as people see it: secrets masked, nothing that acts, nothing of unbounded length."""

import pytest

from keepcall.contract.exchange import Answer, Exchange, NoAnswer, printable, readable
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import encode_request, keep

TOKEN = "7b0f6f3c-8f1e-4f19-9d0c-1d5e4a3b2c1d"
REDACTOR = Redactor({"KEEPCALL_TOKEN": TOKEN})
ACTS = "\x1b[2J\x1b]0;owned\x07\x00\r\x08\x9b31m\x7f\u202e\u2066\u200b\ufeff"


def exchange(result: Answer | NoAnswer, sent: bytes = b"") -> Exchange:
    request = keep(token=TOKEN).by("GET")
    return Exchange(request, encode_request(request, "form"), "http://h/a", result, sent=sent, redactor=REDACTOR)


def answer(body: bytes = b"", *, reason: str = "OK", headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(200, reason, headers, body, redirects=(f"http://h/{ACTS}",))


EVERYWHERE = {
    "body": exchange(answer(ACTS.encode())),
    "body in Latin-1": exchange(answer(b"\x1b[2J\x9b\xff")),
    "reason phrase": exchange(answer(reason=ACTS)),
    "header": exchange(answer(headers=(("X-\x1b[2J", ACTS),))),
    "error": exchange(NoAnswer("malformed", f"BadStatusLine: {ACTS}")),
    "request": exchange(answer(), ACTS.encode()),
}


@pytest.mark.parametrize("shown", EVERYWHERE.values(), ids=EVERYWHERE)
def test_nothing_in_an_exchange_acts(shown: Exchange) -> None:
    text = shown.answer_text() + shown.request_text() + shown.as_curl()

    assert all(character == "\n" or character.isprintable() for character in text)
    assert "\\x1b[2J" in text


SECRET_PLACES = {
    "body": exchange(answer(f"<m>{TOKEN.upper()}</m>".encode())),
    "body in UTF-16": exchange(answer(f"<m>{TOKEN}</m>".encode("utf-16"))),
    "body in UTF-16 without a mark": exchange(answer(f"<m>{TOKEN}</m>".encode("utf-16-be"))),
    "reason phrase": exchange(answer(reason=TOKEN)),
    "name of a header": exchange(answer(headers=((TOKEN, "x"),))),
    "header": exchange(answer(headers=(("Set-Cookie", f"t={TOKEN}; path=/"), ("Location", f"/?token={TOKEN}")))),
    "error": exchange(NoAnswer("lost", f"with url: /a?token={TOKEN}")),
    "request": exchange(answer(), f"GET /a?token={TOKEN} HTTP/1.1\r\n\r\n".encode()),
}


@pytest.mark.parametrize("shown", SECRET_PLACES.values(), ids=SECRET_PLACES)
def test_no_secret_of_an_exchange_is_shown(shown: Exchange) -> None:
    text = shown.answer_text() + shown.request_text() + shown.as_curl() + repr(shown)

    assert "$KEEPCALL_TOKEN" in text.replace("${KEEPCALL_TOKEN}", "")
    assert TOKEN not in text.lower()
    assert "7b0f6f3c" not in text.replace("\\x00", "").lower()


@pytest.mark.parametrize("size", [10, 3_999, 4_000, 4_001, 1 << 20])
def test_a_long_body_is_counted_not_shown(size: int) -> None:
    text = exchange(answer(b"x" * size)).answer_text()

    assert text.count("x" * 10) <= 400
    assert (f"({size} characters)" in text) == (size > 4_000)


def test_a_secret_at_the_end_of_what_is_shown_is_masked() -> None:
    texts = [exchange(answer(b"." * (4_000 - cut) + f"{TOKEN} and more".encode())).answer_text() for cut in range(40)]

    assert not [text for text in texts if "7b0f6f" in text]


def test_a_head_of_any_size_is_shown_in_part() -> None:
    cookies = tuple(("Set-Cookie", f"c{number}={'x' * 5_000}") for number in range(1_000))

    text = exchange(answer(headers=cookies, reason="y" * 100_000)).answer_text()

    assert len(text) < 40_000
    assert "c7=x" in text
    assert "952 more header fields" in text


def test_a_short_answer_is_shown_whole() -> None:
    shown = Answer(404, "Not Found", (("Content-Type", "text/xml"), ("X", "")), "<é/>\n".encode())

    assert exchange(shown).answer_text() == "HTTP 404 Not Found\nContent-Type: text/xml\nX: \n\n<é/>\n"
    assert exchange(NoAnswer("timeout", "late")).answer_text() == "no answer (timeout): late"


BODIES = {
    "UTF-8": ("é", "é".encode()),
    "UTF-8 with a mark": ("é", "é".encode("utf-8-sig")),
    "UTF-16": ("é", "é".encode("utf-16")),
    "UTF-16, big-endian": ("é", b"\xfe\xff\x00\xe9"),
    "UTF-32": ("é", "é".encode("utf-32")),
    "not UTF-8": ("a\\xe9", b"a\xe9"),
    "half a character of UTF-16": ("a\\xe9", b"\xff\xfea\x00\xe9"),
}


@pytest.mark.parametrize(("text", "body"), BODIES.values(), ids=BODIES)
def test_a_body_is_read_by_its_byte_order_mark(text: str, body: bytes) -> None:
    assert readable(body) == text


def test_an_answer_that_is_not_there_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="there is no answer: late"):
        _ = exchange(NoAnswer("timeout", "late")).answer


def test_a_header_that_comes_several_times_is_joined() -> None:
    shown = answer(headers=(("Vary", "a"), ("X", "y"), ("vary", "b")))

    assert shown.header("VARY") == "a, b"
    assert not shown.header("Location")


def test_printable_text_stays_as_it_is() -> None:
    assert printable("a\tb\nčé 電話 𝄞") == "a\tb\nčé 電話 𝄞"
    assert printable("\ud800\r") == "\\ud800\\r"
