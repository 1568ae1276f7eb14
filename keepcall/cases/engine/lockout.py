"""A target that keeps its caller out for a while after wrong credentials, since somebody may be guessing them.

The contract says nothing about such a protection, so no test may fail because of it. What is sent with wrong
credentials is counted, over all workers of a run. Whoever was let in since the last of them is not kept out.
"""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from keepcall.client.backoff import after_of
from keepcall.client.quota import counted
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.outcomes import Inconclusive, NotTested
from keepcall.expect.decision import decision_of
from keepcall.shutdown import SHUTDOWN

GENTLE = 3
"""Requests with wrong credentials that `--gentle` allows in one run: fewer than most targets take for an attack."""

_SHORTEST = 0.05
_LONGER = 1.5
"""Each pause is so many times the one before: a target that starts anew with each request needs a long one."""

_PAUSES = 6
_LONGEST_FIRST = 1.0

SERVER_ERROR = 500
"""From this status on an answer tells of a defect, not of a protection."""

_SHOWN = 300

Mark = tuple[int, int]
"""How many requests with wrong credentials were begun, and how many of them are over."""


@dataclass(slots=True)
class Trail:
    """The requests with wrong or missing credentials that a run has sent.

    Attributes:
        most: how many there may be, by `--gentle`; 0 for no limit.
        folder: where workers count together; empty where there is one process.
    """

    most: int = 0
    folder: str = ""
    _begun: int = 0
    _over: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Within, one such request is under way.

        Raises:
            NotTested: when no more may be sent.
        """
        with self.quiet():
            with self._lock:
                if not self._counts("wrong-begun", self._begun, self.most):
                    raise NotTested(self.exceeded)
                self._begun += 1
            try:
                yield
            finally:
                with self._lock:
                    self._counts("wrong-over", self._over, 0)
                    self._over += 1

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Within, nobody else sends wrong credentials: neither another thread nor another worker."""
        with self._turn, ExitStack() as stack:
            if self.folder:
                turn = stack.enter_context((Path(self.folder) / "wrong-turn").open("ab"))
                fcntl.flock(turn, fcntl.LOCK_EX)  # until it is closed
            yield

    def note(self) -> None:
        """One was sent, as its answer seems to say: a request with right credentials in a spelling of its own."""
        with self._lock:
            self._counts("wrong-begun", 0, 0)
            self._counts("wrong-over", 0, 0)
            self._begun, self._over = self._begun + 1, self._over + 1

    @property
    def exceeded(self) -> str:
        """Why no more may be sent."""
        return f"--gentle: this needs wrong credentials, of which a run sends no more than {self.most}"

    def mark(self) -> Mark:
        """How many there were so far."""
        if not self.folder:
            return self._begun, self._over
        over = _size(Path(self.folder) / "wrong-over")  # first: one that begins meanwhile is then not over
        return _size(Path(self.folder) / "wrong-begun"), over

    def _counts(self, name: str, here: int, most: int) -> bool:
        return counted(Path(self.folder) / name, most) if self.folder else not most or here < most


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


@dataclass(slots=True)
class Lockout:
    """Whether the target may keep us out, as one worker sees it; threads may share it.

    Attributes:
        trail: what was sent with wrong credentials.
        left: seconds that the run may yet spend waiting to be let in again.
        reason: why nothing is sent any more; empty as long as the target lets us in.
        waits: how often it has kept us out, and let us in again.
        clock: tells the seconds.
        pause: lets some pass.
    """

    trail: Trail
    left: float
    reason: str = ""
    waits: int = 0
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = SHUTDOWN.pause
    _good: Mark = (0, 0)
    _first: float = _SHORTEST

    def check(self) -> None:
        """Lets pass what may still be judged.

        Raises:
            Inconclusive: when waiting was in vain.
        """
        if self.reason:
            raise Inconclusive(self.reason)

    def suspected(self) -> bool:
        """Whether wrong credentials were sent since we were last let in, or are under way."""
        begun, over = mark = self.trail.mark()
        return mark != self._good or begun != over

    def let_in(self, mark: Mark) -> None:
        """A request with the right credentials was granted, which was sent when so many wrong ones had been sent."""
        self._good = max(self._good, mark)

    def wait_out(
        self, ask: Callable[[], Exchange], is_let_in: Callable[[Exchange], bool], renew: Callable[[], bool]
    ) -> bool:
        """Waits until a plain request is answered again as before; whether one was.

        A server error is a defect and no protection, so nothing is waited for then.

        Args:
            ask: sends a plain request with the right credentials, of a kind that was answered before.
            is_let_in: whether its answer is that of before: a grant, if it can be one.
            renew: gets another token, if it can: a target may have revoked the one that it gave.

        Raises:
            Inconclusive: when the time that may be spent on it is over.
        """
        since, pause, renewed = self.clock(), 0.0, False
        while True:
            mark = self.trail.mark()
            exchange = ask()
            if is_let_in(exchange):
                self._note(self.clock() - since if pause or renewed else 0.0, mark)
                return True
            if isinstance(exchange.result, Answer) and exchange.result.status >= SERVER_ERROR:
                return False
            renewed = not renewed and renew()
            if renewed:
                continue
            waited = self.clock() - since
            pause = max(pause * _LONGER or self._first, after_of(exchange.result))
            if waited + pause > self.left:
                self.left = max(0.0, self.left - waited)
                self.reason = _reason(exchange)
                raise Inconclusive(self.reason)
            SHUTDOWN.check()
            self.pause(pause)

    def _note(self, waited: float, mark: Mark) -> None:
        """We are let in; the next time, some four pauses take as long as it took now."""
        if waited:
            self.waits += 1
            self.left = max(0.0, self.left - waited)
            self._first = max(_SHORTEST, min(waited / _PAUSES, _LONGEST_FIRST))
        self.let_in(mark)


def says_granted(exchange: Exchange) -> bool:
    """Whether there is an answer, and it is a grant."""
    return isinstance(exchange.result, Answer) and decision_of(exchange) == "granted"


def _reason(exchange: Exchange) -> str:
    last = " ".join(exchange.answer_text().split())
    return (
        "the target refuses the right credentials since wrong ones were sent (locked out?), and did so until "
        f"limits.lockout_wait was over; --gentle sends few wrong ones. It answered: {last[:_SHOWN]}"
    )
