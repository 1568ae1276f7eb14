"""What of a planted text is told to have come back as mark-up, and what is only alike."""

from collections.abc import Callable

import pytest

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.request import EncodedRequest, keep
from keepcall.contract.violation import quoted
from keepcall.expect.insides import insides
from keepcall.expect.leaks import repeats_secrets
from keepcall.expect.markup import unescaped_markup

Answered = Callable[..., Exchange]


@pytest.mark.parametrize(
    ("planted", "body", "told"),
    [
        ("<kc-a>", "<VerbaApi><kc-a/></VerbaApi>", ["'<kc-a>'"]),
        ("<KC-A b='c'>", "<VerbaApi><n:kc-a xmlns:n='urn:n'/></VerbaApi>", ["'<kc-a>'"]),
        ("<n:kc-a>", "<VerbaApi><kc-a/></VerbaApi>", ["'<kc-a>'"]),
        ("<kc-a><kc-b><kc-c><kc-d>", "<v><kc-d/><kc-c/><kc-b/><kc-a/></v>", ["'<kc-a>'", "'<kc-b>'", "'<kc-c>'"]),
        ("<kc-a><kc-b>", "<v><kc-b/></v>", ["'<kc-b>'"]),
        (f"<kc-{'a' * 90}>", f"<v><kc-{'a' * 90}/></v>", [f"'<kc-{'a' * 76}'… (95 characters)"]),
        ("<b>x</b>", "<p><b>x</b>", ["'<b>'"]),
        ("<b>x y</b>", "<p><B> X\n Y z</B>", ["'<b>'"]),
        ("<b>x</b>", "<p><b>y</b>", []),
        ("<b>", "<p><b>y</b>", []),
        ("<b", "<p><b>y</b>", []),
        ("x<b>", "<p>x<b>y</b>", ["'<b>'"]),
        ("<b>7</b>", "<p><b>No status &lt;b>7&lt;/b></b>", []),
        ("<b>7</b>", "<p><b>No status &lt;b>7&lt;/b></b>, no <b>7</b>", ["'<b>'"]),
        ("&nbsp;", "<p>&nbsp;y", []),
        ("x&nbsp;", "<p>x&nbsp;y", ["'&nbsp;'"]),
        ("<b><i>", "<p><b>y</b>", []),
        ("<img src=x onerror=y>", "<p><img onerror='y()' src='xyz'>", ["'<img>'"]),
        ("<img src=x onerror=y>", "<p><img src='x'>", []),
        ("<img src=x>", "<p><img src='x'>", []),
        ('<img alt="x">', "<p><img alt='z'>", []),
        ("<img alt='x'>", "<p><img alt='z'>", []),
        ("<img alt='x'>", "<p><img alt=x>", ["'<img>'"]),
        ("<img alt=''>", "<p><img alt='z'>", []),
        ("<img alt=''>", '<p><img alt="">', []),
        ("<img alt=''>", "<p><img alt=''>", ["'<img>'"]),
        ("<b>x</b>", "<p><b><i>x</i></b>", []),
        ("<b>xx</b>", "<v><b/></v>", []),
        ("<img src=x>", "<p><img src=x>", ["'<img>'"]),
        ("<img src='x' id=\"y\">", "<v><img id='y' src='x'/></v>", []),
        ("<Response code='0'>", "<v><Response code='0'/></v>", []),
        ("<Response code='0'>a", "<v><Response code='0'>a</Response></v>", ["'<response>'"]),
        ("<Response n:kc='0'>", "<v xmlns:n='urn:n'><Response n:kc='0'/></v>", ["'<response>'"]),
        ("\" kc-a='b", "<v n='' kc-a='b'/>", ["'the attribute kc-a'"]),
        ("' kc-a=\"b", "<v n='' kc-a='bc'/>", ["'the attribute kc-a'"]),
        ("' kc-a=b", "<v n='' kc-a='b'/>", ["'the attribute kc-a'"]),
        ("' kc-a=b", "<v n='' kc-a='c'/>", []),
        ("' kc-a=b", "<v n='' kc-a=\"'b\"/>", ["'the attribute kc-a'"]),
        ("' kc-a=b", "<p kc-a>", []),
        ("' kc-a=X", "<p kc-a>", []),
        ("' kc-a=X", "<v kc-a=''/>", []),
        ("' kc-a=Xb", "<v n='' kc-a='Xb'/>", ["'the attribute kc-a'"]),
        ('\' alt=""', "<p><img alt='z'>", []),
        ('\' title=""', "<v n='' title=\"\"/>", ["'the attribute title'"]),
        ("' n:KC-A=b", "<v n='' kc-a='b'/>", ["'the attribute kc-a'"]),
        ("' class='b", "<p class='b'>", []),
        ("' class='b", "<p title='' class='b'>", ["'the attribute class'"]),
        ("<kc-a>' kc-b='c", "<v><kc-a/><d kc-b='c'/></v>", ["'<kc-a>'", "'the attribute kc-b'"]),
        ("<kc-a 'kc-b='c'>", "<v><d kc-b='c'/></v>", []),
        ("'<kc-a> kc-b='c", "<v><d kc-b='c'/></v>", ["'the attribute kc-b'"]),
        ("a&#98;c&#x63;", "<v>a&#98;c&#x63;</v>", ["'&#98;'"]),
        ("a&lt;", "<p>a&lt;", ["'&lt;'"]),
        ("a&lt;", "<p>a&amp;lt;", []),
        ("&amp;", "<v>&amp;amp;</v>", []),
        ("a&amp;b", "<v>a&amp;amp;b</v>", []),
        ("&amp;a", "<v>&amp;amp;</v>", []),
        ("a&amp;b", "<v>a&amp;b</v>", ["'&amp;'"]),
        ("a&amp;b", "<v>a&amp;amp;b, a&amp;b</v>", ["'&amp;'"]),
        ("&amp;b", "<v>&amp;amp;b</v>", []),
        ("a&amp;", "<v>a&amp;</v>", []),
        ("<!-- a -->", "<p><!-- a -->", ["'<!'"]),
        ("<?a?>", "<p><?a?>", ["'<?'"]),
        ("<!-- -->", "<p><!-- -->", []),
        ("<!", "<!DOCTYPE html><p>", []),
        ("<kc-a>", "<!-- only", []),
        ("a<b", "<v>a<b</v>", ["'<b>'"]),
        ("a<1", "<v>a<1</v>", ["'<'"]),
        ("a<1", "<p>a<1", []),
        ("a&b", "<v>a&b</v>", ["'&'"]),
        ("a&b", "<p>a&b", []),
        ("a&b", "a&b", []),
        ("<kc-a>", "<p><script>'<kc-a>'</script><xmp><kc-a></xmp><style><kc-a></style>", []),
        ("a&b", "<v><![CDATA[a&b]]></v>", []),
        ("a&b", "<v><!-- a&b --></v>", []),
        ("<![CDATA[a]]>", "<v><![CDATA[a]]></v>", ["'<!'"]),
        ("<![CDATA[&a]]>", "<v><!-- <![CDATA[&a]]> --></v>", []),
    ],
)
def test_what_came_through_is_told(planted: str, body: str, told: list[str], answered: Answered) -> None:
    found = list(unescaped_markup(planted)(answered(body)))

    assert [violation.got for violation in found] == [f"{each} as mark-up" for each in told]
    assert {violation.expected for violation in found} <= {f"{quoted(planted, 80)} escaped"}
    assert {violation.name for violation in found} <= {"MarkupOfTheCaller"}


