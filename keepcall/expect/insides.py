"""Whether an answer shows the inside of the server, stack traces, SQL or file paths: KC-ANY-03.

The patterns are those of error texts and traces as the runtimes and databases print them. What the caller sent is
not the server's inside, wherever it comes back; nor are addresses of the API, or words that SQL shares with English.
"""

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from keepcall.contract.exchange import Exchange
from keepcall.contract.violation import Violation, quoted
from keepcall.expect.parsing.answer import parsed, text_in
from keepcall.expect.parsing.cache import MANY, memoised
from keepcall.expect.parsing.page import page
from keepcall.expect.parsing.sniffing import Found

_LONGEST = 65_536
"""Characters of a body that are searched."""

_SHORTEST_ECHO = 4
"""Characters of a value from which on it is taken out of the answer before the search."""

_MOST_MATCHES = 100

_TRACES = (
    r"\bTraceback \(most recent call last\)",  # Python
    r'\bFile "[^"\n]{1,300}", line \d+',
    r"\b(?:Value|Key|Type|Attribute|Index|Name|Runtime|Assertion|Import|UnicodeDecode|Recursion)Error: \S",
    r"\bat(?<!\Sat) [\w$.<>/`]+\([\w$-]+\.(?:java|kt|scala|groovy|clj):\d+\)",  # Java and its kin
    r"\((?:Native Method|Unknown Source)\)",
    r'\bException in thread "',
    r"\b(?-i:(?:[A-Za-z_]\w{0,60}\.){1,12}[A-Z]\w{0,80}(?:Exception|Error|Throwable)\b)",  # .NET too
    r"\b(?:NullPointer|NullReference|SQL|IllegalArgument|IllegalState|ClassCast)(?:Exception|Error)\b",
    r"\b(?:IndexOutOf\w{1,6}|NumberFormat|InvalidOperation|ArgumentNull|KeyNotFound|StackOverflow|OutOfMemory)(?:Exception|Error)\b",
    r"\bat(?<!\Sat) [\w.`<>+\[\],]+\([^()\n]{0,300}\) in \S[^\n]{0,300}?:line \d+",  # .NET
    r"\bat(?<!\Sat) (?:System|Microsoft)\.[\w.`<>+]+\(",
    r"--- End of (?:inner exception )?stack trace",
    r"\bServer Error in '/[^'\n]{0,100}' Application",
    r"\b(?:Fatal error|Parse error|Warning|Notice|Deprecated): .{1,300}? in \S{1,200}\.\w{2,5} on line \d+",  # PHP
    r"\bStack trace:\s{0,4}#0 ",
    r"\bUncaught (?:\w+\\)*\w*(?:Error|Exception): ",
    r"\bat(?<!\Sat) (?:[\w$.<>\[\] ]{1,100} \()?(?:file://|node:|/|[A-Za-z]:\\)[^\s()]{1,300}:\d+:\d+\)?",  # Node
    r"\bCannot read propert(?:y|ies) .{0,40}of (?:undefined|null)\b",
    r"\bgoroutine \d+ \[",  # Go
    r"\bpanic: \S",
    r"\bruntime error: (?:index out of range|invalid memory address)",
    r"\bthread '[^'\n]{1,100}' panicked at",  # Rust
    r"(?<![/.\w-])[\w-]{1,60}\.(?:go|rb|py|php|java|cs|cpp):\d{1,5}\b(?!/)",
    r"\bat \S{1,300}\.p[lm] line \d+",  # Perl
    r"\b(?:Segmentation fault|core dumped|terminate called after throwing)\b",
)

