import logging
from collections.abc import Callable

import pytest
import requests
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.answers import Answers
from keepcall.server.outcome import Outcome
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules
from keepcall.server.store import Store


class PrefixStore(Store):
    def participant(self, number: str) -> str:
        del number
        return "(calling_party LIKE :number || '%')"


class ForgetfulRules(Rules):
    def needs_token(self, request: ApiRequest) -> bool:
        return request.method == "GET" and super().needs_token(request)


class HonestAnswers(Answers):
    def status_code(self, request: ApiRequest, outcome: Outcome) -> int:
        return 404 if self.code(request, outcome) == "2" else super().status_code(request, outcome)


class BrokenAnswers(Answers):
    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        raise RuntimeError(f"/secret/path {request} {outcome}")


class PrefixServer(KeepCallServer):
    store_class = PrefixStore


class ForgetfulServer(KeepCallServer):
    rules_class = ForgetfulRules


class HonestServer(KeepCallServer):
    answers_class = HonestAnswers


class BrokenServer(KeepCallServer):
    answers_class = BrokenAnswers


class SigningServer(KeepCallServer):
    def wrap(self, app: ASGIApp) -> ASGIApp:
        async def signing(scope: Scope, receive: Receive, send: Send) -> None:
            async def signed(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"].append((b"server", b"recorder/9"))
                await send(message)

            await app(scope, receive, signed)

        return signing


def get(server: KeepCallServer, **parameters: str) -> requests.Response:
    with RunningServer(server) as running:
        requests.post(f"{running.lab_url}/calls", json={"callingParty": "88560", "calledParty": "1"}, timeout=10)
        right = {"action": "KeepCall", "apiKey": running.settings.api_key, "token": running.settings.token}
        method = "POST" if parameters.pop("method", "") else "GET"
        return requests.request(method, running.url, params={**right, **parameters}, timeout=10)


@pytest.mark.parametrize(
    ("server", "parameters", "without", "with_"),
    [
        pytest.param(PrefixServer, {"extension": "8856", "status": "ongoing"}, 'code="2"', 'code="0"', id="store"),
        pytest.param(
            ForgetfulServer,
            {"extension": "88560", "status": "ongoing", "token": "", "method": "POST"},
            'code="5"',
            'code="0"',
            id="rules",
        ),
    ],
)
def test_one_method_is_enough_for_another_decision(
    server: Callable[[], KeepCallServer], parameters: dict[str, str], without: str, with_: str
) -> None:
    assert without in get(KeepCallServer(), **parameters).text
    assert with_ in get(server(), **parameters).text


def test_one_method_is_enough_for_another_answer() -> None:
    assert get(HonestServer(), extension="1234", status="ongoing").status_code == 404


def test_a_server_can_be_wrapped() -> None:
    assert get(SigningServer(), extension="1234", status="ongoing").headers["Server"] == "recorder/9"


def test_what_breaks_inside_is_logged_and_never_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "keepcall.server"):
        response = get(BrokenServer(), extension="1234", status="ongoing")

    assert (response.status_code, response.text) == (500, "Internal Server Error")
    assert "/secret/path" in caplog.text
