"""The `next` call: a request that is under way while the call that it waits for begins (KC-STA-05).

Nobody tells when a server has begun to wait. So the suite lets a while pass after the request has left: longer on
a slow target, and once more, much longer, before it believes that a target does not do it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from keepcall.call import Call
from keepcall.effects import WITHIN
from keepcall.exchange import Exchange
from keepcall.expect.outcome import says
from keepcall.operation import Operation
from keepcall.play import marks
from keepcall.stage import Scene, Stage
from keepcall.stop import STOP

_SHORTEST = 0.1
_MUCH_LONGER = 2.0
_PAUSE = 0.02
_WITHOUT_HOPE = 10.0
_BETWEEN = 0.05
"""Seconds in which a server that takes a call that is not meant would take it, before the right one comes."""
_AFTERWARDS = 0.1
"""Seconds in which a server would keep one more call, or lose the mark again."""


Settle = Callable[[float], float]
"""Seconds to let pass with a target of this pace."""

Sender = Callable[[float, threading.Event], Exchange]
"""Sends the request under test with this time-out, and tells when it has left."""


@dataclass(slots=True)
class Settling:
    """How long the suite lets pass until it takes a request for under way, and how long it waits for an effect.

    A target that grants and then keeps nothing would cost the whole minute in every test. So after a wait in vain
    that was preceded by the longest settling, the next ones are short.
    """

    tried_longer: bool = False
    in_vain: bool = False

    def times(self) -> Iterator[Settle]:
        """How long to settle at the first try, and at a second one if no second one was ever in vain."""
        yield lambda pace: _SHORTEST + 3 * pace
        if not self.tried_longer:
            self.tried_longer = True
            yield lambda pace: _MUCH_LONGER + 6 * pace

    def patience(self, longest: float) -> float:
        """Seconds to wait for the effect of a request that was granted before its call began."""
        return min(longest, _WITHOUT_HOPE) if self.in_vain else longest

    def waited_in_vain(self) -> None:
        """Notes that such a wait had no result."""
        self.in_vain = self.tried_longer


@dataclass(frozen=True, slots=True)
class Arriving:
    """One request under way, and the calls that begin meanwhile."""

    stage: Stage
    scene: Scene
    operation: Operation
    patience: float
    reads_back: bool
    settling: Settling = field(default_factory=Settling)

    def carry_out(self, send: Sender, settle: float) -> tuple[Exchange, Call | None]:
        """The exchange, and the call that it had to act on."""
        under_way = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(send, self.patience, under_way)
            answer.add_done_callback(lambda _: under_way.set())
            under_way.wait(self.patience)
            at_once = bool(wait([answer], timeout=settle).done)
            selected = None
            for index, arrival in enumerate(self.scene.arrivals):
                call = self.stage.begin(arrival)
                if index < self.scene.selects_arrival:
                    STOP.pause(_BETWEEN)
                if index == self.scene.selects_arrival:
                    selected = call
                    self._until_acted(call, answer, at_once=at_once)
            exchange = answer.result()
        STOP.pause(_AFTERWARDS)
        return exchange, selected

    def _until_acted(self, call: Call, answer: Future[Exchange], *, at_once: bool) -> None:
        """Waits until the call was acted on: to the end where the answer came first, else a little after it."""
        goal, came_first = marks(self.operation.after(call)), at_once
        deadline = time.monotonic() + (self.settling.patience(self.patience) if at_once else self.patience)
        while time.monotonic() < deadline:
            STOP.check()
            if self.reads_back and marks(self.stage.lab.read(call)) == goal:
                return
            if answer.done():
                granted = answer.exception() is None and says(answer.result()) != "refused"
                if not granted or not self.reads_back:
                    return
                if not at_once:
                    deadline = min(deadline, time.monotonic() + WITHIN)
                    at_once = True
            STOP.pause(_PAUSE)
        if came_first:
            self.settling.waited_in_vain()
