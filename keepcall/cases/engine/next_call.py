"""The `next` call: a request that is under way while the call that it waits for begins (KC-STA-05).

Nobody tells when a server has begun to wait. So the suite lets a while pass after the request has left: longer on
a slow target, and once more, much longer, before it believes that a target does not do it. See `waits`.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from keepcall.cases.engine.effects import WITHIN
from keepcall.cases.engine.next_waits import Wait
from keepcall.cases.setup import Arrangement, Setup
from keepcall.client.limits import UnderWay
from keepcall.contract.call import Call, marks
from keepcall.contract.exchange import Exchange
from keepcall.contract.operation import Operation
from keepcall.contract.outcomes import Outcome
from keepcall.expect.decision import decision_of
from keepcall.shutdown import SHUTDOWN

_PAUSE = 0.02
_BETWEEN = 0.05
"""Seconds in which a server that takes a call that is not meant would take it, before the right one comes."""
_AFTERWARDS = 0.1
"""Seconds in which a server would keep one more call, or lose the mark again."""


Sender = Callable[[float, UnderWay], Exchange]
"""Sends the request under test with this time-out, and tells when it has left."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of it.

    Attributes:
        exchange: the request and its answer; None where it was waited for no longer.
        selected: the call that it had to act on, if one of those that began.
        since: when that one, or the last one, began.
        seconds: from then to the end of the wait.
    """

    exchange: Exchange | None
    selected: Call | None
    since: float
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """One request under way, and the calls that begin meanwhile.

    Attributes:
        setup: where they begin.
        arrangement: which calls.
        operation: what is asked for.
        longest: seconds for the whole answer.
        reads_back: whether the lab shows the effect.
    """

    setup: Setup
    arrangement: Arrangement
    operation: Operation
    longest: float
    reads_back: bool

    def carry_out(self, send: Sender, pace: float, how: Wait) -> Arrived:
        """Sends the request, lets the calls begin, and waits for what must come of it.

        Args:
            send: sends it.
            pace: seconds that a slow answer of the target takes.
            how: to wait.

        Raises:
            Outcome: when there is no answer, other than for want of patience.
            LabError: when a call cannot begin.
        """
        under_way = UnderWay()
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(send, self.longest, under_way)
            try:
                answer.add_done_callback(lambda _: under_way.set())
                under_way.wait(self.longest)
                at_once = bool(wait([answer], timeout=how.settle(pace)).done)
                arrived = self._calls_begin(answer, how.patience, at_once=at_once)
                wait([answer], timeout=max(0.0, arrived.since + how.patience - time.monotonic()))
            finally:
                if not answer.done():
                    under_way.give_up()
        seconds = time.monotonic() - arrived.since
        SHUTDOWN.pause(_AFTERWARDS)
        return replace(arrived, exchange=_exchange(answer, under_way), seconds=seconds)

    def _calls_begin(self, answer: Future[Exchange], patience: float, *, at_once: bool) -> Arrived:
        selected, since = None, time.monotonic()
        for index, arrival in enumerate(self.arrangement.arrivals):
            call = self.setup.begin(arrival)
            if index <= self.arrangement.selects_arrival or selected is None:
                since = time.monotonic()
            if index < self.arrangement.selects_arrival:
                SHUTDOWN.pause(_BETWEEN)
            if index == self.arrangement.selects_arrival:
                selected = call
                self._until_acted(call, answer, since + patience, at_once=at_once)
        return Arrived(None, selected, since)

    def _until_acted(self, call: Call, answer: Future[Exchange], deadline: float, *, at_once: bool) -> None:
        """Waits until the call was acted on: to the end where the answer came first, else a little after it."""
        goal = marks(self.operation.after(call))
        while time.monotonic() < deadline:
            SHUTDOWN.check()
            if self.reads_back and marks(self.setup.lab.read(call)) == goal:
                return
            if answer.done():
                granted = answer.exception() is None and decision_of(answer.result()) != "refused"
                if not granted or not self.reads_back:
                    return
                if not at_once:
                    deadline = min(deadline, time.monotonic() + WITHIN)
                    at_once = True
            SHUTDOWN.pause(_PAUSE)


def _exchange(answer: Future[Exchange], under_way: UnderWay) -> Exchange | None:
    """What came of a request; None where it was given up, and had no answer for that."""
    try:
        return answer.result()
    except Outcome:
        if under_way.given_up:
            return None
        raise
