"""A tolerant reading of an answer, so that one fault of it breaks one requirement.

Names are found in any case and namespace, broken XML is recovered, a page is what a parser makes of it: whether
`<response code="0">` or a stray `&` may be there is for KC-XML-01 and KC-XML-02 to judge, and no reason to take a
granted keep for a refused one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.violation import Violation
from keepcall.contract.wording import SUCCESS, holds_success, says_success
from keepcall.expect.parsing.cache import MANY, memoised
from keepcall.expect.parsing.document import document
from keepcall.expect.parsing.encoding import html_text, plain_text, xml_text
from keepcall.expect.parsing.media_type import media_type
from keepcall.expect.parsing.page import page
from keepcall.expect.parsing.sniffing import HTML_ELEMENTS, KEEPCALL_ELEMENTS, Found, sniffed, sniffed_text, tag_names

_MOST_ELEMENTS = 10_000
"""Elements in which a document is searched; a documented answer has three."""

_MOST_ATTRIBUTES = 1_000
"""Attributes of an element among which one in another spelling is looked for; a documented answer has two."""

_LONGEST = 20_000
"""Characters that are kept of a value longer than its body: by entities a few bytes can stand for a megabyte."""

_PAGE_ELEMENTS = frozenset({"html", "body", "p", "div", "span", "br", "h1", "h2", "h3", "pre", "table", "ul", "b"})
"""Elements by which a page is told from XML where the first tag does not tell: a custom element, say."""

_RESPONSE_TAG = re.compile(r"<(?:[\w.-]+:)?Response(?=[\s/>])", re.IGNORECASE)
_IN_TAG = r"""\b{}\s*=\s*(?:"([^"<]*)|'([^'<]*)|([^\s"'/><]+))"""
_CODE = re.compile(_IN_TAG.format("code"), re.IGNORECASE)
_TYPE = re.compile(_IN_TAG.format("type"), re.IGNORECASE)
_MESSAGE = re.compile(r"<(?:[\w.-]+:)?ErrorMessage(?:\s[^<>]*)?>([^<]*)", re.IGNORECASE)
_TAG_LENGTH = 2_000
"""Characters from `<Response` on in which its attributes are looked for where there is no tree."""


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What an answer holds; many are remembered, so that it has nothing that takes as much room as a body.

    Attributes:
        format: what the body is; empty where there is nothing but white space.
        body: its bytes.
        charset: that of Content-Type; empty where it names none.
        code: the `code` of XML; None where there is none.
        type: the `type` of XML; None where there is none.
        messages: the text of each `ErrorMessage` of XML.
        sentence: whether it tells of a grant in words (`wording.says_success`).
        faults: why XML is not well-formed in its encoding; empty if it is.
        whole: whether all of XML could be parsed.
    """

    format: Found
    body: bytes
    charset: str = ""
    code: str | None = None
    type: str | None = None
    messages: tuple[str, ...] = ()
    sentence: bool = False
    faults: tuple[Violation, ...] = ()
    whole: bool = True

    @property
    def text(self) -> str:
        """The body as text."""
        return text_in(self.body, self.charset, self.format)


def text_in(body: bytes, charset: str, found: Found) -> str:
    """A body as text, by what it is."""
    decode = {"HTML": html_text, "XML": xml_text}.get(found, plain_text)
    return decode(body, charset).text


def charset_of(answer: Answer) -> str:
    """The charset that Content-Type names; empty where it names none."""
    return media_type(answer.header("Content-Type")).charset or ""


def found_format(answer: Answer) -> Found:
    """What a body is by its look alone: `"XML"`, `"HTML"`, `"TEXT"`, or `""` for nothing but white space."""
    return sniffed(answer.body, charset_of(answer))


def parsed(exchange: Exchange) -> ParsedAnswer:
    """The answer of an exchange, read as what it is.

    What was asked for decides where the look alone does not: `Not found.<br>` is a page if a page was asked for;
    text that starts with the caller's own `<x>` is text if text was asked for.
    """
    request, answer = exchange.request, exchange.answer
    echoes = tuple(value for _, value in request.parameters if "<" in value)
    return _read(answer.body, charset_of(answer), request.format or "", echoes)


@memoised(large=MANY)
def _read(body: bytes, charset: str, asked: str, echoes: tuple[str, ...]) -> ParsedAnswer:
    found = _format(body, charset, asked, echoes)
    if found == "XML":
        return _read_xml(body, charset)
    text = text_in(body, charset, found)
    if found == "HTML":
        sentence = page(text).holds(SUCCESS) or any(map(says_success, page(text).texts))
        return ParsedAnswer(found, body, charset, sentence=sentence)
    return ParsedAnswer(found, body, charset, sentence=says_success(text))


def _format(body: bytes, charset: str, asked: str, echoes: tuple[str, ...]) -> Found:
    found = sniffed(body, charset)
    if found == asked or not asked:
        return found
    text = xml_text(body, charset).text
    for echo in echoes:
        text = text.replace(echo, "?")
    names = tag_names(text)
    declared = "<?xml" in text[:1024]
    if asked == "HTML":
        taggy = bool(names & (_PAGE_ELEMENTS if found == "XML" else HTML_ELEMENTS)) and not names & KEEPCALL_ELEMENTS
        return "HTML" if taggy and not declared and text.lstrip()[:1] not in {"{", "["} else found
    if asked == "XML":
        page_like = found == "TEXT" or names & {"html", "head", "body"}
        return "XML" if not page_like and names & KEEPCALL_ELEMENTS else found
    in_brackets = found == "XML" and not declared and "</" not in text and "/>" not in text
    bracketed = in_brackets and not names & KEEPCALL_ELEMENTS
    return "TEXT" if bracketed or sniffed_text(text) == "TEXT" else found


def _read_xml(body: bytes, charset: str) -> ParsedAnswer:
    found = document(body, charset)
    code = type_ = None
    messages: tuple[str, ...] = ()
    if found.root is not None:
        elements = list(islice(found.root.iter("*"), _MOST_ELEMENTS))
        response = _response(elements)
        code, type_ = _value(response, "code"), _value(response, "type")
        messages = tuple(text_of(element) for element in _messages(elements, response))
    if not found.whole:
        code = _by_pattern(_CODE, found.text) if code is None else code
        type_ = _by_pattern(_TYPE, found.text) if type_ is None else type_
        messages = messages or tuple(islice((m[1] for m in _MESSAGE.finditer(found.text)), 2))
    return ParsedAnswer(
        "XML",
        body,
        charset,
        None if code is None else _value_kept(code, body),
        None if type_ is None else _value_kept(type_, body),
        tuple(_text_kept(message, body) for message in messages),
        holds_success(found.text),
        found.faults,
        found.whole,
    )


def _value_kept(value: str, body: bytes) -> str:
    """An attribute; one that is cut shows it, so that it is taken for no other one."""
    return f"{value[:_LONGEST]}…" if _is_swollen(value, body) else value


def _text_kept(text: str, body: bytes) -> str:
    """A message; one that is cut keeps what there is to read of it, if there is anything."""
    return text.strip()[:_LONGEST] if _is_swollen(text, body) else text


def _is_swollen(value: str, body: bytes) -> bool:
    return len(value) > max(_LONGEST, len(body))


def text_of(element: _Element) -> str:
    """The text in an element and its descendants."""
    return "".join(map(str, element.itertext()))


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _response(elements: list[_Element]) -> _Element:
    """The `Response`; in its place whatever comes nearest to it."""
    wanted: tuple[Iterator[_Element], ...] = (
        (element for element in elements if element.tag == "Response"),
        (element for element in elements if _local(element.tag) == "Response"),
        (element for element in elements if _local(element.tag).lower() == "response"),
        (element for element in elements if _attribute(element, "code") is not None),
    )
    return next((found for each in wanted for found in each), elements[0])


def _messages(elements: Iterable[_Element], response: _Element) -> list[_Element]:
    """Each `ErrorMessage`, wherever it stands; in other spellings only where it should stand."""
    space = str(response.tag)[: -len(_local(response.tag))]
    exact = [element for element in elements if element.tag == f"{space}ErrorMessage"]
    return exact or [child for child in response.iter("*") if _local(child.tag).lower() == "errormessage"]


def _attribute(element: _Element, name: str) -> str | None:
    exact = element.get(name)
    if exact is not None:
        return exact
    # Not by `items()`, whose time grows with the square of their number.
    keys = islice(element.attrib, _MOST_ATTRIBUTES)
    return next((element.get(key) for key in keys if _local(key).lower() == name), None)


def _value(response: _Element, name: str) -> str | None:
    """An attribute of the `Response`; in its place an element of that name in it."""
    value = _attribute(response, name)
    if value is not None:
        return value
    return next((text_of(child).strip() for child in response if _local(child.tag).lower() == name), None)


def _by_pattern(pattern: re.Pattern[str], text: str) -> str | None:
    """An attribute of `Response` in a text that has no tree."""
    tag = _RESPONSE_TAG.search(text)
    found = pattern.search(text[tag.start() :][:_TAG_LENGTH].partition(">")[0]) if tag else None
    return next((group for group in found.groups() if group is not None), None) if found else None
