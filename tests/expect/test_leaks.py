"""KC-AUTH-08, KC-ANY-02 and KC-ANY-03: what an answer must not show."""

import base64
import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote

import pytest

from keepcall.exchange import Answer, Exchange
from keepcall.expect.insides import insides
from keepcall.expect.leaks import repeats_secrets
from keepcall.expect.markup import unescaped_markup
from keepcall.request import Request, Spelling

Answered = Callable[..., Exchange]
Asking = Callable[..., Request]
Names = Callable[..., list[str]]

KEY = "74c8eea0-50c6-40b2-9f3e-252ed501c3c8"
TOKEN = "a&b<c>'d\" é/=="
SECRETS = {"KEEPCALL_API_KEY": KEY, "KEEPCALL_TOKEN": TOKEN}
GRANTED = '<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'


def refused(message: str) -> str:
    return (
        f'<VerbaApi><Response code="2" type="KeepCall"><ErrorMessage>{message}</ErrorMessage></Response></VerbaApi>'
    )


REPEATED: dict[str, str | bytes] = {
    "raw key": refused(f"Key {KEY} may not do this."),
    "key in upper case": refused(KEY.upper()),
    "key in braces": refused(f"{{{KEY}}}"),
    "key without hyphens": refused(KEY.replace("-", "")),
    "key in Base64": refused(base64.b64encode(KEY.encode()).decode()),
    "key as an attribute": GRANTED.replace("/><", f' apiKey="{KEY}"/><'),
    "key in a comment": f"{GRANTED}<!-- {KEY} -->",
    "key by reference": refused("&#x37;" + KEY[1:]),
    "key in UTF-16": refused(KEY).encode("utf-16"),
    "key in a script": f"<script>var key = '{KEY}'</script><p>x",
    "raw token": f"token {TOKEN}",
    "token escaped for XML": refused(escape(TOKEN)),
    "token escaped but for quotes": refused(escape(TOKEN, quote=False)),
    "token percent-encoded": f'<a href="?token={quote(TOKEN, safe="")}">x</a>',
    "token percent-encoded in small letters": f'<a href="?token={quote(TOKEN, safe="").lower()}">x</a>',
    "token in JSON": json.dumps({"token": TOKEN}),
    "token in Base64": base64.b64encode(TOKEN.encode()),
}


@pytest.mark.parametrize("body", REPEATED.values(), ids=REPEATED)
def test_a_secret_in_the_body_is_seen_and_not_repeated(body: str | bytes, answered: Answered, names: Names) -> None:
    found = tuple(repeats_secrets(SECRETS)(answered(body)))

    assert names(found) == ["RepeatedSecret"]
    assert KEY not in repr(found)
    assert TOKEN not in repr(found)
    assert "the body" in found[0].got


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Api-Key", KEY),
        ("Location", f"/verba/api?apiKey={KEY.upper()}"),
        ("Set-Cookie", f"session={quote(TOKEN)}; Path=/"),
        ("X-Debug", base64.b64encode(KEY.encode()).decode()),
        (f"X-{KEY}", "1"),
    ],
)
def test_a_secret_in_a_header_is_seen_and_not_repeated(
    name: str, value: str, answered: Answered, names: Names
) -> None:
    found = tuple(repeats_secrets(SECRETS)(answered(GRANTED, headers=[(name, value)])))

    assert names(found) == ["RepeatedSecret"]
    assert KEY not in repr(found)


def test_both_secrets_are_told_apart(answered: Answered) -> None:
    found = repeats_secrets(SECRETS)(answered(f"{KEY} {TOKEN}"))

    assert sorted(violation.got for violation in found) == [
        "$KEEPCALL_API_KEY in the body",
        "$KEEPCALL_TOKEN in the body",
    ]


@pytest.mark.parametrize(
    ("secrets", "body"),
    [
        (SECRETS, GRANTED),
        (SECRETS, refused("74c8eea0-50c6-40b2-9f3e-252ed501c3c9")),
        (SECRETS, refused("Key 74c8… may not do this.")),
        ({"KEEPCALL_TOKEN": "secret"}, refused("No secret.")),
        ({"KEEPCALL_TOKEN": "keepcall"}, GRANTED),
        ({"KEEPCALL_TOKEN": "recording"}, "The call has been marked for recording."),
        ({"KEEPCALL_TOKEN": ""}, GRANTED),
        ({}, KEY),
    ],
)
def test_an_answer_without_a_secret_is_right(secrets: dict[str, str], body: str, answered: Answered) -> None:
    assert repeats_secrets(secrets)(answered(body)) == ()


