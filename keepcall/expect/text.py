"""What is demanded of an answer in TEXT: KC-TEXT-01 to KC-TEXT-03."""

from keepcall.contract.exchange import Exchange
from keepcall.contract.violation import Violation, quoted
from keepcall.contract.wording import SUCCESS, collapsed, has_text
from keepcall.expect.check import Check
from keepcall.expect.parsing.answer import parsed

Violations = tuple[Violation, ...]

_ENDS = " \t\r\n\f\v\ufeff"


def granted_text(exchange: Exchange) -> Violations:
    """KC-TEXT-01: exactly the success sentence, white space and a byte order mark at the ends aside."""
    text = parsed(exchange).text
    if text.strip(_ENDS) == SUCCESS:
        return ()
    return (Violation("NotTheSuccessSentence", f"exactly {quoted(SUCCESS)}", quoted(text)),)


def refused_text(exchange: Exchange) -> Violations:
    """KC-TEXT-02: some text that is not an XML or HTML document, and without the success sentence."""
    reading = parsed(exchange)
    if not has_text(reading.text):
        return (Violation("MissingText", "some text", quoted(reading.text)),)
    if reading.format != "TEXT":
        got = f"{reading.format}: {quoted(reading.text)}"
        return (Violation("DocumentInPlaceOfText", "text that is no XML or HTML document", got),)
    if SUCCESS in collapsed(reading.text):
        return (Violation("SuccessSentence", "a refusal", quoted(reading.text)),)
    return ()


def holds_message(message: str) -> Check:
    """KC-TEXT-03: a check that a text holds the message that XML gives, white space collapsed."""

    def holds_the_message(exchange: Exchange) -> Violations:
        text = parsed(exchange).text
        if not has_text(message) or collapsed(message) in collapsed(text):
            return ()
        return (Violation("MissingMessage", f"text that holds {quoted(message)}", quoted(text)),)

    return holds_the_message
