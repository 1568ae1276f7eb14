"""Situations in which the contract leaves the outcome open, and demands what becomes of the calls."""

from functools import partial

from keepcall.cases.setup import Arrangement, Arrival, Setup
from keepcall.cases.situations.selectors import by_call_id, by_extension
from keepcall.cases.situations.table import ON_DEMAND, SITUATIONS
from keepcall.contract.call import finished, ongoing
from keepcall.contract.operation import KEEP, RECORD, STOP_RECORDING

either = partial(SITUATIONS.row, "either")


@either("a call that was kept, by callID", "KC-EFF-04", operations=(KEEP,))
def kept(stage: Setup) -> Arrangement:
    """Whether it is granted once more is an observation; it must be kept afterwards."""
    call = stage.number(ongoing()).call
    return Arrangement(by_call_id(call), call, prelude=(KEEP,))


@either("a call that was kept, by extension", "KC-EFF-04", operations=(KEEP,))
def kept_by_extension(stage: Setup) -> Arrangement:
    """The same by the other selector."""
    number = stage.number(ongoing())
    return Arrangement(by_extension(number), number.call, prelude=(KEEP,))


@either("a finished call that was kept, status last", "KC-EFF-04", operations=(KEEP,))
def kept_last(stage: Setup) -> Arrangement:
    """The same for a call that is over."""
    number = stage.number(finished())
    return Arrangement(by_extension(number, "last"), number.call, prelude=(KEEP,))


@either("the last call is as asked already, an older one is not", "KC-STA-04", operations=ON_DEMAND)
def last_is_done(stage: Setup) -> Arrangement:
    """The older one is not the last one for that."""
    number = stage.number(finished(started=3000, ended=2000), finished(started=600, ended=300, done=True))
    return Arrangement(by_extension(number, "last"), number.calls[1])


@either("an unknown responseType", "KC-EFF-03", operations=ON_DEMAND)
def unknown_format(stage: Setup) -> Arrangement:
    """What becomes of it is an observation; where it is refused, nothing may change."""
    call = stage.number(ongoing()).call
    return Arrangement(by_call_id(call).given(responseType="PDF"))


@either("manualRecord of an on-demand call", "KC-EFF-03", operations=(RECORD, STOP_RECORDING))
def record_on_demand(stage: Setup) -> Arrangement:
    """The same."""
    return Arrangement(by_call_id(stage.number(ongoing(recording="on-demand")).call))


@either("a keep of a controlled call", "KC-EFF-03", operations=ON_DEMAND)
def keep_controlled(stage: Setup) -> Arrangement:
    """The same."""
    return Arrangement(by_call_id(stage.number(ongoing(recording="controlled")).call))


@either("status ongoing,next with a space, and no ongoing call", "KC-STA-09", operations=(KEEP,))
def ongoing_next_with_space_without_ongoing(stage: Setup) -> Arrangement:
    """It must do what it does without the space."""
    number = stage.number(finished())
    return Arrangement(
        by_extension(number, "ongoing, next"), arrivals=(Arrival(number, ongoing()),), selects_arrival=0
    )