def test_a_secret_that_was_sent_as_a_number_may_come_back(answered: Answered, asking: Asking) -> None:
    request = asking(extension=KEY, status="ongoing")

    assert repeats_secrets(SECRETS)(answered(refused(f"No call of {KEY}."), request=request)) == ()


def test_a_secret_in_the_reason_phrase_is_seen(asking: Asking, names: Names) -> None:
    exchange = Exchange(asking(), Spelling("GET", "", ""), "", Answer(403, f"no {KEY}", (), b""))

    assert names(repeats_secrets(SECRETS)(exchange)) == ["RepeatedSecret"]


COME_THROUGH: dict[str, tuple[str, str]] = {
    "element in XML": ("<probe/>", refused("No call of <probe/>.")),
    "open element in XML": ("<probe>", refused("No call of <probe>.")),
    "element with an attribute in XML": ('<probe a="1">x</probe>', refused('<probe a="1">x</probe>')),
    "element in an attribute of XML": ("<probe>", GRANTED.replace("/><", ' n="<probe>"/><')),
    "element with half-escaped quotes": ('<probe a="1">', refused("<probe a=&quot;1&quot;></probe>")),
    "element in lower case": ("<PROBE>", refused("<probe></probe>")),
    "element with a prefix": ("<x:probe>", refused("<x:probe></x:probe>")),
    "element that closes the message": (
        "</ErrorMessage><probe/>",
        refused("</ErrorMessage><probe/><ErrorMessage>"),
    ),
    "response": ('<Response code="0"/>', refused('No call of <Response code="0"/>.')),
    "end of CDATA": ("]]><probe/><![CDATA[", refused("<![CDATA[]]><probe/><![CDATA[]]>")),
    "attribute in XML": ('" probe="1', GRANTED.replace("/><", ' n="" probe="1"/><')),
    "ampersand in XML": ("AT&T", refused("No call of AT&T.")),
    "less-than in XML": ("a<b", refused("No call of a<b.")),
    "reference in XML": ("a&#98;c", refused("No call of a&#98;c.")),
    "comment in XML": ("<!-- probe -->", refused("No call of <!-- probe -->.")),
    "instruction in XML": ("<?probe?>", refused("No call of <?probe?>.")),
    "CDATA in XML": ("<![CDATA[probe]]>", refused("No call of <![CDATA[probe]]>.")),
    "script in HTML": ("<script>alert(1)</script>", "<p>No call of <script>alert(1)</script>.</p>"),
    "script in upper case": ("<script>alert(1)</script>", "<p>No call of <SCRIPT>ALERT(1)</SCRIPT>.</p>"),
    "picture in HTML": ("<img src=x onerror=alert(1)>", "<p>No call of <img src=x onerror=alert(1)>.</p>"),
    "bold in HTML": ("<b>probe</b>", "<p>No call of <b>probe</b>.</p>"),
    "rule in HTML": ("<hr>", "<p>No call of <hr>.</p>"),
    "element in HTML": ("<probe>", "<p>No call of <probe>.</p>"),
    "element after a quote": ('"><probe x=', '<input value=""><probe x="">'),
    "attribute in HTML": ('" onclick="probe()', '<input value="" onclick="probe()">'),
    "attribute in single quotes": ("' onclick='probe()", "<input value='' onclick='probe()'>"),
    "reference in HTML": ("a&lt;b&gt;", "<p>No call of a&lt;b&gt;.</p>"),
    "end of the script": ("</script><probe>", "<script>var n = '</script><probe>'</script><p>x"),
    "end of the text area": ("</textarea><probe>", "<textarea></textarea><probe></textarea>"),
    "end of the comment": ("--><probe>", "<p>x<!-- --><probe> -->"),
    "comment in HTML": ("<!-- probe -->", "<p>No call of <!-- probe -->.</p>"),
}