_SQL = (
    r"\bYou have an error in your SQL syntax",  # MySQL, MariaDB
    r"\bcorresponds to your (?:MySQL|MariaDB) server version",
    r"\bUnknown column '[^'\n]{0,200}' in '",
    r"\bTable '[^'\n]{0,200}' doesn't exist",
    r"\bData too long for column '",
    r"\bDuplicate entry '[^'\n]{0,200}' for key",
    r"\b(?:mysqli?|pg|oci|sqlsrv|odbc|sqlite|mssql)_(?:query|connect|exec|execute|prepare|fetch\w*|num_rows)\(\)",
    r"\bORA-\d{5}\b",  # Oracle
    r"\bPLS-\d{5}\b",
    r"\bSQLSTATE\b",
    r"\bSQL (?:syntax )?error\b",
    r"\bsyntax error at or near\b",  # PostgreSQL
    r"\bunterminated quoted (?:string|identifier) at or near\b",
    r"\binvalid input syntax for (?:type )?(?:integer|bigint|uuid|smallint|numeric|timestamp)",
    r'\b(?:relation|column) "[\w.]{1,100}" does not exist\b',
    r"\bviolates (?:unique|foreign key|not-null|check) constraint\b",
    r"\bUnclosed quotation mark (?:after|before) the character string",  # SQL Server
    r"\bIncorrect syntax near\b",
    r"\bInvalid (?:object|column) name '",
    r"\bConversion failed when converting\b",
    r"\bString or binary data would be truncated",
    r"\bMsg \d+, Level \d+, State \d+",
    r"\bArithmetic overflow error converting\b",
    r"\[(?:Microsoft|SQL Server|ODBC|unixODBC|FreeTDS|MySQL)\]\s?\[",
    r"\bOLE DB Provider\b",
    r'\bnear "[^"\n]{0,200}": syntax error',  # SQLite
    r'\bunrecognized token: "',
    r"\bno such (?:table|column): ",
    r"\bSQLITE_[A-Z]{3,}\b",
    r"\bSQLCODE\s?[=:]\s?-?\d+",  # DB2
    r"\bDynamic SQL Error\b",  # Firebird
    r"\bcould not (?:execute|prepare|extract) (?:query|statement|ResultSet)\b",  # Hibernate
    r"\bjdbc:\w+:",
    r"\b(?-i:SELECT\s.{1,300}?\sFROM\s+[\w.\"`\[]+)",
    r"\bselect\s+(?:distinct\s+|top\s+\d+\s+)?(?:\*|count\(\s*\S{1,60}\s*\))\s+from\s+[\w.\"`\[]+",
    r"\bselect\s+\S.{0,300}?\sfrom\s+\S{1,100}\s+(?:\w+\s+)?where\s+\S{1,100}\s*(?:[=<>]|\bin\s*\(|\bis\s+null)",
    r"\bselect\s+\S.{0,300}?\sfrom\s+\S{1,100}\s+(?:\w+\s+)?where\s+\S{1,100}\s+like\s+['?:@]",
    r"\binsert\s+into\s+[\w.\"`\[\]]+\s*(?:\([^()]{1,300}\)\s*)?(?:values\s*\(|select\s)",
    r"\bupdate\s+[\w.\"`\[\]]+\s+set\s+[\w.\"`\[\]]+\s*=",
    r"\bdelete\s+from\s+[\w.\"`\[\]]+\s+where\s+\S{1,100}\s*(?:=|<|>|\blike\b|\bin\s*\()",
    r"\b(?-i:(?:DROP|ALTER|CREATE|TRUNCATE)\s+(?:TABLE|DATABASE|INDEX|VIEW|PROCEDURE)\s+\w)",
    r"\b(?-i:UNION\s+(?:ALL\s+)?SELECT\b)",
    r"\b(?-i:EXEC(?:UTE)?\s+(?:dbo\.|sp_|xp_)\w)",
)

_ROOT = r"/(?<![\w/\\.:~-]/)"
"""The slash that a path can start with: neither within a word nor within an address."""

_FILE = r"[\w@+-]+\.(?:py|js|mjs|ts|rb|php|go|java|jar|cs|dll|so|conf|log|ini|ya?ml|wav|db)\b"

_PATHS = (
    rf"{_ROOT}(?-i:etc|root|proc|sys|tmp|opt|srv|mnt|nix|home|Users|Library|Applications|private)/[\w.@+-]+",
    rf"{_ROOT}usr/(?:s?bin|lib\w*|local|share|src|include)/[\w.@+-]+",
    rf"{_ROOT}var/(?:www|lib|log|run|opt|tmp|cache|spool|task|db|mail)/[\w.@+-]+",
    rf"{_ROOT}(?:app|code|workspace|data|build|src|media|storage|recordings)/(?:[\w.@+-]+/){{0,20}}{_FILE}",
    rf"{_ROOT}(?:[\w.@+-]+/){{1,20}}[\w@+-]+\.\w{{1,5}}(?::\d+|(?:\"|')?(?:,| on) line \d+)",
    r"\b[A-Za-z]:\\{1,2}(?:[\w$~.{(-][^\\/:*?\"<>|\r\n]{0,100}\\{1,2}){0,20}[\w$~.-]{2,}",
    r"\b[A-Za-z]:/(?:Program Files|ProgramData|Windows|Users|inetpub|xampp|wamp|Verba|tomcat|apache|src)\b",
    r"\\(?<![\w\\]\\)\\[\w.-]{2,}\\[\w$.-]{2,}",
    r"\b(?:WEB-INF|META-INF|node_modules|site-packages|dist-packages)[/\\]",
    r"\bfile:///?\w",
    r"\bjar:file:",
)


