"""Situations in which a number has more than one call, so that the request must be refused (KC-SEL-07)."""

from keepcall.cases.setup import Arrangement, Arrival, Setup
from keepcall.cases.situations.refused import refused
from keepcall.cases.situations.selectors import by_extension
from keepcall.contract.call import CallSpec, finished, ongoing
from keepcall.contract.operation import KEEP


def _crowd(setup: Setup, *specs: CallSpec, status: str = "ongoing") -> Arrangement:
    """A number with these calls, and one that has only the first of them."""
    crowded, alone = setup.number(*specs), setup.number(specs[0])
    return Arrangement(by_extension(crowded, status), twin=by_extension(alone, status), spared=alone.call)


@refused("two ongoing calls, the number calling in both", "KC-SEL-07")
def two_calling(setup: Setup) -> Arrangement:
    """The same role."""
    return _crowd(setup, ongoing("calling"), ongoing("calling"))


@refused("two ongoing calls, the number called in both", "KC-SEL-07")
def two_called(setup: Setup) -> Arrangement:
    """The same role, the other one."""
    return _crowd(setup, ongoing("called"), ongoing("called"))


@refused("two ongoing calls, the number calling in one and called in the other", "KC-SEL-07", wide=True)
def calling_and_called(setup: Setup) -> Arrangement:
    """Two look-ups of one call each."""
    return _crowd(setup, ongoing("calling"), ongoing("called"))


@refused("three ongoing calls of a number", "KC-SEL-07")
def three_calls(setup: Setup) -> Arrangement:
    """More than two."""
    return _crowd(setup, ongoing("called"), ongoing("calling"), ongoing("called"))


@refused("two ongoing calls, one of them already in the state that is asked for", "KC-SEL-07")
def two_one_done(setup: Setup) -> Arrangement:
    """A mark does not take a call out of the count."""
    return _crowd(setup, ongoing("calling"), ongoing("calling", done=True))


@refused("two ongoing calls between the same two numbers", "KC-SEL-07")
def two_between_the_same(setup: Setup) -> Arrangement:
    """Two calls, though their parties are the same."""
    return _crowd(setup, ongoing(same_peer=True), ongoing(same_peer=True))


@refused("two ongoing calls, in one of which both parties are the number", "KC-SEL-07")
def two_one_to_itself(setup: Setup) -> Arrangement:
    """It is a call as any other."""
    return _crowd(setup, ongoing("called"), ongoing("both"))


@refused("two ongoing calls and a finished one", "KC-SEL-07")
def two_and_a_finished_one(setup: Setup) -> Arrangement:
    """Finished calls do not make it less ambiguous."""
    return _crowd(setup, ongoing("called"), ongoing("called"), finished())


@refused("two ongoing calls, status ongoing,next", "KC-SEL-07")
def two_for_ongoing_next(setup: Setup) -> Arrangement:
    """The combination looks at ongoing calls first."""
    return _crowd(setup, ongoing("calling"), ongoing("called"), status="ongoing,next")


@refused("two ongoing calls and one to come, status ongoing,next", "KC-SEL-07", operations=(KEEP,))
def two_for_ongoing_next_and_one_to_come(setup: Setup) -> Arrangement:
    """It is no reason to wait that there is more than one."""
    setup.needs_status("ongoing,next")
    crowded, alone = setup.number(ongoing("calling"), ongoing("called")), setup.number(ongoing())
    return Arrangement(
        by_extension(crowded, "ongoing,next"),
        twin=by_extension(alone, "ongoing,next"),
        spared=alone.call,
        arrivals=(Arrival(crowded, ongoing()),),
    )