@pytest.mark.parametrize(("planted", "body"), COME_THROUGH.values(), ids=COME_THROUGH)
def test_mark_up_that_comes_through_is_seen(planted: str, body: str, answered: Answered, names: Names) -> None:
    assert set(names(unescaped_markup(planted)(answered(body)))) == {"UnescapedMarkup"}


ESCAPED: dict[str, tuple[str, str]] = {
    "nothing of it": ("<probe/>", refused("No.")),
    "element in XML": ("<probe/>", refused("No call of &lt;probe/&gt;.")),
    "element in an attribute of XML": ("<probe>", GRANTED.replace("/><", ' n="&lt;probe>"/><')),
    "by number": ("<probe/>", refused("No call of &#60;probe/&#x3E;.")),
    "CDATA": ("<probe/>", refused("<![CDATA[No call of <probe/>.]]>")),
    "reference in CDATA": ("&#98;", refused("<![CDATA[No call of &#98;.]]>")),
    "end of CDATA in CDATA": ("]]><probe/>", refused("<![CDATA[]]]]><![CDATA[><probe/>]]>")),
    "comment of XML": ("<probe/>", f"{GRANTED}<!-- <probe/> -->"),
    "ampersand in XML": ("AT&T", refused("No call of AT&amp;T.")),
    "reference in XML": ("&#98;", refused("No call of &amp;#98;.")),
    "quotes in XML": ('" probe="1', refused('No call of " probe="1.')),
    "attribute in an attribute": ('" probe="1', GRANTED.replace("/><", ' n="&quot; probe=&quot;1"/><')),
    "response": ('<Response code="2"/>', refused('No call of &lt;Response code="2"/&gt;.')),
    "element in HTML": ("<probe>", "<p>No call of &lt;probe&gt;.</p>"),
    "half-escaped element in HTML": ("<probe>", "<p>No call of &lt;probe>.</p>"),
    "element in an attribute of HTML": ("<probe>", '<input value="<probe>">'),
    "element in a script": ("<probe>", "<script>var n = '<probe>'</script><p>x"),
    "element in a comment": ("<probe>", "<!-- <probe> --><p>x"),
    "element in a text area": ("<probe>", "<p><textarea><probe></textarea>"),
    "paragraph of the page's own": (
        "<p>probe</p>",
        "<p>No call of &lt;p&gt;probe&lt;/p&gt;.</p>".replace("probe", "x"),
    ),
    "bold of the page's own": ("<b>probe</b>", "<p><b>No</b> call of &lt;b&gt;probe&lt;/b&gt;.</p>"),
    "script of the page's own": ("<script>alert(1)</script>", "<script>x()</script><p>&lt;script&gt;alert(1)"),
    "ampersand in HTML": ("AT&T", "<p>No call of AT&T.</p>"),
    "reference in HTML": ("&lt;", "<p>No call of &amp;lt;.</p>"),
    "attribute in HTML": ('" onclick="probe()', "<input value='&#34; onclick=&#34;probe()'>"),
    "text": ("<probe>", "No call of <probe>."),
    "escaped text": ("<probe>", "No call of &lt;probe&gt;."),
    "JSON": ("<probe>", '{"message": "<probe>"}'),
    "nothing at all": ("<probe>", ""),
    "no mark-up": ("8856", refused("No call of 8856.")),
}


@pytest.mark.parametrize(("planted", "body"), ESCAPED.values(), ids=ESCAPED)
def test_mark_up_that_is_escaped_is_right(planted: str, body: str, answered: Answered, names: Names) -> None:
    assert names(unescaped_markup(planted)(answered(body))) == []


def test_bare_text_where_a_page_was_asked_for_is_read_as_a_page(answered: Answered, names: Names) -> None:
    exchange = answered("No call of <probe>.", asked={"extension": "<probe>", "responseType": "HTML"})

    assert names(unescaped_markup("<probe>")(exchange)) == ["UnescapedMarkup"]


