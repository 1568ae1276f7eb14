"""What is demanded of an answer in XML: KC-XML-01 to KC-XML-09.

One fault breaks one requirement. So the checks of content read a document tolerantly (`reading`), and each of them
decides for itself what to say of one that is broken elsewhere:

- a body that is no XML at all is one `NotXml`, for every check;
- a document that is not well-formed (KC-XML-01) is still judged by its code, type and message where these can be
  recovered, and only where they cannot is it `UnreadableAnswer`, so that no check is passed by what it could not see;
- whether it is valid (KC-XML-02) cannot be asked of it, and strict validity (KC-XML-09) only of what is valid.
"""

from functools import cache

import xmlschema
from lxml.etree import Entity, _Element

from keepcall.contract.exchange import Exchange
from keepcall.contract.violation import Violation, quoted
from keepcall.contract.wording import NOT_FOUND, collapsed, has_text
from keepcall.expect.decision import DECIMAL_INTEGER, refuses
from keepcall.expect.parsing.answer import ParsedAnswer, charset_of, parsed
from keepcall.expect.parsing.cache import MANY, memoised
from keepcall.expect.parsing.document import document, xml_declaration
from keepcall.expect.parsing.encoding import declared_encoding
from keepcall.resources import path

Violations = tuple[Violation, ...]

_MOST = 1_000
"""Children or attributes of one element beyond which a document is not validated; a documented one has two."""


def well_formed(exchange: Exchange) -> Violations:
    """KC-XML-01: the document is well-formed in its declared encoding (XML 1.0 or 1.1; Namespaces in XML)."""
    return _not_xml(exchange) or parsed(exchange).faults


def valid(exchange: Exchange) -> Violations:
    """KC-XML-02: the document is valid against the open schema, with one `Response` and no stray `ErrorMessage`."""
    return _not_xml(exchange) or _unreadable(exchange, "code") or _validity(*_key(exchange))


def granted_code(exchange: Exchange) -> Violations:
    """KC-XML-03: `code` is exactly `0`, and there is no `ErrorMessage`."""
    basic = _not_xml(exchange) or _unreadable(exchange, "code")
    if basic:
        return basic
    reading = parsed(exchange)
    found: list[Violation] = []
    if reading.code is None:
        found.append(_missing("code"))
    elif reading.code != "0":
        found.append(Violation("CodeIsNotZero", "code '0'", f"code {quoted(reading.code)}"))
    if reading.messages:
        got = f"ErrorMessage {quoted(reading.messages[0])}"
        found.append(Violation("UnexpectedErrorMessage", "no ErrorMessage where the request is granted", got))
    return tuple(found)


def refused_code(exchange: Exchange) -> Violations:
    """KC-XML-04: `code` is a decimal integer other than 0, and one `ErrorMessage` has text in it.

    What an attribute of `ErrorMessage` says is not text in it.
    """
    basic = _not_xml(exchange) or _unreadable(exchange, "code")
    if basic:
        return basic
    reading = parsed(exchange)
    found: list[Violation] = []
    if reading.code is None:
        found.append(_missing("code"))
    elif DECIMAL_INTEGER.fullmatch(reading.code) is None:
        found.append(Violation("CodeIsNotAnInteger", "code as a decimal integer", f"code {quoted(reading.code)}"))
    elif not refuses(reading.code):
        found.append(Violation("CodeIsZero", "code other than 0", f"code {quoted(reading.code)}"))
    return (*found, *_one_message(reading))


def response_type(exchange: Exchange) -> Violations:
    """KC-XML-05: `type` is `KeepCall`, in answers to `action=KeepCall`."""
    if exchange.request.values("action") not in {(), ("KeepCall",)} or "action" in exchange.request.omitted:
        return ()
    basic = _not_xml(exchange) or _unreadable(exchange, "type")
    if basic:
        return basic
    type_ = parsed(exchange).type
    if type_ is None:
        return (_missing("type"),)
    if type_ != "KeepCall":
        return (Violation("WrongType", "type 'KeepCall'", f"type {quoted(type_)}"),)
    return ()


def not_found_code(exchange: Exchange) -> Violations:
    """KC-XML-06: a call that cannot be found has `code="2"`."""
    basic = _not_xml(exchange) or _unreadable(exchange, "code")
    if basic:
        return basic
    code = parsed(exchange).code
    if code is None:
        return (_missing("code"),)
    if code != "2":
        return (Violation("WrongCode", "code '2', a call that cannot be found", f"code {quoted(code)}"),)
    return ()


def not_found_message(exchange: Exchange) -> Violations:
    """KC-XML-07: a keep of a call that cannot be found has the documented message, white space collapsed."""
    if not exchange.request.plain_keep:
        return ()
    basic = _not_xml(exchange) or _unreadable(exchange, "message")
    if basic:
        return basic
    messages = parsed(exchange).messages
    if not messages:
        return (Violation("MissingErrorMessage", quoted(NOT_FOUND), "no ErrorMessage"),)
    if NOT_FOUND not in map(collapsed, messages):
        return (Violation("WrongErrorMessage", quoted(NOT_FOUND), quoted(messages[0])),)
    return ()