@pytest.mark.parametrize(("number", "told"), [(99, 1), (100, 0)])
def test_so_many_attributes_of_an_element_are_looked_at(number: int, told: int, answered: Answered) -> None:
    others = " ".join(f"a{each}='1'" for each in range(number))

    assert len(tuple(unescaped_markup("' kc-a='b")(answered(f"<v {others} kc-a='b'/>")))) == told


@pytest.mark.parametrize(("number", "told"), [(9_998, 1), (9_999, 0)])
def test_so_many_elements_are_looked_at(number: int, told: int, answered: Answered) -> None:
    assert len(tuple(unescaped_markup("<kc-a>")(answered(f"<v>{'<a/>' * number}<kc-a/></v>")))) == told


def test_a_document_is_looked_at_in_the_charset_of_its_header(answered: Answered) -> None:
    exchange = answered("<v><kc-ž/></v>".encode("iso-8859-2"), "text/xml; charset=iso-8859-2")

    assert [found.got for found in unescaped_markup("<kc-ž>")(exchange)] == ["'<kc-ž>' as mark-up"]


@pytest.mark.parametrize(
    ("text", "asked", "told"),
    [
        ("at /opt/a.pl and /etc/passwd", {}, ["'/opt/a.pl'"]),
        ("at /opt/a.pl and /etc/passwd", {"extension": "/opt/a.pl"}, ["'/etc/passwd'"]),
        ("at /OPT/A.pl", {"extension": "x/opt/a.PL"}, []),
        ("at /opt/a.pl", {"extension": "/op"}, ["'/opt/a.pl'"]),
        ("at /opt/a.pl", {"extension": "/opt"}, []),
        ("at /opt/a.pl", {"extension": "/OPT/"}, []),
        ("at aa-b/etc/passwd and /opt/a.pl", {"extension": "aa-b"}, ["'/etc/passwd'"]),
        ("at /opt/a.pl", {"extension": "/opt/a"}, []),
        ("at /opt/a.pl", {"extension": "opt"}, ["'/opt/a.pl'"]),
        ("at /opt/recorder", {"extension": "recorder"}, ["'/opt/recorder'"]),
        (
            "SQLITE_BUSY /etc/passwd NullPointerException",
            {},
            ["'NullPointerException'", "'SQLITE_BUSY'", "'/etc/passwd'"],
        ),
        ("&#47;etc/passwd", {}, ["'/etc/passwd'"]),
        ("", {}, []),
    ],
)
def test_the_first_inside_of_each_kind_is_told(
    text: str, asked: dict[str, str], told: list[str], answered: Answered
) -> None:
    for body in (f"<v>{text}</v>", f"<p>{text}"):
        assert [found.got for found in insides(answered(body, asked=asked))] == told


