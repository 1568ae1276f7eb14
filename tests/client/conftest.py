"""Clients of servers that a test makes, and what they send and get."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from keepcall.client.client import Client
from keepcall.contract.exchange import Exchange
from keepcall.contract.request import EncodedRequest, Request, keep

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script


@pytest.fixture
def exchanged(serve: "Callable[..., RawServer]", client_of: Callable[..., Client]) -> Callable[..., Exchange]:
    """What comes of one request to a server that says this and then closes: `exchanged([b"HTTP/1.1 …"])`."""

    def exchange(script: "Script", request: Request | None = None, **settings: Any) -> Exchange:
        server = serve(script, keeps_alive=False)
        asked = request or keep(action="KeepCall", extension="8856").by("GET")
        return client_of(server, **settings).send(asked, "a test")

    return exchange


@pytest.fixture
def arrived(serve: "Callable[..., RawServer]", client_of: Callable[..., Client]) -> Callable[..., bytes]:
    """A request as a server gets it: `arrived(request, place=…)`."""

    def arrive(
        request: Request, *, spelling: EncodedRequest | None = None, test: str = "a test", **settings: Any
    ) -> bytes:
        server = serve([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
        exchange = client_of(server, **settings).send(request, test, spelling=spelling)
        assert [exchange.sent] == server.requests
        return server.requests[0]

    return arrive
