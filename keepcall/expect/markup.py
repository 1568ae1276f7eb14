"""Whether the caller's text comes back as mark-up: KC-ANY-02."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, islice

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.violation import Violation, quoted
from keepcall.contract.wording import collapsed
from keepcall.expect.check import Check
from keepcall.expect.parsing.answer import charset_of, parsed
from keepcall.expect.parsing.document import document
from keepcall.expect.parsing.media_type import media_type
from keepcall.expect.parsing.page import html_tree
from keepcall.expect.parsing.sniffing import HTML_ELEMENTS, KEEPCALL_ELEMENTS, Found

_MOST_ELEMENTS = 10_000
_MOST_ATTRIBUTES = 100
_MOST_CHARACTERS = 20_000
"""What is looked at of an answer, and of one element; a documented answer has three with two."""

_VALUE = r"""\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'<>=`]+))"""
_START_TAG = re.compile(r"<([A-Za-z_][^\s/<>]*)([^<>]*)>?([^<]*)")
_ATTRIBUTE = re.compile(r"([A-Za-z_:][\w:.-]*)" + _VALUE)
_BREAKOUT = re.compile(r"""["']\s*([A-Za-z_:][\w:.-]*)""" + _VALUE)
_BARE_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)\s*/?>?")
_REFERENCE = re.compile(r"&(?:#\d+|#x[\da-fA-F]+|[A-Za-z][\w.-]*);")
_OWN_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|copy|#0*39|#0*160);")
"""What a page has of its own."""

_CDATA = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style|xmp)\b.*?(?:</\1\b|\Z)", re.DOTALL | re.IGNORECASE)

_ORDINARY = HTML_ELEMENTS | KEEPCALL_ELEMENTS
_ORDINARY_ATTRIBUTES = frozenset(
    {"class", "charset", "code", "content", "href", "id", "lang", "name", "src", "style", "type", "value"}
)
"""Names that an answer may have of its own: the caller's are told by what stands with them."""


