"""TEXT answers with white space around the sentence, and refusals worded for people."""

import textwrap

from keepcall.server.answers import Answers, Format
from keepcall.server.outcome import Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import rewritten, variant


@rewritten(Format.TEXT)
def ends_text_with_a_line_feed(text: str) -> str:
    """A server that is used from shells ends its answer as a line."""
    return f"{text}\n"


@rewritten(Format.TEXT)
def ends_text_with_crlf(text: str) -> str:
    """A .NET WriteLine ends its answer as Windows does."""
    return f"{text}\r\n"


@rewritten(Format.TEXT)
def has_blank_lines_around_text(text: str) -> str:
    """A JSP page has the blank lines of its directives before the text, and more behind it."""
    return f"\r\n\r\n  \t{text}  \r\n\r\n\f\n"


@rewritten(Format.TEXT)
def wraps_its_lines(text: str) -> str:
    """A server wraps what people read at 40 characters, but never the success sentence."""
    return text if text.startswith("The call has been") else "\r\n".join(textwrap.wrap(text, 40)) or text


@variant()
class RefusesInTextWithTheCode(Answers):
    """A server puts the code and a word that scripts can look for before the message."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        """`ERROR 2: …`."""
        text = super().text(request, outcome)
        return f"ERROR {outcome.code}: {text}" if isinstance(outcome, Refused) else text


@variant()
class RefusesInTextThatLooksLikeData(Answers):
    """A server writes its refusal as lines of names and values, which is neither XML nor HTML."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        """`code=2`, `message=…`."""
        text = super().text(request, outcome)
        return f"code={outcome.code}\nmessage={text}\nmore=a < b && b > c\n" if isinstance(outcome, Refused) else text


@variant("KC-TEXT-03")
class KeepsItsReasonsOutOfText(Answers):
    """A server answers scripts with a word."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        """The same for all refusals."""
        return "ERROR" if isinstance(outcome, Refused) else super().text(request, outcome)


@variant("KC-TEXT-03")
class RefusesInTextWithANumber(Answers):
    """A server answers scripts with the code alone."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        """A negative number, so that nobody takes it for a count."""
        return f"-{outcome.code}" if isinstance(outcome, Refused) else super().text(request, outcome)
