"""XML answers that are spelt otherwise than the documented sample, and are the same document."""

import re

from keepcall.server.answers import NOT_XML, Answers, Format
from keepcall.server.outcome import Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import rewritten, variant

RESPONSE = re.compile(r'<Response code="([^"]*)" type="([^"]*)"')


@rewritten(Format.XML)
def quotes_with_apostrophes(text: str) -> str:
    """A C++ programmer writes string literals without escaping quotes in them."""
    return text.replace('"', "'")


@rewritten(Format.XML)
def writes_one_line(text: str) -> str:
    """A serializer that does not indent is the default of most libraries."""
    return text.replace("\n", "")


@rewritten(Format.XML)
def ends_lines_with_crlf(text: str) -> str:
    """A .NET XmlTextWriter on Windows takes the line ends of its system."""
    return text.replace("\n", "\r\n")


@rewritten(Format.XML)
def ends_lines_with_cr(text: str) -> str:
    """A template that was edited on an old Macintosh has its line ends."""
    return text.replace("\n", "\r")


@rewritten(Format.XML)
def indents_with_tabs_and_blank_lines(text: str) -> str:
    """A JSP page leaves the white space of its own tags between those of the answer."""
    return text.replace("\n", "\n\n\t \n\t\t")


@rewritten(Format.XML)
def spreads_its_tags(text: str) -> str:
    """A pretty-printer puts each attribute on a line of its own, with space around the equals signs."""
    text = RESPONSE.sub(r'<Response\n    code = "\1"\n    type\t=\r\n"\2"\n', text)
    return re.sub(r"</(\w+)>", r"</\1\n>", text)


@rewritten(Format.XML)
def comments_its_answer(text: str) -> str:
    """A developer finds his way in captures by comments in all places that XML allows."""
    text = text.replace("<VerbaApi>", "<!-- API 9.8 --><VerbaApi><!-- node 2 -->")
    text = re.sub(r"(<ErrorMessage>\w+)", r"\1<!-- see the wiki -->", text)
    return text.replace("</Response>", "<!-- took 3 ms --></Response>") + "<!-- end -->\n"


@rewritten(Format.XML)
def leaves_an_old_answer_in_a_comment(text: str) -> str:
    """A template still has the answer of the last version, commented out, above the one of this version."""
    old = '<!-- <Response code="9" type="Keep"><ErrorMessage>Not licensed</ErrorMessage></Response> -->'
    return text.replace("<VerbaApi>", f"<VerbaApi>\n{old}")


@rewritten(Format.XML)
def has_processing_instructions(text: str) -> str:
    """A vendor wants the answer to look good in a browser, and names a style sheet."""
    text = text.replace("<VerbaApi>", '<?xml-stylesheet type="text/xsl" href="/verba/api.xsl"?>\n<VerbaApi>')
    return text.replace("</VerbaApi>", "<?cache none?></VerbaApi><?end?>")


@rewritten(Format.XML)
def closes_empty_elements_with_a_tag(text: str) -> str:
    """A canonicalizer (XML C14N) knows no self-closing tags."""
    return re.sub(r"<(\w+)([^<>]*)/>", r"<\1\2></\1>", text)


@rewritten(Format.XML)
def has_white_space_in_an_empty_response(text: str) -> str:
    """A template has the error message in a condition, and the line breaks around it outside of it."""
    return re.sub(r"<Response([^<>]*)/>", r"<Response\1>\n    \n</Response>", text)


@rewritten(Format.XML)
def has_the_type_before_the_code(text: str) -> str:
    """A serializer sorts attributes, or takes them from a hash table."""
    return RESPONSE.sub(r'<Response type="\2" code="\1"', text)


@rewritten(Format.XML)
def has_white_space_behind_the_document(text: str) -> str:
    """A JSP page ends with the blank lines of its last includes."""
    return f"{text}\r\n\r\n \t\n"


@rewritten(Format.XML)
def indents_the_message(text: str) -> str:
    """A pretty-printer that does not know mixed content puts the text on a line of its own."""
    return re.sub(r"<ErrorMessage>([^<]*)<", "<ErrorMessage>\n\t    \\1\r\n\t<", text)


@variant()
class RefersToEveryCharacter(Answers):
    """A hand-written escaper takes no chances, and writes each character as a reference."""

    def escape(self, text: str) -> str:
        """In decimal."""
        return "".join(f"&#{ord(character)};" for character in NOT_XML.sub("\ufffd", text))

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        """In decimal, with leading zeros."""
        return "".join(f"&#{ord(digit):06};" for digit in super().code(request, outcome))

    def type(self, request: ApiRequest) -> str:
        """One letter is enough."""
        return super().type(request).replace("K", "&#x4b;").replace("C", "&#x0043;")


@variant()
class EscapesWhatItMustAndNoMore(Answers):
    """A careful writer of XML leaves quotes and `>` as they are, but for the end of a CDATA section."""

    def escape(self, text: str) -> str:
        """XML 1.0, section 2.4."""
        text = NOT_XML.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;")
        return text.replace("]]>", "]]&gt;")


@variant()
class EscapesInHexadecimal(Answers):
    """An encoder that was made against script injection (OWASP) writes all but letters and digits as `&#x…;`."""

    def escape(self, text: str) -> str:
        """ASCII letters and digits stay."""
        return re.sub("[^A-Za-z0-9 .,]", lambda found: f"&#x{ord(found[0]):X};", NOT_XML.sub("\ufffd", text))


@variant()
class WritesMessagesInCdata(Answers):
    """A template has its text in CDATA sections, so that nobody has to think of escaping."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        """The end of a section is split over two."""
        text = NOT_XML.sub("\ufffd", self.message(request, refused)).replace("]]>", "]]]]><![CDATA[>")
        return f"<ErrorMessage><![CDATA[{text}]]></ErrorMessage>"


@variant()
class WritesMessagesInPieces(Answers):
    """A stream writer flushes text and CDATA sections as they come, an empty one among them."""

    def error_message(self, request: ApiRequest, refused: Refused) -> str:
        """Word by word."""
        words = [self.escape(word) for word in self.message(request, refused).split(" ")]
        pieces = "<![CDATA[ ]]><!-- flush --><![CDATA[]]>".join(words)
        return f"<ErrorMessage>{pieces}</ErrorMessage>"
