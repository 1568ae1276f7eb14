"""Situations in which the status decides which call is found: `last`, `next`, `ongoing,next`."""

from keepcall.cases.setup import Arrangement, Arrival, Setup
from keepcall.cases.situations.either import either
from keepcall.cases.situations.granted import granted
from keepcall.cases.situations.selectors import by_extension
from keepcall.cases.situations.table import ON_DEMAND
from keepcall.contract.call import finished, ongoing
from keepcall.contract.operation import KEEP, RECORD

HOUR = 3600


@granted("one finished call, status last", "KC-STA-03", wide=True, operations=ON_DEMAND)
def last(setup: Setup) -> Arrangement:
    """The simplest `last`."""
    number = setup.number(finished())
    return Arrangement(by_extension(number, "last"), number.call)


@granted("one finished call in which the number was called, status last", "KC-STA-03", operations=ON_DEMAND)
def last_called(setup: Setup) -> Arrangement:
    """The other role."""
    number = setup.number(finished("called"))
    return Arrangement(by_extension(number, "last"), number.call)


@granted("a finished and a later ongoing call, status last", "KC-STA-03", operations=ON_DEMAND)
def last_beside_ongoing(setup: Setup) -> Arrangement:
    """The ongoing one began last, and is not over."""
    number = setup.number(finished(), ongoing())
    return Arrangement(by_extension(number, "last"), number.call)


@granted("two finished calls, the longer one ended last", "KC-STA-04", wide=True, operations=ON_DEMAND)
def last_by_end(setup: Setup) -> Arrangement:
    """The one that started first ended last: by its start it would be the other."""
    number = setup.number(finished(started=3000, ended=300), finished(started=1800, ended=1200))
    return Arrangement(by_extension(number, "last"), number.calls[0])


@granted("three finished calls, the middle one placed ended last", "KC-STA-04", operations=ON_DEMAND)
def last_of_three(setup: Setup) -> Arrangement:
    """Neither the first nor the last one that was stored, in both roles."""
    number = setup.number(
        finished("called", started=3000, ended=2400),
        finished(started=1200, ended=600),
        finished("called", started=2000, ended=1500),
    )
    return Arrangement(by_extension(number, "last"), number.calls[1])


@granted("a long finished call and a short one that ended last", "KC-STA-04", operations=ON_DEMAND)
def last_is_the_shortest(setup: Setup) -> Arrangement:
    """Stored last, and neither the longest nor the first."""
    number = setup.number(finished(started=3000, ended=1200), finished("called", started=900, ended=850))
    return Arrangement(by_extension(number, "last"), number.calls[1])


@granted("two finished calls that ended seconds apart", "KC-STA-04", operations=ON_DEMAND)
def last_by_seconds(setup: Setup) -> Arrangement:
    """In the same minute, most of the time."""
    number = setup.number(finished(started=600, ended=10), finished(started=300, ended=14))
    return Arrangement(by_extension(number, "last"), number.calls[0])


@granted("two finished calls, the later one placed last", "KC-STA-04", operations=ON_DEMAND)
def last_by_a_second(setup: Setup) -> Arrangement:
    """They ended a second apart, at other times of a minute than those that ended seconds apart."""
    number = setup.number(finished(started=600, ended=41), finished(started=300, ended=40))
    return Arrangement(by_extension(number, "last"), number.calls[1])


@granted("two finished calls, the later one placed last, that ended just now", "KC-STA-04", operations=ON_DEMAND)
def last_by_a_second_just_now(setup: Setup) -> Arrangement:
    """A minute may have begun between them, but not between the others, too."""
    number = setup.number(finished(started=600, ended=11), finished(started=300, ended=10))
    return Arrangement(by_extension(number, "last"), number.calls[1])


def _of_two_days(setup: Setup, hours: float) -> Arrangement:
    """A call that ended so many hours ago, and one that ended the day before, half an hour later of the day."""
    start, day_before = hours * HOUR + 60, (hours + 23.5) * HOUR
    number = setup.number(
        finished(started=day_before + 60, ended=day_before), finished(started=start, ended=hours * HOUR)
    )
    return Arrangement(by_extension(number, "last"), number.calls[1])


