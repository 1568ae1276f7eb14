"""The minute of `next`: how long it lasts, and what becomes of calls at its end. All three are asked at once."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

from keepcall.cases.observations.answers import not_asked
from keepcall.cases.observations.observer import Observer
from keepcall.cases.observations.readings import said
from keepcall.cases.setup import Arrival, Setup
from keepcall.cases.situations.selectors import by_extension
from keepcall.contract.call import Call, Number, ongoing
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.outcomes import NotTested
from keepcall.shutdown import SHUTDOWN

AT_ONCE = 1 / 12
"""Parts of the minute: what is answered within the first is answered at once; times are rounded to it."""

EDGE = 1 / 20
"""So long before the end, and so long after it, a call begins: 3 seconds of a minute."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One request with `status=next`, and the call that began meanwhile, if one did."""

    exchange: Exchange
    seconds: float
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class Minute:
    """What came of the three requests, in words."""

    without_call: str
    before_its_end: str
    after_its_end: str


@lru_cache(maxsize=1)
def asked(observer: Observer) -> Minute:
    """The three questions, asked side by side.

    Raises:
        NotTested: when nobody wants to wait so long, or the lab offers no calls.
        NotClaimed: when the profile does not claim `next`.
    """
    if not observer.slow:
        raise NotTested("it takes a minute; --slow-observations asks it")
    ends = (0.0, 1 - EDGE, 1 + EDGE)
    with observer.setup() as setup:
        setup.needs_status("next")
        numbers = [setup.number() for _ in ends]
        with ThreadPoolExecutor(len(ends)) as pool:
            jobs = [pool.submit(_wait, observer, setup, *each) for each in zip(numbers, ends, strict=True)]
        none, before, after = (job.result() for job in jobs)
        observer.driver.seen += [none.exchange, before.exchange, after.exchange]
        return Minute(_lasted(none, observer), _kept(before, observer), _kept(after, observer))


def _wait(observer: Observer, setup: Setup, number: Number, end: float) -> Wait:
    """One request, with a call that begins at this part of the minute; 0 for none."""
    driver = observer.driver
    request = driver.complete(by_extension(number, "next"))
    patience, under_way = driver.target.limits.next_wait, threading.Event()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(driver.client.send, request, driver.test_id, timeout=patience, under_way=under_way)
        sending.add_done_callback(lambda _: under_way.set())
        under_way.wait(patience)
        start = time.monotonic()
        call = None
        if end and not _in_vain(sending):
            SHUTDOWN.pause(end * observer.minute)
            SHUTDOWN.check()
            call = setup.begin(Arrival(number, ongoing()))
        exchange = sending.result()
    return Wait(exchange, time.monotonic() - start, call)


def _in_vain(sending: Future[Exchange]) -> bool:
    """Whether it is already known that there will be no answer."""
    return sending.done() and isinstance(sending.result().result, NoAnswer)


def _lasted(wait: Wait, observer: Observer) -> str:
    if isinstance(wait.exchange.result, NoAnswer):
        patience = observer.driver.target.limits.next_wait
        timed_out = wait.exchange.result.trouble == "timeout"
        return f"no answer within {patience:g} s" if timed_out else f"no answer: {wait.exchange.result.trouble}"
    unit = AT_ONCE * observer.minute
    if wait.seconds < unit:
        return f"at once: {said(wait.exchange)}"
    return f"after about {unit * round(wait.seconds / unit):g} s: {said(wait.exchange)}"


def _kept(wait: Wait, observer: Observer) -> str:
    if isinstance(wait.exchange.result, NoAnswer):
        return f"no answer: {wait.exchange.result.trouble}"
    if not observer.driver.lab.reads_back or wait.call is None:
        return not_asked("the lab cannot read a call back")
    return "kept" if observer.has_changed(wait.call) else "not kept"
