"""Answers in other encodings than UTF-8, each declared as its format allows."""

from keepcall.server.answers import CONTENT_TYPES, Answers, Format
from keepcall.server.outcome import Outcome
from keepcall.server.request import ApiRequest
from keepcall.server.variants.messages import SpeaksHungarian
from keepcall.server.variants.table import variant

UTF_16_LE_MARK, UTF_16_BE_MARK = b"\xff\xfe", b"\xfe\xff"


class EncodedXml(Answers):
    """XML in another encoding; what it has no bytes for becomes a reference, the other formats stay as they are."""

    codec = "utf-8"
    declared = ""
    header = "text/xml"
    mark = b""

    def declaration(self) -> str:
        """Names the encoding."""
        return f'<?xml version="1.0" encoding="{self.declared or self.codec}"?>'

    def content_type(self, form: Format) -> str:
        """As the server has it for XML."""
        return self.header if form is Format.XML else super().content_type(form)

    def encode(self, form: Format, body: str) -> bytes:
        """Bytes of the encoding."""
        if form is not Format.XML:
            return super().encode(form, body)
        return self.mark + body.encode(self.codec, "xmlcharrefreplace")


@variant()
class NamesItsEncodingInLowerCase(EncodedXml):
    """A Python server writes `utf-8` as Python does, and leaves it out of Content-Type."""

    declared = "utf-8"


@variant()
class EncodesXmlInLatin1(EncodedXml):
    """A servlet writes ISO-8859-1, the charset that its response has by default."""

    codec = "iso-8859-1"
    declared = "ISO-8859-1"
    header = "text/xml;charset=ISO-8859-1"


@variant()
class EncodesXmlInWindows1252(EncodedXml):
    """A Windows program writes its system's code page, and says so."""

    codec = "windows-1252"
    header = 'application/xml; charset="Windows-1252"'


@variant()
class EncodesXmlInAscii(EncodedXml):
    """A C++ server that knows no encodings writes ASCII, and references for all else."""

    codec = "us-ascii"
    declared = "US-ASCII"
    header = "application/xml"


@variant()
class EncodesXmlInShiftJis(EncodedXml):
    """A Japanese integrator's server writes Shift_JIS."""

    codec = "shift_jis"
    declared = "Shift_JIS"
    header = "text/xml; charset=Shift_JIS"


@variant()
class EncodesXmlInGb18030(EncodedXml):
    """A Chinese integrator's server writes GB18030, which has bytes for every character."""

    codec = "gb18030"
    declared = "GB18030"
    header = "text/xml; charset=gb18030"


@variant()
class EncodesXmlInEbcdic(EncodedXml):
    """A mainframe writes EBCDIC, which a declaration may name (XML 1.0, appendix F.1)."""

    codec = "cp037"
    declared = "IBM037"
    header = "application/xml"


@variant()
class EncodesXmlInUtf16LittleEndian(EncodedXml):
    """A .NET StringWriter makes UTF-16 of every document, with the mark of its processor."""

    codec = "utf-16-le"
    declared = "utf-16"
    header = "text/xml; charset=utf-16"
    mark = UTF_16_LE_MARK


@variant()
class EncodesXmlInUtf16BigEndian(EncodedXml):
    """A Java server writes UTF-16 as Java does, the higher byte first."""

    codec = "utf-16-be"
    declared = "UTF-16"
    header = "application/xml"
    mark = UTF_16_BE_MARK


@variant("KC-XML-08")
class EncodesXmlInUtf16WithoutDeclaration(EncodedXml):
    """A COM component (MSXML) gives a BSTR, which needs no declaration, only its mark."""

    codec = "utf-16-le"
    header = "text/xml; charset=utf-16"
    mark = UTF_16_LE_MARK

    def declaration(self) -> str:
        """None."""
        return ""


class EncodedPages(Answers):
    """HTML and TEXT in another encoding."""

    page_codec = "utf-8"
    page_charset = ""
    page_mark = b""

    def content_type(self, form: Format) -> str:
        """With the encoding's own name."""
        if form is Format.XML:
            return super().content_type(form)
        return f"{CONTENT_TYPES[form].partition(';')[0]}; charset={self.page_charset or self.page_codec}"

    def encode(self, form: Format, body: str) -> bytes:
        """Bytes of the encoding."""
        if form is Format.XML:
            return super().encode(form, body)
        what_it_lacks = "xmlcharrefreplace" if form is Format.HTML else "replace"
        return self.page_mark + body.encode(self.page_codec, what_it_lacks)


@variant()
class EncodesPagesInLatin1(EncodedPages):
    """A servlet without setCharacterEncoding writes ISO-8859-1, and what that lacks as question marks."""

    page_codec = "iso-8859-1"


@variant()
class EncodesPagesInWindows1250(EncodedPages):
    """A PHP page of a Hungarian integrator is saved in the code page of his system."""

    page_codec = "windows-1250"


@variant()
class EncodesPagesInUtf16(EncodedPages):
    """A Windows service sends its wide strings as they are, with a byte order mark."""

    page_codec = "utf-16-le"
    page_charset = "UTF-16"
    page_mark = UTF_16_LE_MARK


@variant()
class EncodesPagesInUtf16WithoutMark(EncodedPages):
    """A service that names its byte order in the charset has no use for a mark (RFC 2781, section 3.3)."""

    page_codec = "utf-16-be"
    page_charset = "utf-16be"


@variant()
class EncodesPagesWithAMark(EncodedPages):
    """A .NET StreamWriter with Encoding.UTF8 puts a byte order mark before pages and plain text, too."""

    page_mark = b"\xef\xbb\xbf"
    page_charset = "utf-8"


@variant("KC-XML-07")
class NamesItsCharsetInThePage(SpeaksHungarian):
    """A page in Hungarian names its encoding in a meta element, and the web server knows nothing of it."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        """With a head."""
        meta = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">'
        head = f"<head>{meta}<title>Hívás</title></head>"
        return super().html(request, outcome).replace("<html>", f"<html>\n{head}")

    def content_type(self, form: Format) -> str:
        """No charset for a page."""
        return "text/html" if form is Format.HTML else super().content_type(form)

    def encode(self, form: Format, body: str) -> bytes:
        """As the page says."""
        return body.encode("iso-8859-2", "xmlcharrefreplace") if form is Format.HTML else super().encode(form, body)
