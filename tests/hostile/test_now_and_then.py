"""Servers that answer well but for some of the time, or but for one input."""

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

import pytest

from keepcall.contract.target import Target

if TYPE_CHECKING:
    from tests.conftest import RawServer, Script
    from tests.hostile.conftest import Suite


def refusal(status: int, *fields: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} Busy", "Content-Length: 0", *fields, "", ""]).encode()


NOW_AND_THEN = {
    "429 with Retry-After": (refusal(429, "Retry-After: 0"), {"pass"}, ""),
    "429 with a date gone by": (refusal(429, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"), {"pass"}, ""),
    "503 with Retry-After": (refusal(503, "Retry-After: 0"), {"pass"}, ""),
    "503 alone": (refusal(503), {"pass", "fail"}, "got status 503"),
    "502": (refusal(502), {"pass", "inconclusive"}, "a gateway answered 502"),
    "429 for an hour": (refusal(429, "Retry-After: 3600"), {"pass", "inconclusive"}, "no answer (busy)"),
}


@pytest.mark.parametrize("kind", NOW_AND_THEN.values(), ids=NOW_AND_THEN)
def test_a_server_that_is_busy_now_and_then_is_judged_by_its_answers(
    served: "Callable[[Callable[[bytes], Script | None]], RawServer]",
    target: Callable[..., Target],
    suite: "Callable[..., Suite]",
    kind: tuple[bytes, set[str], str],
) -> None:
    answer, verdicts, words = kind
    number = count(1)
    server = served(lambda _: [answer] if next(number) % 5 == 0 else None)

    seen = suite(target(server, timeout=20.0))

    assert set(seen.tests) == verdicts
    assert any(words in message for message in seen.messages)
    assert len(server.requests) == seen.sent


def hanging(_: bytes) -> "Script":
    return [60.0]


def dropping(_: bytes) -> "Script":
    raise ConnectionAbortedError


def spelling_nonsense(_: bytes) -> "Script":
    return [b"nonsense\r\n\r\n"]


ONE_INPUT = {
    "hangs": (hanging, "no answer (timeout)"),
    "drops the connection": (dropping, "no answer (lost)"),
    "answers no HTTP": (spelling_nonsense, "no answer (malformed)"),
}


@pytest.mark.parametrize(("answer", "words"), ONE_INPUT.values(), ids=ONE_INPUT)
def test_a_server_that_fails_on_one_input_alone_is_judged_by_the_others(
    served: "Callable[[Callable[[bytes], Script | None]], RawServer]",
    target: Callable[..., Target],
    suite: "Callable[..., Suite]",
    answer: "Callable[[bytes], Script]",
    words: str,
) -> None:
    fatal: set[bytes] = set()

    def misbehave(request: bytes) -> "Script | None":
        asked = request.splitlines()[0] + request.partition(b"\r\n\r\n")[2]
        if b"suites/" in request and not fatal:  # of a test: what goes before only shows that the server is there
            fatal.add(asked)
        return answer(request) if asked in fatal else None

    seen = suite(target(served(misbehave), timeout=1.0))

    assert sorted(seen.tests) == ["inconclusive", "pass", "pass"]
    assert any(words in message for message in seen.messages)
    assert seen.verdict == "incomplete"


@pytest.mark.parametrize("answer", [dropping, spelling_nonsense])
def test_a_server_that_always_fails_on_one_input_breaks_what_it_promises_for_any(
    served: "Callable[[Callable[[bytes], Script | None]], RawServer]",
    target: Callable[..., Target],
    suite: "Callable[..., Suite]",
    answer: "Callable[[bytes], Script]",
) -> None:
    server = served(lambda request: answer(request) if b"%" in request else None)

    seen = suite(target(server, timeout=20.0), "KC-ANY-01")

    assert (seen.verdict, seen.tests) == ("not conformant", ("fail",))
    assert "three times out of three" in seen.messages[0]


def test_a_server_that_dies_on_the_way_is_asked_no_more(
    served: "Callable[[Callable[[bytes], Script | None]], RawServer]",
    target: Callable[..., Target],
    suite: "Callable[..., Suite]",
) -> None:
    number = count(1)
    server = served(lambda _: [60.0] if next(number) > 6 else None)

    seen = suite(target(server, timeout=0.5))

    assert set(seen.tests) == {"pass", "inconclusive"} or set(seen.tests) == {"inconclusive"}
    assert "no answer (unreachable): not asked any more: 3 requests in a row had no answer" in seen.messages[-1]
    assert len(server.requests) == 10
