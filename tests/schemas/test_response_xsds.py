"""Both XSDs say the same of every document, whichever of two independent processors reads them."""

from functools import cache
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from lxml import etree

from keepcall import resources

OPEN = "keepcall-response.xsd"
STRICT = "keepcall-response-strict.xsd"

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
GRANTED = f'{DECLARATION}<VerbaApi>\n<Response code="0" type="KeepCall"/>\n</VerbaApi>\n'
REFUSED = f"""{DECLARATION}<VerbaApi>
<Response code="2" type="KeepCall">
<ErrorMessage>Unable to keep the call, because the call cannot be found.</ErrorMessage>
</Response>
</VerbaApi>
"""
OK = '<Response code="0" type="KeepCall"/>'
SORRY = '<Response code="2" type="KeepCall"><ErrorMessage>No.</ErrorMessage></Response>'


def api(content: str) -> str:
    return f"<VerbaApi>{content}</VerbaApi>"


def code(text: str) -> str:
    return api(SORRY.replace("2", text))


def kind(text: str) -> str:
    return api(OK.replace("KeepCall", text))


def message(content: str) -> str:
    return api(SORRY.replace("No.", content))


def beside_message(content: str) -> str:
    """The content as the last thing in a Response that has its ErrorMessage."""
    return api(SORRY.replace("</Response>", f"{content}</Response>"))


DOCUMENTED = {
    "the documented success": GRANTED,
    "the documented error": REFUSED,
    "no white space at all": api(OK),
    "no declaration": GRANTED.removeprefix(DECLARATION),
    "a declaration in single quotes": f"<?xml version='1.0' encoding='utf-8'?><VerbaApi>{OK}</VerbaApi>",
    "a standalone declaration": f'<?xml version="1.0" standalone="yes"?><VerbaApi>{OK}</VerbaApi>',
    "tabs and line breaks": f"<VerbaApi>\r\n\t{OK}\r\n\t</VerbaApi>\r\n",
    "an end tag instead of an empty element": api('<Response code="0" type="KeepCall"></Response>'),
    "white space inside an empty Response": api('<Response code="0" type="KeepCall"> </Response>'),
    "attributes the other way round": api('<Response type="KeepCall" code="0"/>'),
    "attributes in single quotes": api("<Response code='0' type='KeepCall'/>"),
    "space before the end of tags": '<VerbaApi ><Response code="0" type="KeepCall" /></VerbaApi >',
    "a comment before the root": f"<!-- kept --><VerbaApi>{OK}</VerbaApi>",
    "a comment in VerbaApi": api(f"<!-- kept -->{OK}<!-- done -->"),
    "a comment in Response": api('<Response code="0" type="KeepCall"><!-- kept --></Response>'),
    "a processing instruction": f"<?server fast?><VerbaApi><?server fast?>{OK}</VerbaApi>",
    "a prefix that is declared and never used": f'<VerbaApi xmlns:x="urn:example:x">{OK}</VerbaApi>',
    "an empty ErrorMessage": message(""),
    "an ErrorMessage in CDATA": message("<![CDATA[a < b]]>"),
    "an ErrorMessage with references": message("a &lt; b &#233; &amp;"),
    "an ErrorMessage in several lines": message("No.\nNo."),
    "an ErrorMessage beyond ASCII": message("Hívás nem található 📞"),
    "an ErrorMessage beside code 0": code("0"),
    "no ErrorMessage beside code 2": api('<Response code="2" type="KeepCall"/>'),
    "a negative code": code("-2"),
    "a code with a plus sign": code("+2"),
    "a code with leading zeros": code("002"),
    "a code of many digits": code("2147483648"),
    "a code between spaces": code(" 2 "),  # as of any xs:integer; KC-XML-03 and KC-XML-04 look closer
    "the type of another function": kind("RequestToken"),
    "the type in lower case": kind("keepcall"),
    "an empty type": kind(""),
}

