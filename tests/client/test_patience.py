"""Courtesy to a busy target, by a clock that only these tests turn; and the end of asking where nothing answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from keepcall.client.backoff import Attempt, Backoff, busy_for
from keepcall.client.client import Client
from keepcall.client.limits import ExchangeLimits
from keepcall.contract.exchange import Answer, NoAnswer
from keepcall.contract.request import keep

if TYPE_CHECKING:
    from tests.conftest import RawServer

OK = Answer(200, "OK", (), b"")
LOST = NoAnswer("lost", "the last words")
ASKED = keep(action="KeepCall").by("GET")


def busy(after: str = "", status: int = 429) -> Answer:
    return Answer(status, "Busy", (("Retry-After", after),) if after else (), b"")


def in_seconds(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@dataclass
class Clock:
    """Tells the seconds that were slept."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(round(seconds, 3))


def attempts(*results: Answer | NoAnswer) -> Attempt:
    left = iter(results)
    return lambda: (next(left), ExchangeLimits(1.0, 1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def patience(clock: Clock, interval: float = 0.0) -> Backoff:
    return Backoff(interval, clock=clock, sleep=clock.sleep)


WAITS: dict[str, tuple[Answer | NoAnswer, float | None]] = {
    "429": (busy(), 1.0),
    "429 with seconds": (busy("7"), 7.0),
    "429 with nonsense": (busy("soon"), 1.0),
    "429 with a negative number": (busy("-5"), 1.0),
    "429 with a fraction": (busy("1.5"), 1.0),
    "429 with a date gone by": (busy("Fri, 31 Dec 1999 23:59:59 GMT"), 0.0),
    "429 with a date without zone": (busy("Fri, 31 Dec 1999 23:59:59 -0000"), 1.0),
    "429 with no date at all": (busy("Fri, 99 Foo 9999999999 99:99:99 GMT"), 1.0),
    "429 with a number beyond all": (busy("9" * 400), 999_999_999.0),
    "503 with seconds": (busy("7", 503), 7.0),
    "503 alone": (busy(status=503), None),
    "200 with seconds": (busy("7", 200), None),
    "no answer": (LOST, None),
}


@pytest.mark.parametrize(("result", "seconds"), WAITS.values(), ids=WAITS)
def test_a_busy_target_says_how_long(result: Answer | NoAnswer, seconds: float | None) -> None:
    assert busy_for(result) == seconds


@pytest.mark.parametrize("status", [429, 503])
def test_a_date_is_understood(status: int) -> None:
    assert busy_for(busy(in_seconds(20), status)) == pytest.approx(20, abs=2)


def test_a_busy_target_is_asked_again_after_the_time_that_it_asks_for(clock: Clock) -> None:
    result, _ = patience(clock).attempts(attempts(busy("2"), busy("3", 503), OK), lambda: True)

    assert (result, clock.slept) == (OK, [2, 3])


def test_patience_with_one_request_ends_and_does_not_wait_in_vain(clock: Clock) -> None:
    result, _ = patience(clock).attempts(attempts(*[busy("2")] * 4), lambda: True)

    assert isinstance(result, NoAnswer)
    assert (result.trouble, clock.slept) == ("busy", [2, 2, 2])
    assert "429" in result.detail


@pytest.mark.parametrize("after", ["31", "3600", "9" * 40])
def test_a_long_time_is_not_waited_for(clock: Clock, after: str) -> None:
    result, _ = patience(clock).attempts(attempts(busy(after)), lambda: True)

    assert isinstance(result, NoAnswer)
    assert clock.slept == []


def test_all_requests_together_wait_no_longer_than_the_budget(clock: Clock) -> None:
    patient = patience(clock)

    for _ in range(50):
        patient.attempts(attempts(*[busy("9")] * 4), lambda: True)

    assert sum(clock.slept) <= 60
    assert not patient.gone


def test_a_target_that_limits_its_callers_is_asked_on(clock: Clock) -> None:
    patient = patience(clock)

    results = [
        patient.attempts(attempts(*[busy("1")] * (number % 10 == 0), OK), lambda: True)[0] for number in range(2000)
    ]

    assert set(results) == {OK}
    assert sum(clock.slept) == 200
    assert patient.budget <= 60


def test_requests_keep_their_distance(clock: Clock) -> None:
    patient = patience(clock, interval=0.5)

    for seconds in (0.0, 0.2, 2.0, 0.0, 0.0):
        patient.attempts(attempts(OK), lambda: True)
        clock.now += seconds

    assert clock.slept == [0.5, 0.3, 0.5]


GONE: dict[str, tuple[Sequence[Answer | NoAnswer], bool, bool]] = {
    "three troubles, nothing answers": ([LOST, LOST, LOST], False, True),
    "three troubles, something answers": ([LOST, LOST, LOST], True, False),
    "two troubles": ([LOST, LOST], False, False),
    "an answer in between": ([LOST, LOST, OK, LOST, LOST], False, False),
    "any trouble": ([LOST, NoAnswer("tls", ""), NoAnswer("malformed", "the last words")], False, True),
    "busy": ([busy("99")] * 5, False, False),
}


@pytest.mark.parametrize(("results", "alive", "gone"), GONE.values(), ids=GONE)
def test_a_target_has_gone_only_where_nothing_answers_any_more(
    clock: Clock, results: Sequence[Answer | NoAnswer], alive: bool, gone: bool
) -> None:
    patient = patience(clock)

    for result in results:
        patient.attempts(attempts(result), lambda: alive)

    assert bool(patient.gone) == gone
    assert ("the last words" in patient.gone) == gone


def test_a_target_that_has_gone_is_asked_no_more(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve([], keeps_alive=False)
    client = client_of(server)

    exchanges = [client.send(ASKED, "a test") for _ in range(10)]

    assert len(server.requests) == 4
    assert server.targets()[-1] == "GET /verba/api"
    assert "lost" in exchanges[0].answer_text()
    assert "unreachable): not asked any more: 3 requests in a row had no answer" in exchanges[-1].answer_text()


def test_a_target_that_hangs_on_one_input_alone_is_asked_on(
    serve: "Callable[..., RawServer]", client_of: Callable[..., Client]
) -> None:
    server = serve(
        lambda request: [60.0] if b"hang" in request else [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
    )
    client = client_of(server, timeout=0.3)

    hung = [client.send(ASKED.given(extension="hang"), "a test").result for _ in range(4)]

    assert all(isinstance(result, NoAnswer) and result.trouble == "timeout" for result in hung)
    assert client.send(ASKED, "a test").answer.status == 200
