"""What is demanded of the answer to an unmark besides what each answer must be: KC-UNM-05."""

import re

from keepcall.contract.exchange import Exchange
from keepcall.contract.violation import Violation, quoted
from keepcall.contract.wording import collapsed
from keepcall.expect.parsing.answer import parsed
from keepcall.expect.parsing.page import page

_CLAIM = re.compile(r"\bthe call (?:has been|was|is) marked for recording(?=\s*(?:[.!]|$))", re.IGNORECASE)


def claims_no_marking(exchange: Exchange) -> tuple[Violation, ...]:
    """KC-UNM-05: an unmark in HTML or TEXT does not say that the call was marked for recording.

    That it was "unmarked", is "no longer" or has "not been" marked are other sentences.
    """
    if exchange.request.values("unmark") != ("1",):
        return ()
    reading = parsed(exchange)
    if reading.format not in {"HTML", "TEXT"}:
        return ()
    texts = page(reading.text).everything if reading.format == "HTML" else (collapsed(reading.text),)
    claim = next((found for text in texts if (found := _CLAIM.search(text))), None)
    if claim is None:
        return ()
    return (Violation("ClaimOfAMarking", "an answer that claims no marking", quoted(claim[0])),)
