"""What is told of an exchange holds no secret, wherever the server puts what it got."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from keepcall.client.client import Client, ClientSettings
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import keep

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script
    from tests.secrets.conftest import Secrets

HEAD = b"HTTP/1.1 200 OK\r\n"

ECHOES: dict[str, "Callable[[bytes], Script]"] = {
    "all of it": lambda request: [request],
    "the body": lambda request: [HEAD + b"\r\n" + request],
    "the head": lambda request: [HEAD + request],
    "the reason phrase": lambda request: [b"HTTP/1.1 200 " + request],
    "the status": lambda request: [b"HTTP/1.1 " + request],
    "the version": lambda request: [b"HTTP/" + request],
    "the length": lambda request: [HEAD + b"Content-Length: " + request],
    "the coding": lambda request: [HEAD + b"Transfer-Encoding: " + request],
    "the content coding": lambda request: [HEAD + b"Content-Encoding: " + request],
    "the name of a header": lambda request: [HEAD + request.replace(b" ", b"%20").replace(b"\r", b":\r")],
    "a header without a colon": lambda request: [HEAD + request.replace(b":", b"%3A")],
    "an address": lambda request: [b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\nLocation: /?" + request],
    "an address elsewhere": lambda request: [b"HTTP/1.1 302 Go\r\nLocation: http://localhost:1/" + request],
    "a chunk": lambda request: [HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + request],
    "an interim answer": lambda request: [b"HTTP/1.1 103 Hints\r\nLink: " + request + HEAD + b"\r\n"],
}


@pytest.fixture
def client_of(secrets: "Secrets") -> Iterator[Callable[[str], Client]]:
    """A client that knows all the secrets."""
    clients: list[Client] = []
    redactor = Redactor({f"KEEPCALL_{name.upper()}": secret for name, secret in secrets.texts.items()})

    def make(url: str) -> Client:
        clients.append(Client(ClientSettings(url, timeout=2.0), redactor))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.mark.parametrize("answer", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_part_of_an_exchange_tells_a_secret(
    serve: "Callable[..., RawServer]",
    client_of: Callable[[str], Client],
    secrets: "Secrets",
    answer: "Callable[[bytes], Script]",
    method: str,
) -> None:
    server = serve(answer, keeps_alive=False)
    asked = keep(**{f"{name}{number}": text for number in range(3) for name, text in secrets.texts.items()})

    exchange = client_of(server.url).send(asked.by("POST" if method == "POST" else "GET"), "a test")

    told = "\n".join([exchange.as_curl(), exchange.request_text(), exchange.answer_text(), repr(exchange)])
    assert list(secrets.found_in(told.encode())) == []
    assert "$KEEPCALL_PASSWORD" in told
