"""Faults of HTML and TEXT: what the page or the text says."""

# ruff: noqa: D102, N801 - see the package

import html

from keepcall.server.answers import SENTENCES, Answers
from keepcall.server.faults.table import fault
from keepcall.server.outcome import MORE_THAN_ONE, NOT_FOUND, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest

SUCCESS = SENTENCES[False, False]
GENERAL = "An error occurred."

# A granted keep


@fault("KC-HTML-01")
class puts_the_sentence_into_no_paragraph(Answers):
    """The page was given a design, in which everything is a div."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().paragraph(request, outcome).replace("p>", "div>")


@fault("KC-HTML-01")
class adds_the_number_to_the_paragraph(Answers):
    """A page for a number says which one it was."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        number = f" ({self.escape(request.extension)})" if request.extension and isinstance(outcome, Granted) else ""
        return super().paragraph(request, outcome).replace("</p>", f"{number}</p>")


@fault("KC-HTML-01")
class puts_no_break_spaces_into_the_page(Answers):
    """The sentence must not be broken in the small window of the phone."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().paragraph(request, outcome).replace(" ", "&nbsp;")


@fault("KC-HTML-01")
class puts_the_sentence_into_a_comment(Answers):
    """The paragraph was commented out while the page was being redesigned."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        paragraph = super().paragraph(request, outcome)
        return f"<!-- {paragraph} -->\n<h1>OK</h1>" if isinstance(outcome, Granted) else paragraph


@fault("KC-TEXT-01")
class leaves_out_the_full_stop(Answers):
    """The sentence was typed from a screenshot."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        text = super().text(request, outcome)
        return text.removesuffix(".") if isinstance(outcome, Granted) else text


@fault("KC-TEXT-01")
class puts_the_code_before_the_sentence(Answers):
    """A script is easier to write where the first word is the code."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        return f"{self.code(request, outcome)} {super().text(request, outcome)}"


@fault("KC-TEXT-01")
class says_it_twice_in_a_post(Answers):
    """The POST handler writes the sentence, and the filter behind it writes it again."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        text = super().text(request, outcome)
        return f"{text}\n{text}" if request.method == "POST" and isinstance(outcome, Granted) else text


# A refused keep


@fault("KC-HTML-02")
class hides_the_sentence_in_every_page(Answers):
    """The page holds both sentences, and a style shows one of them."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        hidden = f'<p style="display:none">{SUCCESS}</p>'
        paragraph = super().paragraph(request, outcome)
        return paragraph if isinstance(outcome, Granted) else f"{hidden}\n{paragraph}"


@fault("KC-HTML-02")
class shows_nothing_where_several_calls_match(Answers):
    """The page was to show a list to choose from."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        return "<ul></ul>" if outcome == MORE_THAN_ONE else super().paragraph(request, outcome)


@fault("KC-TEXT-02")
class writes_the_sentence_before_the_error(Answers):
    """The sentence is in the buffer already when the call turns out to be one of several."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        text = super().text(request, outcome)
        return f"{SUCCESS}\nError: {text}" if outcome == MORE_THAN_ONE else text


@fault("KC-TEXT-02")
class says_nothing_where_a_parameter_is_missing(Answers):
    """The check writes its message to the log, and returns."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        silent = isinstance(outcome, Refused) and "missing" in outcome.message
        return "" if silent else super().text(request, outcome)


@fault("KC-TEXT-02", "KC-RSP-02")
class refuses_text_in_xml_by_call_id(Answers):
    """The look-up by callID throws an exception, whose handler writes XML."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        thrown = outcome == NOT_FOUND and request.call_id
        return self.xml(request, outcome) if thrown else super().text(request, outcome)


# The message of a refusal


@fault("KC-HTML-03")
class shows_a_general_error(Answers):
    """Users were not to be bothered with details."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        page = f"<html><body><p>{GENERAL}</p></body></html>"
        return page if isinstance(outcome, Refused) else super().html(request, outcome)


@fault("KC-HTML-03")
class shows_another_message_where_several_calls_match(Answers):
    """The page has a text of its own for that case, written by somebody else."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        return "<p>Which call do you mean?</p>" if outcome == MORE_THAN_ONE else super().paragraph(request, outcome)


@fault("KC-HTML-03")
class escapes_the_message_of_a_page_twice(Answers):
    """The message is escaped by the code, and then by the template."""

    def paragraph(self, request: ApiRequest, outcome: Outcome) -> str:
        return f"<p>{self.escape(self.escape(self.message(request, outcome)))}</p>"


@fault("KC-TEXT-03")
class writes_a_general_error(Answers):
    """A script was thought to be content with the fact."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        return GENERAL if isinstance(outcome, Refused) else super().text(request, outcome)


@fault("KC-TEXT-03")
class cuts_the_message_of_a_text(Answers):
    """The display of the phone has 40 characters, which is just enough for the success."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().text(request, outcome)[:40]


@fault("KC-TEXT-03")
class escapes_a_text_as_if_it_were_a_page(Answers):
    """TEXT is written by the function for pages, without its tags."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        return html.escape(super().text(request, outcome))
