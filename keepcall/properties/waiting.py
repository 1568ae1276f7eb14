"""Many at once, of calls yet to come (KC-CONC-01): requests for `next` that wait together each get their own call."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

from keepcall.call import Call, Number, ongoing
from keepcall.checks import in_short
from keepcall.exchange import Exchange
from keepcall.expect.outcome import says
from keepcall.expect.violation import Violation
from keepcall.operation import KEEP
from keepcall.outcomes import Failure, Finding, NotClaimed
from keepcall.properties.population import ANYBODY
from keepcall.properties.session import Findings
from keepcall.properties.telling import asked_in_words
from keepcall.recorder import Recorder
from keepcall.request import Format, Request, keep
from keepcall.stage import Arrival, Stage

_SHORTEST = 0.1
"""Seconds after which a fast target is taken to wait; before it is believed not to, it gets much longer."""

_FORMATS: tuple[Format, ...] = ("XML", "TEXT", "HTML")


def expect_of_waiting_requests(recorder: Recorder) -> None:
    """Of several requests that wait for calls of different numbers each is granted, and keeps its own.

    Raises:
        Failure: when they are not, and a request that waits alone is.
        Inconclusive: when there were no answers to judge.
        NotClaimed: when the target does not offer `next`.
        NotTested: when the lab cannot begin calls at any time.
    """
    __tracebackhide__ = True
    if "next" not in recorder.target.claims.statuses:
        raise NotClaimed("the profile does not claim status=next")
    recorder.lab.rehearsal().begin(Number(ANYBODY), ongoing(), KEEP)  # or it is not tested
    settle = _SHORTEST + 3 * recorder.client.pace
    if not _carry_out(recorder, len(_FORMATS), settle):
        return
    longer = min(10 * settle, recorder.target.limits.next_wait / 4)
    findings = _carry_out(recorder, len(_FORMATS), longer)
    if findings and not _carry_out(recorder, 1, longer):
        raise Failure(findings)


def _carry_out(recorder: Recorder, count: int, settle: float) -> Findings:
    """So many requests that wait, and what is wrong with what came of them."""
    with recorder.stage(KEEP) as stage:
        numbers = [stage.number(*[ongoing()] * (index == 0 and count > 1)) for index in range(count)]
        asked = [
            keep(extension=number.text, status="next").answered_in(format_)
            for number, format_ in zip(numbers, _FORMATS, strict=False)
        ]
        meanwhile = [keep(extension=number.text, status="ongoing") for number in numbers if number.calls]
        exchanges, calls = _wait(recorder, stage, numbers, asked, meanwhile=meanwhile, settle=settle)
        lines = [
            f"{asked_in_words(request)}: got {says(exchange)}"
            for request, exchange in zip([*asked, *meanwhile], exchanges, strict=True)
        ]
        context = "at the same time, those for the next call waiting for one that begins:\n" + "\n".join(lines)
        return tuple(
            Finding(violation, context, exchange)
            for exchange, call in zip(exchanges, calls, strict=True)
            for violation in _wrong(recorder, exchange, call)
        )


def _wait(
    recorder: Recorder,
    stage: Stage,
    numbers: Sequence[Number],
    asked: Sequence[Request],
    *,
    meanwhile: Sequence[Request],
    settle: float,
) -> tuple[list[Exchange], list[Call]]:
    """Sends the requests, then those that need not wait, lets calls of all numbers begin, and has the answers."""
    patience = recorder.target.limits.next_wait
    events = [threading.Event() for _ in asked]
    with ThreadPoolExecutor(len(asked)) as pool:
        futures = [
            pool.submit(recorder.send, request, timeout=patience, under_way=event)
            for request, event in zip(asked, events, strict=True)
        ]
        for future, event in zip(futures, events, strict=True):
            future.add_done_callback(partial(_tell, event))
            event.wait(patience)
        wait(futures, timeout=settle)
        at_once = [recorder.send(request) for request in meanwhile]
        there = [call for number in numbers for call in number.calls]
        calls = [stage.begin(Arrival(number, ongoing())) for number in reversed(numbers)][::-1]
        return [*(future.result() for future in futures), *at_once], [*calls, *there]


def _tell(event: threading.Event, _: object) -> None:
    """A request that has come to its end is not under way any more."""
    event.set()


def _wrong(recorder: Recorder, exchange: Exchange, call: Call) -> list[Violation]:
    goal = KEEP.after(call)
    if says(exchange) == "refused":
        return [Violation("RefusedRequest", "a granted request", in_short(exchange))]
    if recorder.lab.reads_back and not recorder.sees(goal):
        return [Violation("MissingEffect", f"the {goal.in_words()} afterwards", f"the {call.in_words()}")]
    return []
