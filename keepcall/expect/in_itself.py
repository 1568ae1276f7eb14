"""What no correct server answers to any request: wrong whatever the credentials, and without a grant beside it.

A denial may have any form (contract, section 2), so that little is left that is wrong in itself: a document that says
it is XML and is not well-formed, an answer of KeepCall's own that the schema does not allow, a success without
anything in it, and a message that is no HTTP, each time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from lxml.etree import QName

from keepcall.contract.exchange import Answer, Exchange, NoAnswer
from keepcall.contract.request import EncodedRequest
from keepcall.contract.violation import Violation
from keepcall.expect import xml
from keepcall.expect.parsing.answer import charset_of, parsed
from keepcall.expect.parsing.document import document
from keepcall.expect.parsing.media_type import media_type

Violations = tuple[Violation, ...]
EncodedAs = tuple[EncodedRequest, str]
"""A request as it goes over the wire, and where to."""

BROKEN_TIMES = 3
"""How often the same request must be answered by a broken message, and never by a sound one."""

_SUCCESS = range(200, 300)
_WITHOUT_CONTENT = frozenset({204, 205})
"""Statuses whose answers have no content (RFC 9110, sections 15.3.5 and 15.3.6)."""


def wrong_in_itself(requirement: str, seen: Sequence[Exchange]) -> Iterator[tuple[Exchange, Violation]]:
    """What is wrong with answers whatever was asked and whoever asked it; nothing for most requirements.

    Args:
        requirement: the id of the requirement that a breach would be of.
        seen: exchanges in the order of sending, those without an answer included.

    Yields:
        An exchange, and what is wrong with its answer.
    """
    if requirement == "KC-HTTP-12":
        yield from _broken_each_time(seen)
    check = _CHECKS.get(requirement)
    for exchange in seen if check else ():
        if isinstance(exchange.result, Answer) and check and exchange.request.format in (None, "XML"):
            yield from ((exchange, violation) for violation in check(exchange))


def _broken_each_time(seen: Sequence[Exchange]) -> Iterator[tuple[Exchange, Violation]]:
    """KC-HTTP-12: the same request has been answered three times, and each answer was broken."""
    alike: dict[EncodedAs, list[Exchange]] = {}
    for exchange in seen:
        alike.setdefault((exchange.spelling, exchange.url), []).append(exchange)
    for exchanges in alike.values():
        last = exchanges[-1].result
        broken = [each for each in exchanges if isinstance(each.result, NoAnswer) and each.result.broken]
        if len(broken) == len(exchanges) >= BROKEN_TIMES and isinstance(last, NoAnswer):
            expected = "a well-formed HTTP message whose body can be decoded as its header fields say"
            got = f"{last.detail}, {len(broken)} times out of {len(exchanges)}"
            yield exchanges[-1], Violation("BrokenMessage", expected, got)


def _well_formed(exchange: Exchange) -> Violations:
    """KC-XML-01: XML that is not well-formed in its declared encoding; a success that is empty where XML is due."""
    answer, found = exchange.answer, parsed(exchange).format
    if not found:
        empty_success = answer.status in _SUCCESS and answer.status not in _WITHOUT_CONTENT
        return xml.well_formed(exchange) if empty_success else ()
    return xml.well_formed(exchange) if found == "XML" and _says_that_it_is_xml(exchange) else ()


def _says_that_it_is_xml(exchange: Exchange) -> bool:
    essence = media_type(exchange.answer.header("Content-Type")).essence
    start = parsed(exchange).text.lstrip("\ufeff \t\r\n")
    return essence in {"text/xml", "application/xml"} or start.startswith(("<?xml", "<VerbaApi"))


def _valid(exchange: Exchange) -> Violations:
    """KC-XML-02: a well-formed document whose root is `VerbaApi`, and that the open schema does not allow."""
    reading = parsed(exchange)
    if reading.format != "XML" or reading.faults:
        return ()
    root = document(exchange.answer.body, charset_of(exchange.answer)).root
    ours = root is not None and QName(root).localname == "VerbaApi"
    return xml.valid(exchange) if ours else ()


_CHECKS: Mapping[str, Callable[[Exchange], Violations]] = {"KC-XML-01": _well_formed, "KC-XML-02": _valid}