@dataclass(frozen=True, slots=True)
class _Tag:
    """A start tag, of the caller's text or of an answer, with the text that follows."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    text: str


def unescaped_markup(planted: str) -> Check:
    """KC-ANY-02: a check that a text with mark-up that the caller planted does not come back as mark-up.

    Elements and attributes are looked for in the tree of the answer, so that whatever is escaped, in CDATA, in a
    comment, a script or the value of an attribute is no mark-up (XML 1.0, section 2.4; HTML standard, section 13.2).
    References, comments and instructions, which leave no trace in a tree, are looked for in the text. TEXT has no
    mark-up; but whatever comes where a page was asked for is read as one, unless it says that it is JSON.
    """
    tags = tuple(_tag(found) for found in _START_TAG.finditer(planted))
    breakouts = tuple(_attribute(found) for found in _BREAKOUT.finditer(_START_TAG.sub(r" \3", planted)))

    def holds_no_markup(exchange: Exchange) -> tuple[Violation, ...]:
        reading, answer = parsed(exchange), exchange.answer
        asked_for_page = exchange.request.format == "HTML" and not _is_json(answer)
        format_: Found = "HTML" if asked_for_page and reading.format == "TEXT" else reading.format
        if format_ not in {"XML", "HTML"}:
            return ()
        raw = _stands_raw(planted, _without_literals(reading.text, planted))
        theirs = _tags(answer.body, charset_of(answer), format_, reading.text)
        found = [f"<{tag.name}>" for tag in tags if any(_is(tag, other, raw=raw) for other in theirs)]
        found += [f"the attribute {name}" for name, value in breakouts if _breaks_out(name, value, theirs, raw=raw)]
        if raw and not found:
            found = _untraceable(planted, format_)
        expected = f"{quoted(planted, 80)} escaped"
        return tuple(Violation("MarkupOfTheCaller", expected, f"{quoted(each, 80)} as mark-up") for each in found[:3])

    return holds_no_markup


def _is_json(answer: Answer) -> bool:
    essence = media_type(answer.header("Content-Type")).essence
    return essence == "application/json" or essence.endswith("+json")


def _tag(found: re.Match[str]) -> _Tag:
    pairs = tuple(_attribute(pair) for pair in _ATTRIBUTE.finditer(found[2]))
    return _Tag(found[1].rpartition(":")[2].lower(), pairs, collapsed(found[3]).casefold())


def _attribute(found: re.Match[str]) -> tuple[str, str]:
    return found[1].rpartition(":")[2].lower(), found[2] or found[3] or found[4] or ""


def _is(tag: _Tag, other: _Tag, *, raw: bool) -> bool:
    """Whether an element of the answer is the one that was planted."""
    if tag.name != other.name:
        return False
    if tag.name not in _ORDINARY:
        return True
    if not all(_has(other, name, value) for name, value in tag.attributes) or tag.text not in other.text:
        return False
    if f"<{tag.name}" in other.text:
        return False  # an element of the answer's own, with the caller's text escaped in it
    told = (value for name, value in tag.attributes if name not in _ORDINARY_ATTRIBUTES)
    return raw or bool(tag.text) or any(told)


def _breaks_out(name: str, value: str, tags: Iterable[_Tag], *, raw: bool) -> bool:
    telling = raw or (value and name not in _ORDINARY_ATTRIBUTES)
    return bool(telling) and any(_has(tag, name, value) for tag in tags)


def _has(tag: _Tag, name: str, value: str) -> bool:
    """Whether a tag has an attribute; half-escaped quotes may have become part of its value."""
    return any(name == found and held.strip("\"'").startswith(value) for found, held in tag.attributes)


def _untraceable(planted: str, format_: Found) -> list[str]:
    """Mark-up of a text that came back raw and is neither an element nor an attribute in the tree."""
    references = [reference[0] for reference in _REFERENCE.finditer(planted)]
    special = [sign for sign in ("<!", "<?") if sign in planted]
    unescaped = [sign for sign in ("<", "&") if sign in planted and format_ == "XML"]
    return (references + special + unescaped)[:1]


def _stands_raw(planted: str, text: str) -> bool:
    """Whether a text is repeated as it was sent; one that any answer has of its own cannot be told.

    `&amp;` also stands in `&amp;amp;`, which is how it is escaped; and what is repeated may be a part of it, from the
    beginning on.
    """
    if _is_of_any_page(planted):
        return False
    if "&amp;" not in planted or planted not in text:
        return planted in text
    parts = (planted[:end].replace("&", "&amp;") for end in count())
    escaped = next(part for part in parts if len(part) >= len(planted))
    places = (found.start() for found in re.finditer(f"(?={re.escape(planted)})", text))
    return not all(text.startswith(escaped, place) for place in places)


def _is_of_any_page(planted: str) -> bool:
    """Whether a text is nothing but signs, bare tags and references that answers have of their own."""
    rest = _BARE_TAG.sub(lambda tag: "" if tag[1].lower() in _ORDINARY else tag[1], _OWN_REFERENCE.sub("", planted))
    return not any(map(str.isalnum, rest))


def _without_literals(text: str, planted: str) -> str:
    """The text without that in which mark-up is no mark-up, unless that itself was planted."""
    text = _SCRIPT.sub(" ", text)
    text = text if "<![CDATA[" in planted else _CDATA.sub(" ", text)
    return text if "<!--" in planted else _COMMENT.sub(" ", text)


@lru_cache(maxsize=16)
def _tags(body: bytes, charset: str, found: Found, text: str) -> tuple[_Tag, ...]:
    return tuple(islice(_of_xml(body, charset) if found == "XML" else _of_html(text), _MOST_ELEMENTS))


def _of_xml(body: bytes, charset: str) -> Iterator[_Tag]:
    root = document(body, charset).root
    for element in () if root is None else root.iter("*"):
        pairs = tuple((_local(name), element.get(name) or "") for name in islice(element.attrib, _MOST_ATTRIBUTES))
        yield _Tag(_local(element.tag), pairs, collapsed((element.text or "")[:_MOST_CHARACTERS]).casefold())


def _of_html(text: str) -> Iterator[_Tag]:
    for node in html_tree(text).css("*"):
        pairs = tuple((_local(name), value or "") for name, value in node.attributes.items())
        yield _Tag(_local(node.tag), pairs, collapsed(node.text(deep=False)).casefold())


def _local(name: object) -> str:
    return re.split("[}:]", str(name))[-1].lower()
