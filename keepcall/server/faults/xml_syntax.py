"""Faults of XML as such: answers that are not well-formed, or not in the encoding that they declare."""

# ruff: noqa: ARG002, D102, N801 - see the package

import html
import re

from keepcall.server.answers import Answers, Format
from keepcall.server.faults.bases import Talkative
from keepcall.server.faults.table import fault
from keepcall.server.outcome import Granted, Outcome, Refused
from keepcall.server.request import ApiRequest

# Text that is written as it comes


@fault("KC-XML-01")
class does_not_escape_an_ampersand(Answers):
    """The message is put into the document by a function that was only thought to keep tags out."""

    def escape(self, text: str) -> str:
        return super().escape(text).replace("&amp;", "&")


@fault("KC-XML-01", "KC-ANY-02")
class does_not_escape_at_all(Answers):
    """The document is put together from strings."""

    def escape(self, text: str) -> str:
        return text


@fault("KC-XML-01")
class escapes_for_html_what_it_writes_as_xml(Talkative):
    """The function for HTML has names for letters, and XML does not know them."""

    def escape(self, text: str) -> str:
        return super().escape(text).replace("é", "&eacute;").replace("ß", "&szlig;")


@fault("KC-XML-01")
class lets_control_characters_through(Talkative):
    """Escaping was thought to be about five characters."""

    def escape(self, text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@fault("KC-XML-01")
class writes_control_characters_as_references(Talkative):
    """What is not printable becomes a reference, which XML 1.0 does not allow for these."""

    def escape(self, text: str) -> str:
        escaped = html.escape(text)
        return "".join(f"&#{ord(sign)};" if sign < " " else sign for sign in escaped)


@fault("KC-XML-01")
class lets_the_caller_end_a_cdata_section(Talkative):
    """The message is put into a CDATA section, so that nothing has to be escaped."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        return f"<ErrorMessage><![CDATA[{self.message(request, refused)}]]></ErrorMessage>"


@fault("KC-XML-01")
class does_not_escape_quotes_in_an_attribute(Talkative):
    """Older answers have the message in an attribute, and its text is escaped as text."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        text = self.escape(self.message(request, refused))
        attribute = text.replace("&quot;", '"').replace("&#x27;", "'")
        return f'<ErrorMessage description="{attribute}">{text}</ErrorMessage>'


@fault("KC-XML-01")
class does_not_escape_the_message_of_a_post(Answers):
    """The escaping was added to the GET handler, and not to its copy."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        if request.method == "GET":
            return super().error_message(request, refused)
        return f"<ErrorMessage>{self.message(request, refused)}</ErrorMessage>"


@fault("KC-ANY-02", "KC-XML-01")
class does_not_escape_an_unknown_type(Answers):
    """Each message is written by a line of its own, and this one was forgotten."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        if not refused.message.startswith("The type"):
            return super().error_message(request, refused)
        return f"<ErrorMessage>{self.message(request, refused)}</ErrorMessage>"


# Bytes


@fault("KC-XML-01", "KC-HTTP-09")
class writes_latin_1_and_says_utf_8(Talkative):
    """The bytes are those of the platform's default encoding."""

    def encode(self, form: Format, body: str) -> bytes:
        return body.encode("latin-1", errors="replace")


@fault("KC-XML-01", "KC-HTTP-09")
class writes_emoji_as_two_surrogates(Talkative):
    """The runtime's own UTF-8 is that of its class files, in which characters beyond the first plane are two."""

    def encode(self, form: Format, body: str) -> bytes:
        units = body.encode("utf-16-be", "replace")
        characters = (chr(int.from_bytes(units[i : i + 2])) for i in range(0, len(units), 2))
        return "".join(characters).encode(errors="surrogatepass")


@fault("KC-XML-01")
class counts_characters_for_bytes(Talkative):
    """The length of the answer is that of its text, so that with non-ASCII characters its last bytes are not sent."""

    def encode(self, form: Format, body: str) -> bytes:
        return super().encode(form, body)[: len(body)]


@fault("KC-XML-01")
class sends_the_zero_byte_of_its_string(Answers):
    """The length of the buffer counts the zero at its end."""

    def encode(self, form: Format, body: str) -> bytes:
        return super().encode(form, body) + b"\0" * (form is Format.XML)


@fault("KC-XML-01")
class declares_utf_16_and_writes_utf_8(Answers):
    """Strings are UTF-16 in this language, and the serializer to a string says so."""

    def declaration(self) -> str:
        return '<?xml version="1.0" encoding="UTF-16"?>'


# Structure


@fault("KC-XML-01")
class begins_with_an_empty_line(Answers):
    """The page directive of the template leaves its line break before the declaration."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        return "\n" + super().xml(request, outcome)


@fault("KC-XML-01")
class does_not_close_a_refusal(Answers):
    """The early return of the error branch skips the closing tag."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        body = super().xml(request, outcome)
        return body.removesuffix("</VerbaApi>") if isinstance(outcome, Refused) else body


@fault("KC-XML-01")
class answers_an_unmark_twice(Answers):
    """Keep and unmark both write their answer, since the branch has no return."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        body = super().xml(request, outcome)
        return body + "\n" + body if request.is_unmark and isinstance(outcome, Granted) else body


@fault("KC-XML-01")
class cuts_a_long_answer(Talkative):
    """The buffer for an answer has 256 bytes, and sprintf was made safe by cutting."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().xml(request, outcome)[:256]


# Answers that are broken whatever was asked: no grant is needed to see it


@fault("KC-XML-01")
class breaks_off_every_answer(Answers):
    """The buffer for an answer has the length of its first line."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().xml(request, outcome)[:46]


@fault("KC-XML-01")
class answers_with_nothing(Answers):
    """The stream of the answer is closed before the document is written to it."""

    def body(self, form: Format, request: ApiRequest, outcome: Outcome) -> str:
        return ""


@fault("KC-XML-02")
class writes_the_same_endless_code_always(Answers):
    """The code is printed from memory that was never set."""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        return "3" * 100_000


@fault("KC-XML-08")
class declares_nothing(Answers):
    """The document is written by a library that was told to omit the declaration."""

    def declaration(self) -> str:
        return ""


@fault("KC-XML-08")
class declares_no_encoding(Answers):
    """UTF-8 is the default, and so was left out."""

    def declaration(self) -> str:
        return '<?xml version="1.0"?>'


@fault("KC-XML-08")
class declares_nothing_of_a_refusal(Answers):
    """Errors are written by another function, which begins with the root element."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:
        body = super().xml(request, outcome)
        return re.sub(r"<\?xml.*\?>\n", "", body) if isinstance(outcome, Refused) else body