@memoised()
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all: those that begin with a word are looked for at the beginnings of words only."""
    words = [f"(?:{pattern[2:]})" for pattern in patterns if pattern.startswith(r"\b")]
    others = [f"(?:{pattern})" for pattern in patterns if not pattern.startswith(r"\b")]
    return re.compile(rf"\b(?=\w)(?:{'|'.join(words)})|{'|'.join(others)}", re.IGNORECASE)


_KINDS = (
    ("StackTrace", "no stack trace", _TRACES),
    ("Sql", "no SQL", _SQL),
    ("FilePath", "no path of the server's files", _PATHS),
)

_ADDRESS = re.compile(
    r"""\b(?:href|src|action|formaction|content|data|poster|srcset|cite|background|manifest|xmlns|xmlns:\w+)"""
    r"""\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)""",
    re.IGNORECASE,
)
"""Attributes that hold an address: `/app/main.js` is none of the server's files there."""

_ADDRESS_HEADERS = frozenset(
    {
        *("set-cookie", "location", "content-location", "link", "refresh", "report-to", "reporting-endpoints"),
        *("content-security-policy", "alt-svc", "date", "content-type", "content-length", "server", "connection"),
    }
)
"""Headers that hold addresses, or nothing that could be searched."""


def insides(exchange: Exchange) -> tuple[Violation, ...]:
    """KC-ANY-03: the answer shows no stack trace, no SQL and no path of the server's files."""
    reading = parsed(exchange)
    body = reading.body, reading.charset, reading.format
    headers = "\n".join(value for name, value in exchange.answer.headers if name.lower() not in _ADDRESS_HEADERS)
    found = list[Violation]()
    if suspects := _suspects_in_body(*body):
        found += _all_shown(suspects, _body_text(*body), exchange)
    if suspects := _suspects(headers):
        found += _all_shown(suspects, headers, exchange)
    return tuple(dict.fromkeys(found))


@memoised(large=MANY)
def _suspects_in_body(body: bytes, charset: str, found: Found) -> tuple[int, ...]:
    return _suspects(_body_text(body, charset, found))


@memoised()
def _body_text(body: bytes, charset: str, found: Found) -> str:
    """All that stands in a body, comments and scripts included, without escapes and without addresses."""
    text = text_in(body, charset, found)[:_LONGEST]
    if found != "HTML":
        return html.unescape(text)
    return "\n".join((html.unescape(_ADDRESS.sub(" ", text)), *page(text).everything))


@memoised()
def _suspects(text: str) -> tuple[int, ...]:
    """The kinds of insides that a text seems to show."""
    return tuple(kind for kind, (_, _, patterns) in enumerate(_KINDS) if _any_of(patterns).search(text))


def _all_shown(kinds: Iterable[int], text: str, exchange: Exchange) -> Iterator[Violation]:
    """What a text shows of each of these kinds."""
    rest = _without(text, exchange)
    for kind in kinds:
        yield from _shown(kind, rest, exchange)


def _without(text: str, exchange: Exchange) -> str:
    """The text without what the caller sent; plain words and numbers can stay."""
    for _, value in exchange.request.parameters:
        if len(value) >= _SHORTEST_ECHO and not value.isalnum():
            text = re.sub(re.escape(value), "\N{HORIZONTAL ELLIPSIS}", text, flags=re.IGNORECASE)
    return text


def _shown(kind: int, text: str, exchange: Exchange) -> Iterator[Violation]:
    """The first thing of a kind that is no part of what the caller sent."""
    name, expected, patterns = _KINDS[kind]
    values = [value.casefold() for _, value in exchange.request.parameters]
    for found in islice(_any_of(patterns).finditer(text), _MOST_MATCHES):
        if not any(found[0].strip().casefold() in value for value in values):
            yield Violation(name, expected, quoted(found[0].strip()))
            return
