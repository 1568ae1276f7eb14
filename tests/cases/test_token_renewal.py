"""The token is looked after, whatever the target answers."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from keepcall.cases.engine.token_renewal import RenewingClient
from keepcall.client.client import Client
from keepcall.client.tokens import TokenSource
from keepcall.contract.exchange import NoAnswer
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import keep
from keepcall.contract.target import Credentials, RequestToken, Secret, Target
from keepcall.contract.wording import NOT_FOUND

if TYPE_CHECKING:
    from tests.conftest import RawServer

LOGIN = RequestToken("a-user", Secret("a-password"))


def test_a_target_that_does_not_answer_is_no_failure_of_the_suite(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve([], keeps_alive=False)
    url = f"http://127.0.0.1:{server.port}/verba/api"
    target = Target("a recorder", url, Credentials(Secret("a-key"), Secret("a-token")))
    renewal = RenewingClient(target, client_of(server), TokenSource(target, Redactor({})))

    exchange = renewal.send(keep(action="KeepCall", apiKey="a-key", token="a-token").by("GET"), "a test")

    assert isinstance(exchange.result, NoAnswer)
    assert exchange.result.trouble == "lost"


def answered(code: int, message: str = "") -> list[bytes]:
    error = f"<ErrorMessage>{message}</ErrorMessage>" if message else ""
    body = f'<VerbaApi><Response code="{code}" type="KeepCall">{error}</Response></VerbaApi>'.encode()
    return [b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body) + body]


class Expiring(TokenSource):
    """Gives a number as token, and the next one when asked for another."""

    def __init__(self) -> None:
        target = Target("a recorder", "", Credentials(Secret("a-key"), Secret("1"), request_token=LOGIN))
        super().__init__(target, Redactor({}))
        self.number = 1

    def current(self) -> str:
        return f"token-{self.number}"

    def knows(self, token: str) -> bool:
        return token.startswith("token-")

    def renewed(self, old: str) -> str:
        self.number += old == self.current()
        return self.current()


@pytest.mark.parametrize("message", ["The call cannot be found.", NOT_FOUND])
def test_an_expired_token_may_be_answered_otherwise_than_an_unknown_one(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client], message: str
) -> None:
    tokens = Expiring()
    good = [1]

    def answer(request: bytes) -> list[bytes]:
        token = re.search(rb"token=token-(\d+)", request)
        if not token:
            return answered(10, "The token is not known.")
        if int(token[1]) != good[0]:
            return answered(10, "The token has expired.")
        return answered(0) if b"callID=1" in request else answered(2, message)

    target = Target("a recorder", "", Credentials(Secret("a-key"), Secret("1"), request_token=LOGIN))
    renewal = RenewingClient(target, client_of(serve(answer)), tokens)

    for number in range(1, 7):
        good[0] = number
        asked = keep(action="KeepCall", apiKey="a-key", token=tokens.current(), callID="1").by("GET")
        assert b'code="0"' in renewal.send(asked, "a test").answer.body

    assert tokens.number == 6
