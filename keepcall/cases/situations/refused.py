"""Situations in which the request must be refused over what it asks, each with its mended twin."""

from functools import partial

from keepcall.cases.setup import Arrangement, Setup
from keepcall.cases.situations.selectors import by_call_id, by_extension, id_of
from keepcall.cases.situations.table import ON_DEMAND, SITUATIONS
from keepcall.contract.call import finished, ongoing
from keepcall.contract.operation import KEEP
from keepcall.contract.request import keep

refused = partial(SITUATIONS.row, "refused")


def unknown(setup: Setup, call_id: str) -> Arrangement:
    """By a callID that is none, beside the right one of another call."""
    setup.number(ongoing())
    spared = setup.number(ongoing()).call
    return Arrangement(keep(callID=setup.nobodys_call_id(call_id)), twin=by_call_id(spared), spared=spared)


@refused("an unknown callID", "KC-SEL-02", wide=True, not_found=True)
def unknown_call_id(setup: Setup) -> Arrangement:
    """A GUID of no call."""
    return unknown(setup, setup.unknown_call_id())


@refused("a callID with its last digit changed", "KC-SEL-02", not_found=True)
def nearly_the_call_id(setup: Setup) -> Arrangement:
    """Matched by a part of it, it would be found."""
    call_id = id_of(setup.number(ongoing()).call)
    return unknown(setup, call_id[:-1] + ("0" if call_id[-1] != "0" else "1"))


@refused("the first part of a callID", "KC-SEL-02")
def part_of_a_call_id(setup: Setup) -> Arrangement:
    """Its first eight digits."""
    return unknown(setup, id_of(setup.number(ongoing()).call)[:8])


@refused("a pattern in place of a callID", "KC-SEL-02")
def pattern_for_a_call_id(setup: Setup) -> Arrangement:
    """The wildcard of SQL."""
    return unknown(setup, id_of(setup.number(ongoing()).call)[:8] + "%")


@refused("SQL in place of a callID", "KC-SEL-02")
def sql_for_a_call_id(setup: Setup) -> Arrangement:
    """It would find every call."""
    return unknown(setup, "' OR '1'='1")


@refused("a callID with SQL behind it that is never true", "KC-SEL-02")
def never_true_sql_for_a_call_id(setup: Setup) -> Arrangement:
    """Pasted into a statement, it finds just that call."""
    return unknown(setup, id_of(setup.number(ongoing()).call) + "' OR '1'='2")


@refused("a callID with more behind it", "KC-SEL-02")
def longer_call_id(setup: Setup) -> Arrangement:
    """Matched by its beginning, it would be found."""
    return unknown(setup, id_of(setup.number(ongoing()).call) + "0")


@refused("a callID with a zero byte and more behind it", "KC-SEL-02")
def call_id_and_zero_byte(setup: Setup) -> Arrangement:
    """A text of C ends there."""
    return unknown(setup, id_of(setup.number(ongoing()).call) + "\x007")


@refused("a phone number in place of a callID", "KC-SEL-02")
def number_for_a_call_id(setup: Setup) -> Arrangement:
    """A number with one ongoing call."""
    return unknown(setup, setup.number(ongoing()).text)


@refused("neither callID nor extension", "KC-SEL-03", wide=True)
def no_selector(setup: Setup) -> Arrangement:
    """Nothing but the access parameters."""
    setup.number(ongoing())
    spared = setup.number(ongoing()).call
    return Arrangement(keep(), twin=by_call_id(spared), spared=spared)


@refused("a status, and neither callID nor extension", "KC-SEL-03")
def status_alone(setup: Setup) -> Arrangement:
    """All but the extension."""
    setup.number(ongoing())
    spared = setup.number(ongoing())
    return Arrangement(keep(status="ongoing"), twin=by_extension(spared), spared=spared.call)


@refused("status last, and neither callID nor extension", "KC-SEL-03", operations=ON_DEMAND)
def status_last_alone(setup: Setup) -> Arrangement:
    """All but the extension."""
    setup.number(finished(started=60, ended=1))
    spared = setup.number(finished())
    return Arrangement(keep(status="last"), twin=by_extension(spared, "last"), spared=spared.call)


def unmatched(setup: Setup, text: str, status: str = "ongoing") -> Arrangement:
    """By an extension that matches no call whole, beside one that does."""
    whole = setup.number(finished() if status == "last" else ongoing())
    request = keep(extension=setup.nobodys_number(text), status=status)
    return Arrangement(request, twin=by_extension(whole, status), spared=whole.call)


@refused("an empty extension with a status", "KC-SEL-10")
def empty_extension(setup: Setup) -> Arrangement:
    """It counts as none."""
    return unmatched(setup, "")


@refused("an empty callID alone", "KC-SEL-10")
def empty_call_id(setup: Setup) -> Arrangement:
    """It counts as none."""
    return unknown(setup, "")


@refused("an extension without any call", "KC-SEL-11", wide=True, not_found=True)
def no_call(setup: Setup) -> Arrangement:
    """While another number has one."""
    return unmatched(setup, setup.number().text)


@refused("an extension without any call, status last", "KC-SEL-11", operations=ON_DEMAND, not_found=True)
def no_call_last(setup: Setup) -> Arrangement:
    """While another number has a finished one."""
    return unmatched(setup, setup.number().text, "last")


