"""Situations in which an extension or a callID is not what it resembles, or holds text that a server may spoil."""

from collections.abc import Callable
from functools import partial

from keepcall.cases.setup import Arrangement, Setup
from keepcall.cases.situations.refused import refused, unknown, unmatched
from keepcall.cases.situations.selectors import by_extension, id_of
from keepcall.cases.situations.table import ON_DEMAND
from keepcall.contract.call import Role, finished, ongoing
from keepcall.contract.request import keep, percent

SPECIAL = {
    "an ampersand": "77&88;&amp",
    "angle brackets": "</ErrorMessage><b>77</b>",
    "quotes": "77\"88'99",
    "the end of a CDATA section": "77]]>88",
    "characters beyond ASCII": "77éß漢😀",
    "a control character": "77\x0188",
}
"""Text that a server spoils when it repeats it by hand."""

LOOKALIKES: dict[str, Callable[[str], str]] = {
    "without its last digit": lambda number: number[:-1],
    "without its first digit": lambda number: number[1:],
    "with a digit more": lambda number: f"{number}0",
    "with a digit before it": lambda number: f"1{number}",
    "with its last digit as %": lambda number: f"{number[:-1]}%",
    "with its last digit as _": lambda number: f"{number[:-1]}_",
    "with its last digit as *": lambda number: f"{number[:-1]}*",
    "with its last digit as ?": lambda number: f"{number[:-1]}?",
    "with its last digit as a dot": lambda number: f"{number[:-1]}.",
    "with * before it": lambda number: f"*{number}",
    "with .0 behind it": lambda number: f"{number}.0",
    "with SQL behind it": lambda number: f"{number}' OR '1'='1",
    "with SQL behind it that is never true": lambda number: f"{number}' OR '1'='2",
    "with another number behind a comma": lambda number: f"{number},1",
    "percent-encoded twice": percent,
    "with an SQL comment behind it": lambda number: f"{number}'--",
}
"""Extensions that resemble a number (KC-SEL-06).

Zeros before it, spaces, `+` and a dialling sign (`*`, `#`) behind it are observations.
"""


def _lookalike(role: Role, change: Callable[[str], str], setup: Setup) -> Arrangement:
    return unmatched(setup, change(setup.number(ongoing(role)).text))


for _name, _change in LOOKALIKES.items():
    _first = _name == next(iter(LOOKALIKES))
    refused(f"the number of the calling party {_name}", "KC-SEL-06", wide=_first)(
        partial(_lookalike, "calling", _change)
    )
    refused(f"the number of the called party {_name}", "KC-SEL-06")(partial(_lookalike, "called", _change))


@refused("the number of a finished call without its last digit, status last", "KC-SEL-06", operations=ON_DEMAND)
def lookalike_last(setup: Setup) -> Arrangement:
    """The whole number counts for `last`, too."""
    return unmatched(setup, setup.number(finished()).text[:-1], "last")


@refused("the number of a finished call with its last digit as %, status last", "KC-SEL-06", operations=ON_DEMAND)
def pattern_last(setup: Setup) -> Arrangement:
    """The wildcard of SQL."""
    return unmatched(setup, setup.number(finished()).text[:-1] + "%", "last")


@refused("the number of a finished call with its last digit as *, status last", "KC-SEL-06", operations=ON_DEMAND)
def star_last(setup: Setup) -> Arrangement:
    """The wildcard of file names."""
    return unmatched(setup, setup.number(finished()).text[:-1] + "*", "last")


@refused("a number of fifteen digits with a digit more", "KC-SEL-06")
def longest_number(setup: Setup) -> Arrangement:
    """Numbers have no more than fifteen (E.164), and a column may have as many characters."""
    return unmatched(setup, f"{setup.number_of_digits(15, ongoing()).text}7")


@refused("a number with a zero byte and more behind it", "KC-SEL-06")
def number_and_zero_byte(setup: Setup) -> Arrangement:
    """A text of C ends there."""
    return unmatched(setup, setup.number(ongoing()).text + "\x007")


def _changed(text: str, at: int) -> str:
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


@refused("a callID with its first digit changed", "KC-SEL-02", not_found=True)
def end_of_a_call_id(setup: Setup) -> Arrangement:
    """Matched by its end, it would be found."""
    return unknown(setup, _changed(id_of(setup.number(ongoing()).call), 0))


@refused("a callID with a digit in its middle changed", "KC-SEL-02", not_found=True)
def ends_of_a_call_id(setup: Setup) -> Arrangement:
    """Matched by what it has on both sides, it would be found."""
    return unknown(setup, _changed(id_of(setup.number(ongoing()).call), 16))


@refused("a callID with _ for one of its digits", "KC-SEL-02")
def call_id_with_a_wildcard(setup: Setup) -> Arrangement:
    """The wildcard of SQL for one character."""
    call_id = id_of(setup.number(ongoing()).call)
    return unknown(setup, call_id[:-1] + "_")


@refused("an operator behind the name of the extension, and no extension", "KC-SEL-03", operations=ON_DEMAND)
def operator_for_an_extension(setup: Setup) -> Arrangement:
    """Parsers that make objects of such names hand a database its own language: any number but this one."""
    setup.number(ongoing())
    spared = setup.number(ongoing())
    request = keep(**{"extension[$ne]": setup.nobodys_number("7")}, status="ongoing")
    return Arrangement(request, twin=by_extension(spared), spared=spared.call)


def _special_extension(text: str, setup: Setup) -> Arrangement:
    return unmatched(setup, text)


def _special_call_id(text: str, setup: Setup) -> Arrangement:
    return unknown(setup, text)


for _name, _text in SPECIAL.items():
    refused(f"{_name} in the extension", "KC-SEL-11", spelt=True)(partial(_special_extension, _text))
    refused(f"{_name} in the callID", "KC-SEL-02", spelt=True)(partial(_special_call_id, _text))
