"""Redirects are followed within the same origin alone, and nobody else ever gets the credentials."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from keepcall.cases.engine.intermediaries import led_away
from keepcall.client.client import Client
from keepcall.client.redirects import elsewhere, redirect
from keepcall.contract.exchange import Answer
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import Method, keep

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ASKED = keep(action="KeepCall", token="t0ken-t0ken", extension="1")
QUERY = "action=KeepCall&token=t0ken-t0ken&extension=1"


def to(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Go\r\nLocation: ".encode() + location.encode() + b"\r\nContent-Length: 4\r\n\r\ngone"


def once(location: str, status: int = 302) -> "Callable[[bytes], Script]":
    """Redirects what comes to the API, and answers what comes elsewhere."""
    return lambda request: [to(location, status) if b" /verba/api" in request[:20] else OK]


FOLLOWED = {
    "a path": ("/new?x=%38%2d", "/new?x=%38%2d"),
    "a relative path": ("new?x=1", "/verba/new?x=1"),
    "another query alone": ("?x=1", "/verba/api?x=1"),
    "dots": ("../../new", "/new"),
    "a fragment": ("/new#part", "/new"),
    "a space": ("/n ew", "/n%20ew"),
    "no ASCII": ("/né\u0301", "/n%C3%A9%CC%81"),
    "mark-up": ('/new?"<>', "/new?%22%3C%3E"),
}


@pytest.mark.parametrize(("location", "target"), FOLLOWED.values(), ids=FOLLOWED)
def test_a_redirect_within_the_same_origin_is_followed_and_recorded(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], location: str, target: str
) -> None:
    scripts = iter([[to(location)], [OK]])
    server = serve(lambda _: next(scripts))

    exchange = client_of(server).send(ASKED.by("GET"), "a test")

    assert server.targets() == [f"GET /verba/api?{QUERY}", f"GET {target}"]
    assert exchange.answer.body == b"ok"
    assert exchange.answer.redirects == (f"http://127.0.0.1:{server.port}{target}",)
    assert exchange.sent == server.requests[1]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["http", "HTTP", "hTTp"])
def test_an_absolute_address_of_the_same_origin_is_followed(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], status: int, scheme: str
) -> None:
    address: list[str] = []
    server = serve(lambda request: [to(address[0], status) if b" /verba/api" in request[:20] else OK])
    address.append(f"{scheme}://127.0.0.1:{server.port}/new?{QUERY}")

    exchange = client_of(server).send(ASKED.by("GET"), "a test")

    assert (exchange.answer.status, server.targets()[1:]) == (200, [f"GET /new?{QUERY}"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_port_of_the_same_host_is_another_origin_and_gets_no_key(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], status: int, method: Method
) -> None:
    other_port = serve([OK])
    server = serve([to(f"http://127.0.0.1:{other_port.port}/new?{QUERY}", status)])

    exchange = client_of(server).send(ASKED.by(method), "a test")

    assert (exchange.answer.status, exchange.answer.redirects) == (status, ())
    assert (len(server.requests), other_port.connections) == (1, 0)
    assert led_away(exchange) == f"http://127.0.0.1:{other_port.port}/new"


ORIGINS = {
    "the default port, spelled out": ("http://a.example/x", "http://a.example:80/y", "http://a.example:80/y"),
    "the default port, left out": ("http://a.example:80/x", "http://a.example/y", "http://a.example/y"),
    "the default port of TLS": ("https://a.example/x", "https://a.example:443/y", "https://a.example:443/y"),
    "a host in capitals": ("http://a.example/x", "http://A.EXAMPLE/y", "http://A.EXAMPLE/y"),
    "another port": ("http://a.example/x", "http://a.example:8080/y", ""),
    "the port of TLS": ("http://a.example/x", "http://a.example:443/y", ""),
    "no port any more": ("http://a.example:8080/x", "http://a.example/y", ""),
    "TLS on the same port": ("http://a.example:8080/x", "https://a.example:8080/y", ""),
    "TLS on the default ports": ("http://a.example/x", "https://a.example/y", ""),
    "no TLS any more": ("https://a.example/x", "http://a.example/y", ""),
    "no TLS any more on the same port": ("https://a.example/x", "http://a.example:443/y", ""),
    "a domain below": ("http://a.example/x", "http://b.a.example/y", ""),
}


@pytest.mark.parametrize(("url", "location", "target"), ORIGINS.values(), ids=ORIGINS)
def test_an_origin_is_scheme_host_and_port(url: str, location: str, target: str) -> None:
    answer = Answer(302, "Go", (("Location", location),), b"")

    assert redirect(url, answer) == target
    assert elsewhere(url, answer) == ("" if target else location)


@pytest.mark.parametrize(
    ("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
def test_a_post_keeps_its_method_and_body_only_where_the_status_says_so(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], status: int, method: str
) -> None:
    server = serve(once("/new", status))

    client_of(server).send(ASKED.by("POST"), "a test")

    head, _, body = server.requests[1].partition(b"\r\n\r\n")
    assert head.startswith(f"{method} /new HTTP/1.1".encode())
    assert body.decode() == (QUERY if method == "POST" else "")
    assert (b"content-type" in head.lower()) == (method == "POST")


ELSEWHERE = {
    "another name of this host": "http://localhost:{port}/new",
    "another address of it": "http://127.0.0.2:{port}/new",
    "no scheme": "//localhost:{port}/new",
    "a user": "http://user@127.0.0.1:{port}/new",
    "an empty user": "http://@127.0.0.1:{port}/new",
    "the host as a user": "http://127.0.0.1:{port}@localhost/new",
    "a backslash": "http://127.0.0.1:{port}\\@localhost:{port}/new",
    "another scheme": "ftp://127.0.0.1:{port}/new",
    "a file": "file:///etc/passwd",
    "no port": "http://127.0.0.1:port/new",
    "a port beyond all": "http://127.0.0.1:99999/new",
    "half an address": "http://[::1/new",
    "nothing": "",
}


@pytest.mark.parametrize("location", ELSEWHERE.values(), ids=ELSEWHERE)
@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_elsewhere_is_the_answer_itself(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], location: str, status: int
) -> None:
    other = serve([OK])
    server = serve([to(location.format(port=other.port), status)])

    exchange = client_of(server).send(ASKED.by("POST"), "a test")

    assert isinstance(exchange.result, Answer)
    assert (exchange.result.status, exchange.result.redirects) == (status, ())
    assert (len(server.requests), other.connections) == (1, 0)


@pytest.mark.parametrize("status", [300, 304, 305, 306, 399])
def test_other_statuses_lead_nowhere(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], status: int
) -> None:
    server = serve([f"HTTP/1.1 {status} Go\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n".encode()])

    assert client_of(server).send(ASKED.by("GET"), "a test").answer.status == status
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["/verba/api", "?x=1", "http://127.0.0.1:{port}/verba/api"])
def test_a_loop_ends_and_the_last_redirect_is_the_answer(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], location: str
) -> None:
    server: RawServer = serve(lambda _: [to(location.format(port=server.port))])

    answer = client_of(server).send(ASKED.by("GET"), "a test").answer

    assert (answer.status, len(answer.redirects), len(server.requests)) == (302, 5, 6)


def test_a_recorded_redirect_holds_no_secret(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve(once(f"/new?{QUERY}"))

    exchange = client_of(server, Redactor({"KEEPCALL_TOKEN": "t0ken-t0ken"})).send(ASKED.by("GET"), "a test")

    assert "token=$KEEPCALL_TOKEN" in exchange.answer.redirects[0]
    assert "t0ken-t0ken" not in exchange.answer_text()


def test_each_redirect_counts_as_a_request_and_all_share_the_time(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve(lambda _: [0.15, to("/verba/api")])
    client = client_of(server, timeout=0.4)

    exchange = client.send(ASKED.by("GET"), "a test")

    assert exchange.answer_text().startswith("no answer (timeout)")
    assert len(server.requests) <= client.sent <= 3


def test_a_cookie_that_comes_with_a_redirect_goes_along_and_is_then_forgotten(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    cookies = b"Set-Cookie: S=7+/=; Path=/\r\nSet-Cookie: no cookie\r\nset-cookie: T=\r\n"
    script = [to("/x").replace(b"Location", cookies + b"Location")]
    server = serve(lambda request: [OK] if b"Cookie:" in request else script)
    client = client_of(server)

    for _ in range(2):
        assert client.send(ASKED.by("GET"), "a test").answer.body == b"ok"

    assert [b"\r\nCookie: S=7+/=; T=\r\n" in request for request in server.requests] == [False, True, False, True]
