"""Situations in which the request must be granted."""

from functools import partial

from keepcall.cases.setup import Arrangement, Setup
from keepcall.cases.situations.selectors import by_call_id, by_extension
from keepcall.cases.situations.table import ON_DEMAND, SITUATIONS
from keepcall.contract.call import finished, ongoing
from keepcall.contract.operation import KEEP, RECORD, STOP_RECORDING, UNMARK

granted = partial(SITUATIONS.row, "granted")


@granted("the callID of an ongoing call, without status", "KC-SEL-01", wide=True)
def call_id(setup: Setup) -> Arrangement:
    """Plainest of all."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call), call)


@granted("the callID of the older of two ongoing calls of a number", "KC-SEL-01")
def call_id_of_two(setup: Setup) -> Arrangement:
    """A callID is never ambiguous."""
    number = setup.number(ongoing(started=300), ongoing(started=30))
    return Arrangement(by_call_id(number.call), number.call)


@granted("the callID of the younger of two ongoing calls of a number", "KC-SEL-01")
def call_id_of_the_younger(setup: Setup) -> Arrangement:
    """The other one of them."""
    number = setup.number(ongoing("called", started=300), ongoing("called", started=30))
    return Arrangement(by_call_id(number.calls[1]), number.calls[1])


@granted("the callID of one of two ongoing calls, the other already as asked", "KC-SEL-01")
def call_id_beside_a_kept_one(setup: Setup) -> Arrangement:
    """The mark of the other one stays as it is."""
    number = setup.number(ongoing(done=True), ongoing())
    return Arrangement(by_call_id(number.calls[1]), number.calls[1])


@granted("the callID of a finished call", "KC-SEL-01", operations=ON_DEMAND)
def call_id_of_a_finished_call(setup: Setup) -> Arrangement:
    """The buffer holds calls that are over, too; asked only where the target claims `last`."""
    setup.needs_status("last")
    call = setup.number(finished(), ongoing()).call
    return Arrangement(by_call_id(call), call)


@granted("the callID of a call in which both parties are the same", "KC-SEL-01")
def call_id_of_a_call_to_itself(setup: Setup) -> Arrangement:
    """Nobody asks for a number, so that it matches once."""
    call = setup.number(ongoing("both")).call
    return Arrangement(by_call_id(call), call)


@granted("an extension that is the calling party", "KC-SEL-04", wide=True)
def calling_party(setup: Setup) -> Arrangement:
    """With a call of another number beside it."""
    number, _ = setup.number(ongoing("calling")), setup.number(ongoing())
    return Arrangement(by_extension(number), number.call)


@granted("the oldest of a dozen ongoing calls, each of another number", "KC-SEL-04", operations=(KEEP,))
def oldest_of_a_dozen(setup: Setup) -> Arrangement:
    """It began hours ago, and a server that looks at a page of calls does not see it."""
    number = setup.number(ongoing(started=5 * 3600))
    for _ in range(11):
        setup.number(ongoing())
    return Arrangement(by_extension(number), number.call)


@granted("an extension that is the called party", "KC-SEL-05", wide=True)
def called_party(setup: Setup) -> Arrangement:
    """With a call of another number beside it."""
    number, _ = setup.number(ongoing("called")), setup.number(ongoing("called"))
    return Arrangement(by_extension(number), number.call)


@granted("an extension beside calls of longer and shorter numbers", "KC-SEL-06")
def lookalikes(setup: Setup) -> Arrangement:
    """A server that matches parts of a number finds five calls here."""
    number = setup.number_among(
        ongoing(), lambda text: f"{text}0", lambda text: text[:-1], lambda text: f"1{text}", lambda text: text[1:]
    )
    return Arrangement(by_extension(number), number.call)


@granted("an extension beside a longer number, both as called party", "KC-SEL-06")
def lookalike_called(setup: Setup) -> Arrangement:
    """The same for the other party."""
    number = setup.number_among(ongoing("called"), lambda text: f"{text}0", lambda text: f"1{text}")
    return Arrangement(by_extension(number), number.call)


@granted("one ongoing and one finished call, status ongoing", "KC-SEL-08", wide=True)
def ongoing_and_finished(setup: Setup) -> Arrangement:
    """Finished calls do not make it ambiguous."""
    number = setup.number(finished(), ongoing())
    return Arrangement(by_extension(number), number.calls[1])


@granted("one ongoing call between finished ones in which the number was called", "KC-SEL-08")
def ongoing_and_two_finished(setup: Setup) -> Arrangement:
    """The finished ones are older and younger than the ongoing one, and in the other role."""
    number = setup.number(ongoing(), finished("called"), finished("called", started=30, ended=10))
    return Arrangement(by_extension(number), number.call)


@granted("a finished call beside two ongoing ones, status last", "KC-SEL-08", operations=ON_DEMAND)
def last_beside_two_ongoing(setup: Setup) -> Arrangement:
    """Ongoing calls do not make `last` ambiguous."""
    number = setup.number(ongoing(), finished(), ongoing("called"))
    return Arrangement(by_extension(number, "last"), number.calls[1])


@granted("a call in which both parties are the number", "KC-SEL-09")
def both_parties(setup: Setup) -> Arrangement:
    """One call, though it matches twice."""
    number = setup.number(ongoing("both"))
    return Arrangement(by_extension(number), number.call)


@granted("an empty callID beside an extension", "KC-SEL-10")
def empty_call_id_beside_extension(setup: Setup) -> Arrangement:
    """An empty callID counts as none."""
    number = setup.number(ongoing())
    return Arrangement(by_extension(number).given(callID=""), number.call)


@granted("an empty extension beside a callID", "KC-SEL-10")
def empty_extension_beside_call_id(setup: Setup) -> Arrangement:
    """An empty extension counts as none."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call).given(extension=""), call)