@granted("two finished calls of two days, the older one ended later of the day", "KC-STA-04", operations=ON_DEMAND)
def last_of_two_days(setup: Setup) -> Arrangement:
    """By its time of day it would be the older one."""
    return _of_two_days(setup, 0.1)


@either("two finished calls of two days, half a day earlier", "KC-STA-04", operations=ON_DEMAND)
def last_of_two_days_earlier(setup: Setup) -> Arrangement:
    """Half an hour before midnight the situation above shows nothing, and this one does.

    How far back `last` looks is an observation, so that it may be refused.
    """
    return _of_two_days(setup, 12.1)


@granted("one ongoing call, status ongoing,next", "KC-STA-06", wide=True)
def ongoing_next(setup: Setup) -> Arrangement:
    """There is no need to wait."""
    number = setup.number(ongoing())
    return Arrangement(by_extension(number, "ongoing,next"), number.call)


@granted("an ongoing and a finished call, status ongoing,next", "KC-STA-06")
def ongoing_next_beside_finished(setup: Setup) -> Arrangement:
    """In the other role, and the finished one has just ended."""
    number = setup.number(ongoing("called"), finished(started=60, ended=1))
    return Arrangement(by_extension(number, "ongoing,next"), number.call)


@granted("status ongoing,next with a space after the comma", "KC-STA-09")
def ongoing_next_with_space(setup: Setup) -> Arrangement:
    """As the documentation sometimes prints it."""
    number = setup.number(ongoing())
    return Arrangement(by_extension(number, "ongoing, next"), number.call)


@granted("the next call, one there before and one after it", "KC-STA-05", operations=(KEEP,))
def next_of_many(setup: Setup) -> Arrangement:
    """Neither the call that was there, nor a longer number's, nor the second one to come."""
    number = setup.number(ongoing())
    longer = setup.neighbour(f"{number.text}0")
    arrivals = (Arrival(longer, ongoing()), Arrival(number, ongoing()), Arrival(number, ongoing()))
    return Arrangement(by_extension(number, "next"), arrivals=arrivals, selects_arrival=1)


@granted("the next call, in which the number is called", "KC-STA-05", operations=(KEEP,))
def next_called(setup: Setup) -> Arrangement:
    """The other role, with a finished call there before."""
    number = setup.number(finished())
    return Arrangement(
        by_extension(number, "next"), arrivals=(Arrival(number, ongoing("called")),), selects_arrival=0
    )


@granted("the next call", "KC-STA-05", operations=(KEEP,))
def next_alone(setup: Setup) -> Arrangement:
    """Nothing else is there. What an unmark of a call to come does is an observation (contract, section 4)."""
    number = setup.number()
    return Arrangement(by_extension(number, "next"), arrivals=(Arrival(number, ongoing()),), selects_arrival=0)


@granted("the next call, a controlled one", "KC-TYPE-01", operations=(RECORD,))
def next_controlled(setup: Setup) -> Arrangement:
    """Its recording starts."""
    number = setup.number()
    return Arrangement(by_extension(number, "next"), arrivals=(Arrival(number, ongoing()),), selects_arrival=0)


@granted("status ongoing,next and no ongoing call", "KC-STA-10", operations=(KEEP,))
def ongoing_next_without_ongoing(setup: Setup) -> Arrangement:
    """It waits, as `next` does."""
    number = setup.number(finished())
    return Arrangement(
        by_extension(number, "ongoing,next"), arrivals=(Arrival(number, ongoing()),), selects_arrival=0
    )


@granted("status ongoing,next with an ongoing call and one to come", "KC-STA-06", operations=(KEEP,))
def ongoing_next_and_one_to_come(setup: Setup) -> Arrangement:
    """The ongoing one, and only that."""
    number = setup.number(ongoing())
    return Arrangement(by_extension(number, "ongoing,next"), number.call, arrivals=(Arrival(number, ongoing()),))
