"""Servers that answer some requests and let others wait: whatever the pattern, a run waits in vain for so long only.

What is counted is how often it waited for nothing, never how long it took.
"""

import random
import re
import threading
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

import pytest

from keepcall.cases.engine import next_waits
from keepcall.cases.engine.next_waits import Wait, Waits
from keepcall.cases.properties import search
from keepcall.client import wait_budget
from keepcall.client.wait_budget import WaitBudget
from keepcall.contract.target import Target

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script
    from tests.hostile.conftest import Suite

Served = Callable[["Callable[[bytes], Script | None]"], "RawServer"]
Wrong = Callable[[bytes], bool]

TIMEOUTS = 3
"""So many in place of twenty, so that no test takes long."""

_CLOSE = re.compile(rb"\r\nconnection: close", re.IGNORECASE)

SILENCE: "Script" = [60.0]
GRANT = b'<?xml version="1.0"?>\n<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
GRANTED = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s" % (len(GRANT), GRANT)


@pytest.fixture
def run(target: Callable[..., Target], suite: "Callable[..., Suite]") -> "Callable[..., Suite]":
    """A part of the suite against a server: `run(server, requirement, most=…, timeout=…)`."""

    def seen(server: "RawServer", requirement: str, most: int = 3, **limits: float) -> "Suite":
        return suite(target(server, **limits), requirement, most=most)

    return seen


@pytest.fixture
def keeping(relay: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """What the reference server answers to a request, on a connection that goes on."""
    return lambda request: _CLOSE.sub(b"", relay(request), count=1)


@pytest.fixture
def in_vain(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was waited for in vain."""
    waited: list[str] = []
    add = WaitBudget.add

    def note(self: WaitBudget, start: float, end: float, what: str) -> None:
        waited.append(what)
        add(self, start, end, what)

    monkeypatch.setattr(WaitBudget, "add", note)
    monkeypatch.setattr(wait_budget, "_TIMEOUTS", TIMEOUTS)
    monkeypatch.setattr(next_waits, "_MUCH_LONGER", 0.3)
    return waited


def every(number: int) -> Callable[[], Wrong]:
    def make() -> Wrong:
        asked = count(1)
        return lambda _: next(asked) % number == 0

    return make


def at_random() -> Wrong:
    chance = random.Random(7)
    return lambda _: chance.random() < 0.3


DRIPS = [step for byte in GRANTED for step in (bytes([byte]), 0.1)]

PATTERNS: dict[str, tuple[Callable[[], Wrong], "Script"]] = {
    "every second request": (every(2), SILENCE),
    "every third request, a byte now and then": (every(3), DRIPS),
    "three of ten": (at_random, SILENCE),
    "a POST": (lambda: lambda request: request.startswith(b"POST"), SILENCE),
    "a request in TEXT": (lambda: lambda request: b"responseType=TEXT" in request, DRIPS),
}


@pytest.mark.parametrize(("pattern", "script"), PATTERNS.values(), ids=PATTERNS)
def test_a_server_that_lets_some_requests_wait_is_asked_no_more_after_some_of_them(
    served: Served,
    run: "Callable[..., Suite]",
    in_vain: list[str],
    pattern: Callable[[], Wrong],
    script: "Script",
) -> None:
    wrong = pattern()
    server = served(lambda request: script if b"suites/" in request and wrong(request) else None)

    seen = run(server, "KC-RSP-02", most=40, timeout=0.5, next_wait=0.5)

    assert 3 <= len(in_vain) <= TIMEOUTS + wait_budget.FULL_WAITS
    assert set(seen.tests) <= {"pass", "inconclusive"}
    assert seen.verdict == "incomplete"
    assert "not asked any more" in seen.messages[-1]
    assert "went by in vain" in seen.messages[-1]


def per_connection(first: "Callable[[bytes], Script]") -> "Callable[[bytes], Script]":
    """What is said to the first request of a connection; to those after it nothing."""
    connection = threading.local()  # each has a thread of its own

    def answer(request: bytes) -> "Script":
        if hasattr(connection, "used"):
            return SILENCE
        connection.used = True
        return first(request)

    return answer


def test_a_server_that_leaves_used_connections_alone_is_asked_on_fresh_ones(
    serve: "Callable[..., RawServer]",
    keeping: Callable[[bytes], bytes],
    run: "Callable[..., Suite]",
    in_vain: list[str],
) -> None:
    server = serve(per_connection(lambda request: [keeping(request)]))

    seen = run(server, "KC-XML-01", most=10, timeout=1.0)

    assert len(in_vain) == 2
    assert len(server.requests) - server.connections == 2
    assert seen.tests[-5:] == ("pass",) * 5


def test_a_connection_on_which_bytes_came_behind_an_answer_is_not_used_again(
    serve: "Callable[..., RawServer]",
    keeping: Callable[[bytes], bytes],
    run: "Callable[..., Suite]",
    in_vain: list[str],
) -> None:
    server = serve(per_connection(lambda request: [keeping(request) + b"\r\n0\r\n"]))

    seen = run(server, "KC-XML-01", most=5, timeout=2.0)

    assert set(seen.tests) == {"pass"}
    assert in_vain == []
    assert server.connections == len(server.requests) == seen.sent


@pytest.fixture
def without_next(
    serve: "Callable[..., RawServer]", relay: Callable[[bytes], bytes]
) -> "Callable[[Script], RawServer]":
    """A server that says this to whoever asks for the next call, and does nothing."""
    return lambda script: serve(lambda request: script if b"status=next" in request else [relay(request)])


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each wait that was to be a full one."""
    begun: list[float] = []
    given = Waits.full

    def note(self: Waits) -> Wait:
        begun.append(self.longest)
        return given(self)

    monkeypatch.setattr(Waits, "full", note)
    monkeypatch.setattr(next_waits, "_SOON", 0.4)
    return begun


NEXT: dict[str, tuple["Script", set[str]]] = {
    "never answers": (SILENCE, {"inconclusive"}),
    "grants and keeps nothing": ([GRANTED], {"inconclusive", "fail"}),
}


@pytest.mark.parametrize("kind", NEXT.values(), ids=NEXT)
def test_a_server_whose_next_does_not_work_is_waited_for_in_full_once(
    without_next: "Callable[[Script], RawServer]",
    run: "Callable[..., Suite]",
    full: list[float],
    in_vain: list[str],
    kind: tuple["Script", set[str]],
) -> None:
    script, verdicts = kind

    seen = run(without_next(script), "KC-STA-05", most=4, timeout=5.0, next_wait=1.5)

    assert full == [1.5]
    assert len(in_vain) <= 12
    assert set(seen.tests) == verdicts
    assert any("not waited for again: “the next call” (keep" in message for message in seen.messages)


def test_one_input_that_hangs_alone_breaks_what_is_promised_for_any_within_what_a_run_may_wait(
    served: Served,
    run: "Callable[..., Suite]",
    in_vain: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "_MOST_SECONDS", 0.0)
    monkeypatch.setattr(wait_budget, "_TIMEOUTS", 4)
    server = served(lambda request: SILENCE if b"%" in request else None)

    seen = run(server, "KC-ANY-01", timeout=1.0, next_wait=0.0)

    assert (seen.verdict, seen.tests) == ("not conformant", ("fail",))
    assert "three times out of three" in seen.messages[0]
    assert len(in_vain) == 3
