"""Waiting for an effect: as long as the contract allows, and not longer than there is hope."""

import time
from dataclasses import dataclass

from keepcall.client.wait_budget import WaitBudget
from keepcall.contract.call import Call, marks
from keepcall.lab.interface import Lab
from keepcall.shutdown import SHUTDOWN

WITHIN = 2.0
"""Seconds after the answer within which a granted request has taken effect (KC-EFF-01)."""

_IN_VAIN = 3
_WITHOUT_HOPE = 0.1
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.2


@dataclass(slots=True)
class EffectWatch:
    """Watches calls of one lab, and notes what the run waits for in vain.

    A target that marks nothing would cost the full wait in every test. So after three waits in vain, and as long
    as no effect ever came late, the next ones are short: this target has failed KC-EFF-01, and it is not slow.
    """

    lab: Lab
    vain: WaitBudget
    in_vain: int = 0
    came_late: bool = False

    def sees(self, goal: Call, within: float = WITHIN) -> bool:
        """Whether the call gets the marks of the goal in time, if it has not got them; False without read-back."""
        if not self.lab.reads_back:
            return False
        if self.in_vain >= _IN_VAIN and not self.came_late:
            within = min(within, _WITHOUT_HOPE)
        start, pause = time.monotonic(), 0.0
        while marks(self.lab.read(goal)) != marks(goal):
            if time.monotonic() - start > within:
                self.in_vain += 1
                if within > _WITHOUT_HOPE:
                    self.vain.add(start, time.monotonic(), f"the effect of a request: the {goal.in_words()}")
                return False
            SHUTDOWN.check()
            pause = min(pause * 2, _LONGEST_PAUSE) or _FIRST_PAUSE
            SHUTDOWN.pause(pause)
        self.came_late = self.came_late or pause > 0
        return True
