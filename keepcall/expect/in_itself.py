"""What no correct server answers to any request: wrong whatever the credentials, and without a grant beside it.

A denial may have any form (contract, section 2), so that little is left that is wrong in itself: a document that says
it is XML and is not well-formed, an answer of KeepCall's own that the schema does not allow, and a success without
anything in it.
"""

from collections.abc import Callable, Mapping

from lxml.etree import QName

from keepcall.exchange import Exchange
from keepcall.expect import xml
from keepcall.expect.document import document
from keepcall.expect.media_type import media_type
from keepcall.expect.reading import charset_of, read
from keepcall.expect.violation import Violation

Violations = tuple[Violation, ...]

_SUCCESS = range(200, 300)
_WITHOUT_CONTENT = frozenset({204, 205})
"""Statuses whose answers have no content (RFC 9110, sections 15.3.5 and 15.3.6)."""


def wrong_in_itself(requirement: str, exchange: Exchange) -> Violations:
    """What is wrong with an answer whatever was asked and whoever asked it; empty for most requirements.

    Args:
        requirement: the id of the requirement that a breach would be of.
        exchange: a request with its answer.
    """
    check = _CHECKS.get(requirement)
    return check(exchange) if check and exchange.request.format in (None, "XML") else ()


def _well_formed(exchange: Exchange) -> Violations:
    """KC-XML-01: XML that is not well-formed in its declared encoding; a success that is empty where XML is due."""
    answer, found = exchange.answer, read(exchange).format
    if not found:
        empty_success = answer.status in _SUCCESS and answer.status not in _WITHOUT_CONTENT
        return xml.well_formed(exchange) if empty_success else ()
    return xml.well_formed(exchange) if found == "XML" and _says_that_it_is_xml(exchange) else ()


def _says_that_it_is_xml(exchange: Exchange) -> bool:
    essence = media_type(exchange.answer.header("Content-Type")).essence
    start = read(exchange).text.lstrip("\ufeff \t\r\n")
    return essence in {"text/xml", "application/xml"} or start.startswith(("<?xml", "<VerbaApi"))


def _valid(exchange: Exchange) -> Violations:
    """KC-XML-02: a well-formed document whose root is `VerbaApi`, and that the open schema does not allow."""
    reading = read(exchange)
    if reading.format != "XML" or reading.faults:
        return ()
    root = document(exchange.answer.body, charset_of(exchange.answer)).root
    ours = root is not None and QName(root).localname == "VerbaApi"
    return xml.valid(exchange) if ours else ()


_CHECKS: Mapping[str, Callable[[Exchange], Violations]] = {"KC-XML-01": _well_formed, "KC-XML-02": _valid}
