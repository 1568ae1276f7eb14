"""Many at once (KC-CONC-01): bursts of requests about different calls, and about one call.

What is asked for at the same time differs in its format, its outcome and its call, so that an answer or an effect
that belongs to another request shows.
"""

import random
import threading
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, cycle, islice

from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.lockout import says_granted
from keepcall.cases.properties.burst_plans import SEPARATE, TOGETHER, WIDTH, Burst
from keepcall.cases.properties.call_pool import world_of
from keepcall.cases.properties.checks import Tried, form, outcome
from keepcall.cases.properties.narrative import asked_in_words, story
from keepcall.cases.properties.session import Example
from keepcall.contract.call import Call, ongoing, unchanged
from keepcall.contract.claims import unclaimed
from keepcall.contract.counterexample import Counterexample, SendRequests
from keepcall.contract.exchange import Exchange
from keepcall.contract.model import Ruling, World, rule
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import Failure, Finding, Inconclusive, NotTested, Outcome
from keepcall.contract.request import METHODS, Request
from keepcall.contract.violation import Violation
from keepcall.expect.decision import decision_of

_ROUNDS = 3
_MOST_PAIRS = 12
_PROBES = 8
"""Wrong credentials that are sent one after another to see whether they lock us out."""
_MOST_SECONDS = 8.0
"""What the search for a smaller burst may cost."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of a burst with what came of it.

    Of several requests that ask for the same of one call, only one need be granted: the others may come too late.
    """

    request: Request
    ruling: Ruling
    exchange: Exchange

    @property
    def goal_id(self) -> str:
        """The ID of the call that it acts on; empty where it acts on none."""
        return self.ruling.goal.call_id if self.ruling.goal else ""

    @property
    def line(self) -> str:
        """In words."""
        return f"{asked_in_words(self.request)}: expected {self.ruling.in_words()}; got {decision_of(self.exchange)}"


def expect_of_bursts(driver: Driver) -> None:
    """Requests under way together each get their own answer and have their own effect.

    Raises:
        Failure: with the smallest burst that shows it, when they do not.
        Inconclusive: when there were no answers to judge.
        NotTested: when the lab cannot place calls, or the profile keeps requests apart.
    """
    __tracebackhide__ = True
    alone = _carry_out(driver, Burst(SEPARATE[:1]))
    if alone.findings:
        raise Inconclusive(f"a single request is not answered as it must be: {alone.findings[0].violation.got}")
    locked = False
    for drawn in _bursts(driver):
        burst = _with_access(driver, drawn) if locked else drawn
        example = _carry_out(driver, burst)
        if example.findings and not locked and _locks_out(driver, burst):
            locked, burst = True, _with_access(driver, drawn)
            example = _carry_out(driver, burst)
        if example.findings:
            smallest = _smallest(driver, burst, example)
            raise Failure(smallest.findings, smallest.script)


def _with_access(driver: Driver, burst: Burst) -> Burst:
    """The burst without what has wrong credentials."""
    with driver.setup(KEEP) as setup:
        number = setup.number(ongoing())
        kinds = [k for k in burst.kinds if driver.renewal.admits(driver.complete(k.ask(number)))]
        return replace(burst, kinds=tuple(kinds))


def _locks_out(driver: Driver, burst: Burst) -> bool:
    """Whether the wrong credentials of a burst, sent one after another, lock out who has the right ones.

    A plain request follows each of them at once, and this several times: a lockout may last for moments.

    Raises:
        Inconclusive: when they do so for long.
    """
    waits, refused = driver.renewal.lockout.waits, False
    with driver.setup(KEEP) as setup, driver.plainly() as ask:
        number = setup.number(ongoing())
        asked = [driver.complete(kind.ask(number)) for kind in burst.kinds]
        wrong = [each for each in asked if not driver.renewal.admits(each) and not driver.spares(each)]
        for request in islice(cycle(wrong), _PROBES if ask else len(wrong)):
            driver.send(request)
            refused = refused or (ask is not None and not says_granted(ask()))
    driver.renewal.let_in_again()
    return refused or driver.renewal.lockout.waits > waits


