"""Documents as they are read: their text, tree and faults, whole or recovered."""

import pytest
from lxml import etree

from keepcall.expect.parsing.answer import text_of
from keepcall.expect.parsing.document import document, xml_declaration

ENTITIES = '<!DOCTYPE a [<!-- <!ENTITY --><!ELEMENT a ANY><!ENTITY b "c">]>'


@pytest.mark.parametrize(
    ("body", "text", "faults"),
    [
        ("<a>b</a>", "b", []),
        ("<a>b<c>d</c>e</a>", "bde", []),
        ("<a>b<!-- c --><?d e?>f</a>", "bf", []),
        ("<a>b\x01c&amp;</a>", "b\ufffdc&", ["ForbiddenCharacter"]),
        ("<a>b\x01c\x02</a>", "b\ufffdc\ufffd", ["ForbiddenCharacter"]),
        ("<a>b&#1;c</a>", None, ["ForbiddenCharacter"]),
        ("<a>b & c</a>", None, ["UnescapedMarkup"]),
        ("<a>b &c</a>", None, ["UnescapedMarkup"]),
        ("<a>b]]>c</a>", None, ["UnescapedMarkup"]),
        ("<a b='<'/>", None, ["UnescapedMarkup"]),
        ("<a>b &nbsp; c</a>", None, ["UndeclaredEntity"]),
        ("<a b='1' b='2'/>", None, ["DuplicateAttribute"]),
        ("<b:a/>", None, ["UnboundPrefix"]),
        ("<a><b></a>", None, ["UnclosedElement"]),
        ("<a>b", None, ["UnclosedElement"]),
        ("<a/>b", None, ["SecondRoot"]),
        (" <?xml version='1.0'?><a/>", None, ["MisplacedDeclaration"]),
        ("", None, ["MissingRoot"]),
        ("<!-- a -->", None, ["MissingRoot"]),
        ("<a b/>", None, ["MalformedXml"]),
        ("<a>" * 300 + "</a>" * 300, None, ["BeyondLimits"]),
        ("<a xmlns='not a uri'/>", "", []),
        ("<a xml:id='1'/>", "", []),
        ("<?xml version='1.1'?><a>b\u0085c\r\u0085d\u2028e</a>", "b\nc\nd\ne", []),
        ("<?xml version='1.1'?><a>b&#1;c&#x1F;d&#11;e&#31;f&#x0B;g</a>", "b\ufffdc\ufffdd\ufffde\ufffdf\ufffdg", []),
        ("<?xml version='1.1'?><a>b&#9;c&#10;d&#xD;e&#32;f&#x9;</a>", "b\tc\nd\re f\t", []),
        ("<?xml version='1.1'?><a>b\x7fc\x86</a>", "b\ufffdc\ufffd", ["ForbiddenCharacter"]),
        ("<?xml version='1.0'?><a>b\x7fc\x86\u0085</a>", "b\x7fc\x86\x85", []),
        (ENTITIES + "<a>d&b;e&amp;&lt;</a>", "dce&<", []),
        (ENTITIES + "<a>d&b;&f.g-h:i;e</a>", "de", []),
        ("<!DOCTYPE a><a>d&amp;</a>", "d&", []),
    ],
)
def test_a_document_is_read_to_its_text_or_its_fault(body: str, text: str | None, faults: list[str]) -> None:
    found = document(body.encode(), "")

    assert [fault.name for fault in found.faults] == faults
    assert found.whole is (text is not None)
    if text is not None:
        assert found.root is not None
        assert text_of(found.root) == text


@pytest.mark.parametrize(
    ("body", "declares"),
    [
        ("<a/>", False),
        ("<!DOCTYPE a><a/>", False),
        ("<!DOCTYPE a [<!ELEMENT a ANY>]><a/>", False),
        ("<!DOCTYPE a [<!-- <!ENTITY b 'c'> -->]><a/>", False),
        ("<a><![CDATA[<!DOCTYPE a [<!ENTITY b 'c'>]>]]></a>", False),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", False),
        ("<!-- a --><!DOCTYPE a [<!ELEMENT a ANY><!ENTITY b 'c'>]><a>&b;</a>", False),
        ("<!-- a --><!DOCTYPE a [<!ELEMENT a ANY><!ENTITY b SYSTEM 'c'>]><a>&b;</a>", True),
        ("<!DOCTYPE a [<!ENTITY % b 'c'>]><a/>", False),
        ("<!DOCTYPE a [<!ENTITY b '&b;'>]><a>&b;</a>", True),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>", True),
        ("<!DOCTYPE a><a><!DOCTYPE a [<!ENTITY b 'c'>]></a>", False),
        ("<!DOCTYPE a [<!ELEMENT a ANY>]><a>", False),
        ("<!-- a --><!DOCTYPE a [<!ENTITY b 'c'>]><a>", True),
        ("<!DOCTYPE a [<!-- ] --><!ENTITY b 'c'>]><a/>", False),
        ("<!DOCTYPE a [<!-- ] --><!ENTITY b 'c'>]><a>", False),
    ],
)
def test_a_document_that_declares_entities_that_nobody_expands_is_known(body: str, *, declares: bool) -> None:
    assert document(body.encode(), "").declares_entities is declares


