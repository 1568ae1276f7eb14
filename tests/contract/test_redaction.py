"""A secret is found in whatever spelling it comes back, and nothing else is."""

import base64
import html
import json
import quopri
import random
import string
import textwrap
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest

from keepcall.contract.redaction import Redactor

SECRETS = {
    "KEEPCALL_API_KEY": "74c8eea0-50c6-40b2-9f3e-252ed501c3c8",
    "KEEPCALL_TOKEN": "s3cr3t&<\"'%é+/= \\x",
    "KEEPCALL_EXPIRED_TOKEN": "%41&amp;\\u0041+电话",
    "KEEPCALL_PASSWORD": "p4ssword",
}
REDACTOR = Redactor(SECRETS, [("admin", "p4ssword")])


def base64_of(before: str) -> Callable[[str], str]:
    return lambda secret: base64.b64encode(f"{before}{secret}}}".encode()).decode()


def each(form: str) -> Callable[[str], str]:
    """Every character in one form: `each("&#x{:X};")`."""
    return lambda secret: "".join(form.format(ord(character)) for character in secret)


def as_shown(encoding: str) -> Callable[[str], str]:
    """Bytes of another encoding in a body that is shown as UTF-8."""
    return lambda secret: secret.encode(encoding, "xmlcharrefreplace").decode("utf-8", "backslashreplace")


def html5_names() -> dict[str, str]:
    return {"eacute": "é", "percnt": "%", "plus": "+", "equals": "=", "bsol": "\\", "apos": "'", "sol": "/"}