def _bursts(driver: Driver) -> Iterator[Burst]:
    """As wide as the target can answer in time even if it takes one request after another."""
    slowest, limits = driver.client.slowest, driver.target.limits
    if limits.requests_per_second and slowest < 1 / limits.requests_per_second:
        raise NotTested("limits.requests_per_second keeps requests so far apart that no two are under way together")
    width = max(2, min(WIDTH, int(limits.timeout / (2 * slowest + 0.001))))
    chance = random.Random(driver.budget.seed)  # noqa: S311 - nothing secret
    for _ in range(_ROUNDS):
        yield Burst(tuple(chance.sample(SEPARATE, min(width, len(SEPARATE)))))
        yield Burst(tuple(chance.sample(TOGETHER, min(width, len(TOGETHER)))), (ongoing(),))
    yield Burst(tuple(chance.sample(TOGETHER, min(width, len(TOGETHER)))), (ongoing(done=True),), unmark=True)


def _smallest(driver: Driver, burst: Burst, example: Example) -> Example:
    """The burst, or two of its requests if they fail by themselves."""
    deadline = time.monotonic() + _MOST_SECONDS
    for pair in islice(combinations(burst.kinds, 2), _MOST_PAIRS):
        if time.monotonic() > deadline:
            break
        with suppress(Outcome):
            smaller = _carry_out(driver, replace(burst, kinds=pair))
            if smaller.findings:
                return smaller
    return example


def _carry_out(driver: Driver, burst: Burst) -> Example:
    """One burst, and what is wrong with what came of it.

    Raises:
        Inconclusive: when a request has no answer.
    """
    with driver.setup(KEEP) as setup:
        methods = [method for method in METHODS if method in driver.target.claims.methods]
        asked = tuple(r for r in burst.requests(setup, methods) if _may_be_sent(driver, r))
        example = send_at_once(driver, setup.calls, asked)
        if example.findings and (reason := driver.lab.has_lost(setup.calls)):
            raise Inconclusive(reason)
        return example


def _may_be_sent(driver: Driver, request: Request) -> bool:
    """Whether a request is claimed, and within what `--gentle` allows."""
    return not unclaimed(request, driver.target) and not driver.spares(request)


def send_at_once(driver: Driver, calls: Sequence[Call], asked: tuple[Request, ...]) -> Example:
    """Requests about these calls, and what is wrong with what came of them.

    Raises:
        Inconclusive: when a request has no answer.
    """
    world = world_of(driver, calls)
    with driver.renewal.undisturbed():
        exchanges = at_once([partial(driver.send, request) for request in asked])
    sent = [
        Sent(request, rule(world, driver.complete(request)), exchange)
        for request, exchange in zip(asked, exchanges, strict=True)
    ]
    named = tuple(dict.fromkeys(number for request in asked for number in request.values("extension")))
    return Example(
        tuple(_wrong_together(driver, world, sent)), Counterexample(world.calls, (SendRequests(asked),), named)
    )


def at_once(sends: Sequence[Callable[[], Exchange]]) -> list[Exchange]:
    """What came of requests that leave at the same time.

    Raises:
        Inconclusive: when one has no answer.
    """
    start = threading.Barrier(len(sends) or 1)

    def send(one: Callable[[], Exchange]) -> Exchange:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(sends) or 1) as pool:
        return [future.result() for future in [pool.submit(send, one) for one in sends]]


def _wrong_together(driver: Driver, world: World, sent: Sequence[Sent]) -> Iterator[Finding]:
    """What is wrong with answers and effects."""
    context = "at the same time, " + story(world.calls, [each.line for each in sent])
    goals = {each.ruling.goal.call_id: each.ruling.goal for each in sent if each.ruling.goal}
    acted = {call_id: driver.sees(goal) for call_id, goal in goals.items()} if driver.lab.reads_back else {}
    granted = {each.goal_id for each in sent if each.goal_id and decision_of(each.exchange) != "refused"}
    for each in sent:
        for violation in _wrong(each, acted):
            if violation.name != "RefusedRequest" or each.goal_id not in granted:
                yield Finding(violation, context, each.exchange)
    if driver.lab.reads_back and sent:
        aside = goals.keys() | {call_id for each in sent for call_id in each.ruling.touchable}
        for violation in _changed(driver, world, aside):
            yield Finding(violation, context, sent[-1].exchange)


def _wrong(sent: Sent, acted: Mapping[str, bool]) -> Iterator[Violation]:
    tried = Tried(sent.ruling, sent.exchange, acted.get(sent.goal_id))
    yield from form(tried)
    yield from outcome(tried)


def _changed(driver: Driver, world: World, aside: Container[str]) -> Iterator[Violation]:
    """The calls that have changed although nobody asked for it."""
    for call in world.calls:
        found = driver.lab.read(call)
        if call.call_id not in aside and not unchanged(call, found):
            expected = f"the {call.in_words()} ({call.call_id}) as it was"
            yield Violation("ChangedCall", expected, f"the {found.in_words()}")
