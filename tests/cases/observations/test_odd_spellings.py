"""Requests on the wire that no requirement is about, as a server gets them."""

import json
import socket
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from keepcall.cases.observations import encodings
from keepcall.cases.observations.encodings import Encode
from keepcall.client.client import Client, ClientSettings
from keepcall.contract.exchange import Answer
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import BROWSER, EncodedRequest, keep

REQUEST = keep(action="KeepCall", extension="+1 2", foo="ë").by("GET")
QUERY = "action=KeepCall&extension=%2B1%202&foo=%C3%AB"

spelt = partial(EncodedRequest, accept=BROWSER)  # since the request names no responseType


@pytest.mark.parametrize(
    ("spell", "made"),
    [
        pytest.param(encodings.usual, spelt("GET", QUERY, ""), id="usual"),
        pytest.param(encodings.by("DELETE"), EncodedRequest("DELETE", QUERY, ""), id="DELETE"),
        pytest.param(encodings.post("form"), spelt("POST", "", QUERY), id="form"),
        pytest.param(encodings.post("query"), spelt("POST", QUERY, ""), id="query"),
        pytest.param(encodings.with_slash, spelt("GET", QUERY, "", behind_path="/"), id="slash"),
        pytest.param(
            encodings.respelled("extension=%2B", "extension=+"),
            spelt("GET", QUERY.replace("=%2B", "=+"), ""),
            id="respelled",
        ),
    ],
)
def test_spellings(spell: Encode, made: EncodedRequest) -> None:
    assert spell(REQUEST, "form") == made


def test_a_post_is_respelled_in_its_body() -> None:
    spelled = encodings.respelled("action=", "ACTION=")(REQUEST.by("POST"), "form")

    assert spelled == spelt("POST", "", QUERY.replace("action", "ACTION"))


def test_json_is_an_object_of_texts() -> None:
    spelled = encodings.post_json(REQUEST, "form")

    assert json.loads(spelled.body) == {"action": "KeepCall", "extension": "+1 2", "foo": "ë"}
    assert spelled.content_type == "application/json"


def test_multipart_has_a_part_for_each_parameter() -> None:
    spelled = encodings.post_multipart(keep(a="1", b="2"), "form")

    boundary = spelled.content_type.partition("boundary=")[2]
    assert spelled.body == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="b"\r\n\r\n2\r\n--{boundary}--\r\n'
    )


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def heard(listener: socket.socket, spelled: EncodedRequest) -> bytes:
    """What a server gets of it; its answer has no body."""
    heard = bytearray()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            heard.extend(connection.recv(65_536))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    client = Client(ClientSettings(f"http://127.0.0.1:{listener.getsockname()[1]}/api"), Redactor({}))
    exchange = client.send(REQUEST, "test", spelling=spelled)
    thread.join()
    client.close()
    assert isinstance(exchange.result, Answer)
    return bytes(heard)


@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
def test_a_method_without_a_body(listener: socket.socket, method: str) -> None:
    head = heard(listener, encodings.by(method)(REQUEST, "form"))

    assert head.startswith(f"{method} /api?{QUERY} HTTP/1.1\r\n".encode())
    assert b"Content-Type" not in head


def test_a_put_says_that_it_has_no_body(listener: socket.socket) -> None:
    head = heard(listener, encodings.by("PUT")(REQUEST, "form"))

    assert head.startswith(f"PUT /api?{QUERY} HTTP/1.1\r\n".encode())
    assert b"\r\nContent-Length: 0\r\n" in head


def test_a_body_of_another_type(listener: socket.socket) -> None:
    head = heard(listener, encodings.post_json(keep(a="1"), "form"))

    assert head.startswith(b"POST /api HTTP/1.1\r\n")
    assert b"\r\nContent-Type: application/json\r\n" in head


def test_a_slash_behind_the_path(listener: socket.socket) -> None:
    assert heard(listener, encodings.with_slash(REQUEST, "form")).startswith(b"GET /api/?action=KeepCall")