EXTENDED = {
    "another attribute on VerbaApi": f'<VerbaApi version="9.8">{OK}</VerbaApi>',
    "another attribute on Response": api('<Response code="0" type="RequestToken" token="09835e02"/>'),
    "another attribute on ErrorMessage": (
        api('<Response code="2" type="KeepCall"><ErrorMessage description="No."/></Response>')
    ),
    "another attribute and text on ErrorMessage": (
        '<VerbaApi><Response code="2" type="KeepCall">'
        '<ErrorMessage description="No.">No.</ErrorMessage></Response></VerbaApi>'
    ),
    "an attribute in a namespace": f'<VerbaApi xmlns:x="urn:example:x" x:node="1">{OK}</VerbaApi>',
    "a language": f'<VerbaApi xml:lang="en">{OK}</VerbaApi>',
    "a code in a namespace beside the documented one": (
        '<VerbaApi xmlns:x="urn:example:x"><Response code="0" x:code="zero" type="KeepCall"/></VerbaApi>'
    ),
    "a code in another case beside the documented one": api('<Response code="0" Code="zero" type="KeepCall"/>'),
    "one element after Response": api(f"{OK}<SessionId>1</SessionId>"),
    "several elements after Response": (
        f"<VerbaApi>{OK}<SessionId>1</SessionId><SessionParameterName>s</SessionParameterName>"
        "<SessionCookieName>JSESSIONID</SessionCookieName><Remote/></VerbaApi>"
    ),
    "an element with children after Response": api(f"{OK}<Call><Id>1</Id> text <Id/></Call>"),
    "an element with attributes after Response": api(f'{OK}<Call id="1" code="x"/>'),
    "an element after a Response with ErrorMessage": api(f"{SORRY}<Remote/>"),
    "an element in a namespace after Response": api(f'{OK}<Call xmlns="urn:example:x"/>'),
    "an element of the same name in a namespace": api(f'{OK}<Response xmlns="urn:example:x"/>'),
    "a comment between extra elements": api(f"{OK}<A/><!-- b --><B/>"),
    # These the schema cannot tell from extra elements; the check of KC-XML-02 does.
    "a second Response": api(OK + OK),
    "a second Response without attributes": api(f"{OK}<Response/>"),
    "an ErrorMessage after Response": api(f"{OK}<ErrorMessage>No.</ErrorMessage>"),
}

