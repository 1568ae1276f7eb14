"""What a test spells is what a server gets: no layer below may encode, decode or sort anything again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from keepcall.client.client import Client
from keepcall.client.sending import TEST_HEADER
from keepcall.contract.request import EncodedRequest, Place, Request, encode_request, keep

if TYPE_CHECKING:
    from tests.conftest import RawServer

OK = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
PLAIN = keep(action="KeepCall", extension="8856", status="ongoing,next")

IN_THE_QUERY = {
    "plain": (PLAIN, "action=KeepCall&extension=8856&status=ongoing,next"),
    "every character encoded": (
        keep(extension="8-5").percent_encode(),
        "extension=%38%2D%35",
    ),
    "reversed": (PLAIN.reverse(), "status=ongoing,next&extension=8856&action=KeepCall"),
    "repeated": (PLAIN.adding("action", "8857"), "action=KeepCall&extension=8856&status=ongoing,next&action=8857"),
    "empty": (keep(action="KeepCall", callID=""), "action=KeepCall&callID="),
    "a space": (keep(status="ongoing, next"), "status=ongoing,%20next"),
    "a plus": (keep(extension="+36 1"), "extension=%2B36%201"),
    "a percent sign": (keep(extension="%38%2d"), "extension=%2538%252d"),
    "delimiters": (keep(extension="a&b=c#d?e/f;g"), "extension=a%26b%3Dc%23d%3Fe%2Ff%3Bg"),
    "dots": (keep(extension="../../x"), "extension=..%2F..%2Fx"),
    "no ASCII": (keep(extension="電話 é 𝄞"), "extension=%E9%9B%BB%E8%A9%B1%20%C3%A9%20%F0%9D%84%9E"),
    "control characters": (keep(extension="\x00\r\n\x7f"), "extension=%00%0D%0A%7F"),
    "an odd name": (keep(**{"call ID&": "1"}), "call%20ID%26=1"),
    "nothing": (keep(), ""),
}


@pytest.mark.parametrize(("request_", "query"), IN_THE_QUERY.values(), ids=IN_THE_QUERY)
def test_a_get_arrives_as_it_was_spelled(arrived: Callable[..., bytes], request_: Request, query: str) -> None:
    line, _, rest = arrived(request_.by("GET")).partition(b"\r\n")

    assert line.decode() == f"GET /verba/api{'?' if query else ''}{query} HTTP/1.1"
    assert rest.endswith(b"\r\n\r\n")
    assert b"content-length" not in rest.lower()


PLACES = {
    "form": ("form", PLAIN, "", "action=KeepCall&extension=8856&status=ongoing,next"),
    "query": ("query", PLAIN, "?action=KeepCall&extension=8856&status=ongoing,next", ""),
    "mixed": ("mixed", PLAIN, "?action=KeepCall", "extension=8856&status=ongoing,next"),
    "mixed, reversed": ("mixed", PLAIN.reverse(), "?action=KeepCall", "status=ongoing,next&extension=8856"),
    "mixed, no action": ("mixed", PLAIN.without("action"), "", "extension=8856&status=ongoing,next"),
    "mixed, nothing but the action": ("mixed", keep(action="KeepCall"), "?action=KeepCall", ""),
    "form, nothing": ("form", keep(), "", ""),
    "form, every character encoded": ("form", keep(extension="8-").percent_encode(), "", "extension=%38%2D"),
    "form, a space and a plus": ("form", keep(extension="+ 1"), "", "extension=%2B%201"),
}


@pytest.mark.parametrize(("place", "request_", "query", "body"), PLACES.values(), ids=PLACES)
def test_a_post_carries_its_parameters_where_the_profile_says(
    arrived: Callable[..., bytes], place: Place, request_: Request, query: str, body: str
) -> None:
    head, _, sent = arrived(request_.by("POST"), place=place).partition(b"\r\n\r\n")

    assert head.splitlines()[0].decode() == f"POST /verba/api{query} HTTP/1.1"
    assert sent.decode() == body
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"Content-Type: application/x-www-form-urlencoded" in head


def test_a_request_has_the_headers_that_it_needs_and_no_others(arrived: Callable[..., bytes]) -> None:
    request = arrived(PLAIN.by("GET"), test="suites/valid/test_é.py::test_x[a b]\r\nX: y")

    names = [line.split(b":")[0].decode() for line in request.splitlines()[1:-1]]
    assert sorted(names) == ["Accept", "Accept-Encoding", "Host", "User-Agent", TEST_HEADER]
    assert f"{TEST_HEADER}: suites/valid/test_%C3%A9.py::test_x[a b]%0D%0AX: y".encode() in request


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_method_is_get_unless_the_request_says_otherwise(method: str) -> None:
    assert encode_request(PLAIN, "form").method == "GET"
    assert encode_request(PLAIN.by("POST" if method == "POST" else "GET"), "form").method == method


def test_a_path_is_sent_as_the_profile_gives_it(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve(OK)
    url = f"http://127.0.0.1:{server.port}/a%2Fb/../%7euser;v=1/api/"

    client_of(url).send(keep(action="KeepCall").by("GET"), "a test")

    assert server.targets() == ["GET /a%2Fb/../%7euser;v=1/api/?action=KeepCall"]


@pytest.mark.parametrize("query", ["a=%38%2d%2D", "a=%zz&b=100%&c=%41", "a=\"<>\\^`{|}'", "a=1&&=&b&a=2", "?"])
def test_a_spelling_of_its_own_arrives_untouched(arrived: Callable[..., bytes], query: str) -> None:
    request = arrived(PLAIN.by("GET"), spelling=EncodedRequest("GET", query, ""))

    assert request.splitlines()[0].decode() == f"GET /verba/api?{query} HTTP/1.1"


REPRESENTED = {
    "apiKey": (keep(apiKey="s3cr3t"), "s3cr3t"),
    "token": (keep(token="s3cr3t"), "s3cr3t"),
    "another case": (keep(APIKEY="s3cr3t", Token="t0ken"), "s3cr3t"),
    "twice": (keep(apiKey="one").adding("apiKey", "s3cr3t"), "s3cr3t"),
}


@pytest.mark.parametrize(("request_", "secret"), REPRESENTED.values(), ids=REPRESENTED)
def test_a_request_in_a_traceback_has_no_secrets(request_: Request, secret: str) -> None:
    assert secret not in repr(request_)
    assert secret not in repr(encode_request(request_, "form"))