STACK_TRACES = {
    "Java": "java.lang.NullPointerException\n\tat com.verba.api.KeepCall.run(KeepCall.java:42)",
    "Java frame": "\tat com.verba.Api$1.lambda$run$0(Api.java:7)",
    "Java native": "at sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method)",
    "Java cause": "Caused by: org.hibernate.HibernateException: no",
    "Java exception alone": "NullPointerException",
    ".NET": "System.FormatException: Input string was not in a correct format.\r\n   at System.Int32.Parse(String s)",
    ".NET frame": "   at Verba.Api.KeepCall(String id) in D:\\build\\Api.cs:line 12",
    "ASP.NET": "Server Error in '/verba' Application.",
    "Python": 'Traceback (most recent call last):\n  File "/app/api.py", line 3, in keep',
    "Python exception": "ValueError: invalid literal for int() with base 10: 'x'",
    "PHP": "<b>Warning</b>: Undefined array key in /var/www/api.php on line 7".replace("<b>", "").replace("</b>", ""),
    "PHP fatal": "PHP Fatal error: Uncaught TypeError: x in api.php:3\nStack trace:\n#0 {main}",
    "Node": "TypeError: Cannot read properties of undefined (reading 'id')\n    at keep (/app/server.js:10:15)",
    "Node internals": "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "Go": "panic: runtime error: index out of range [1] with length 1\n\ngoroutine 1 [running]:",
    "Go file": "main.go:27: no rows",
    "Ruby": "api.rb:12:in `keep': undefined method",
    "Rust": "thread 'main' panicked at src/main.rs:3",
    "Perl": "Can't locate object at /opt/api.pl line 4.",
}

SQL = {
    "MySQL": "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version",
    "MariaDB": "check the manual that corresponds to your MariaDB server version for the right syntax",
    "MySQL column": "Unknown column 'abc' in 'where clause'",
    "MySQL table": "Table 'verba.calls' doesn't exist",
    "Oracle": "ORA-00933: SQL command not properly ended",
    "PostgreSQL": 'ERROR:  syntax error at or near "\'"',
    "PostgreSQL uuid": 'invalid input syntax for type uuid: "x"',
    "PostgreSQL relation": 'relation "calls" does not exist',
    "SQL Server": "Unclosed quotation mark after the character string ''.",
    "SQL Server syntax": "Incorrect syntax near '='.",
    "SQL Server conversion": "Conversion failed when converting from a character string to uniqueidentifier.",
    "ODBC": "[Microsoft][ODBC SQL Server Driver]",
    "SQLite": 'near "OR": syntax error',
    "SQLite token": 'unrecognized token: "\'"',
    "SQLite table": "no such table: calls",
    "SQLSTATE": "SQLSTATE[42000]",
    "DB2": "DB2 SQL Error: SQLCODE=-104",
    "JDBC": "jdbc:sqlserver://db;databaseName=verba",
    "select": "SELECT id, kept FROM calls WHERE number = '8856'",
    "select in small letters": "select * from calls",
    "select with a condition": "select id from calls where number = '8856'",
    "insert": "insert into calls (id) values (1)",
    "update": "update calls set kept = 1",
    "delete": "DELETE FROM calls WHERE id = 1",
    "union": "UNION ALL SELECT",
    "procedure": "EXEC sp_keep_call",
}

PATHS = {
    "Unix": "Cannot open /etc/verba/api.conf",
    "web root": "in /var/www/html/api",
    "home": "/home/verba/api",
    "container": "/app/verba/api.py",
    "quoted": "'/usr/share/verba'",
    "temporary": "(/tmp/verba.sock)",
    "with a line": "/verba/api/keep.rb:12",
    "Windows": "C:\\Program Files\\Verba\\bin\\api.dll",
    "Windows drive": "d:\\verba",
    "Windows with slashes": "C:/Program Files/Verba",
    "Windows in JSON": "C:\\\\inetpub\\\\wwwroot",
    "share": "\\\\recorder01\\media$",
    "file address": "file:///opt/verba",
}

INSIDES = {
    **{f"trace of {name}": (text, "StackTrace") for name, text in STACK_TRACES.items()},
    **{f"SQL of {name}": (text, "Sql") for name, text in SQL.items()},
    **{f"path of {name}": (text, "FilePath") for name, text in PATHS.items()},
}


@pytest.mark.parametrize("spelled", ["{}", "xml", "<html><body><pre>{}</pre></body></html>", "<p>x</p><!-- {} -->"])
@pytest.mark.parametrize(("text", "violation"), INSIDES.values(), ids=INSIDES)
def test_an_inside_of_the_server_is_seen(
    text: str, violation: str, spelled: str, answered: Answered, names: Names
) -> None:
    body = refused(escape(text)) if spelled == "xml" else spelled.format(text if spelled == "{}" else escape(text))

    assert violation in names(insides(answered(body)))


