"""What a body is by its look, XML, HTML or TEXT, broken or not, whatever was asked for."""

import re
from typing import Literal

from keepcall.expect.parsing.cache import memoised
from keepcall.expect.parsing.charset import believable, byte_order_mark, codec, family

Found = Literal["XML", "HTML", "TEXT", ""]

HTML_ELEMENTS = frozenset(
    {
        *("a", "abbr", "acronym", "address", "applet", "area", "article", "aside", "audio", "b", "base"),
        *("basefont", "bdi", "bdo", "bgsound", "big", "blink", "blockquote", "body", "br", "button", "canvas"),
        *("caption", "center", "cite", "code", "col", "colgroup", "data", "datalist", "dd", "del", "details"),
        *("dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset", "figcaption", "figure", "font"),
        *("footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup"),
        *("hr", "html", "i", "iframe", "image", "img", "input", "ins", "isindex", "kbd", "keygen", "label"),
        *("legend", "li", "link", "listing", "main", "map", "mark", "marquee", "menu", "menuitem", "meta"),
        *("meter", "multicol", "nav", "nextid", "nobr", "noembed", "noframes", "noscript", "object", "ol"),
        *("optgroup", "option", "output", "p", "param", "picture", "plaintext", "pre", "progress", "q", "rb"),
        *("rbc", "rp", "rt", "rtc", "ruby", "s", "samp", "script", "search", "section", "select"),
        *("selectedcontent", "slot", "small", "source", "spacer", "span", "strike", "strong", "style", "sub"),
        *("summary", "sup", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time"),
        *("title", "tr", "track", "tt", "u", "ul", "var", "video", "wbr", "xmp"),
    }
)
"""The names of HTML: the standard's section 4, and the obsolete ones of its section 16.2."""

KEEPCALL_ELEMENTS = frozenset({"verbaapi", "response", "errormessage"})

_NO_SPACE = re.compile(r"[^\s\ufeff\0]")
_TAG = re.compile(r"</?([A-Za-z_:\u0080-\U0010ffff][^\s/><]*)")
_DOCTYPE = re.compile(r"<!DOCTYPE(?:\s+([^\s>\[]*))?", re.IGNORECASE)
_LATE_XML = re.compile(r"<\?xml\s|<VerbaApi[\s>]")


def tag_names(text: str) -> frozenset[str]:
    """The names in all tags of a text, in lower case."""
    return frozenset(name.lower() for name in _TAG.findall(text))


@memoised()
def sniffed(body: bytes, charset: str) -> Found:
    """What a body is. The first tag or DOCTYPE decides; before it there may be a mark, white space and comments.

    Text before the markup makes it TEXT, unless it is an XML document all the same, to its end.
    """
    mark, length = byte_order_mark(body)
    name = codec(charset)
    named = name if name and believable(body, name) else ""
    return sniffed_text(body[length:].decode(mark or family(body) or named or "latin-1", "replace"))


def sniffed_text(text: str) -> Found:
    """What a text is."""
    position, declared = 0, False
    while True:
        position = _end_of_space(text, position)
        if position == len(text):
            return "XML" if position and "<" in text else ""
        if text.startswith("<!--", position):
            position = _after(text, "-->", position)
        elif text.startswith("<?", position):
            declares = text[position + 2 : position + 5].lower() == "xml"
            declared = declared or declares
            position = _after(text, ">" if declares else "?>", position)
        else:
            return _kind(text, position, declared=declared)


def _kind(text: str, position: int, *, declared: bool) -> Found:
    doctype = _DOCTYPE.match(text, position)
    tag = _TAG.match(text, position)
    if doctype:
        return "HTML" if not doctype[1] or doctype[1].lower() == "html" else "XML"
    if tag:
        return "HTML" if tag[1].lower() in HTML_ELEMENTS else "XML"
    late = _LATE_XML.search(text, position) is not None and text.rstrip().endswith("</VerbaApi>")
    return "XML" if declared or late or text.startswith("<!", position) else "TEXT"


def _end_of_space(text: str, position: int) -> int:
    found = _NO_SPACE.search(text, position)
    return found.start() if found else len(text)


def _after(text: str, end: str, position: int) -> int:
    try:
        return text.index(end, position) + len(end)
    except ValueError:
        return len(text)
