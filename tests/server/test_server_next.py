import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from starlette.types import Message, Scope

from keepcall.server import KeepCallServer, Settings
from keepcall.server.call import Call, read_call
from keepcall.server.moment import as_text
from keepcall.server.outcome import NOT_FOUND, Granted, Outcome
from keepcall.server.request import ApiRequest

Place = Callable[..., Call]
RequestOf = Callable[..., ApiRequest]
Turn = Callable[[float], None]


async def meanwhile(
    server: KeepCallServer, requests: list[ApiRequest], *events: Callable[[], object]
) -> list[Outcome]:
    """What waiting requests come to when, once they all wait, these things happen one after the other."""
    async with asyncio.timeout(10):
        deciding = [asyncio.create_task(server.decide(request)) for request in requests]
        await asyncio.sleep(0)
        assert not any(task.done() for task in deciding)
        for event in events:
            event()
            await asyncio.sleep(0)
        return await asyncio.gather(*deciding)


def is_kept(server: KeepCallServer, call: Call) -> bool:
    stored = server.store.get(call.call_id)
    assert stored is not None
    return stored.kept


@pytest.mark.parametrize("status", ["next", "ongoing,next", "ongoing, next", "last,next"])
def test_next_keeps_the_first_call_that_starts_and_only_that(
    server: KeepCallServer, place: Place, request_of: RequestOf, status: str
) -> None:
    calls: list[Call] = []
    events = [
        lambda: calls.append(place(callingParty="1", calledParty="2")),
        lambda: calls.append(place(recording="controlled")),
        lambda: calls.append(place(callingParty="2001", calledParty="8856")),
        lambda: calls.append(place()),
    ]

    [outcome] = asyncio.run(meanwhile(server, [request_of(extension="8856", status=status)], *events))

    assert outcome == Granted(calls[2].call_id)
    assert [is_kept(server, call) for call in calls] == [False, False, True, False]


def test_next_leaves_calls_alone_that_were_there_before(
    server: KeepCallServer, place: Place, request_of: RequestOf
) -> None:
    before = [place(), place(), place(state="finished")]
    after: list[Call] = []

    [outcome] = asyncio.run(
        meanwhile(server, [request_of(extension="8856", status="next")], lambda: after.append(place()))
    )

    assert outcome == Granted(after[0].call_id)
    assert not any(is_kept(server, call) for call in before)


def test_next_sees_an_upcoming_call_start(
    server: KeepCallServer, place: Place, request_of: RequestOf, turn: Turn
) -> None:
    call = place(state="upcoming", startTime="2026-11-23T09:00:59Z")

    [outcome] = asyncio.run(
        meanwhile(server, [request_of(extension="8856", status="next")], lambda: turn(59), server.store.wake)
    )

    assert outcome == Granted(call.call_id)
    assert is_kept(server, call)


def test_next_wakes_by_itself_when_an_upcoming_call_starts() -> None:
    with closing(KeepCallServer()) as server:
        start = as_text(server.store.clock() + timedelta(milliseconds=30))
        document = {"callingParty": "8856", "calledParty": "2001", "state": "upcoming", "startTime": start}
        call = read_call(document, server.store.clock())
        server.store.put(call)

        assert asyncio.run(server.decide(next_of_8856(server))) == Granted(call.call_id)


def test_next_is_refused_when_the_window_ends() -> None:
    with closing(KeepCallServer(Settings.random(next_window=0.02))) as server:
        assert asyncio.run(server.decide(next_of_8856(server))) == NOT_FOUND


def test_a_call_after_the_window_is_too_late(
    server: KeepCallServer, place: Place, request_of: RequestOf, turn: Turn
) -> None:
    call = place(state="upcoming", startTime="2026-11-23T09:01:01Z")

    [outcome] = asyncio.run(
        meanwhile(server, [request_of(extension="8856", status="next")], lambda: turn(61), server.store.wake)
    )

    assert outcome == NOT_FOUND
    assert not is_kept(server, call)


def test_ongoing_next_takes_the_ongoing_call_at_once(place: Place, ask: Callable[..., Outcome]) -> None:
    call = place()

    assert ask(extension="8856", status="ongoing,next") == Granted(call.call_id)


def test_waiters_are_independent(server: KeepCallServer, place: Place, request_of: RequestOf) -> None:
    requests = [request_of(extension=number, status="next") for number in ("8856", "8856", "77")]
    calls: list[Call] = []

    outcomes = asyncio.run(
        meanwhile(
            server,
            requests,
            lambda: calls.append(place()),
            lambda: calls.append(place(callingParty="77")),
        )
    )

    assert outcomes == [Granted(calls[0].call_id), Granted(calls[0].call_id), Granted(calls[1].call_id)]


def test_unmark_waits_for_the_next_call_too(server: KeepCallServer, place: Place, request_of: RequestOf) -> None:
    calls: list[Call] = []

    [outcome] = asyncio.run(
        meanwhile(
            server,
            [request_of(extension="8856", status="next", unmark="1")],
            lambda: calls.append(place(kept=True)),
        )
    )

    assert outcome == Granted(calls[0].call_id)
    assert not is_kept(server, calls[0])


def test_a_call_from_another_thread_is_noticed(server: KeepCallServer, place: Place, request_of: RequestOf) -> None:
    calls: list[Call] = []

    def from_another_thread() -> None:
        thread = threading.Thread(target=lambda: calls.append(place()))
        thread.start()
        thread.join()

    [outcome] = asyncio.run(meanwhile(server, [request_of(extension="8856", status="next")], from_another_thread))

    assert outcome == Granted(calls[0].call_id)


def test_waiting_ends_when_the_server_is_told_to_stop(server: KeepCallServer, request_of: RequestOf) -> None:
    requests = [request_of(extension="8856", status="next")] * 3

    assert asyncio.run(meanwhile(server, requests, server.stop_waiting)) == [NOT_FOUND] * 3


def test_nothing_is_kept_for_a_client_that_has_left(server: KeepCallServer, place: Place) -> None:
    settings = server.settings
    query = urlencode(
        {
            "action": "KeepCall",
            "apiKey": settings.api_key,
            "token": settings.token,
            "extension": "8856",
            "status": "next",
        }
    )
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/verba/api",
        "query_string": query.encode(),
        "headers": [],
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    async def ask_leave_and_call() -> Call:
        await server.app(scope, receive, send)
        call = place()
        for _ in range(5):  # a waiter that is still there would have its turn now
            await asyncio.sleep(0)
        return call

    call = asyncio.run(ask_leave_and_call())

    assert messages == []
    assert not is_kept(server, call)


def next_of_8856(server: KeepCallServer) -> ApiRequest:
    parameters = {"action": "KeepCall", "apiKey": server.settings.open_api_key, "extension": "8856", "status": "next"}
    return server.reader.request(parameters)