def test_an_inside_is_told_once_and_those_of_body_and_headers_apart(answered: Answered) -> None:
    headers = [("X-Error", "/etc/passwd"), ("X-Trace", "/opt/a.pl"), ("Location", "/tmp/a")]

    assert [found.got for found in insides(answered("<v>/etc/passwd</v>", headers=headers))] == ["'/etc/passwd'"]
    assert [found.got for found in insides(answered("<v>/tmp/b</v>", headers=headers))] == [
        "'/tmp/b'",
        "'/etc/passwd'",
    ]
    assert [found.got for found in insides(answered("<v/>", headers=[*headers[1:], ("x-a", "a")]))] == ["'/opt/a.pl'"]


@pytest.mark.parametrize(("spaces", "told"), [(65_511, 1), (65_536, 0)])
def test_so_much_of_a_body_is_searched(spaces: int, told: int, answered: Answered) -> None:
    assert len(insides(answered(f"{' ' * spaces}<v> /etc/passwd</v>"))) == told


def test_the_addresses_and_the_unseen_of_a_page_are_searched_apart(answered: Answered) -> None:
    assert insides(answered("<p><a href='/opt/a.js'>a</a><img src=/srv/b><link HREF=\"/etc/c\">")) == ()
    assert [found.got for found in insides(answered("<p>a<!-- /opt/a.js -->"))] == ["'/opt/a.js'"]
    assert [found.got for found in insides(answered("<p><a href='b'/opt/a.js>"))] == ["'/opt/a.js'"]
    assert [found.got for found in insides(answered("<p>/opt/<b>a.js</b>"))] == ["'/opt/a.js'"]


SECRETS = {"KEEPCALL_API_KEY": "74c8eea0-50c6-40b2-9f3e-252ed501c3c8", "KEEPCALL_TOKEN": "open-sesame/1"}


