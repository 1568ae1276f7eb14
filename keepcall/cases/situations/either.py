"""Situations in which the contract leaves the outcome open, and demands what becomes of the calls."""

from functools import partial

from keepcall.cases.setup import Arrangement, Arrival, Setup
from keepcall.cases.situations.selectors import by_call_id, by_extension
from keepcall.cases.situations.table import ON_DEMAND, SITUATIONS
from keepcall.contract.call import finished, ongoing
from keepcall.contract.operation import KEEP, RECORD, STOP_RECORDING

either = partial(SITUATIONS.row, "either")


@either("a call that was kept, by callID", "KC-EFF-04", operations=(KEEP,))
def kept(setup: Setup) -> Arrangement:
    """Whether it is granted once more is an observation; it must be kept afterwards."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call), call, preconditions=(KEEP,))


@either("a call that was kept, by extension", "KC-EFF-04", operations=(KEEP,))
def kept_by_extension(setup: Setup) -> Arrangement:
    """The same by the other selector."""
    number = setup.number(ongoing())
    return Arrangement(by_extension(number), number.call, preconditions=(KEEP,))


@either("a finished call that was kept, status last", "KC-EFF-04", operations=(KEEP,))
def kept_last(setup: Setup) -> Arrangement:
    """The same for a call that is over."""
    number = setup.number(finished())
    return Arrangement(by_extension(number, "last"), number.call, preconditions=(KEEP,))


@either("the last call is as asked already, an older one is not", "KC-STA-04", operations=ON_DEMAND)
def last_is_done(setup: Setup) -> Arrangement:
    """The older one is not the last one for that."""
    number = setup.number(finished(started=3000, ended=2000), finished(started=600, ended=300, done=True))
    return Arrangement(by_extension(number, "last"), number.calls[1])


@either("an unknown responseType", "KC-EFF-03", operations=ON_DEMAND)
def unknown_format(setup: Setup) -> Arrangement:
    """What becomes of it is an observation; where it is refused, nothing may change."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call).given(responseType="PDF"))


@either("manualRecord of an on-demand call", "KC-EFF-03", operations=(RECORD, STOP_RECORDING))
def record_on_demand(setup: Setup) -> Arrangement:
    """The same."""
    return Arrangement(by_call_id(setup.number(ongoing(recording="on-demand")).call))


@either("a keep of a controlled call", "KC-EFF-03", operations=ON_DEMAND)
def keep_controlled(setup: Setup) -> Arrangement:
    """The same."""
    return Arrangement(by_call_id(setup.number(ongoing(recording="controlled")).call))


@either("status ongoing,next with a space, and no ongoing call", "KC-STA-09", operations=(KEEP,))
def ongoing_next_with_space_without_ongoing(setup: Setup) -> Arrangement:
    """It must do what it does without the space."""
    number = setup.number(finished())
    return Arrangement(
        by_extension(number, "ongoing, next"), arrivals=(Arrival(number, ongoing()),), selects_arrival=0
    )
