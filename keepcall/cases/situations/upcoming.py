"""Situations with a call that has not begun: it is neither ongoing, nor the last one, nor the next within a minute.

Executed where the lab can set up such calls; nobody has to.
"""

from keepcall.cases.setup import Arrangement, Arrival, Setup
from keepcall.cases.situations.granted import granted
from keepcall.cases.situations.refused import refused
from keepcall.cases.situations.selectors import by_extension
from keepcall.cases.situations.table import ON_DEMAND
from keepcall.contract.call import finished, ongoing, upcoming
from keepcall.contract.operation import KEEP


@refused("only a call that has not begun, status ongoing", "KC-SEL-08", operations=ON_DEMAND)
def nothing_ongoing(setup: Setup) -> Arrangement:
    """What is set up for tomorrow is not ongoing today."""
    number, spared = setup.number(upcoming()), setup.number(ongoing())
    return Arrangement(by_extension(number), twin=by_extension(spared), spared=spared.call)


@granted("an ongoing call and one that has not begun, status ongoing", "KC-SEL-08", operations=ON_DEMAND)
def ongoing_beside_one_to_come(setup: Setup) -> Arrangement:
    """Not ambiguous: one of the two is ongoing."""
    number = setup.number(ongoing(), upcoming("called"))
    return Arrangement(by_extension(number), number.call)


@granted("a finished call and one that has not begun, status last", "KC-STA-03", operations=ON_DEMAND)
def last_beside_one_to_come(setup: Setup) -> Arrangement:
    """The one to come has the latest start, and no end."""
    number = setup.number(finished(), upcoming("called"))
    return Arrangement(by_extension(number, "last"), number.call)


@granted("a call begins, and another one is set up for tomorrow, status next", "KC-STA-05", operations=(KEEP,))
def next_beside_one_to_come(setup: Setup) -> Arrangement:
    """The first one that starts, not the first one that is known."""
    number = setup.number(upcoming("called"))
    return Arrangement(by_extension(number, "next"), arrivals=(Arrival(number, ongoing()),), selects_arrival=0)
