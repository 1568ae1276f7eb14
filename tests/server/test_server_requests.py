import asyncio
from collections.abc import Callable

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from keepcall.server.request import MAX_BODY, ApiRequest, BodyTooLargeError, RequestReader

FORM = "application/x-www-form-urlencoded"


def receiving(*messages: Message) -> Receive:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return receive


def read(method: str = "GET", query: bytes = b"", form: str = "", *bodies: bytes) -> ApiRequest:
    headers = [(b"content-type", form.encode())] if form else []
    scope: Scope = {
        "type": "http",
        "method": method,
        "query_string": query,
        "headers": headers,
        "client": ("192.0.2.1", 1),
    }
    messages = [{"type": "http.request", "body": body, "more_body": True} for body in bodies]
    return asyncio.run(RequestReader().read(scope, receiving(*messages, {"type": "http.request"})))


@pytest.mark.parametrize(
    ("query", "extension"),
    [
        pytest.param(b"extension=8856", "8856", id="plain"),
        pytest.param(b"extension=%38%385%36", "8856", id="percent-encoded"),
        pytest.param(b"extension=a+b%20c%2B", "a b c+", id="plus and space"),
        pytest.param(b"extension=%C5%91", "ő", id="UTF-8"),
        pytest.param(b"extension=\xc5\x91", "ő", id="bare UTF-8"),
        pytest.param(b"extension=%FF%ED%A0%80", "\ufffd" * 4, id="no UTF-8"),
        pytest.param(b"extension=%", "%", id="a bare percent sign"),
        pytest.param(b"extension=1&extension=2", "1", id="repeated: the first"),
        pytest.param(b"extension=&extension=2", "", id="repeated: the first, though empty"),
        pytest.param(b"Extension=1", "", id="another case"),
        pytest.param(b"extension", "", id="no value"),
        pytest.param(b"&&=&extension=1&&", "1", id="stray separators"),
    ],
)
def test_a_value_is_read_from_the_query(query: bytes, extension: str) -> None:
    assert read("GET", query).extension == extension


def test_every_parameter_has_its_place() -> None:
    names = ["action", "apiKey", "token", "responseType", "callID", "extension", "status", "type", "unmark"]
    names += ["userName", "password", "more"]

    request = read("GET", "&".join(f"{name}={name}" for name in names).encode())

    assert request == ApiRequest(
        action="action",
        api_key="apiKey",
        token="token",
        response_type="responseType",
        call_id="callID",
        extension="extension",
        status="status",
        type="type",
        unmark="unmark",
        user_name="userName",
        password="password",
        parameters={name: name for name in names},
        client="192.0.2.1",
    )


@pytest.mark.parametrize(
    ("query", "form", "bodies"),
    [
        pytest.param(b"action=KeepCall&extension=8856", "", [], id="query"),
        pytest.param(b"", FORM, [b"action=KeepCall&extension=8856"], id="form"),
        pytest.param(
            b"", f"{FORM.title()} ; charset=UTF-8", [b"action=Keep", b"Call&extension=8856"], id="in pieces"
        ),
        pytest.param(b"action=KeepCall", FORM, [b"extension=8856"], id="mixed"),
        pytest.param(b"action=KeepCall&extension=8856", FORM, [b"extension=1"], id="the query goes first"),
        pytest.param(b"action=KeepCall&extension=8856", "text/plain", [b"status=x"], id="a body of another type"),
    ],
)
def test_a_post_has_its_parameters_in_query_and_form(query: bytes, form: str, bodies: list[bytes]) -> None:
    request = read("POST", query, form, *bodies)

    assert (request.action, request.extension, request.status) == ("KeepCall", "8856", "")


def test_the_body_of_a_get_is_left_alone() -> None:
    assert read("GET", b"", FORM, b"extension=8856").extension == ""


@pytest.mark.parametrize(
    ("receive", "error"),
    [
        (lambda: receiving({"type": "http.disconnect"}), ClientDisconnect),
        (lambda: receiving({"type": "http.request", "body": b"x" * (MAX_BODY + 1)}), BodyTooLargeError),
    ],
    ids=["a client that leaves", "a body that is too large"],
)
def test_a_body_that_cannot_be_read_is_an_error(receive: Callable[[], Receive], error: type[Exception]) -> None:
    with pytest.raises(error):
        asyncio.run(RequestReader().body(receive()))
