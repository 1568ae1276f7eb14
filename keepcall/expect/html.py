"""What is demanded of an answer in HTML: KC-HTML-01 to KC-HTML-03.

HTML is what an HTML parser makes of it: omitted tags, any case, XHTML, doctype or none; bare text is not HTML.
"""

from keepcall.contract.exchange import Exchange
from keepcall.contract.violation import Violation, quoted
from keepcall.contract.wording import SUCCESS, collapsed, has_text
from keepcall.expect.check import Check
from keepcall.expect.parsing.answer import parsed
from keepcall.expect.parsing.page import Page, page

Violations = tuple[Violation, ...]


def granted_page(exchange: Exchange) -> Violations:
    """KC-HTML-01: the body has a paragraph with exactly the success sentence, white space collapsed.

    What stands in `template`, `script` or `noscript` is no paragraph of the page.
    """
    basic = _not_html(exchange)
    if basic:
        return basic
    found = _page(exchange)
    if SUCCESS in found.paragraphs:
        return ()
    expected = f"a paragraph with exactly {quoted(SUCCESS)}"
    if not found.paragraphs:
        return (Violation("MissingParagraph", expected, f"no paragraph in {quoted(_text(found))}"),)
    got = " and ".join(quoted(text, 80) for text in found.paragraphs[:3])
    return (Violation("MissingSuccessSentence", expected, f"paragraphs {got}"),)


def refused_page(exchange: Exchange) -> Violations:
    """KC-HTML-02: there is text to be seen, and nowhere in it the success sentence."""
    basic = _not_html(exchange)
    if basic:
        return basic
    found = _page(exchange)
    if not has_text(_text(found)):
        return (Violation("MissingText", "a page with some text", "a page without any"),)
    if found.holds(SUCCESS):
        return (Violation("SuccessSentence", "a refusal", f"{quoted(SUCCESS)} in {quoted(_text(found))}"),)
    return ()


def holds_message(message: str) -> Check:
    """KC-HTML-03: a check that the text of a page holds the message that XML gives, white space collapsed."""

    def holds_the_message(exchange: Exchange) -> Violations:
        found = _page(exchange)
        if not has_text(message) or found.holds(collapsed(message)):
            return ()
        return (Violation("MissingMessage", f"text that holds {quoted(message)}", quoted(_text(found))),)

    return holds_the_message


def _page(exchange: Exchange) -> Page:
    return page(parsed(exchange).text)


def _text(found: Page) -> str:
    return found.texts[-1]


def _not_html(exchange: Exchange) -> Violations:
    reading = parsed(exchange)
    if reading.format == "HTML":
        return ()
    got = f"{reading.format}: {quoted(reading.text.strip(), 80)}" if reading.format else "an empty body"
    return (Violation("NotHtml", "an HTML page", got),)