@granted("an empty status beside a callID", "KC-STA-08")
def empty_status_beside_call_id(setup: Setup) -> Arrangement:
    """An empty status counts as none, and a callID needs none."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call).given(status=""), call)


@granted("a key without authentication, no token", "KC-AUTH-06", operations=ON_DEMAND)
def open_key(setup: Setup) -> Arrangement:
    """Only where the profile gives such a key."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call).given(apiKey=setup.given("open_api_key")).without("token"), call)


@granted("a key without authentication, no token, by extension", "KC-AUTH-06", operations=(KEEP,))
def open_key_by_extension(setup: Setup) -> Arrangement:
    """The other selector."""
    number = setup.number(ongoing())
    request = by_extension(number).given(apiKey=setup.given("open_api_key")).without("token")
    return Arrangement(request, number.call)


@granted("all values percent-encoded", "KC-HTTP-04")
def percent_encoded(setup: Setup) -> Arrangement:
    """Each character as `%XX`."""
    number = setup.number(ongoing())
    return Arrangement(by_extension(number).percent_encode(), number.call)


@granted("a callID with all values percent-encoded", "KC-HTTP-04")
def percent_encoded_call_id(setup: Setup) -> Arrangement:
    """The hyphens of a GUID, too."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call).percent_encode(), call)


@granted("a list of statuses percent-encoded", "KC-HTTP-04")
def percent_encoded_list(setup: Setup) -> Arrangement:
    """Its comma, too, as most clients send it."""
    setup.needs_status("ongoing,next")
    number = setup.number(ongoing())
    return Arrangement(by_extension(number, "ongoing,next").percent_encode(), number.call)


@granted("the parameters in reversed order", "KC-HTTP-05")
def backwards(setup: Setup) -> Arrangement:
    """`status` first, `action` last."""
    number = setup.number(ongoing())
    return Arrangement(by_extension(number).reverse(), number.call)


@granted("a callID with the parameters in reversed order", "KC-HTTP-05")
def backwards_call_id(setup: Setup) -> Arrangement:
    """`callID` first, `action` last."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call).reverse(), call)


@granted("a controlled call with the parameters in reversed order", "KC-HTTP-05", operations=(RECORD, STOP_RECORDING))
def backwards_controlled(setup: Setup) -> Arrangement:
    """`type` comes before `callID`."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call).reverse(), call)


@granted("the callID of an on-demand call beside a controlled call of its number", "KC-SEL-01", operations=ON_DEMAND)
def on_demand_beside_controlled(setup: Setup) -> Arrangement:
    """A callID is never ambiguous, whatever else the number does."""
    number = setup.number(ongoing(recording="controlled"), ongoing(recording="on-demand"))
    return Arrangement(by_call_id(number.calls[1]), number.calls[1])


@granted(
    "the callID of a controlled call beside on-demand ones of the number",
    "KC-TYPE-02",
    operations=(RECORD, STOP_RECORDING),
)
def controlled_beside_on_demand_of_the_number(setup: Setup) -> Arrangement:
    """One of them kept, the other not."""
    number = setup.number(ongoing(), ongoing(recording="on-demand"), ongoing(recording="on-demand", done=True))
    return Arrangement(by_call_id(number.call), number.call)


@granted(
    "a controlled call beside on-demand calls, one of them kept", "KC-TYPE-02", operations=(RECORD, STOP_RECORDING)
)
def controlled_beside_on_demand(setup: Setup) -> Arrangement:
    """The on-demand calls are other numbers'; whether one of the same number is in the way is an observation."""
    call = setup.number(ongoing()).call
    setup.number(ongoing(recording="on-demand"))
    setup.number(ongoing(recording="on-demand", done=True))
    return Arrangement(by_call_id(call), call)


@granted("a call that was kept and unmarked", "KC-UNM-02", operations=(KEEP,))
def kept_and_unmarked(setup: Setup) -> Arrangement:
    """Keep, unmark, keep."""
    call = setup.number(ongoing()).call
    return Arrangement(by_call_id(call), call, preconditions=(KEEP, UNMARK))


@granted("an extension that was kept and unmarked", "KC-UNM-02", operations=(KEEP,))
def kept_and_unmarked_by_extension(setup: Setup) -> Arrangement:
    """Keep, unmark, keep, by the other selector."""
    number = setup.number(ongoing())
    return Arrangement(by_extension(number), number.call, preconditions=(KEEP, UNMARK))
