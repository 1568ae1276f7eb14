"""KC-ANY-03: what is the server's inside, and what is not."""

from collections.abc import Callable
from html import escape

import pytest

from keepcall.contract.exchange import Exchange
from keepcall.contract.request import Request
from keepcall.expect.insides import insides

Answered = Callable[..., Exchange]
Asking = Callable[..., Request]
Names = Callable[..., list[str]]

GRANTED = '<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'


def refused(message: str) -> str:
    return (
        f'<VerbaApi><Response code="2" type="KeepCall"><ErrorMessage>{message}</ErrorMessage></Response></VerbaApi>'
    )


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
    "recording": "/media/2026/11/call.wav",
    "archive": "verba/WEB-INF/classes",
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


def test_what_is_shown_is_told_in_the_encoding_of_the_page(answered: Answered) -> None:
    body = b"<meta charset='windows-1251'><p>/home/\xe9\xe9/a.log</p>"

    assert "/home/йй" in insides(answered(body, asked={"responseType": "HTML"}))[0].got
