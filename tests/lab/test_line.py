"""Requests to a lab: connections are kept, dead ones are replaced, and an answer is whole or none."""

import gzip
import http.client
import ssl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.lab.connection import LabConnection

if TYPE_CHECKING:
    from tests.conftest import RawServer

PEM = Path(__file__).parents[1] / "data" / "loopback.pem"


def whole(body: bytes, fields: bytes = b"") -> bytes:
    return b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n%s\r\n%s" % (len(body), fields, body)


def asked(line: LabConnection) -> tuple[int, bytes]:
    return line.ask("POST", "/calls", b"{}", {"Content-Type": "application/json"})


def read_back(line: LabConnection) -> tuple[int, bytes]:
    return line.ask("GET", "/calls/1", None, {})


def test_a_connection_is_kept_for_the_next_request(serve: "Callable[..., RawServer]") -> None:
    server = serve([whole(b"[1]")])

    with closing(LabConnection(server.url, 10.0)) as line:
        assert [asked(line), asked(line)] == [(201, b"[1]")] * 2

    assert server.connections == 1
    assert server.targets() == ["POST /verba/api/calls"] * 2
    assert all(request.endswith(b"\r\n\r\n{}") for request in server.requests)


@pytest.mark.parametrize("fields", [b"", b"Connection: close\r\n"])
def test_a_connection_that_has_ended_is_replaced(serve: "Callable[..., RawServer]", fields: bytes) -> None:
    server = serve([whole(b"", fields)], keeps_alive=False)

    with closing(LabConnection(server.url, 10.0)) as line:
        assert [read_back(line) for _ in range(3)] == [(201, b"")] * 3

    assert server.connections == 3


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_what_had_no_answer_on_an_old_connection_is_asked_again_unless_it_places_a_call(
    serve: "Callable[..., RawServer]", method: str
) -> None:
    answers = iter([[whole(b"[1]")], [], [whole(b"[3]")]])
    server = serve(lambda _: next(answers), keeps_alive=False)
    server.keeps_alive_for(1)

    with closing(LabConnection(server.url, 10.0)) as line:
        read_back(line)
        if method == "POST":
            with pytest.raises(http.client.RemoteDisconnected):
                asked(line)
        else:
            assert line.ask(method, "/calls/1", None, {}) == (201, b"[3]")

    assert len(server.requests) == (2 if method == "POST" else 3)


def test_a_new_connection_without_an_answer_is_not_tried_again(serve: "Callable[..., RawServer]") -> None:
    server = serve([], keeps_alive=False)

    with closing(LabConnection(server.url, 10.0)) as line, pytest.raises(http.client.RemoteDisconnected):
        asked(line)

    assert server.connections == 1


def test_an_answer_that_is_cut_off_is_none_and_ends_its_connection(serve: "Callable[..., RawServer]") -> None:
    answers = iter([[whole(b"[1]")[:-1]], [whole(b"[2]")]])
    server = serve(lambda _: next(answers), keeps_alive=False)

    with closing(LabConnection(server.url, 10.0)) as line:
        with pytest.raises(http.client.IncompleteRead):
            asked(line)
        assert asked(line) == (201, b"[2]")


def test_an_answer_is_read_without_its_coding(serve: "Callable[..., RawServer]") -> None:
    with closing(
        LabConnection(serve([whole(gzip.compress(b"[1]"), b"Content-Encoding: gzip\r\n")]).url, 10.0)
    ) as line:
        assert asked(line) == (201, b"[1]")


def test_a_coding_that_is_none_is_an_error(serve: "Callable[..., RawServer]") -> None:
    with (
        closing(LabConnection(serve([whole(b"[1]", b"Content-Encoding: gzip\r\n")]).url, 10.0)) as line,
        pytest.raises(ValueError, match="not in the Content-Encoding"),
    ):
        asked(line)


def test_a_path_of_any_characters_is_sent_percent_encoded(serve: "Callable[..., RawServer]") -> None:
    server = serve([whole(b"")])

    with closing(LabConnection(server.url.replace("/verba/api", "/läb%20(1)/"), 10.0)) as line:
        asked(line)

    assert server.targets() == ["POST /l%C3%A4b%20(1)/calls"]


def test_a_certificate_is_verified_by_the_ca_file(serve: "Callable[..., RawServer]") -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    server = serve([whole(b"[1]")], tls=context)

    with closing(LabConnection(server.url, 10.0)) as line, pytest.raises(ssl.SSLCertVerificationError):
        asked(line)
    with closing(LabConnection(server.url, 10.0, str(PEM))) as line:
        assert asked(line) == (201, b"[1]")

    assert len(server.requests) == 1
