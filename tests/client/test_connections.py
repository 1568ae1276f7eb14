"""Connections that are of no use for another request, requests that are given up, and waiting in vain."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.client.client import Client
from keepcall.client.limits import UnderWay
from keepcall.client.quota import RequestQuota, told
from keepcall.contract.exchange import NoAnswer
from keepcall.contract.request import keep

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
ASKED = keep(action="KeepCall", extension="8856").by("POST")
SILENCE: "Script" = [60.0]


def client_telling(client_of: Callable[..., Client], server: "RawServer", folder: Path, **settings: float) -> Client:
    client = client_of(server, **settings)
    client.tally = RequestQuota(folder=str(folder))
    return client


def first_of_a_connection(first: "Script", later: "Script") -> "Callable[[bytes], Script]":
    connection = threading.local()  # each has a thread of its own

    def answer(_: bytes) -> "Script":
        used = hasattr(connection, "used")
        connection.used = True
        return later if used else first

    return answer


@pytest.mark.parametrize("answer", [OK, CHUNKED], ids=["with a length", "in chunks"])
def test_a_connection_with_bytes_behind_an_answer_is_not_used_again(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], answer: bytes
) -> None:
    server = serve(first_of_a_connection([answer + b"more"], SILENCE))
    client = client_of(server)

    bodies = [client.send(ASKED, "a test").answer.body for _ in range(4)]

    assert bodies == [b"ok"] * 4
    assert server.connections == len(server.requests) == 4


@pytest.mark.parametrize("answer", [OK, CHUNKED], ids=["with a length", "in chunks"])
def test_a_sound_connection_is_used_again(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], answer: bytes, tmp_path: Path
) -> None:
    server = serve([answer])
    client = client_telling(client_of, server, tmp_path)

    for _ in range(4):
        client.send(ASKED, "a test")

    assert server.connections == 1
    assert told(tmp_path) == ()


def test_after_two_silences_on_used_connections_each_request_has_its_own_and_the_report_says_so(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], tmp_path: Path
) -> None:
    server = serve(first_of_a_connection([OK], SILENCE))
    client = client_telling(client_of, server, tmp_path, timeout=0.3)

    troubles = [isinstance(client.send(ASKED, "a test").result, NoAnswer) for _ in range(10)]

    assert troubles == [False, True, False, True, *[False] * 6]
    assert len(server.requests) == 10
    [sentence] = told(tmp_path)
    assert "2 connections that had been used before were of no use for another request" in sentence


def dropping(_: bytes) -> "Script":
    raise ConnectionAbortedError


def test_after_two_lost_connections_no_request_is_sent_twice(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    connection = threading.local()

    def answer(request: bytes) -> "Script":
        if hasattr(connection, "used"):
            return dropping(request)
        connection.used = True
        return [OK]

    server = serve(answer)
    client = client_of(server)

    results = [client.send(ASKED, "a test").answer.status for _ in range(8)]

    assert results == [200] * 8
    assert len(server.requests) == 8 + 2


def test_a_request_with_a_time_of_its_own_says_nothing_about_its_connection(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], tmp_path: Path
) -> None:
    server = serve(first_of_a_connection([OK], SILENCE))
    client = client_telling(client_of, server, tmp_path)

    for _ in range(3):
        client.send(ASKED, "a test")
        client.send(ASKED, "a test", timeout=0.1)

    assert told(tmp_path) == ()


def test_a_request_that_is_given_up_ends_at_once_and_is_not_sent_again(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve(lambda request: SILENCE if b"next" in request else [OK])
    client, under_way = client_of(server), UnderWay()
    client.send(ASKED, "a test")  # so that the connection is one that was used before

    def give_up() -> None:
        under_way.wait(10)
        under_way.give_up()

    waiting = threading.Thread(target=give_up)
    waiting.start()

    result = client.send(ASKED.given(status="next"), "a test", timeout=60.0, under_way=under_way).result

    waiting.join()
    assert isinstance(result, NoAnswer)
    assert result.trouble == "timeout"
    assert len(server.requests) == 2


def test_a_request_that_was_given_up_before_it_left_is_not_waited_for(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    under_way = UnderWay()
    under_way.give_up()

    result = client_of(serve(SILENCE)).send(ASKED, "a test", timeout=60.0, under_way=under_way).result

    assert isinstance(result, NoAnswer)
    assert result.trouble == "timeout"


def test_a_client_that_has_waited_enough_asks_no_more_and_has_the_report_say_so(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], tmp_path: Path
) -> None:
    def every_second() -> "Iterator[Script]":
        while True:
            yield SILENCE
            yield [OK]

    scripts = every_second()
    server = serve(lambda _: next(scripts))
    client = client_telling(client_of, server, tmp_path, timeout=0.2, in_vain=0.5)

    results = [client.send(ASKED, "a test").result for _ in range(12)]

    last = results[-1]
    assert isinstance(last, NoAnswer)
    assert last.trouble == "unreachable"
    assert "not asked any more" in last.detail
    assert len(server.requests) <= 6
    sentences = told(tmp_path)
    assert "The target was not asked to the end, and what was left is inconclusive: " in sentences[-1]
    assert "the last: no answer (timeout)" in sentences[-1]


def test_what_is_told_is_told_once_whoever_tells_it(tmp_path: Path) -> None:
    for tally in (RequestQuota(folder=str(tmp_path)), RequestQuota(folder=str(tmp_path)), RequestQuota()):
        tally.tell("It is so.")
        tally.tell("It is so.")
        tally.tell("It is otherwise.")

    assert told(tmp_path) == ("It is so.", "It is otherwise.")
