"""Each exchange is told once, and listed by every test that has seen it."""

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import encode_request, keep
from keepcall.report.exchanges import MOST, Book, told


def exchange(number: int = 0, body: bytes = b"<VerbaApi/>") -> Exchange:
    request = keep(callID=f"{number}", token="the-token-itself").by("GET")
    spelling = encode_request(request, "form")
    head = (("Server", "Recorder/1 the-token-itself"), ("Via", "1.1 proxy"))
    redactor = Redactor({"KEEPCALL_TOKEN": "the-token-itself"})
    sent = f"GET /?{spelling.query} HTTP/1.1\r\n\r\n".encode()
    return Exchange(request, spelling, "http://127.0.0.1/", Answer(200, "OK", head, body), sent, redactor=redactor)


def test_an_exchange_is_told_once_and_listed_each_time() -> None:
    book, one, two = Book("gw0"), exchange(1), exchange(2)

    first, second = book.note([one]), book.note([one, two, one])

    assert (first[0], [each["id"] for each in first[2]]) == (("gw0-1",), ["gw0-1"])
    assert (second[0], [each["id"] for each in second[2]]) == (("gw0-1", "gw0-2"), ["gw0-2"])


def test_of_very_many_the_last_are_listed_and_the_rest_is_counted() -> None:
    listed, unlisted, new = Book("main").note([exchange(number) for number in range(MOST + 5)])

    assert (len(listed), unlisted) == (MOST, 5)
    assert f"callID={MOST + 4}" in new[-1]["request"]


def test_what_is_told_is_masked_bounded_and_acts_on_nothing() -> None:
    shown = told("1", exchange(body=b"\x1b[2J the-token-itself " + b"x" * 1_000_000))

    assert "the-token-itself" not in str(shown)
    assert "\x1b" not in shown.answer
    assert len(shown.answer) < 4_000
    assert shown.server == "Server: Recorder/1 $KEEPCALL_TOKEN; Via: 1.1 proxy"
