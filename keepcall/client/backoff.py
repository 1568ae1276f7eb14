"""How often and how long the suite tries: courtesy to a busy target, and an end to the run when it has gone."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from keepcall.client.limits import ExchangeLimits
from keepcall.contract.exchange import Answer, NoAnswer
from keepcall.shutdown import SHUTDOWN

Attempt = Callable[[], tuple[Answer | NoAnswer, ExchangeLimits]]

_TRIES = 4
_LONGEST_WAIT = 30.0
_BUDGET = 60.0
_EARNED = 0.1
"""Seconds that an answer adds to what is left of the budget: a target that limits its callers gets on, too."""
_GONE_AFTER = 3
"""Troubles in a row after which the suite asks whether anything is there at all."""


@dataclass(slots=True)
class Backoff:
    """Shared by all requests of one client.

    Attributes:
        interval: seconds from one request to the next at the least.
        budget: seconds that the run may yet spend waiting for a busy target.
        gone: why the target is asked no more.
        clock: tells the seconds.
        sleep: lets some pass.
    """

    interval: float = 0.0
    budget: float = _BUDGET
    gone: str = ""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = SHUTDOWN.pause
    _next: float = 0.0
    _in_a_row: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def attempts(self, attempt: Attempt, alive: Callable[[], bool]) -> tuple[Answer | NoAnswer, ExchangeLimits]:
        """Tries, waits as long as a busy target asks for, and tries again."""
        for tries_left in reversed(range(_TRIES)):
            self._pace()
            result, meter = attempt()
            wait = busy_for(result)
            if wait is None:
                self._earn(result)
                self._count(result, alive)
                return result, meter
            if not tries_left or not self._affords(wait):
                break
            self.sleep(wait)
        return NoAnswer("busy", f"the target answered {_status(result)} and asks to be left alone"), meter

    def _affords(self, wait: float) -> bool:
        """Takes the time from the budget, if there is enough left."""
        with self._lock:
            if wait > min(_LONGEST_WAIT, self.budget):
                return False
            self.budget -= wait
            return True

    def _earn(self, result: Answer | NoAnswer) -> None:
        if isinstance(result, Answer):
            with self._lock:
                self.budget = min(_BUDGET, self.budget + _EARNED)

    def _pace(self) -> None:
        if not self.interval:
            return
        with self._lock:
            now = self.clock()
            start = max(self._next, now)
            self._next = start + self.interval
        if start > now:
            self.sleep(start - now)

    def _count(self, result: Answer | NoAnswer, alive: Callable[[], bool]) -> None:
        """After some troubles in a row, and when nothing answers at the address at all, the target has gone."""
        self._in_a_row = self._in_a_row + 1 if isinstance(result, NoAnswer) else 0
        if self._in_a_row >= _GONE_AFTER and isinstance(result, NoAnswer):
            self._in_a_row = 0
            if not alive():
                self.gone = f"{_GONE_AFTER} requests in a row had no answer, the last: {result.detail}"


def busy_for(result: Answer | NoAnswer) -> float | None:
    """Seconds that a busy target asks for: 429, or 503 with Retry-After (RFC 9110 section 10.2.3, RFC 6585)."""
    if isinstance(result, NoAnswer) or result.status not in {429, 503}:
        return None
    after = result.header("Retry-After").strip()
    if result.status == 429 or after:  # noqa: PLR2004
        return _seconds(after)
    return None


def after_of(result: Answer | NoAnswer) -> float:
    """Seconds that an answer of whatever status asks for by Retry-After; 0 where it names none."""
    after = "" if isinstance(result, NoAnswer) else result.header("Retry-After").strip()
    return _seconds(after) if after else 0.0


def _seconds(after: str) -> float:
    if after.isdecimal():
        return float(after[:9])
    try:
        return max(0.0, (parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 1.0


def _status(result: Answer | NoAnswer) -> str:
    return str(result.status) if isinstance(result, Answer) else result.trouble
