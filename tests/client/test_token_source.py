"""Tokens are asked for when they are needed, and before their hour is over; no message about them holds a secret."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, count, repeat
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from keepcall.client.backoff import Backoff
from keepcall.client.tokens import LIFE, TokenSource, token_in
from keepcall.contract.redaction import Redactor
from keepcall.contract.target import Claims, Credentials, Limits, RequestToken, Secret, Send, Target
from keepcall.errors import UsageError
from keepcall.server import RunningServer

if TYPE_CHECKING:
    from tests.conftest import RawServer

PASSWORD = "p4ss&<\"'%é+/= word"
KEY = "74c8eea0-50c6-40b2-9f3e-252ed501c3c8"


def target_of(
    url: str, login: RequestToken | None, *, key: str = KEY, authentication: bool = True, timeout: float = 10.0
) -> Target:
    credentials = Credentials(Secret(key), token=Secret("" if login else "the-only-token"), request_token=login)
    return Target("t", url, credentials, Claims(authentication=authentication), limits=Limits(timeout=timeout))


def login_of(send: Send = "basic", password: str = PASSWORD) -> RequestToken:
    return RequestToken("Ünser user", Secret(password), send)


def giving(token: str) -> bytes:
    body = f'<VerbaApi><Response code="0" type="RequestToken" token="{token}"/><SessionId>1</SessionId></VerbaApi>'
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def reference() -> Iterator[RunningServer]:
    with RunningServer() as server:
        yield server


@pytest.mark.parametrize("send", ["basic", "parameters"])
def test_the_reference_server_gives_a_token(reference: RunningServer, send: Send) -> None:
    settings = reference.settings
    login = RequestToken(settings.user, Secret(settings.password), send)
    redactor = Redactor({})

    tokens = TokenSource(target_of(reference.url, login, key=settings.api_key), redactor)

    token = tokens.current()
    assert len(token) > 10
    assert tokens.current() == token
    assert redactor.text(f"?token={token}") == "?token=$KEEPCALL_TOKEN"


@pytest.mark.parametrize("send", ["basic", "parameters"])
def test_the_reference_server_gives_none_for_a_wrong_password(reference: RunningServer, send: Send) -> None:
    settings = reference.settings
    login = RequestToken(settings.user, Secret(PASSWORD), send)

    with pytest.raises(UsageError, match="RequestToken with status") as raised:
        TokenSource(target_of(reference.url, login, key=settings.api_key), Redactor({})).current()

    assert "credentials.request_token" in str(raised.value)
    assert PASSWORD not in str(raised.value)


def test_credentials_go_into_the_header_or_into_the_query(serve: "Callable[..., RawServer]") -> None:
    servers: dict[Send, RawServer] = {"basic": serve([giving("t")]), "parameters": serve([giving("t")])}

    for send, server in servers.items():
        TokenSource(target_of(server.url, login_of(send)), Redactor({})).current()

    basic, parameters = (parse_qs(server.targets()[0].partition("?")[2]) for server in servers.values())
    assert basic == {"action": ["RequestToken"], "apiKey": [KEY]}
    assert parameters == basic | {"userName": ["Ünser user"], "password": [PASSWORD]}
    code = b64encode(f"Ünser user:{PASSWORD}".encode())
    assert b"\r\nAuthorization: Basic " + code + b"\r\n" in servers["basic"].requests[0]
    assert b"authorization" not in servers["parameters"].requests[0].lower()


def test_a_token_is_asked_for_again_before_its_hour_is_over(serve: "Callable[..., RawServer]") -> None:
    number = count(1)
    server = serve(lambda _: [giving(f"token-number-{next(number)}")])
    clock, redactor = Clock(), Redactor({})
    tokens = TokenSource(target_of(server.url, login_of()), redactor, clock)
    seen = []

    for clock.now in (0.0, 1.0, LIFE - 301, LIFE - 299, LIFE, 2 * LIFE - 601, 2 * LIFE - 599):
        seen.append(tokens.current())

    assert [int(token[-1]) for token in seen] == [1, 1, 1, 2, 2, 2, 3]
    assert redactor.text(" ".join(seen)) == " ".join(["$KEEPCALL_TOKEN"] * 7)
    assert [name for _, name in redactor.split("token-number-2")] == ["KEEPCALL_TOKEN"]


def test_a_token_of_the_profile_is_never_asked_for(serve: "Callable[..., RawServer]") -> None:
    server = serve([giving("t")])

    assert TokenSource(target_of(server.url, None), Redactor({})).current() == "the-only-token"
    assert not TokenSource(target_of(server.url, login_of(), authentication=False), Redactor({})).current()
    assert server.requests == []


REFUSALS: dict[str, tuple[str, Callable[[bytes], Iterator[bytes | float]]]] = {
    "an echo": (
        "status 403 and no token",
        lambda request: iter([b"HTTP/1.1 403 No\r\n\r\n<e>", b"x" * 280, request, b"</e>"]),
    ),
    "an echo first": ("status 500", lambda request: iter([b"HTTP/1.1 500 No\r\n\r\n", request])),
    "a redirect": ("status 302", lambda _: iter([b"HTTP/1.1 302 Go\r\nLocation: /x\r\n\r\n"])),
    "busy": (
        "answered 429 and asks to be left alone",
        lambda _: iter([b"HTTP/1.1 429 Busy\r\nRetry-After: 1\r\n\r\n"]),
    ),
    "an empty token": ("status 200", lambda _: iter([b'HTTP/1.1 200 OK\r\n\r\n<Response code="0" token=""/>'])),
    "no HTTP": ("gave no token: BadStatusLine", lambda request: iter([b"echo ", request])),
    "nothing": ("gave no token", lambda _: iter([])),
    "silence": ("gave no token: TimeoutError", lambda _: iter([60.0])),
    "no end": ("gave no token: TooLargeError", lambda _: chain([b"HTTP/1.1 200 OK\r\n\r\n"], repeat(b"x" * 65_536))),
    "something that acts": ("x1b[2J", lambda _: iter([b"HTTP/1.1 500 No\r\n\r\n\x1b[2J"])),
}


@pytest.mark.parametrize(("words", "answer"), REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("send", ["basic", "parameters"])
def test_a_target_that_gives_no_token_is_an_error_without_secrets(
    serve: "Callable[..., RawServer]", words: str, answer: Callable[[bytes], Iterator[bytes | float]], send: Send
) -> None:
    server = serve(answer, keeps_alive=False)
    redactor = Redactor({"KEEPCALL_API_KEY": KEY, "KEEPCALL_PASSWORD": PASSWORD}, [("Ünser user", PASSWORD)])
    timeout = 0.3 if "TimeoutError" in words else 10.0
    slept = list[float]()
    tokens = TokenSource(
        target_of(server.url, login_of(send), timeout=timeout), redactor, patience=Backoff(sleep=slept.append)
    )

    with pytest.raises(UsageError) as raised:
        tokens.current()
    with pytest.raises(UsageError):
        tokens.current()

    said = str(raised.value)
    assert words in said
    assert "\x1b" not in said
    assert not any(part in said for part in (KEY[:8], PASSWORD[:4], b64encode(PASSWORD.encode()).decode()[4:12]))
    assert len(server.requests) == 1 + len(slept)
    assert bool(slept) == ("asks to be left alone" in said)


DOCUMENTS = {
    "the public sample": (giving("abc").partition(b"\r\n\r\n")[2], "abc"),
    "a namespace": (b'<V xmlns="urn:x"><Response token="abc"/></V>', "abc"),
    "broken, but readable": (b'<V><Response token="abc"><V>&', "abc"),
    "an entity": (b'<!DOCTYPE V [<!ENTITY e "x">]><V><Response token="abc"/>&e;</V>', "abc"),
    "an external entity": (b'<!DOCTYPE V SYSTEM "file:///etc/passwd"><V><Response token=""/></V>', ""),
    "nesting": (b"<a>" * 20_000, ""),
    "no element of that name": (b'<V token="abc"/>', ""),
    "no XML": (b"abc", ""),
    "nothing": (b"", ""),
}


@pytest.mark.parametrize(("body", "token"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_token_is_read_where_the_sample_has_it(body: bytes, token: str) -> None:
    assert token_in(body) == token


@pytest.mark.parametrize(
    ("head", "body", "told"),
    [
        ("401 Unauthorized", "", "the password wrong"),
        ("403 Forbidden", "", "give the user the role"),
        ("404 Not Found", "", "no API at this address"),
        ("200 OK", '<V><Response code="0" type="RequestToken"/></V>', "no attribute `token`"),
        (
            "200 OK",
            '<V><Response code="9"><ErrorMessage>No role.</ErrorMessage></Response></V>',
            "whether the user has",
        ),
    ],
)
def test_a_refusal_says_what_to_do(serve: "Callable[..., RawServer]", head: str, body: str, told: str) -> None:
    server = serve([f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()])

    with pytest.raises(UsageError) as raised:
        TokenSource(target_of(server.url, login_of()), Redactor({})).current()

    assert told in raised.value.remedy
    assert body[:40] in raised.value.what


def test_another_token_than_a_refused_one_is_asked_for_once(serve: "Callable[..., RawServer]") -> None:
    number = count(1)
    server = serve(lambda _: [giving(f"token-number-{next(number)}")])
    tokens = TokenSource(target_of(server.url, login_of()), Redactor({}))
    old = tokens.current()

    assert tokens.renewed(old) == tokens.renewed(old) == tokens.current() == "token-number-2"
    assert tokens.knows(old)
    assert tokens.knows("token-number-2")
    assert not tokens.knows("token-number-3")
