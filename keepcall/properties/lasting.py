"""Marks that last (KC-EFF-01): a call that was kept is kept a while later, too, and so is one that was recorded.

What spoils a mark later is a job that runs beside the requests: the tests that look at a call once, right after the
answer, do not see it.
"""

from keepcall.call import ongoing
from keepcall.checks import in_short
from keepcall.expect.violation import Violation
from keepcall.operation import KEEP
from keepcall.outcomes import Failure, Finding, Inconclusive, OutOfScope
from keepcall.play import marks
from keepcall.recorder import Recorder
from keepcall.request import keep
from keepcall.situations.requests import plainest
from keepcall.stop import STOP

A_WHILE = 1.2
"""Seconds; longer would show more, and every run has to wait for it."""


def expect_of_a_while(recorder: Recorder) -> None:
    """Calls that were kept, by callID where it is known and by extension, are kept a while later.

    Raises:
        Failure: when one is not.
        Inconclusive: when it was not kept to begin with, which is another test's finding.
        OutOfScope: when the lab cannot read calls back.
        NotTested: when it cannot place them.
    """
    __tracebackhide__ = True
    if not recorder.lab.reads_back:
        raise OutOfScope("the lab cannot read a call back, so its effect cannot be seen")
    with recorder.stage(KEEP) as stage:
        by_call_id, by_extension = stage.number(ongoing()), stage.number(ongoing("called"))
        requests = (plainest(by_call_id.call), keep(extension=by_extension.text, status="ongoing"))
        exchanges = [recorder.send(request) for request in requests]
        goals = [KEEP.after(call) for call in stage.calls]
        for goal, exchange in zip(goals, exchanges, strict=True):
            if not recorder.sees(goal):
                raise Inconclusive(f"a call was not kept, so that its mark cannot last: {in_short(exchange)}")
        STOP.pause(A_WHILE)
        found = [
            Finding(
                Violation("LostMark", f"the {goal.in_words()} {A_WHILE} s later", f"the {after.in_words()}"),
                "a call that was kept, and looked at twice",
                exchange,
            )
            for goal, exchange, after in zip(goals, exchanges, stage.read_back(), strict=True)
            if marks(after) != marks(goal)
        ]
        if found:
            raise Failure(tuple(found))