@refused("an extension without status", "KC-STA-01", wide=True)
def no_status(setup: Setup) -> Arrangement:
    """Of a number with an ongoing call."""
    spared = setup.number(ongoing())
    request = by_extension(setup.number(ongoing())).without("status")
    return Arrangement(request, twin=by_extension(spared), spared=spared.call)


def _status(setup: Setup, status: str) -> Arrangement:
    """A number with an ongoing and a finished call, and a status that the contract does not know."""
    request = by_extension(setup.number(ongoing(), finished()), status)
    spared = setup.number(ongoing(), finished())
    return Arrangement(request, twin=by_extension(spared), spared=spared.call)


@refused("the status foo", "KC-STA-07", wide=True)
def unknown_status(setup: Setup) -> Arrangement:
    """A value that is none."""
    return _status(setup, "foo")


@refused("a longer word that begins with ongoing as status", "KC-STA-07")
def longer_status(setup: Setup) -> Arrangement:
    """Matched by its beginning, it would do."""
    return _status(setup, "ongoingly")


@refused("the beginning of ongoing as status", "KC-STA-07")
def shorter_status(setup: Setup) -> Arrangement:
    """Matched as a part, it would do."""
    return _status(setup, "ongo")


for _name, _text in {
    "a word with ongoing behind a hyphen": "not-ongoing",
    "a word for a call that is going on": "active",
    "a word for a call that is over": "finished",
    "a word for whatever there is": "all",
    "a number": "0",
}.items():
    refused(f"{_name} as status", "KC-STA-07")(partial(_status, status=_text))


@refused("angle brackets and ampersands in the status", "KC-STA-07", spelt=True)
def special_status(setup: Setup) -> Arrangement:
    """Each twice; they may come back in the message."""
    return _status(setup, "<foo>&bar<foo>&bar")


@refused("an empty status", "KC-STA-08")
def empty_status(setup: Setup) -> Arrangement:
    """It counts as none."""
    return _status(setup, "")


@refused("a finished call, status ongoing", "KC-STA-02", wide=True)
def finished_for_ongoing(setup: Setup) -> Arrangement:
    """The only call of the number is over."""
    request = by_extension(setup.number(finished(started=60, ended=1)))
    spared = setup.number(ongoing())
    return Arrangement(request, twin=by_extension(spared), spared=spared.call)


@refused("a finished call in which the number was called, status ongoing", "KC-STA-02")
def finished_called_for_ongoing(setup: Setup) -> Arrangement:
    """The other role."""
    request = by_extension(setup.number(finished("called", started=60, ended=1)))
    spared = setup.number(ongoing("called"))
    return Arrangement(request, twin=by_extension(spared), spared=spared.call)


@refused("an ongoing call, status last", "KC-STA-03", wide=True, operations=ON_DEMAND)
def ongoing_for_last(setup: Setup) -> Arrangement:
    """The only call of the number is not over."""
    request = by_extension(setup.number(ongoing()), "last")
    spared = setup.number(finished())
    return Arrangement(request, twin=by_extension(spared, "last"), spared=spared.call)


def _type(setup: Setup, text: str) -> Arrangement:
    """A type that is none, of a call that is there."""
    request = by_call_id(setup.number(ongoing()).call).given(type=text)
    spared = setup.number(ongoing()).call
    return Arrangement(request, twin=by_call_id(spared), spared=spared)


@refused("an unknown type", "KC-TYPE-03", operations=ON_DEMAND)
def unknown_type(setup: Setup) -> Arrangement:
    """`manualRecord` is the only one that is documented."""
    return _type(setup, "foo")


@refused("angle brackets and ampersands in the type", "KC-TYPE-03", operations=(KEEP,), spelt=True)
def special_type(setup: Setup) -> Arrangement:
    """Each twice; they may come back in the message."""
    return _type(setup, "<foo>&bar<foo>&bar")


def _type_of_a_controlled_call(setup: Setup, text: str) -> Arrangement:
    request = by_call_id(setup.number(ongoing(recording="controlled")).call).given(type=text)
    spared = setup.number(ongoing()).call
    return Arrangement(request, twin=by_call_id(spared), spared=spared)


@refused("an unknown type of a controlled call", "KC-TYPE-03", operations=(KEEP,))
def unknown_type_of_a_controlled_call(setup: Setup) -> Arrangement:
    """It is not taken for `manualRecord`."""
    return _type_of_a_controlled_call(setup, "foo")


@refused("a type that begins with manualRecord, of a controlled call", "KC-TYPE-03", operations=(KEEP,))
def longer_type(setup: Setup) -> Arrangement:
    """Matched by its beginning, it would do."""
    return _type_of_a_controlled_call(setup, "manualRecords")


LINE = 4_000
"""Characters of a long request line (KC-HTTP-10)."""


@refused("a number so long that the request line has 4,000 characters", "KC-HTTP-10", wide=True, operations=(KEEP,))
def long_number(setup: Setup) -> Arrangement:
    """Parameters other than the number take some 250 characters, which are not counted here to the last one."""
    return unmatched(setup, setup.number(ongoing()).text + "7" * (LINE - 250))
