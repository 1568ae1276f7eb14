"""What the fronts of variants make of answers, byte by byte."""

import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from keepcall.server import RunningServer
from keepcall.server.front import Direct, Front
from keepcall.server.variants.framing import ClosesAfterThreeRequests, SendsChunksWithExtensions, SendsInterimAnswers


def wire(front: Direct) -> list[bytes]:
    """The lines of the answer to a request that the API does not take, as they come over the wire."""
    address = urlsplit(front.url)
    with front, socket.create_connection((str(address.hostname), address.port or 0), timeout=10) as connection:
        connection.sendall(b"DELETE /verba/api HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(1 << 16), b"")).split(b"\r\n")


@pytest.fixture(scope="module")
def live() -> Iterator[RunningServer]:
    with RunningServer() as live:
        yield live


def test_a_front_without_an_override_changes_nothing_but_the_date(live: RunningServer) -> None:
    through, around = ([line for line in wire(each(live.url)) if b"date" not in line] for each in (Front, Direct))

    assert through == around


def test_chunks_are_framed_with_extensions_and_trailers(live: RunningServer) -> None:
    lines = wire(SendsChunksWithExtensions(live.url))

    assert b"transfer-encoding: chunked" in lines
    assert not any(line.startswith(b"content-length") for line in lines)
    assert lines[lines.index(b"") + 1 :] == [
        b'12;chunk-signature="a;b";flag',
        b"Method Not Allowed",
        b'0;chunk-signature="a;b";flag',
        b"X-Checksum: d41d8cd98f00b204",
        b"Server-Timing: db;dur=3",
        b"",
        b"",
    ]


def test_interim_answers_come_before_the_answer(live: RunningServer) -> None:
    lines = wire(SendsInterimAnswers(live.url))

    statuses = [line.split()[1] for line in lines if line.startswith(b"HTTP/1.1 ")]
    assert statuses == [b"100", b"102", b"103", b"103", b"405"]


def test_a_connection_closes_after_as_many_requests_as_its_front_says(live: RunningServer) -> None:
    with ClosesAfterThreeRequests(live.url) as front:
        connection = http.client.HTTPConnection(urlsplit(front.url).netloc, timeout=10)
        connection.connect()
        connection.auto_open = 0
        statuses = []
        for _ in range(3):
            connection.request("DELETE", "/verba/api")
            statuses.append(connection.getresponse().read())
        assert connection.sock.recv(1) == b""
        connection.close()

    assert statuses == [b"Method Not Allowed"] * 3
