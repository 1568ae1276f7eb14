"""Whatever a server does, an exchange ends: in time, within its bytes, and with the reason told."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain, count, repeat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import urllib3

from keepcall.client.client import Client
from keepcall.client.failures import no_answer_for
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.request import keep

if TYPE_CHECKING:
    from tests.conftest import RawServer

ASKED = keep(action="KeepCall").by("GET")
HEAD = b"HTTP/1.1 200 OK\r\n"
PEM = Path(__file__).parents[1] / "data" / "loopback.pem"


def whole(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def slowly(text: bytes) -> Iterator[bytes | float]:
    return chain.from_iterable((bytes([byte]), 0.05) for byte in text)


SLOW: dict[str, Callable[[bytes], Iterator[bytes | float]]] = {
    "nothing at all": lambda _: iter([60.0]),
    "a slow status line": lambda _: slowly(HEAD * 5),
    "slow headers": lambda _: chain([HEAD], slowly(b"X-A: b\r\n" * 10)),
    "a slow body": lambda _: chain([HEAD, b"Content-Length: 200\r\n\r\n"], slowly(b"x" * 200)),
    "slow chunks": lambda _: chain([HEAD, b"Transfer-Encoding: chunked\r\n\r\n"], slowly(b"1\r\nx\r\n" * 50)),
    "slow trailers": lambda _: chain([HEAD, b"Transfer-Encoding: chunked\r\n\r\n0\r\n"], slowly(b"X: y\r\n" * 50)),
    "interim answers": lambda _: chain.from_iterable(repeat((b"HTTP/1.1 102 Processing\r\n\r\n", 0.05))),
    "a body that stops": lambda _: iter([HEAD, b"Content-Length: 9\r\n\r\nx", 60.0]),
}


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
def test_a_whole_answer_must_be_there_in_time(
    serve: "Callable[..., RawServer]",
    client_of: Callable[..., Client],
    answer: Callable[[bytes], Iterator[bytes | float]],
) -> None:
    exchange = client_of(serve(answer), timeout=0.3).send(ASKED, "a test")

    assert isinstance(exchange.result, NoAnswer)
    assert exchange.result.trouble == "timeout"
    assert 0.3 <= exchange.elapsed < 5


def test_a_request_may_have_more_time_than_others(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    under_way = threading.Event()
    server = serve([0.2, HEAD + b"\r\nok"], keeps_alive=False)

    exchange = client_of(server, timeout=0.05).send(ASKED, "a test", timeout=20, under_way=under_way)

    assert exchange.answer.body == b"ok"
    assert under_way.is_set()


def test_another_megabyte_each_time_is_not_kept_for_ever(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keepcall.client.client._ROOM", 90_000)
    number = count()
    client = client_of(serve(lambda _: [whole(b"%050000d" % next(number))]))

    troubles = [getattr(client.send(ASKED, "a test").result, "detail", "") for _ in range(4)]

    assert troubles[:2] == ["", ""]
    assert all("no more than 16 kB of each are read" in trouble for trouble in troubles[2:])


def test_the_same_megabyte_each_time_is_kept_once(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keepcall.client.client._ROOM", 90_000)
    client = client_of(serve([whole(b"x" * 50_000)]))

    bodies = [client.send(ASKED, "a test").answer.body for _ in range(4)]

    assert all(body is bodies[0] for body in bodies)


def test_many_megabytes_in_turn_are_each_kept_once(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keepcall.client.client._ROOM", 20 * 50_000 + 1)
    number = count()
    client = client_of(serve(lambda _: [whole(b"%050000d" % (next(number) % 20))]))

    first, second = ([client.send(ASKED, "a test").answer.body for _ in range(20)] for _ in range(2))

    assert all(one is other for one, other in zip(first, second, strict=True))


MANY = b"X: y\r\n" * 300
FRAMED: dict[str, tuple[bytes, bytes]] = {
    "by a length": (b"Content-Length: 2\r\n\r\n", b"ok"),
    "by chunks": (b"Transfer-Encoding: chunked\r\n\r\n", b"2;a:b\r\nok\r\n0\r\n\r\n"),
    "by the end of the connection": (b"Connection: close\r\n\r\n", b"ok"),
}


@pytest.mark.parametrize(("last", "body"), FRAMED.values(), ids=FRAMED)
@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 103 Early Hints\r\n" + MANY + b"\r\n"], ids=["at once", "behind a 103"]
)
def test_a_field_that_tells_where_the_answer_ends_is_read_behind_many_others(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], last: bytes, body: bytes, first: bytes
) -> None:
    server = serve([first + HEAD + MANY + last + body], keeps_alive=b"close" not in last)
    client = client_of(server)

    bodies = [client.send(ASKED, "a test").answer.body for _ in range(2)]

    assert bodies == [b"ok", b"ok"]
    assert server.connections == (2 if b"close" in last else 1)


@pytest.mark.parametrize(("fields", "kept"), [(b"X: y\r\n" * 600, 200), (b"X: " + b"y" * 999 + b"\r\n", 2)])
def test_so_many_header_fields_are_kept(exchanged: Callable[..., Exchange], fields: bytes, kept: int) -> None:
    exchange = exchanged([HEAD + fields + b"Content-Length: 0\r\n\r\n"])

    assert len(exchange.answer.headers) == kept


def test_header_fields_are_kept_up_to_a_length_in_all(exchanged: Callable[..., Exchange]) -> None:
    exchange = exchanged([HEAD + (b"X: " + b"y" * 9_999 + b"\r\n") * 9 + b"Content-Length: 0\r\n\r\n"])

    assert len(exchange.answer.headers) == 3


ENDLESS: dict[str, list[bytes]] = {
    "body": [HEAD + b"\r\n"],
    "body with a length": [HEAD + b"Content-Length: 999999999999\r\n\r\n"],
    "gzip": [HEAD + b"Content-Encoding: gzip\r\n\r\n"],
    "chunk": [HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\n"],
    "interim answers": [b"HTTP/1.1 102 Processing\r\n\r\n" * 40_000] * 3,
}


@pytest.mark.parametrize("said", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_end_is_too_large(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], said: list[bytes]
) -> None:
    server = serve(lambda _: chain(said, repeat(b"\r\n" + b"x" * 65_534)))

    result = client_of(server, timeout=30.0, max_body=1_000).send(ASKED, "a test").result

    assert isinstance(result, NoAnswer)
    assert result.trouble == "too large"


@pytest.mark.parametrize(("size", "trouble"), [(999, ""), (1_000, ""), (1_001, "too large")])
def test_a_body_may_have_as_many_bytes_as_the_profile_says(
    exchanged: Callable[..., Exchange], size: int, trouble: str
) -> None:
    result = exchanged([HEAD + b"\r\n" + b"x" * size], max_body=1_000).result

    assert (result.trouble if isinstance(result, NoAnswer) else "") == trouble


def test_a_port_that_nobody_listens_on_is_unreachable(client_of: Callable[..., Client]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/a"

    result = client_of(url).send(ASKED, "a test").result

    assert isinstance(result, NoAnswer)
    assert result.trouble == "unreachable"


def test_a_name_that_nobody_has_is_unreachable(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    result = client_of("http://recorder.invalid/a").send(ASKED, "a test").result

    assert isinstance(result, NoAnswer)
    assert result.trouble == "unreachable"


def context() -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(PEM)
    return found


def test_tls_is_read_as_plain_http_is(serve: "Callable[..., RawServer]", client_of: Callable[..., Client]) -> None:
    server = serve([HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"], tls=context())
    client = client_of(server, ca_file=str(PEM))

    assert [client.send(ASKED, "a test").answer.body for _ in range(2)] == [b"ok", b"ok"]
    assert (server.connections, server.targets()) == (1, ["GET /verba/api?action=KeepCall"] * 2)


UNSAFE = {
    "a certificate that nobody vouches for": ("", "127.0.0.1"),
    "a certificate of another host": (str(PEM), "localhost"),
}


@pytest.mark.parametrize(("ca_file", "host"), UNSAFE.values(), ids=UNSAFE)
def test_a_certificate_that_does_not_verify_gets_no_request(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], ca_file: str, host: str
) -> None:
    server = serve([HEAD + b"\r\nok"], tls=context())

    result = client_of(server.url.replace("127.0.0.1", host), ca_file=ca_file).send(ASKED, "a test").result

    assert isinstance(result, NoAnswer)
    assert (result.trouble, server.requests) == ("tls", [])


def test_no_tls_at_all_is_told_as_such(client_of: Callable[..., Client]) -> None:
    def talk(plain: socket.socket) -> None:
        connection, _ = plain.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(HEAD + b"\r\nok")

    with socket.create_server(("127.0.0.1", 0)) as plain:
        talking = threading.Thread(target=talk, args=(plain,), daemon=True)
        talking.start()
        result = client_of(f"https://127.0.0.1:{plain.getsockname()[1]}/a").send(ASKED, "a test").result
        talking.join(10)

    assert isinstance(result, NoAnswer)
    assert result.trouble == "tls"


def test_a_handshake_must_end_in_time(client_of: Callable[..., Client]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()

        result = client_of(f"https://127.0.0.1:{silent.getsockname()[1]}/a", timeout=0.2).send(ASKED, "a test").result

    assert isinstance(result, NoAnswer)
    assert result.trouble == "timeout"
    assert time.monotonic() - start < 5


def test_an_https_redirect_is_not_followed_to_plain_http(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    plain = serve([HEAD + b"\r\nok"])
    there = f"HTTP/1.1 302 Go\r\nLocation: {plain.url}\r\nContent-Length: 0\r\n\r\n".encode()
    server = serve([there], tls=context())

    answer = client_of(server, ca_file=str(PEM)).send(ASKED, "a test").answer

    assert (answer.status, plain.connections) == (302, 0)


def of(error: Exception, cause: Exception) -> Exception:
    """An error as a library raises it from another one."""
    error.__cause__ = cause
    return error


UNREACHABLE = {
    "a refusal": (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
    "an unknown name": (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
    "silence": (TimeoutError("timed out"), "no connection came about in time"),
    "a proxy that wants a login": (OSError("Tunnel connection failed: 407 Who?"), "the proxy answered: 407 Who?"),
}


@pytest.mark.parametrize(("cause", "words"), UNREACHABLE.values(), ids=UNREACHABLE)
def test_what_cannot_be_reached_is_told_in_the_words_of_the_system(cause: Exception, words: str) -> None:
    connection = urllib3.connection.HTTPConnection("recorder.example")
    error = of(urllib3.exceptions.NewConnectionError(connection, f"Failed to establish: {cause}"), cause)
    proxy = urllib3.exceptions.ProxyError("Unable to connect to proxy", of(OSError("oh"), cause))

    assert [no_answer_for(each).detail for each in (error, proxy)] == [words] * 2


def test_no_name_of_an_object_of_ours_is_told() -> None:
    connection = urllib3.connection.HTTPConnection("recorder.example")

    for error in (
        urllib3.exceptions.NewConnectionError(connection, "no way"),
        urllib3.exceptions.ConnectTimeoutError(connection, "no way"),
        ValueError(f"{object()}: no way"),
    ):
        assert re.search(r"host=|object|0x", no_answer_for(error).detail) is None
        assert "no way" in no_answer_for(error).detail


def test_a_certificate_that_only_newer_versions_of_python_refuse_is_told_as_such() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 85, "Missing Authority Key Identifier"

    detail = no_answer_for(error).detail

    assert detail.startswith("certificate verify failed: Missing Authority Key Identifier (RFC 5280 forbids")
    assert "Python 3.13" in detail


@pytest.mark.parametrize("error", [KeyError("x"), ZeroDivisionError(), RecursionError("deep" * 5_000)])
def test_an_error_that_nobody_foresaw_is_no_answer_either(error: Exception) -> None:
    result = no_answer_for(error)

    assert result.trouble == "malformed"
    assert result.detail.startswith(type(error).__name__)
    assert len(result.detail) <= 2_000
