"""How long a run waits in vain, all in all: for answers that do not come, and for effects that do not show."""

import threading
from dataclasses import dataclass, field

_TIMEOUTS = 20
"""Time-outs that a run affords: a target that answers has none, and one of a hundred inputs takes three of them."""

FULL_WAITS = 2
"""Waits for a next call, each as long as the contract allows, that a run makes in vain at the most."""


def most(timeout: float, next_wait: float) -> float:
    """Seconds that a run may spend in vain: twenty time-outs, and the waits for a next call.

    With the time-outs of a profile that sets none these are 350 s, ten times what a run takes on a quick target.

    Args:
        timeout: seconds for a whole answer.
        next_wait: seconds for what `status=next` does.
    """
    return _TIMEOUTS * timeout + FULL_WAITS * next_wait


@dataclass(slots=True)
class WaitBudget:
    """What one process has spent so far; threads may share it.

    Requests that wait side by side cost the time that passes, not a multiple of it. For the same reason processes
    that share the work have a budget each: they wait side by side, too.

    Attributes:
        most: seconds that may be spent.
        spent: seconds that are.
        last: what was waited for the last time.
    """

    most: float
    spent: float = 0.0
    last: str = ""
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, start: float, end: float, what: str) -> None:
        """Notes a wait in vain.

        Args:
            start: when it began, by a clock that never goes back.
            end: when it was over.
            what: was waited for, in words.
        """
        with self._lock:
            self.spent += max(0.0, end - max(start, self._until))
            self._until = max(self._until, end)
            self.last = what

    @property
    def gone(self) -> str:
        """Why nothing more is asked; empty as long as something is left."""
        if self.spent < self.most:
            return ""
        return f"{self.spent:.0f} s went by in vain, of {self.most:g} s that a run has for it; the last: {self.last}"
