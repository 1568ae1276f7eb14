"""Asks: arranges calls, sends a request, and puts into words what came of it. It never judges."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.effects import WITHIN
from keepcall.cases.engine.execution import Execution
from keepcall.cases.engine.lockout import says_granted
from keepcall.cases.observations.answers import NoReplyError, no_answer, not_asked
from keepcall.cases.observations.encodings import Encode, usual
from keepcall.cases.observations.readings import GRANTED, said
from keepcall.cases.setup import Setup
from keepcall.cases.situations import SITUATIONS, Situation
from keepcall.contract.call import Call, marks
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.operation import KEEP, Operation
from keepcall.contract.outcomes import Inconclusive, NotTested
from keepcall.contract.request import METHODS, Format, Request
from keepcall.shutdown import SHUTDOWN

WITHOUT_EFFECT = "granted, without effect"

_MOST_UNANSWERED = 5
"""Requests without an answer, after which nothing is asked any more: each costs a time-out."""

_IN_VAIN = 3
_WITHOUT_HOPE = 0.1
_PAUSE = 0.05
_SHORTLY = 1.0
"""Seconds after which a request is taken to wait for the next call, if the target is quick."""

_FEW = 2


@dataclass(slots=True, eq=False)
class Observer:
    """Asks one target, for one worker.

    Attributes:
        driver: what the other tests use, so that what they played need not be executed again.
        slow: whether to ask what takes a minute.
        minute: seconds that `next` waits for a call by the documentation.
    """

    driver: Driver
    slow: bool = False
    minute: float = 60.0
    _unanswered: int = 0
    _in_vain: int = 0

    @contextmanager
    def setup(self, operation: Operation = KEEP) -> Iterator[Setup]:
        """Calls for one question, removed at its end."""
        with self.driver.setup(operation) as setup:
            yield setup

    def send(self, request: Request, spell: Encode = usual, *, may_wait: bool = False) -> Exchange:
        """Sends a request, completed; `may_wait` if the target may wait for a call that does not come.

        Raises:
            NoReplyError: when there is no answer.
            NotClaimed, NotTested: when it cannot be asked.
        """
        self._has_patience()
        completed, target, client = self.driver.complete(request), self.driver.target, self.driver.client
        renewal = self.driver.renewal
        spelling = spell(completed, target.claims.post)
        if spelling.behind_path and target.url.endswith(spelling.behind_path):
            raise NotTested("the target's path ends so already")
        if spell is not usual and renewal.trail.most:
            raise NotTested("--gentle: a target may read no credentials in a request that is spelled like this")
        timeout = min(_SHORTLY + 4 * client.slowest, target.limits.timeout) if may_wait else 0.0
        exchange = renewal.send(completed, self.driver.test_id, timeout=timeout, spelling=spelling)
        self.driver.seen.append(exchange)
        if spell is not usual and not says_granted(exchange):
            renewal.trail.note()  # the target may have read no credentials in it
        if isinstance(exchange.result, NoAnswer):
            if may_wait and exchange.result.trouble == "timeout":
                raise NoReplyError("waits")
            self._unanswered += 1
            raise no_answer(exchange.result.trouble)
        return exchange

    def known(self, situation: str, format_: Format = "XML") -> Exchange:
        """A keep in one of the suite's situations, which most often has been executed before.

        Raises:
            NoReplyError, NotClaimed, NotTested: as `send`.
        """
        self._has_patience()
        row = _situation(situation)
        method = next(method for method in METHODS if method in self.driver.target.claims.methods)
        (executed,) = self.driver.execute(row, formats=[format_], methods=[method])
        if isinstance(executed, Execution):
            return executed.exchange
        if not isinstance(executed, Inconclusive):
            raise executed
        with self.setup() as setup:  # a twin that is refused says nothing against asking
            return self.send(row.arrange(setup).request.answered_in(format_))

    def outcome(self, reply: Exchange, call: Call) -> str:
        """Granted or refused, and whether the call shows it."""
        return self.which(reply, {GRANTED: call})

    def which(self, reply: Exchange, calls: Mapping[str, Call]) -> str:
        """Which of these calls a granted request acted on, by its name."""
        words = said(reply)
        if not self.driver.lab.reads_back:
            return words
        changed = self._changes(list(calls.values()), hopeful=words == GRANTED)
        acted = [name for name, call in calls.items() if any(call is before for before, _ in changed)]
        if words != GRANTED:
            return f"{words}, yet carried out" if acted else words
        return WITHOUT_EFFECT if not acted else acted[0] if len(acted) == 1 else "more than one"

    def became(self, reply: Exchange, *calls: Call) -> str:
        """What a granted request did to the call, or to any of them."""
        words = said(reply)
        if not self.driver.lab.reads_back:
            return words
        changed = self._changes(calls, hopeful=words == GRANTED)
        found = sorted({deed for before, after in changed for deed in _deeds(before, after)})
        deeds = " and ".join(found) if len(found) <= _FEW else "does several things"
        if words != GRANTED:
            return f"{words}, yet {deeds}" if deeds else words
        return deeds or WITHOUT_EFFECT

    def status_and_effect(self, reply: Exchange, call: Call) -> str:
        """The HTTP status, and whether the call is kept: for methods whose answer may have no body."""
        status = str(reply.answer.status)
        if not self.driver.lab.reads_back:
            return status
        hopeful = reply.answer.status < 300  # noqa: PLR2004
        return f"{status}, kept" if self._changes([call], hopeful=hopeful) else f"{status}, not kept"

    def has_changed(self, call: Call) -> bool:
        """Whether anything was done to the call, soon or a little later."""
        return bool(self._changes([call], hopeful=True))

    def _has_patience(self) -> None:
        if self._unanswered >= _MOST_UNANSWERED:
            raise NoReplyError(not_asked(f"{_MOST_UNANSWERED} requests before it had no answer"))

    def _changes(self, calls: Sequence[Call], *, hopeful: bool) -> list[tuple[Call, Call]]:
        """The calls whose marks have changed, before and after; an effect that is hoped for may come late."""
        patience = (WITHIN if self._in_vain < _IN_VAIN else _WITHOUT_HOPE) if hopeful else 0.0
        deadline = time.monotonic() + patience
        while True:
            now = [(call, self.driver.lab.read(call)) for call in calls]
            changed = [(before, after) for before, after in now if marks(before) != marks(after)]
            if changed or time.monotonic() >= deadline:
                self._in_vain += hopeful and not changed
                return changed
            SHUTDOWN.check()
            SHUTDOWN.pause(_PAUSE)


def _deeds(before: Call, after: Call) -> Iterator[str]:
    if before.kept != after.kept:
        yield "keeps" if after.kept else "unmarks"
    if before.recording_active != after.recording_active:
        yield "records" if after.recording_active else "stops"


@cache
def _situation(name: str) -> Situation:
    return next(row for row in SITUATIONS() if row.name == name)