def declaration(exchange: Exchange) -> Violations:
    """KC-XML-08: the document starts with an XML declaration that names its encoding.

    Where it stands and whether the name is right is for KC-XML-01: there may be nothing before it.
    """
    basic = _not_xml(exchange)
    if basic:
        return basic
    text = parsed(exchange).text
    found = xml_declaration(text)
    if not found:
        return (Violation("MissingXmlDeclaration", "an XML declaration at the start", quoted(text, 40)),)
    if not declared_encoding(found):
        return (Violation("MissingEncodingDeclaration", "an XML declaration with an encoding", quoted(found)),)
    return ()


def documented_only(exchange: Exchange) -> Violations:
    """KC-XML-09: nothing beyond the documented elements and attributes; asked of a document that is valid."""
    return _not_xml(exchange) or _unreadable(exchange, "code") or _strictness(*_key(exchange))


def _key(exchange: Exchange) -> tuple[bytes, str]:
    return exchange.answer.body, charset_of(exchange.answer)


def _not_xml(exchange: Exchange) -> Violations:
    reading = parsed(exchange)
    if reading.format == "XML":
        return ()
    got = f"{reading.format}: {quoted(reading.text.strip(), 80)}" if reading.format else "an empty body"
    return (Violation("NotXml", "an XML document", got),)


def _unreadable(exchange: Exchange, value: str) -> Violations:
    """What to say of a document that is broken so that not even this value can be recovered."""
    reading = parsed(exchange)
    lost = {"code": reading.code is None, "type": reading.type is None, "message": not any(reading.messages)}
    if reading.whole or not lost[value]:
        return ()
    got = "; ".join(f"{fault.name}: {fault.got}" for fault in reading.faults)
    return (Violation("UnreadableAnswer", f"a {value} that can be read", got),)


def _missing(attribute: str) -> Violation:
    name = f"Missing{attribute.capitalize()}"
    return Violation(name, f"Response with the attribute {attribute}", f"no {attribute} at all")


def _one_message(reading: ParsedAnswer) -> Violations:
    expected = "one ErrorMessage with text in it"
    lost = not reading.whole and "ErrorMessage" in reading.text
    if not reading.messages and lost:
        return ()
    if not reading.messages:
        return (Violation("MissingErrorMessage", expected, "no ErrorMessage"),)
    if len(reading.messages) > 1:
        got = " and ".join(quoted(message, 60) for message in reading.messages[:3])
        return (Violation("SecondErrorMessage", expected, f"{len(reading.messages)} of them: {got}"),)
    if not has_text(reading.messages[0]):
        return (Violation("EmptyErrorMessage", expected, f"ErrorMessage {quoted(reading.messages[0])}"),)
    return ()


@memoised(large=MANY)
def _validity(body: bytes, charset: str) -> Violations:
    found = document(body, charset)
    if found.root is None or not found.whole:
        return ()
    if found.declares_entities:
        return (Violation("DeclaresEntities", "a document without entities of its own", "entity declarations"),)
    if any(True for _ in found.root.iter(Entity)):
        return (Violation("ExternalEntity", "text", "a reference to an entity of an external DTD"),)
    return (*_against("keepcall-response.xsd", found.root), *_strays(found.root))


@memoised(large=MANY)
def _strictness(body: bytes, charset: str) -> Violations:
    found = document(body, charset)
    if found.root is None or not found.whole or _validity(body, charset):
        return ()
    wrong = _against("keepcall-response-strict.xsd", found.root)
    return tuple(Violation("UndocumentedContent", "documented content and no more", each.got) for each in wrong)


def _strays(root: _Element) -> Violations:
    """What an open end of the schema lets through although there must be one `Response` with all in it."""
    found: list[Violation] = []
    responses = sum(1 for _ in root.iter("Response"))
    if responses > 1:
        found.append(Violation("SecondResponse", "one Response", f"{responses} of them"))
    if any(next(message.iterancestors("Response"), None) is None for message in root.iter("ErrorMessage")):
        found.append(Violation("MisplacedErrorMessage", "ErrorMessage in the Response", "one outside of it"))
    return tuple(found)


def _against(schema: str, root: _Element) -> Violations:
    """The first thing in which a document differs from a schema."""
    widest = max(max(len(element), len(element.attrib)) for element in root.iter("*"))
    if widest > _MOST:
        return (Violation("InvalidDocument", f"at most {_MOST} children or attributes of an element", f"{widest}"),)
    try:
        error = next(loaded(schema).iter_errors(root), None)
    except (xmlschema.XMLSchemaException, ValueError, LookupError, RecursionError) as unexpected:
        return (Violation("InvalidDocument", f"a document that {schema} allows", quoted(str(unexpected))),)
    if error is None:
        return ()
    got = f"{quoted(str(error.reason))} in {quoted(str(error.path), 80)}"
    return (Violation("InvalidDocument", f"a document that {schema} allows", got),)


@cache
def loaded(name: str) -> xmlschema.XMLSchema10:
    """A schema of ours by the name of its file: to read one takes longer than to hold many answers against it."""
    return xmlschema.XMLSchema10(str(path("schemas", name)))
