"""What a run has learnt of waiting for a `next` call: it waits in full once for what does not come, and not again.

A first try waits some seconds, a second one as long as the contract allows. Where that was in vain, too, the target
has failed what the situation demands; so waits for the same, or for more than that, are short from then on. A target
that conforms never gets there, and is never judged by a short wait.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from keepcall.client.wait_budget import FULL_WAITS, WaitBudget
from keepcall.contract.outcomes import Inconclusive

_SHORTEST, _MUCH_LONGER = 0.1, 2.0
_SOON = 3.0
_WITHOUT_HOPE = 0.3
_SILENCES = 2
_LONG = 2.5
"""Seconds after which a wait counts as one: what is refused at once has taken none."""

Settle = Callable[[float], float]
"""Seconds to let pass with a target of this pace, until a request is taken for under way."""


@dataclass(frozen=True, slots=True)
class WaitKind:
    """What is waited for.

    Attributes:
        situation: its name.
        operation: what is asked for, in words.
    """

    situation: str
    operation: str


@dataclass(frozen=True, slots=True)
class Wait:
    """How to wait.

    Attributes:
        settle: from the request to the call.
        patience: seconds from the call to the answer and the effect.
        last: whether that is all that the contract allows.
    """

    settle: Settle
    patience: float
    last: bool = False


@dataclass(slots=True)
class Waits:
    """How long to wait for what.

    Attributes:
        longest: seconds that the contract allows.
        plain: the simplest kind: where it does not work, no other does.
        vain: what the run has waited for in vain.
        slowest: seconds that the target has needed at the most, when it did what it had to.
    """

    longest: float
    plain: WaitKind
    vain: WaitBudget
    slowest: float = 0.0
    _failed: dict[WaitKind, str] = field(default_factory=dict)
    _proven: set[WaitKind] = field(default_factory=set)
    _silences: dict[str, list[str]] = field(default_factory=dict)
    _full: int = 0

    def first(self, kind: WaitKind) -> Wait:
        """The first try: what the target needs when it works, and some seconds if it may work."""
        soon = _SOON + 2 * self.slowest
        if self.reason(kind):
            soon = min(_WITHOUT_HOPE + 2 * self.slowest, _SOON)
        return Wait(lambda pace: _SHORTEST + 3 * pace, min(soon, self.longest))

    def full(self) -> Wait:
        """The second try: the call cannot have begun too early, and everything is waited for."""
        return Wait(lambda pace: _MUCH_LONGER + 6 * pace, self.longest, last=True)

    def came(self, seconds: float) -> None:
        """Notes that the target did what it had to, and when."""
        self.slowest = max(self.slowest, seconds)

    @contextmanager
    def trying(self, kind: WaitKind, how: Wait, words: str) -> Iterator[None]:
        """Within, a request is sent and its answer waited for; one that does not come is noted."""
        start = time.monotonic()
        try:
            yield
        except Inconclusive:
            if how.last:
                self._failed.setdefault(kind, f"{words}, had no answer")
                self._full += time.monotonic() - start > _LONG
            raise

    def in_vain(self, kind: WaitKind, how: Wait, spent: tuple[float, float], words: str) -> None:
        """Notes that there was an answer, and that what had to come did not.

        Args:
            kind: what was waited for.
            how: it was waited for.
            spent: when the wait began, by the clock that never goes back, and its seconds.
            words: the same, in words, with the test that waited.
        """
        since, seconds = spent
        self.vain.add(since, since + seconds, words)
        if how.last:
            self._failed.setdefault(kind, f"{words}, was in vain after {seconds:.0f} s")
            self._proven.add(kind)
            self._full += seconds > _LONG

    def proven(self, kind: WaitKind) -> bool:
        """Whether a second try of just this kind was judged, so that another one may be judged without it."""
        return kind in self._proven

    def reason(self, kind: WaitKind) -> str:
        """Why there is no second try of this kind; empty where there is one.

        One that failed stands for its own kind, for the other operations in its situation, and for all kinds if it
        was the simplest one. Beyond that, a run makes no more than a few of them in vain.
        """
        alike = [self._failed[known] for known in self._failed if known.situation == kind.situation]
        alike += [self._failed[self.plain]] if self.plain in self._failed else []
        if self._full >= FULL_WAITS:
            alike += self._failed.values()
        return f"not waited for again: {alike[0]}" if alike else ""

    @contextmanager
    def asking(self, kind: WaitKind, words: str, *, wary: bool) -> Iterator[None]:
        """Within, a request is sent for which no call has to begin.

        Args:
            kind: what it is about.
            words: the same, in words.
            wary: whether it could wait for a call all the same. Then it is not sent for ever: one without an answer
                may be an accident, two are not.

        Raises:
            Inconclusive: when it is not sent any more.
        """
        known = self._silences.setdefault(kind.situation, [])
        if wary and len(known) >= _SILENCES:
            raise Inconclusive(f"not waited for again: {known[0]}")
        try:
            yield
        except Inconclusive:
            known.append(f"{words}, had no answer")
            raise
