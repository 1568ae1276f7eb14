"""Many at once, of calls yet to come (KC-CONC-01): requests for `next` that wait together each get their own call."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

from keepcall.cases.engine.checks import in_short
from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.next_waits import Wait, WaitKind
from keepcall.cases.properties.call_pool import ANYBODY
from keepcall.cases.properties.narrative import asked_in_words
from keepcall.cases.properties.session import Findings
from keepcall.cases.setup import Arrival, Setup
from keepcall.client.limits import UnderWay
from keepcall.contract.call import Call, Number, ongoing
from keepcall.contract.exchange import Exchange
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import Failure, Finding, Inconclusive, NotClaimed, Outcome
from keepcall.contract.request import Format, Request, keep
from keepcall.contract.violation import Violation
from keepcall.expect.decision import decision_of

_TOGETHER = WaitKind("several requests that wait for calls of different numbers", str(KEEP))

_FORMATS: tuple[Format, ...] = ("XML", "TEXT", "HTML")


def expect_of_waiting_requests(driver: Driver) -> None:
    """Of several requests that wait for calls of different numbers each is granted, and keeps its own.

    Raises:
        Failure: when they are not, and a request that waits alone is.
        Inconclusive: when there were no answers to judge.
        NotClaimed: when the target does not offer `next`.
        NotTested: when the lab cannot begin calls at any time.
    """
    __tracebackhide__ = True
    if "next" not in driver.target.claims.statuses:
        raise NotClaimed("the profile does not claim status=next")
    driver.lab.dry().begin(Number(ANYBODY), ongoing(), KEEP)  # or it is not tested
    if reason := driver.waits.reason(_TOGETHER):
        raise Inconclusive(reason)
    if _carry_out(driver, len(_FORMATS), driver.waits.first(_TOGETHER)) == ():
        return
    if reason := driver.no_wait(_TOGETHER):
        raise Inconclusive(f"requests that wait together did not all have their calls kept soon, and {reason}")
    if not (findings := _carry_out(driver, len(_FORMATS), driver.waits.full())):
        return
    if alone := _carry_out(driver, 1, driver.waits.full()):
        raise Inconclusive(f"a single request that waits is not answered as it must be: {alone[0].violation.got}")
    raise Failure(findings)


def _carry_out(driver: Driver, count: int, how: Wait) -> Findings | None:
    """So many requests that wait, and what is wrong with what came of them; None where that is not known so soon."""
    with driver.setup(KEEP) as setup:
        numbers = [setup.number(*[ongoing()] * (index == 0 and count > 1)) for index in range(count)]
        asked = [
            keep(extension=number.text, status="next").answered_in(format_)
            for number, format_ in zip(numbers, _FORMATS, strict=False)
        ]
        meanwhile = [keep(extension=number.text, status="ongoing") for number in numbers if number.calls]
        exchanges, calls = _wait(driver, setup, numbers, asked, meanwhile=meanwhile, how=how)
        if not exchanges:
            return None
        lines = [
            f"{asked_in_words(request)}: got {decision_of(exchange)}"
            for request, exchange in zip([*asked, *meanwhile], exchanges, strict=True)
        ]
        context = "at the same time, those for the next call waiting for one that begins:\n" + "\n".join(lines)
        return tuple(
            Finding(violation, context, exchange)
            for exchange, call in zip(exchanges, calls, strict=True)
            for violation in _wrong(driver, exchange, call)
        )


def _wait(
    driver: Driver,
    setup: Setup,
    numbers: Sequence[Number],
    asked: Sequence[Request],
    *,
    meanwhile: Sequence[Request],
    how: Wait,
) -> tuple[list[Exchange], list[Call]]:
    """Sends the requests, then those that need not wait, lets calls of all numbers begin, and has the answers.

    There are no answers where one of them was waited for no longer.
    """
    longest = driver.waits.longest
    events = [UnderWay() for _ in asked]
    with ThreadPoolExecutor(len(asked)) as pool:
        futures = [
            pool.submit(driver.send, request, timeout=longest, under_way=event)
            for request, event in zip(asked, events, strict=True)
        ]
        try:
            for future, event in zip(futures, events, strict=True):
                future.add_done_callback(partial(_tell, event))
                event.wait(longest)
            wait(futures, timeout=how.settle(driver.client.pace))
            at_once = [driver.send(request) for request in meanwhile]
            there = [call for number in numbers for call in number.calls]
            calls = [setup.begin(Arrival(number, ongoing())) for number in reversed(numbers)][::-1]
            since = time.monotonic()
            wait(futures, timeout=how.patience)
        finally:
            for future, event in zip(futures, events, strict=True):
                if not future.done():
                    event.give_up()
    try:
        answers = [future.result() for future in futures]
    except Outcome:
        if not any(event.given_up for event in events):
            raise
        return [], calls
    if any(decision_of(answer) == "refused" for answer in answers):
        driver.client.vain.add(since, time.monotonic(), _TOGETHER.situation)
    return [*answers, *at_once], [*calls, *there]


def _tell(event: UnderWay, _: object) -> None:
    """A request that has come to its end is not under way any more."""
    event.set()


def _wrong(driver: Driver, exchange: Exchange, call: Call) -> list[Violation]:
    goal = KEEP.after(call)
    if decision_of(exchange) == "refused":
        return [Violation("RefusedRequest", "a granted request", in_short(exchange))]
    if driver.lab.reads_back and not driver.sees(goal):
        return [Violation("MissingEffect", f"the {goal.in_words()} afterwards", f"the {call.in_words()}")]
    return []
