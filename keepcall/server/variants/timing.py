"""When things happen: late effects, `next` in other ways, slow answers. No variant may cost a run many seconds."""

import asyncio
import itertools

from keepcall.server.app import KeepCallServer
from keepcall.server.arrivals import SECOND, Arrivals
from keepcall.server.call import Call, Recording
from keepcall.server.moment import Clock, utc_now
from keepcall.server.outcome import Granted, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import ONGOING, Rules
from keepcall.server.settings import Settings
from keepcall.server.variants.table import variant


class LateMarks(Rules):
    """Every so often an effect comes after the answer; others are immediate, so that a run does not take long."""

    every = 1
    delay = 0.0

    def act(self, request: ApiRequest, call: Call) -> Granted:
        """Now, or by the event loop's clock."""
        if next(self.counter) % self.every:
            return super().act(request, call)
        asyncio.get_running_loop().call_later(self.delay, super().act, request, call)
        return Granted(call.call_id)

    @property
    def counter(self) -> "itertools.count[int]":
        """Counts grants."""
        counter: itertools.count[int] = self.__dict__.setdefault("_counter", itertools.count(1))
        return counter


@variant()
class MarksALittleLater(LateMarks):
    """A web server puts the request into a queue, from which the recorder takes it within a few milliseconds."""

    delay = 0.005


@variant()
class MarksLaterNowAndThen(LateMarks):
    """A recorder polls the marks in its database every 0.3 seconds, and is mostly just about to."""

    every = 12
    delay = 0.3


@variant()
class MarksMuchLaterNowAndThen(LateMarks):
    """A recorder on another node hears of a mark at once, or, when a message was lost, more than a second later."""

    every = 60
    delay = 1.2


@variant()
class AnswersNextAtOnce(Rules):
    """A server notes that the next call is to be kept, answers that it will be, and keeps it when it comes."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]  # handed on as they are
        self.waiting: set[asyncio.Task[Granted | Refused]] = set()

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        """Granted, if it has to wait."""
        refused = self.check(request)
        if refused or not self.may_wait(request) or (ONGOING in self.statuses(request) and self.ongoing(request)):
            return refused or await super().decide(request)
        task = asyncio.create_task(super().decide(request))
        self.waiting.add(task)
        task.add_done_callback(self.waiting.discard)
        await asyncio.sleep(0)  # so that it waits before anybody can start a call
        return Granted("")


@variant()
class PollsForTheNextCall(Arrivals):
    """A server has no events, and looks every 0.3 seconds whether the call has come."""

    async def first(self, number: str, recording: Recording, since: int) -> Call | None:
        """By asking again and again."""
        until = since + round(self.window * SECOND)
        call = self.store.first_begun(number, recording, since, until)
        while call is None and self.store.moment() < until and not self.closed:
            await asyncio.sleep(0.3)
            call = self.store.first_begun(number, recording, since, until)
        return call


@variant()
class AnswersSlowly(KeepCallServer):
    """A recorder far away needs some ten milliseconds for everything."""

    async def delay(self, request: ApiRequest) -> None:
        """The way there and back."""
        del request
        await asyncio.sleep(0.01)


@variant()
class AnswersAtItsOwnPace(KeepCallServer):
    """A busy server answers at once, or a little later, or much later when its garbage is collected."""

    def __init__(self, settings: Settings | None = None, clock: Clock = utc_now) -> None:
        self.answers_given = itertools.count(1)
        super().__init__(settings, clock)

    async def delay(self, request: ApiRequest) -> None:
        """By the number of the answer, so that every run is alike."""
        del request
        number = next(self.answers_given)
        await asyncio.sleep(0.4 if not number % 150 else 0.02 if not number % 15 else 0)
