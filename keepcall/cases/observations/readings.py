"""What an answer says, in the vocabulary of the observations. Pure functions."""

from keepcall.cases.observations.answers import exactly, quoted
from keepcall.contract.exchange import Exchange
from keepcall.contract.wording import has_text
from keepcall.expect.decision import decision_of
from keepcall.expect.parsing.answer import found_format, parsed

GRANTED = "granted"

_LONGEST_CODE = 20
_MOST_COOKIES = 10
_SOFTWARE = ("Server", "Via", "X-Powered-By", "X-Generator", "X-AspNet-Version", "X-AspNetMvc-Version")


def said(exchange: Exchange) -> str:
    """Granted, refused, or no answer of KeepCall's: a page of the web server before it, say."""
    if decision_of(exchange) == "granted":
        return GRANTED
    reading, status = parsed(exchange), exchange.answer.status
    if reading.format == "XML":
        ours = reading.code is not None
    else:
        ours = exchange.request.format != "XML" and status < 400 and bool(reading.format)  # noqa: PLR2004
    return "refused" if ours else f"status {status}, no KeepCall answer"


def said_in_format(exchange: Exchange) -> str:
    """The same, with the format that it is said in."""
    words = said(exchange)
    if words not in {GRANTED, "refused"}:
        return words
    return f"{words} in {found_format(exchange.answer) or 'an empty body'}"


def first_or_last_format(exchange: Exchange) -> str:
    """Which of TEXT and HTML, asked for in this order, the answer is in."""
    counts = {"TEXT": "the first", "HTML": "the last"}.get(found_format(exchange.answer))
    return counts if counts and said(exchange) == GRANTED else said_in_format(exchange)


def status(exchange: Exchange) -> str:
    """The HTTP status."""
    return str(exchange.answer.status)


def code_and_message(exchange: Exchange) -> str:
    """Why it was refused."""
    words = said(exchange)
    if words != "refused":
        return words
    reading = parsed(exchange)
    code = exactly(reading.code or "", exchange, _LONGEST_CODE) or "of no characters"
    messages = [message for message in reading.messages if has_text(message)]
    return f"code {code}: {quoted(messages[0], exchange)}" if messages else f"code {code}, no message"


def content_type(exchange: Exchange) -> str:
    """The Content-Type."""
    return exactly(exchange.answer.header("Content-Type"), exchange) or "none"


def cookies(exchange: Exchange) -> str:
    """The names of the cookies; their values are secrets."""
    headers = exchange.answer.headers
    set_ = [value.partition("=")[0].strip() for name, value in headers if name.casefold() == "set-cookie"]
    names = dict.fromkeys(exactly(name, exchange) or "one without a name" for name in set_)
    return exactly(", ".join(list(names)[:_MOST_COOKIES]), exchange) or "none"


def redirects(exchange: Exchange) -> str:
    """How many redirects were followed."""
    return str(len(exchange.answer.redirects))


def software(exchange: Exchange) -> str:
    """The headers that name the server."""
    named = [(name, exchange.answer.header(name)) for name in _SOFTWARE]
    return exactly("; ".join(f"{name}: {value}" for name, value in named if value), exchange) or "none"