@pytest.mark.parametrize(
    ("body", "root", "text"),
    [
        ("<a>b & c</a>", "a", "b  c"),
        ("<a>b<c>d</a>", "a", "bd"),
        ("<a>b&#1;c&#x110000;d&#xD800;e&#65;</a>", "a", "b?c?d?eA"),
        ("<a>b&#1114112;c&#x10FFFF; &</a>", "a", "b?c\U0010ffff "),
        ("<a", "a", ""),
        ("", None, ""),
        ("oops", None, ""),
    ],
)
def test_of_a_broken_document_as_much_is_recovered_as_can_be(body: str, root: str | None, text: str) -> None:
    found = document(body.encode(), "")

    assert not found.whole
    assert (found.root.tag if found.root is not None else None) == root
    assert (text_of(found.root) if found.root is not None else "") == text


def test_a_fault_of_the_encoding_hides_those_that_come_of_it() -> None:
    found = document(b"<a>\xff\x01 &</a>", "")

    assert [fault.name for fault in found.faults] == ["BytesOutsideTheEncoding"]
    assert found.text == "<a>\ufffd\x01 &</a>"
    assert not found.whole


def test_a_restricted_character_hides_what_is_broken_besides() -> None:
    for body in (b"<?xml version='1.1'?><a>\x01\x00 &</a>", b"<a>\x01 &</a>"):
        assert [fault.name for fault in document(body, "").faults] == ["ForbiddenCharacter"]


def test_a_document_keeps_its_text_as_it_came() -> None:
    body = "\ufeff<?xml version='1.1'?>" + ENTITIES + "<a>\u0085&b;\x01</a>"

    assert document(body.encode(), "").text == body[1:]


def test_the_charset_of_the_header_counts_where_nothing_else_says() -> None:
    found = document(b"<a>\xe8</a>", "iso-8859-2")

    assert (found.faults, found.text) == ((), "<a>č</a>")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<?xml version='1.0'?><a/>", "<?xml version='1.0'?>"),
        ("\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?>"),
        ("<?xml?>", "<?xml?>"),
        ("<?xmlish?><a/>", ""),
        ("<a/>", ""),
    ],
)
def test_a_declaration_is_found_even_if_something_stands_before_it(text: str, found: str) -> None:
    assert xml_declaration(text) == found


@pytest.mark.parametrize("subset", ["", " [<!ENTITY b 'c'>]"])
def test_a_fault_of_the_encoding_stays_one_whatever_the_doctype(subset: str) -> None:
    found = document(f"\ufeff\ufeff<!DOCTYPE a{subset}><a/>".encode(), "")

    assert [fault.name for fault in found.faults] == ["SecondByteOrderMark"]


def test_entities_of_the_document_are_expanded_in_its_own_encoding_and_without_its_comments() -> None:
    body = "<?xml version='1.0' encoding='latin1'?><!DOCTYPE a [<!ENTITY b 'ø'>]><a>é<!-- x -->&b;<?y z?></a>"
    root = document(body.encode("latin-1"), "").root

    assert root is not None
    assert etree.tostring(root, encoding="unicode") == "<a>éø</a>"


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE a SYSTEM 'x.dtd' [<!ENTITY b 'c'>]><a>&b;&d;</a>",
        "<!-- <!DOCTYPE --><!DOCTYPE a SYSTEM 'x.dtd' [<!ENTITY b 'c'>]><a>&b;&d;</a>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'x'>]><a>&b;</a>",
    ],
)
def test_what_cannot_be_expanded_is_said_to_be_declared(body: str) -> None:
    found = document(body.encode(), "")

    assert (found.declares_entities, found.whole, found.faults) == (True, True, ())
