"""A body as an XML document: its tree where it is well-formed, else as much of one as can be had.

Nothing is fetched; depth, length, number of names and what entities of the document itself expand to are bounded by
libxml2.
"""

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lxml import etree
from lxml.etree import _Element

from keepcall.contract.violation import Violation, quoted
from keepcall.expect.parsing.encoding import DECLARATION, xml_text

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML (XML 1.0, section 2.2)."""

_VERSION_1_1 = re.compile(r"""\A<\?xml\s+version\s*=\s*(["'])1\.1\1""")
_LINE_ENDS_1_1 = re.compile("\r\x85|\x85|\u2028")
_RESTRICTED_1_1 = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CONTROL_REFERENCE = re.compile(r"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01])|x0*(?:[1-8bcefBCEF]|1[0-9a-fA-F]));")

_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,9})|([0-9]{1,9}));")
_DECLARES_ENTITIES = re.compile(r"<!DOCTYPE\s[^>\[]*\[(?:[^<\]]|<(?!!ENTITY\s))*<!ENTITY\s")
"""At a DOCTYPE: an entity declaration in its internal subset, as far as it can be told without parsing."""

_OWN_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z_:][\w:.-]*;")

_NAMES = {
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY: "MissingRoot",
    etree.ErrorTypes.ERR_DOCUMENT_END: "SecondRoot",
    etree.ErrorTypes.ERR_INVALID_CHAR: "ForbiddenCharacter",
    etree.ErrorTypes.ERR_INVALID_CHARREF: "ForbiddenCharacter",
    etree.ErrorTypes.ERR_RESERVED_XML_NAME: "MisplacedDeclaration",
    etree.ErrorTypes.ERR_NAME_REQUIRED: "UnescapedMarkup",
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: "UnescapedMarkup",
    etree.ErrorTypes.ERR_LT_IN_ATTRIBUTE: "UnescapedMarkup",
    etree.ErrorTypes.ERR_MISPLACED_CDATA_END: "UnescapedMarkup",
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "UndeclaredEntity",
    etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED: "DuplicateAttribute",
    etree.ErrorTypes.NS_ERR_ATTRIBUTE_REDEFINED: "DuplicateAttribute",
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: "UnboundPrefix",
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "UnclosedElement",
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "UnclosedElement",
    etree.ErrorTypes.ERR_RESOURCE_LIMIT: "BeyondLimits",
}

_NO_FAULTS = frozenset({etree.ErrorTypes.WAR_NS_URI, etree.ErrorTypes.DTD_XMLID_VALUE})
"""What libxml2 stops at although the document is well-formed: an odd namespace name, an `xml:id` that is none."""


@dataclass(frozen=True, slots=True)
class Document:
    """XML as it was read.

    Attributes:
        text: all of it, without a byte order mark.
        faults: why it is not well-formed in its encoding; empty if it is.
        root: the root element; of a document that cannot be parsed, what could be recovered, or None.
        whole: whether the tree is that of the whole document.
        declares_entities: whether its DOCTYPE declares entities that no reader can be asked to expand: external ones,
            ones that hold themselves, too many; references to them are left out.
    """

    text: str
    faults: tuple[Violation, ...]
    root: _Element | None
    whole: bool
    declares_entities: bool


@lru_cache(maxsize=1)
def document(body: bytes, charset: str) -> Document:
    """The XML document in a body; `charset` is that of Content-Type, for want of a declaration.

    The last one is remembered. A small body can be a large document, by its entities.
    """
    decoded = xml_text(body, charset)
    text, faults = decoded.text, list(decoded.faults)
    doctype = text.find("<!DOCTYPE")
    declares_entities = doctype >= 0 and _DECLARES_ENTITIES.match(text, doctype) is not None
    if _VERSION_1_1.match(text):
        text = _as_1_0(text, faults)
    if doctype >= 0 and "<!ENTITY" in text and not faults and not _FORBIDDEN.search(text):
        expanded = _expanded(text.encode())
        if expanded is not None:
            return Document(decoded.text, (), expanded, whole=True, declares_entities=False)
    if declares_entities:
        text = _OWN_REFERENCE.sub("", text)
    wrong = _FORBIDDEN.search(text)
    if wrong and not faults:
        faults.append(_forbidden(wrong))
    root, fault = _parsed((_FORBIDDEN.sub("\ufffd", text) if wrong else text).encode())
    if fault and not faults:
        faults.append(fault)
    if root is not None and fault is None:
        subset = root.getroottree().docinfo.internalDTD
        declares_entities = subset is not None and _declares(subset)
    return Document(decoded.text, tuple(faults), root, fault is None, declares_entities)


def _declares(subset: etree.DTD) -> bool:
    return any(True for _ in subset.iterentities())  # type: ignore[attr-defined]  # the stubs leave it out


def xml_declaration(text: str) -> str:
    """The XML declaration of a text, even if something stands before it; empty where there is none."""
    found = DECLARATION.search(text)
    return found[0] if found else ""


def _as_1_0(text: str, faults: list[Violation]) -> str:
    """XML 1.1 in words of 1.0, which is all that libxml2 knows (XML 1.1, sections 2.2 and 2.11)."""
    text = _LINE_ENDS_1_1.sub("\n", text)
    wrong = _RESTRICTED_1_1.search(text)
    if wrong and not faults:
        faults.append(_forbidden(wrong))
    return _CONTROL_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", _RESTRICTED_1_1.sub("\N{REPLACEMENT CHARACTER}", text))


def _forbidden(found: re.Match[str]) -> Violation:
    got = f"U+{ord(found[0]):04X} at character {found.start()}"
    return Violation("ForbiddenCharacter", "only characters that XML allows", got)


def _expanded(content: bytes) -> _Element | None:
    """The tree with the document's own entities in place (XML 1.0, section 4.4); None where that cannot be had."""
    try:
        return etree.fromstring(content, _parser(recover=False, entities="internal"))
    except etree.XMLSyntaxError:
        return None


def _parsed(content: bytes) -> tuple[_Element | None, Violation | None]:
    try:
        return etree.fromstring(content, _parser(recover=False)), None
    except etree.XMLSyntaxError as error:
        recovered = _recovered(content)
        code: int = error.code  # type: ignore[attr-defined]  # the stubs leave it out
        if code in _NO_FAULTS:
            return recovered, None
        name = _NAMES.get(code, "MalformedXml")
        return recovered, Violation(name, "a well-formed XML document", quoted(str(error.msg)))


def _recovered(content: bytes) -> _Element | None:
    """What libxml2 makes of a broken document; it would keep references that no text can hold."""
    content = _REFERENCE.sub(lambda found: found[0] if _allowed(found) else b"?", content)
    try:
        # Of nothing at all libxml2 recovers None, which the type stubs do not say.
        found: _Element | None = etree.fromstring(content, _parser(recover=True))
    except etree.XMLSyntaxError:
        return None
    return found


def _allowed(reference: re.Match[bytes]) -> bool:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return number <= sys.maxunicode and not _FORBIDDEN.match(chr(number))


def _parser(*, recover: bool, entities: Literal["internal", False] = False) -> etree.XMLParser:
    """A parser that trusts nothing; a new one each time, since a parser is no value to share between threads.

    Not with `collect_ids=False`, which makes libxml2 look for an external DTD after all.
    """
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=entities,  # type: ignore[arg-type]  # the stubs know no "internal"
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
