"""What a lab says of the calls that it places, and what is made of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from keepcall.contract.call import Call, Number, finished, ongoing
from keepcall.contract.operation import KEEP, RECORD, UNMARK
from keepcall.contract.outcomes import NotTested
from keepcall.lab.placing import PlacingLab


class OddLab(PlacingLab):
    """Stores calls otherwise than it was asked to."""

    def __init__(self, change: Callable[[Call], Call]) -> None:
        super().__init__()
        self.change = change
        self.calls: dict[str, Call] = {}

    def put(self, call: Call) -> Call:
        return self.calls.setdefault(call.call_id, self.change(call))

    def remove(self, call: Call) -> None:
        del self.calls[call.call_id]


def kept(call: Call) -> Call:
    return replace(call, kept=True, recording_active=True)


def without_marks(call: Call) -> Call:
    return replace(call, kept=False, recording_active=False)


@pytest.mark.parametrize("operation", [KEEP, RECORD])
def test_a_call_that_begins_had_no_mark_before_even_if_the_lab_answers_late(operation: object) -> None:
    call = OddLab(kept).begin(Number("88"), ongoing(), RECORD if operation is RECORD else KEEP)

    assert (call.kept, call.recording_active) == (False, False)


def test_a_lab_that_cannot_place_a_kept_call_is_no_fault_of_the_target() -> None:
    lab = OddLab(without_marks)

    with pytest.raises(NotTested, match=r"cannot place a call with this mark: .* ongoing call .*, kept"):
        lab.number([ongoing()], UNMARK)
    with pytest.raises(NotTested):
        lab.number([finished(), finished(done=True)], KEEP)

    assert not lab.calls
    assert len(lab.number([ongoing(), finished()], KEEP).calls) == 2
