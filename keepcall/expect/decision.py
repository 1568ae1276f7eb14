"""What an answer says of its request: granted, refused, or nothing that could be told."""

import re
from typing import Literal

from keepcall.contract.exchange import Exchange
from keepcall.contract.wording import has_text
from keepcall.expect.parsing.answer import ParsedAnswer, parsed

Decision = Literal["granted", "refused", "unsaid"]

DECIMAL_INTEGER = re.compile(r"[+-]?[0-9]+")
_RESPONSE_CODE_0 = re.compile(r"""<Response\s(?:[^<>]{0,2000}?\s)?code\s*=\s*(["'])0\1""")


def decision_of(exchange: Exchange) -> Decision:
    """What an answer says of its request.

    XML by `code` and `ErrorMessage`, HTML and TEXT of a keep by the success sentence; an answer in another format
    than was asked for is read as what it is. Whatever tells of no grant is refused: nothing at all, a page in place
    of XML, JSON. Only HTML and TEXT of `unmark` and `type`, for which no sentence is documented, are unsaid.
    """
    reading = parsed(exchange)
    if reading.format == "XML":
        return "granted" if _granted_by_code(reading) else "refused"
    if exchange.request.plain_keep:
        return "granted" if reading.sentence else "refused"
    return "refused" if exchange.request.format == "XML" else "unsaid"


def grants_in_any_form(exchange: Exchange) -> bool:
    """Whether an answer is a grant by any reading, whatever its status and the format that was asked for.

    For refusals over `action`, `apiKey` and `token`, of which the contract says no more than that nothing is granted.
    """
    reading = parsed(exchange)
    if reading.format == "XML" and reading.code is not None:
        return _granted_by_code(reading)
    return reading.sentence or _holds_code_0(exchange, reading.text)


def well_formed_refusal(exchange: Exchange) -> bool:
    """Whether an answer is a refusal as XML spells it: an integer code other than 0 and one message with text."""
    reading = parsed(exchange)
    one_message = len(reading.messages) == 1 and has_text(reading.messages[0])
    return reading.format == "XML" and one_message and refuses(reading.code or "")


def refuses(code: str) -> bool:
    """Whether a code is a decimal integer other than 0, of any length; a sign is allowed (KC-XML-04)."""
    return DECIMAL_INTEGER.fullmatch(code) is not None and code.strip("+-0") != ""


def _granted_by_code(reading: ParsedAnswer) -> bool:
    return reading.code == "0" and not reading.messages


def _holds_code_0(exchange: Exchange, text: str) -> bool:
    """Whether `<Response code="0"` stands in a text that is no XML, other than as the caller's own words."""
    found = _RESPONSE_CODE_0.search(text)
    if found is None or "<ErrorMessage" in text:
        return False
    return not any(found[0] in value for _, value in exchange.request.parameters)
