"""What is wrong with the answer to one request, by the model's ruling. Pure functions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keepcall.cases.engine.checks import in_short
from keepcall.contract.exchange import Exchange
from keepcall.contract.model import Ruling
from keepcall.contract.violation import Violation
from keepcall.expect import http, insides, xml
from keepcall.expect.decision import decision_of, grants_in_any_form
from keepcall.expect.markup import unescaped_markup
from keepcall.expect.parsing.answer import parsed

_MARKUP = re.compile(r"""<[A-Za-z/!?]|&#?\w+;|["']\s*[A-Za-z]\w*\s*=""")
"""What could be told from an answer's own: a lone `<` is in every answer, and `&` unescaped is no XML."""

_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """One request with all that is known of it.

    Attributes:
        ruling: what had to come of it.
        exchange: what came.
        acted: whether the call is as it had to become; None where that cannot be seen, or nothing had to.
    """

    ruling: Ruling
    exchange: Exchange
    acted: bool | None = None


def outcome(tried: Tried) -> Iterator[Violation]:
    """The request is granted or refused as the contract says, where it says, and has its effect."""
    ruling, exchange = tried.ruling, tried.exchange
    said = decision_of(exchange)
    if ruling.word in ("refused", "denied") and (said == "granted" or _is_granted_anyhow(tried)):
        yield Violation("GrantedRequest", ruling.in_words(), in_short(exchange))
    elif ruling.word == "granted" and said == "refused":
        yield Violation("RefusedRequest", ruling.in_words(), in_short(exchange))
    elif ruling.goal and tried.acted is False:
        got = f"that it is not so, after {in_short(exchange)}"
        yield Violation("MissingEffect", f"the {ruling.goal.in_words()} afterwards", got)


def _is_granted_anyhow(tried: Tried) -> bool:
    """Whether a denial in XML is a grant in some other form; of a page or text the words alone can tell."""
    in_xml = tried.exchange.request.format == "XML"
    return tried.ruling.word == "denied" and in_xml and grants_in_any_form(tried.exchange)


def form(tried: Tried) -> Iterator[Violation]:
    """The answer is in the format that was asked for; broken XML is not."""
    if tried.ruling.word == "denied" or tried.exchange.request.format is None or _is_echo(tried.exchange):
        return
    wrong = http.format_asked_for(tried.exchange)
    yield from wrong
    if not wrong and parsed(tried.exchange).format == "XML":
        yield from xml.well_formed(tried.exchange)


def form_of_a_ruling(tried: Tried) -> Iterator[Violation]:
    """The same where the outcome is determined: where it is not, the request may not even have been let in."""
    if tried.ruling.word != "undetermined":
        yield from form(tried)


def as_the_contract_says(tried: Tried) -> Iterator[Violation]:
    """KC-ANY-01: in the format, and granted or refused as it must be; as long as the request is let in at all."""
    if tried.ruling.word != "denied":
        yield from form(tried)
        yield from outcome(tried)


def escaped(tried: Tried) -> Iterator[Violation]:
    """KC-ANY-02: no mark-up of the request comes back as mark-up; a denial may be in a form that has none."""
    if tried.ruling.word == "denied" and parsed(tried.exchange).format not in {"XML", "HTML"}:
        return
    values: Iterable[str] = (value for pair in tried.exchange.request.parameters for value in pair)
    for value in dict.fromkeys(values):
        if _MARKUP.search(value):
            yield from unescaped_markup(value)(tried.exchange)


def closed(tried: Tried) -> Iterator[Violation]:
    """KC-ANY-03: nothing of the inside of the server shows."""
    yield from insides.insides(tried.exchange)


def _is_echo(exchange: Exchange) -> bool:
    """Whether a TEXT answer begins with mark-up that the caller sent, so that it only looks like a document."""
    if exchange.request.format != "TEXT":
        return False
    text = parsed(exchange).text.lstrip("\ufeff \t\r\n")
    return any(
        value.lstrip().startswith("<") and text.startswith(value.lstrip()[:_BEGINNING])
        for _, value in exchange.request.parameters
    )