def test_an_inside_in_a_header_is_seen(answered: Answered, names: Names) -> None:
    exchange = answered(GRANTED, headers=[("X-Error", "java.lang.IllegalStateException: no session")])

    assert names(insides(exchange)) == ["StackTrace"]


ORDINARY = [
    "Unable to keep the call, because the call cannot be found.",
    "The call has been marked for recording.",
    "Please select one call from the list where you are a party.",
    "Select a call from the list.",
    "More than one call was found: select the call by its callID.",
    "You can update the settings, or insert a number into the field.",
    "Delete from the list the calls that are over.",
    "Drop the table of numbers.",
    "An error has occurred. Error: 5. Exception.",
    "Internal error, see the log.",
    "Warning: the number 8856 is in use on line 2.",
    "The requested URL /verba/api was not found on this server.",
    "The requested resource [/verba/api/foo.jsp] is not available.",
    "See http://recorder.example/verba/api?action=KeepCall&x=/y",
    "See https://docs.example.com/home/user/app/index.php for help",
    "recorder.example.pl:8080 does not answer",
    "http://recorder.example.rs:8080/verba",
    "Either callID or extension/number must be given (and/or status).",
    "Time: 10:15:30, date: 23/11/2026, ratio 1/2",
    "sip:8856@recorder.example:5060",
    "Extension 8856 at station 4 (line 2) cannot be found",
    "a:b C: D:",
    "The function Foo does not exist.",
    "Duplicate request.",
    "Login failed for user bob.",
    "name='value', type='KeepCall'",
    "api.version.Error",
    "Der Anruf wurde nicht gefunden; bitte wählen Sie einen aus.",
]


@pytest.mark.parametrize("spelled", ["{}", "xml", "<html><body><p>{}</p></body></html>"])
@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_sentence_is_no_inside(text: str, spelled: str, answered: Answered) -> None:
    body = refused(escape(text)) if spelled == "xml" else spelled.format(text if spelled == "{}" else escape(text))

    assert insides(answered(body)) == ()


def test_the_addresses_of_a_page_are_no_paths_of_the_server(answered: Answered) -> None:
    body = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><base href="/home/x"><title>KeepCall</title>'
        '<link rel=stylesheet href="/app/css/main.js"><script src=/app/main.js></script></head><body>'
        '<form action="/opt/in"><img src="/tmp/logo.png"></form><p>No.</p></body></html>'
    )

    assert insides(answered(body, headers=[("Set-Cookie", "a=b; Path=/home/x"), ("Location", "/tmp/x")])) == ()


@pytest.mark.parametrize(
    "value",
    [
        "8856'; DROP TABLE calls; --",
        "' OR 1=1; SELECT * FROM calls WHERE '1'='1",
        "../../../../etc/passwd",
        "/etc/passwd",
        "C:\\Windows\\win.ini",
        "<%= 7*7 %> at java.lang.Runtime.exec(Runtime.java:1)",
        'Traceback (most recent call last): File "/x/y.py", line 3',
        "\\\\host\\share",
    ],
)
@pytest.mark.parametrize(
    "echo",
    [lambda value: value, str.upper, lambda value: value[:-1], lambda value: f"{value}.", lambda value: f"'{value}'"],
    ids=["as it is", "in upper case", "cut", "with a full stop", "in quotes"],
)
def test_what_the_caller_sent_is_no_inside(
    value: str, echo: Callable[[str], str], answered: Answered, asking: Asking
) -> None:
    request = asking(extension=value, status="ongoing")
    text = f"No call of {echo(value)} was found."

    assert insides(answered(refused(escape(text)), request=request)) == ()
    assert insides(answered(text, request=request)) == ()
    assert insides(answered(f"<p>{escape(text)}</p>", request=request)) == ()


def test_an_inside_beside_the_callers_own_words_is_seen(answered: Answered, asking: Asking, names: Names) -> None:
    request = asking(extension="'; DROP TABLE calls; --", status="ongoing")
    text = "SELECT id FROM calls WHERE number = ''; DROP TABLE calls; --'"

    assert names(insides(answered(refused(escape(text)), request=request))) == ["Sql"]
