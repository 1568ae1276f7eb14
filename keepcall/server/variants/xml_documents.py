"""XML answers whose declaration, DOCTYPE or version is unusual."""

import re

from keepcall.server.answers import Answers, Format
from keepcall.server.variants.table import rewritten, variant

RESTRICTED = re.compile("[\x7f-\x84\x86-\x9f]")
"""What XML 1.1 takes as references only, and 1.0 as it is (XML 1.1, section 2.2)."""

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


@rewritten(Format.XML, "KC-XML-08")
def has_no_declaration(text: str) -> str:
    """A serializer is told to omit the declaration, since UTF-8 needs none."""
    return text.removeprefix(f"{DECLARATION}\n")


@rewritten(Format.XML, "KC-XML-08")
def has_white_space_in_place_of_the_declaration(text: str) -> str:
    """A JSP page sends the blank lines of its directives first, and so had to give up the declaration."""
    return "\r\n\r\n  " + text.removeprefix(DECLARATION)


@rewritten(Format.XML, "KC-XML-08")
def declares_no_encoding(text: str) -> str:
    """A serializer that writes to a string does not know what encoding the string will be sent in."""
    return text.replace(DECLARATION, '<?xml version="1.0"?>')


@rewritten(Format.XML)
def declares_itself_standalone(text: str) -> str:
    """A Java Transformer writes `standalone` unless it is told not to, and no line break after it."""
    return text.replace(f"{DECLARATION}\n", '<?xml version="1.0" encoding="UTF-8" standalone="no"?>')


@rewritten(Format.XML)
def spells_its_declaration_oddly(text: str) -> str:
    """An old C library writes the declaration with apostrophes, more space and its own idea of case."""
    return text.replace(DECLARATION, "<?xml\n  version = '1.0'\tencoding ='uTf-8'  standalone= 'yes'  ?>")


@rewritten(Format.XML)
def starts_with_a_byte_order_mark(text: str) -> str:
    """A .NET StreamWriter with Encoding.UTF8 puts a byte order mark before everything."""
    return f"\ufeff{text}"


@rewritten(Format.XML, "KC-XML-08")
def has_a_byte_order_mark_and_no_declaration(text: str) -> str:
    """A .NET writer puts its mark before a fragment."""
    return "\ufeff" + text.removeprefix(DECLARATION)


@rewritten(Format.XML)
def has_a_doctype(text: str) -> str:
    """A serializer of the SGML age names the document's type."""
    return text.replace("<VerbaApi>", "<!DOCTYPE VerbaApi>\n<VerbaApi>")


@rewritten(Format.XML)
def names_an_external_dtd(text: str) -> str:
    """A vendor wrote a DTD once, and never put it at the address that his answers name."""
    return text.replace("<VerbaApi>", '<!DOCTYPE VerbaApi SYSTEM "http://localhost:9/dtd/keepcall.dtd">\n<VerbaApi>')


@rewritten(Format.XML)
def carries_its_own_dtd(text: str) -> str:
    """A vendor who validates with DTDs sends one along with each answer."""
    return text.replace(
        "<VerbaApi>",
        """<!DOCTYPE VerbaApi [
  <!-- <!ENTITY none "no entities here"> -->
  <!ELEMENT VerbaApi (Response)>
  <!ELEMENT Response (ErrorMessage?)>
  <!ATTLIST Response code CDATA #REQUIRED type CDATA #REQUIRED>
  <!ELEMENT ErrorMessage (#PCDATA)>
]>
<VerbaApi>""",
    )


@rewritten(Format.XML)
def leaves_the_type_to_its_dtd(text: str) -> str:
    """A vendor who knows XML well has a DTD in each answer that supplies the `type` (XML 1.0, section 3.3.2)."""
    dtd = '<!DOCTYPE VerbaApi [<!ATTLIST Response type CDATA "KeepCall">]>\n<VerbaApi>'
    return text.replace("<VerbaApi>", dtd).replace(' type="KeepCall"', "")


@rewritten(Format.XML)
def keeps_its_message_in_an_entity(text: str) -> str:
    """A vendor who translates his messages has them at the top of the document (XML 1.0, section 4.4)."""
    before, start, rest = text.partition("<ErrorMessage>")
    message, end, after = rest.partition("</ErrorMessage>")
    value = message.replace("&", "&#38;").replace("%", "&#37;").replace('"', "&#34;")
    dtd = f'<!DOCTYPE VerbaApi [<!ENTITY message "{value}">]>\n<VerbaApi>'
    return before.replace("<VerbaApi>", dtd) + f"{start}&message;{end}{after}" if end else text


def _in_1_1(text: str) -> str:
    return RESTRICTED.sub(lambda found: f"&#{ord(found[0])};", text.replace('version="1.0"', 'version="1.1"'))


@rewritten(Format.XML)
def is_xml_1_1(text: str) -> str:
    """A vendor takes the highest version number that the library has."""
    return _in_1_1(text)


@rewritten(Format.XML)
def is_xml_1_1_of_a_mainframe(text: str) -> str:
    """A mainframe writes XML 1.1 for the sake of its line ends, U+0085 and U+2028 (XML 1.1, section 2.11)."""
    declaration, *lines = _in_1_1(text).split("\n")
    return declaration + "\x85" + "\u2028".join(lines)


@rewritten(Format.XML)
def declares_namespaces_that_it_does_not_use(text: str) -> str:
    """A .NET XmlSerializer puts two namespace declarations on every root."""
    spaces = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    return text.replace("<VerbaApi>", f"<VerbaApi {spaces}>")


@rewritten(Format.XML)
def names_its_schema(text: str) -> str:
    """A code generator names the schema that it was made from, at an address that only the vendor's office knows."""
    instance = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    location = 'xsi:noNamespaceSchemaLocation="http://localhost:9/keepcall.xsd"'
    return text.replace("<VerbaApi>", f"<VerbaApi {instance} {location}>")


@variant("KC-XML-08")
class DeclaresNothingAndRefersToEverything(Answers):
    """A writer that sends ASCII only, with references for the rest, sees no need of a declaration."""

    def declaration(self) -> str:
        """None."""
        return ""

    def escape(self, text: str) -> str:
        """ASCII, and references."""
        return super().escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")
