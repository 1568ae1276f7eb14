import base64
import uuid
from collections.abc import Callable

import pytest
from starlette.datastructures import Headers

from keepcall.server import KeepCallServer
from keepcall.server.call import Call
from keepcall.server.outcome import Code, Granted, Outcome, Refused, TokenIssued
from keepcall.server.request import ApiRequest

Place = Callable[..., Call]
Ask = Callable[..., Outcome]
RequestOf = Callable[..., ApiRequest]
Turn = Callable[[float], None]

HOUR = 3600


def basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def is_token_accepted(ask: Ask, call: Call, **parameters: str | None) -> bool:
    outcome = ask(callID=call.call_id, **parameters)
    assert isinstance(outcome, Granted) or outcome == Refused(5, "The token is invalid or has expired.")
    return isinstance(outcome, Granted)


def test_an_expired_token_is_refused(server: KeepCallServer, place: Place, ask: Ask) -> None:
    assert not is_token_accepted(ask, place(), token=server.settings.expired_token)


def test_a_token_lives_for_an_hour(place: Place, ask: Ask, turn: Turn) -> None:
    call = place()

    turn(HOUR - 1)
    assert is_token_accepted(ask, call)
    turn(1)
    assert not is_token_accepted(ask, call)


def test_a_token_belongs_to_its_key(server: KeepCallServer, place: Place, ask: Ask) -> None:
    settings, call = server.settings, place()

    assert not is_token_accepted(ask, call, token=settings.other_token)
    assert is_token_accepted(ask, call, apiKey=settings.other_api_key, token=settings.other_token)


@pytest.mark.parametrize("token", [None, "", "whatever"])
def test_a_key_without_authentication_needs_no_token(
    server: KeepCallServer, place: Place, ask: Ask, token: str | None
) -> None:
    assert is_token_accepted(ask, place(), apiKey=server.settings.open_api_key, token=token)


def test_two_servers_have_no_credentials_in_common(server: KeepCallServer) -> None:
    settings = server.settings
    credentials = [
        settings.api_key,
        settings.token,
        settings.expired_token,
        settings.open_api_key,
        settings.other_api_key,
        settings.other_token,
    ]
    assert len(set(credentials)) == len(credentials)
    assert {uuid.UUID(text).version for text in credentials} == {4}
    assert type(settings).random().password != settings.password


def test_a_requested_token_works_for_an_hour(server: KeepCallServer, place: Place, ask: Ask, turn: Turn) -> None:
    settings, call = server.settings, place()
    turn(5 * HOUR)

    issued = ask(action="RequestToken", token=None, userName=settings.user, password=settings.password)

    assert isinstance(issued, TokenIssued)
    assert is_token_accepted(ask, call, token=issued.token)
    turn(HOUR)
    assert not is_token_accepted(ask, call, token=issued.token)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param({"apiKey": None}, Code.INVALID_API_KEY, id="no key"),
        pytest.param({"apiKey": "x"}, Code.INVALID_API_KEY, id="unknown key"),
        pytest.param({"userName": None}, Code.INVALID_CREDENTIALS, id="no user"),
        pytest.param({"password": "x"}, Code.INVALID_CREDENTIALS, id="wrong password"),
        pytest.param({"userName": "' OR 1=1 --"}, Code.INVALID_CREDENTIALS, id="SQL for a user"),
    ],
)
def test_a_token_is_refused_to_strangers(
    server: KeepCallServer, ask: Ask, parameters: dict[str, str | None], expected: Code
) -> None:
    right: dict[str, str | None] = {"userName": server.settings.user, "password": server.settings.password}

    outcome = ask(action="RequestToken", **(right | parameters))

    assert isinstance(outcome, Refused)
    assert outcome.code == expected


@pytest.mark.parametrize(
    ("header", "credentials"),
    [
        pytest.param(basic("user:pass:word"), ("user", "pass:word"), id="colons in the password"),
        pytest.param(basic("üser:pässword").replace("Basic", "basic"), ("üser", "pässword"), id="UTF-8, any case"),
        pytest.param(basic("user"), ("user", ""), id="no colon"),
        pytest.param("Basic !", ("", ""), id="no base64"),
        pytest.param("Basic /w==", ("", ""), id="no UTF-8"),
        pytest.param("Bearer x", ("", ""), id="another scheme"),
        pytest.param("", ("parameter", ""), id="none: the parameters count"),
    ],
)
def test_credentials_come_from_http_basic_first(
    server: KeepCallServer, header: str, credentials: tuple[str, str]
) -> None:
    request = ApiRequest(user_name="parameter", headers=Headers({"authorization": header}))

    assert server.token_rules.credentials(request) == credentials
