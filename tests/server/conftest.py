"""A server whose clock only moves when a test turns it, and two ways to talk to it: place a call, ask."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from keepcall.server import KeepCallServer, RunningServer, Settings
from keepcall.server.call import Call, read_call
from keepcall.server.outcome import Outcome
from keepcall.server.request import ApiRequest


class TurnableClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def turn(clock: TurnableClock) -> Callable[[float], None]:
    return clock.turn


@pytest.fixture
def server(clock: TurnableClock) -> Iterator[KeepCallServer]:
    server = KeepCallServer(Settings.random(), clock)
    yield server
    server.close()


@pytest.fixture
def place(server: KeepCallServer) -> Callable[..., Call]:
    """Place a call: from 8856 to 2001, ongoing, on-demand, where nothing else is said."""

    def place(**members: object) -> Call:
        document = {"callingParty": "8856", "calledParty": "2001", **members}
        call = read_call(document, server.store.clock())
        server.store.put(call)
        return call

    return place


@pytest.fixture
def request_of(server: KeepCallServer) -> Callable[..., ApiRequest]:
    """A KeepCall request with the right key and token, where nothing else is said; `None` leaves a part out."""

    def request_of(**parameters: str | None) -> ApiRequest:
        settings = server.settings
        right = {"action": "KeepCall", "apiKey": settings.api_key, "token": settings.token}
        given = {name: value for name, value in (right | parameters).items() if value is not None}
        return server.reader.request(given)

    return request_of


@pytest.fixture
def ask(server: KeepCallServer, request_of: Callable[..., ApiRequest]) -> Callable[..., Outcome]:
    """What a request comes to."""

    def ask(**parameters: str | None) -> Outcome:
        return asyncio.run(server.decide(request_of(**parameters)))

    return ask


@pytest.fixture(scope="session")
def running() -> Iterator[RunningServer]:
    with RunningServer() as running:
        yield running