INVALID = {
    "no Response": "<VerbaApi/>",
    "only white space": api("\n"),
    "only text": api("The call has been marked for recording."),
    "Response as the root": OK,
    "another root": f"<Verba>{OK}</Verba>",
    "a root around the root": f"<html><VerbaApi>{OK}</VerbaApi></html>",
    "an HTML page": "<html><body><p>The call has been marked for recording.</p></body></html>",
    "VerbaApi in lower case": f"<verbaapi>{OK}</verbaapi>",
    "VerbaApi in upper case": f"<VerbaAPI>{OK}</VerbaAPI>",
    "Response in lower case": api('<response code="0" type="KeepCall"/>'),
    "Result instead of Response": api('<Result code="0" type="KeepCall"/>'),
    "code in another case": api('<Response Code="0" type="KeepCall"/>'),
    "type in another case": api('<Response code="0" Type="KeepCall"/>'),
    "ErrorMessage in another case": api(SORRY.replace("ErrorMessage", "errorMessage")),
    "no code": api('<Response type="KeepCall"/>'),
    "no type": api('<Response code="0"/>'),
    "no attribute": api("<Response/>"),
    "an empty code": code(""),
    "a code in words": code("OK"),
    "a decimal fraction as code": code("2.0"),
    "a hexadecimal code": code("0x2"),
    "a code with a space in it": code("2 2"),
    "a code in Arabic-Indic digits": code("\N{ARABIC-INDIC DIGIT TWO}"),
    "a code with an underscore in it": code("2_2"),
    "a code with two signs": code("+-2"),
    "code and type as elements": api("<Response><code>0</code><type>KeepCall</type></Response>"),
    "code in a namespace": '<VerbaApi xmlns:x="urn:x"><Response x:code="0" type="KeepCall"/></VerbaApi>',
    "two ErrorMessages": beside_message("<ErrorMessage>No.</ErrorMessage>"),
    "an ErrorMessage before Response": api(f"<ErrorMessage>No.</ErrorMessage>{OK}"),
    "an ErrorMessage instead of Response": api("<ErrorMessage>No.</ErrorMessage>"),
    "an ErrorMessage in an ErrorMessage": message("<ErrorMessage>No.</ErrorMessage>"),
    "mark-up in an ErrorMessage": message("<b>No.</b>"),
    "another element in Response": api(SORRY.replace("ErrorMessage", "Message")),
    "another element after ErrorMessage": beside_message("<Hint/>"),
    "another element before ErrorMessage": api(SORRY.replace("<Err", "<Hint/><Err")),
    "another element before Response": api(f"<SessionId>1</SessionId>{OK}"),
    "text before Response": api(f"kept{OK}"),
    "text after Response": api(f"{OK}kept"),
    "text after an extra element": api(f"{OK}<Remote/>kept"),
    "text in Response": api('<Response code="0" type="KeepCall">kept</Response>'),
    "text beside ErrorMessage": beside_message("No."),
    "Response in a wrapper": api(f"<Responses>{OK}</Responses>"),
    "Response in a Response": api(f'<Response code="0" type="KeepCall">{OK}</Response>'),
    "VerbaApi in VerbaApi": api(f"<VerbaApi>{OK}</VerbaApi>"),
    "a default namespace": f'<VerbaApi xmlns="urn:example:verba">{OK}</VerbaApi>',
    "a prefixed namespace": f'<v:VerbaApi xmlns:v="urn:example:verba">{OK}</v:VerbaApi>',
    "Response in a namespace": api('<Response xmlns="urn:example:verba" code="0" type="KeepCall"/>'),
    "ErrorMessage in a namespace": api(SORRY.replace("Message>No", 'Message xmlns="urn:example:verba">No')),
}


@cache
def by_xmlschema(schema: str) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(resources.path("schemas", schema))


@cache
def by_libxml2(schema: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(resources.path("schemas", schema)))


def verdicts(schema: str, document: str) -> dict[str, bool]:
    """What both processors say, each of a tree that its own parser made."""
    octets = document.encode()
    return {
        "xmlschema": by_xmlschema(schema).is_valid(ET.fromstring(octets)),
        "libxml2": by_libxml2(schema).validate(etree.fromstring(octets)),
    }


VALID = {"xmlschema": True, "libxml2": True}
NOT_VALID = {"xmlschema": False, "libxml2": False}


@pytest.mark.parametrize("document", [pytest.param(text, id=name) for name, text in DOCUMENTED.items()])
def test_a_document_as_documented_is_valid_in_both_schemas(document: str) -> None:
    assert verdicts(OPEN, document) == VALID
    assert verdicts(STRICT, document) == VALID


@pytest.mark.parametrize("document", [pytest.param(text, id=name) for name, text in EXTENDED.items()])
def test_a_document_with_more_is_valid_in_the_open_schema_only(document: str) -> None:
    assert verdicts(OPEN, document) == VALID
    assert verdicts(STRICT, document) == NOT_VALID


@pytest.mark.parametrize("document", [pytest.param(text, id=name) for name, text in INVALID.items()])
def test_a_document_that_changes_what_is_documented_is_invalid(document: str) -> None:
    assert verdicts(OPEN, document) == NOT_VALID
    assert verdicts(STRICT, document) == NOT_VALID


def test_every_document_is_there_once() -> None:
    documents = [*DOCUMENTED.values(), *EXTENDED.values(), *INVALID.values()]

    assert len(set(documents)) == len(documents)


@pytest.mark.parametrize("schema", [OPEN, STRICT])
def test_a_schema_is_xsd_1_0_without_a_namespace(schema: str) -> None:
    assert by_xmlschema(schema).meta_schema is xmlschema.XMLSchema10.meta_schema
    assert by_xmlschema(schema).target_namespace == ""
    assert list(by_xmlschema(schema).elements) == ["VerbaApi"]