@pytest.mark.parametrize(
    ("body", "headers", "asked", "told"),
    [
        ("open-sesame/1", (), {}, ["$KEEPCALL_TOKEN in the body"]),
        ("OPEN-SESAME%2F1", (), {}, ["$KEEPCALL_TOKEN in the body"]),
        ("open-sesame&#47;1", (), {}, ["$KEEPCALL_TOKEN in the body"]),
        ("74C8EEA050C640B29F3E252ED501C3C8", (), {}, ["$KEEPCALL_API_KEY in the body"]),
        ("opensesame/1", (), {}, []),
        ("", (("X-A", "open-sesame%2f1"),), {}, ["$KEEPCALL_TOKEN in the header 'X-A'"]),
        (
            "",
            (("X-B", "a"), ("X-A", "open-sesame/1"), ("X-C", "open-sesame/1")),
            {},
            ["$KEEPCALL_TOKEN in the header 'X-A'"],
        ),
        ("", (("X-Open-Sesame/1", "a"),), {}, ["$KEEPCALL_TOKEN in the name of a header"]),
        (
            "",
            ((f"X-{SECRETS['KEEPCALL_API_KEY'].upper()}", "open-sesame/1"),),
            {},
            ["$KEEPCALL_API_KEY in the name of a header", "$KEEPCALL_TOKEN in a header"],
        ),
        ("open-sesame/1", (), {"extension": "x Open-Sesame/1"}, []),
        ("open-sesame/1", (), {"token": "open-sesame/1"}, ["$KEEPCALL_TOKEN in the body"]),
        (
            "open-sesame/1 " + SECRETS["KEEPCALL_API_KEY"],
            (),
            {"extension": "open-sesame/1"},
            ["$KEEPCALL_API_KEY in the body"],
        ),
        (
            "",
            ((f"X-{'a' * 80}", "open-sesame/1"),),
            {},
            [f"$KEEPCALL_TOKEN in the header 'X-{'a' * 58}'… (82 characters)"],
        ),
    ],
)
def test_a_secret_is_told_with_its_place_and_without_itself(
    body: str, headers: tuple[tuple[str, str], ...], asked: dict[str, str], told: list[str], answered: Answered
) -> None:
    found = list(repeats_secrets(SECRETS)(answered(body, headers=headers, asked=asked)))

    assert [violation.got for violation in found] == told
    assert [violation.expected for violation in found] == [f"an answer without {each.split()[0]}" for each in told]


@pytest.mark.parametrize(
    ("secret", "body", "told"),
    [
        ("1234567", "1234567", 0),
        ("12345678", "12345678", 1),
        ("MARKED FOR", "marked for", 0),
        ("1234-5678-90ab-cde", "1234567890abcde", 0),
        ("1234-5678-90ab-cdef", "1234567890abcdef", 1),
    ],
)
def test_a_secret_counts_from_a_length_on(secret: str, body: str, told: int, answered: Answered) -> None:
    assert len(tuple(repeats_secrets({"KEEPCALL_TOKEN": secret})(answered(body)))) == told


def test_a_secret_is_seen_in_another_encoding_and_in_the_reason() -> None:
    request = keep(extension="8856", status="ongoing")
    check = repeats_secrets(SECRETS)
    for answer, place in (
        (Answer(200, "", (), "<v>open-sesame/1</v>".encode("utf-16")), "the body"),
        (
            Answer(200, "", (("Content-Type", "a/b; charset=IBM037"),), "<v>open-sesame/1</v>".encode("cp037")),
            "the body",
        ),
        (Answer(403, "Open-Sesame/1", (), b""), "the reason phrase"),
    ):
        exchange = Exchange(request, EncodedRequest("GET", "", ""), "", answer)

        assert [found.got for found in check(exchange)] == [f"$KEEPCALL_TOKEN in {place}"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", ["$KEEPCALL_TOKEN in the address of a redirect"]),
        ("extension=1", ["$KEEPCALL_TOKEN in the address of a redirect"]),
        ("extension=1&token=open-sesame%2F1", []),
        ("apiKey=1", []),
    ],
)
def test_a_redirect_repeats_a_secret_that_its_caller_had_kept_out_of_the_address(query: str, told: list[str]) -> None:
    answer = Answer(200, "", (), b"", redirects=("http://x/a", "http://x/?t=Open-Sesame%2F1"))
    exchange = Exchange(keep(extension="8856"), EncodedRequest("GET", query, ""), "", answer)

    assert [found.got for found in repeats_secrets(SECRETS)(exchange)] == told