SPELLINGS: dict[str, Callable[[str], str]] = {
    "UTF-8 read as ISO 8859-1": lambda s: s.encode().decode("latin-1"),
    "raw": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "percent": lambda s: quote(s, safe=""),
    "percent, lower case": lambda s: quote(s, safe="").lower(),
    "percent, as browsers do": lambda s: quote(s, safe="!$&'()*+,;=:@/?"),
    "percent, every byte": lambda s: "".join(f"%{byte:02x}" for byte in s.encode()),
    "form": quote_plus,
    "percent, twice": lambda s: quote(quote(s)),
    "XML text": escape,
    "XML attribute": quoteattr,
    "XML, apostrophes too": lambda s: escape(s, {"'": "&apos;", '"': "&quot;"}),
    "HTML": html.escape,
    "HTML, twice": lambda s: html.escape(html.escape(s)),
    "HTML of percent": lambda s: html.escape(quote(s)),
    "decimal references": each("&#{};"),
    "hexadecimal references": each("&#x{:X};"),
    "padded references": each("&#x{:06x};"),
    "JSON": json.dumps,
    "JSON without ASCII": lambda s: json.dumps(s, ensure_ascii=False),
    "JSON in JSON": lambda s: json.dumps(json.dumps(s)),
    "JSON with slashes escaped": lambda s: json.dumps(s).replace("/", "\\/"),
    "JSON as .NET escapes": lambda s: json.dumps(s).replace("&", "\\u0026").replace("<", "\\u003C"),
    "\\u, every character": each("\\u{:04x}"),
    "repr": repr,
    "repr of bytes": lambda s: repr(s.encode()),
    "UTF-16": as_shown("utf-16-le"),
    "UTF-16, big-endian": as_shown("utf-16-be"),
    "Latin-1": as_shown("latin-1"),
    "Base64 at the start": base64_of(""),
    "Base64 after one byte": base64_of("a"),
    "Base64 after two bytes": base64_of("ab"),
    "Base64 after three bytes": base64_of("abc"),
    "Base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "Base64 in a query": lambda s: quote(base64_of("x")(s), safe=""),
    "Base64 of a query": lambda s: base64_of("?x=")(quote(s, safe=",-._~")),
    "Base64 of a form": lambda s: base64_of("x=")(quote_plus(s)),
    "Base64 of XML": lambda s: base64_of("<")(html.escape(s)),
    "Base64 of hexadecimal": lambda s: base64_of("x")(s.encode().hex()),
    "hexadecimal": lambda s: s.encode().hex(),
    "hexadecimal, upper case": lambda s: s.encode().hex().upper(),
    "hexadecimal behind a digit": lambda s: f"7{s.encode().hex()}",
    "hexadecimal with spaces": lambda s: s.encode().hex(" "),
    "hexadecimal with colons": lambda s: s.encode().hex(":").upper(),
    "hexadecimal with \\x": lambda s: "".join(f"\\x{byte:02x}" for byte in s.encode()),
    "hexadecimal in C": lambda s: ", ".join(f"0x{byte:02X}" for byte in s.encode()),
    "hexadecimal of UTF-16": lambda s: s.encode("utf-16-be").hex(),
    "hexadecimal of percent": lambda s: quote(s, safe="").encode().hex(),
    "octal": lambda s: "".join(f"\\{byte:03o}" for byte in s.encode()),
    "octal in JSON": lambda s: json.dumps("".join(f"\\{byte:03o}" for byte in s.encode())),
    "\\u{…}": each("\\u{{{:x}}}"),
    "\\u{…}, padded": each("\\u{{{:06X}}}"),
    "%u": each("%u{:04X}"),
    "quoted-printable": lambda s: quopri.encodestring(s.encode()).decode(),
    "quoted-printable, every byte": lambda s: "".join(f"={byte:02X}" for byte in s.encode()),
    "quoted-printable, broken after each third character": lambda s: "".join(
        quopri.encodestring(s[at : at + 3].encode()).decode() + "=\r\n" for at in range(0, len(s), 3)
    ),
    "quoted-printable of XML": lambda s: quopri.encodestring(html.escape(s).encode()).decode(),
    "decomposed": lambda s: unicodedata.normalize("NFD", s),
    "composed": lambda s: unicodedata.normalize("NFC", s),
    "decomposed, in percent": lambda s: quote(unicodedata.normalize("NFD", s)),
    "named references": lambda s: s.translate({ord(c): f"&{n};" for n, c in html5_names().items()}),
    "Base64 in JSON": lambda s: json.dumps(base64_of("x")(s)).replace("/", "\\/"),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_masked_in_every_spelling(name: str, spell: Callable[[str], str]) -> None:
    spelled = spell(SECRETS[name])

    masked = REDACTOR.text(f"before {spelled} after")

    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert f"${name}" in masked or masked == "before $KEEPCALL_CREDENTIALS after"
    assert len(masked) < len("before $ after") + len(name) + 12  # but for the edges of Base64


ENDS = {"Unix": "\n", "Windows": "\r\n", "a header field": "\r\n ", "joined by spaces": " ", "JSON": "\\n"}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("width", [76, 64])
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_masked_in_base64_in_lines_wherever_the_line_ends(name: str, width: int, end: str) -> None:
    for before in range(20, 58, 3):
        code = base64_of("a" * before)(SECRETS[name])

        masked = REDACTOR.text(end.join(textwrap.wrap(code, width)))

        assert masked.count(f"${name}") == 1
        assert len(masked.replace(end, "")) <= before * 8 // 6 + len(name) + 8


def test_basic_credentials_are_masked_as_a_whole() -> None:
    header = f"Authorization: Basic {base64.b64encode(b'admin:p4ssword').decode()}"

    assert REDACTOR.text(header).rstrip("=") == "Authorization: Basic $KEEPCALL_CREDENTIALS"


@pytest.mark.parametrize("before", ["", "-", "--"])
def test_basic_credentials_are_masked_in_base64_of_their_header(before: str) -> None:
    code = base64.b64encode(b"admin:p4ssword").decode()

    masked = REDACTOR.text(base64_of(f"{before}Authorization: Basic ")(code))

    assert "$KEEPCALL_CREDENTIALS" in masked


def test_a_guid_is_masked_without_its_hyphens() -> None:
    assert REDACTOR.text("{74C8EEA050C640B29F3E252ED501C3C8}") == "{$KEEPCALL_API_KEY}"


CUT = {
    "raw": "key 74c8eea0-50c6-40b2-…",
    "in quotes": "'<m>74c8eea0-50c6-40b2'… (5000 characters)",
    "within an escape": "s3cr3t%26%3C%2…",
    "within a reference": "s3cr3t&amp;&l…",
    "within \\u": "s3cr3t\\u0026\\u00…",
    "just behind another cut": "…74c8eea…",
    "before two cuts": "74c8eea… …",
}


@pytest.mark.parametrize("text", CUT.values(), ids=CUT)
def test_a_secret_that_was_cut_off_is_masked_too(text: str) -> None:
    masked = REDACTOR.text(text)

    assert "$KEEPCALL_" in masked
    assert "74c8ee" not in masked
    assert "s3cr3t" not in masked
    assert "…" in masked


@pytest.mark.parametrize("length", range(4, 60, 5))
def test_the_beginning_of_a_text_shows_no_beginning_of_a_secret(length: int) -> None:
    text = "ab " + quote(SECRETS["KEEPCALL_TOKEN"]) * 3

    masked = REDACTOR.beginning(text, length)

    assert len(masked) <= max(length, len("ab $KEEPCALL_TOKEN") * 2)
    assert "s3cr3t" not in masked


PLAIN = {
    "an answer": '<Response code="2" type="KeepCall"><ErrorMessage>74c8eea0 100% &amp; …</ErrorMessage></Response>',
    "escapes": "%41%4 &#65; &lt; &nosuch; \\u0041 \\x41 \\n \\ %",
    "a reference beyond Unicode": "&#9999999; &#xFFFFFF;",
    "half a pair": "\\ud834 \ud834",
    "another GUID": "74c8eea1-1111-4222-8333-252ed5114444",
    "nobody's GUID": "00000000-0000-4000-8000-000000000000",
    "nothing": "",
}


def test_a_part_of_a_secret_is_masked_if_it_is_longer_than_eight_characters() -> None:
    key = SECRETS["KEEPCALL_API_KEY"]

    assert REDACTOR.text(f"<{key[3:12]}>") == "<(part of $KEEPCALL_API_KEY)>"
    assert REDACTOR.text(f"<{key[3:11]}>") == f"<{key[3:11]}>"
    assert REDACTOR.text(quote(f"{key[:-1]}9")) == "(part of $KEEPCALL_API_KEY)9"


@pytest.mark.parametrize("other", ["è", "É", "ê", "\u03a9", "电", "😀"])
@pytest.mark.parametrize("where", ["before", "behind", "token={}", "token='{}'"])
def test_a_part_of_a_secret_may_end_within_a_character(other: str, where: str) -> None:
    redactor = Redactor({"KEEPCALL_TOKEN": "éZq7uarryK3yé电话é"})
    text = {"before": f"{other}Zq7uarryK3yé", "behind": f"éZq7uarryK3y{other}"}.get(where, where.format(other))

    masked = redactor.text(text)

    assert "uarry" not in masked
    assert masked != text
    assert masked.isprintable()


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert REDACTOR.text(text) == text


def test_all_secrets_in_one_text_are_masked_where_they_are() -> None:
    text = "&".join(f"{name}={quote(secret)}" for name, secret in SECRETS.items())

    assert REDACTOR.text(f"{text} {text}") == " ".join(["&".join(f"{name}=${name}" for name in SECRETS)] * 2)


def test_any_mixture_of_spellings_is_masked() -> None:
    choose = random.Random(7)
    forms: list[Callable[[str], str]] = [
        str,
        lambda c: quote(c, safe=""),
        each("&#{};"),
        each("\\u{:04X}"),
        lambda c: quote(each("&#x{:x};")(c)),
    ]
    for _ in range(200):
        secret = "".join(choose.choices(string.printable.strip() + " é", k=12)) + "Z"
        spelled = "".join(choose.choice(forms)(character) for character in secret)

        assert Redactor({"S": secret}).text(f"<{spelled}>") in {"<$S>", "<$S"}, (secret, spelled)


def test_a_secret_that_was_learnt_is_masked_under_its_name_and_the_old_one_as_well() -> None:
    redactor = Redactor({"KEEPCALL_TOKEN": "first-token"})
    redactor.learn("KEEPCALL_TOKEN", "second-token")
    redactor.learn("KEEPCALL_TOKEN", "")

    assert redactor.text("first-token second-token") == "$KEEPCALL_TOKEN $KEEPCALL_TOKEN"
    assert redactor.split("a second-token") == [("a ", ""), ("", "KEEPCALL_TOKEN")]


def test_a_redactor_without_secrets_changes_nothing() -> None:
    redactor = Redactor({"KEEPCALL_TOKEN": ""})

    assert redactor.text("any $text …") == "any $text …"
    assert redactor.split("any") == [("any", "")]
