"""What is demanded of an answer as HTTP: KC-HTTP-03 and KC-HTTP-06 to KC-HTTP-09, KC-RSP-01 to KC-RSP-03."""

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.request import Format
from keepcall.contract.violation import Violation, quoted
from keepcall.expect.decision import decision_of
from keepcall.expect.parsing.answer import parsed
from keepcall.expect.parsing.cache import MANY, memoised
from keepcall.expect.parsing.charset import believable, byte_order_mark, codec, decoded, family, first_outsider, fits
from keepcall.expect.parsing.encoding import html_text, xml_text
from keepcall.expect.parsing.media_type import MediaType, media_type
from keepcall.expect.parsing.sniffing import Found

Violations = tuple[Violation, ...]

_SUCCESS = range(200, 300)
_SERVER_ERROR = range(500, 600)
_UNAVAILABLE = 503

_NAMES: dict[Format, str] = {
    "XML": "text/xml, application/xml or …+xml",
    "HTML": "text/html",
    "TEXT": "text/plain",
}


def success_status(exchange: Exchange) -> Violations:
    """KC-HTTP-06: a granted request is answered with a 2xx status (RFC 9110 section 15.3)."""
    status = exchange.answer.status
    return () if status in _SUCCESS else (Violation("StatusIsNoSuccess", "a 2xx status", f"status {status}"),)


def no_server_error(exchange: Exchange) -> Violations:
    """KC-HTTP-07: a refusal has no 5xx status, 503 with Retry-After aside (RFC 9110 section 15.6)."""
    answer = exchange.answer
    patient = answer.status == _UNAVAILABLE and answer.header("Retry-After").strip()
    if answer.status not in _SERVER_ERROR or patient:
        return ()
    return (Violation("ServerError", "a status other than 5xx for a refusal", f"status {answer.status}"),)


def content_type(exchange: Exchange) -> Violations:
    """KC-HTTP-08: Content-Type names the format that was asked for (RFC 9110 section 8.3, RFC 7303).

    An answer without content needs none.
    """
    asked, answer = exchange.request.format, exchange.answer
    if asked is None:
        return ()
    expected = f"Content-Type {_NAMES[asked]}"
    given = _content_types(answer)
    if not given:
        return (Violation("MissingContentType", expected, "no Content-Type"),) if answer.body else ()
    if len(given) > 1:
        got = " and ".join(quoted(value, 60) for value in given[:3])
        return (Violation("SecondContentType", f"one {expected}", got),)
    found = media_type(given[0])
    if not found.essence or found.rest:
        return (Violation("MalformedContentType", expected, quoted(given[0])),)
    if not _names(found, asked):
        return (Violation("WrongContentType", expected, quoted(given[0])),)
    return ()


def _content_types(answer: Answer) -> tuple[str, ...]:
    return tuple(value for name, value in answer.headers if name.lower() == "content-type")


def _names(found: MediaType, asked: Format) -> bool:
    match asked:
        case "XML":
            return found.essence in {"text/xml", "application/xml"} or found.essence.endswith("+xml")
        case "HTML":
            return found.essence == "text/html"
        case "TEXT":
            return found.essence == "text/plain"


def charset(exchange: Exchange) -> Violations:
    """KC-HTTP-09: the body can be read in the charset of Content-Type, to the same text as by its own declaration.

    Two charsets that agree on all that the body holds are both right.
    """
    answer = exchange.answer
    name = media_type(answer.header("Content-Type")).charset
    return () if name is None else _charset(answer.body, name, parsed(exchange).format)


@memoised(large=MANY)
def _charset(body: bytes, name: str, found: Found) -> Violations:
    by_header = codec(name)
    if not by_header:
        return (Violation("UnknownCharset", "a charset that there is", f"charset {quoted(name)}"),)
    readings = _readings(body, by_header, web=found == "HTML")
    if not readings:
        got = first_outsider(body, by_header)
        return (Violation("BytesOutsideTheCharset", f"nothing but {quoted(name)}", got),)
    own = _own_readings(body, found)
    if not own or readings & own:
        return ()
    got = "another text than by the byte order mark or declaration in it"
    return (Violation("ContradictoryCharset", f"the same text by charset {quoted(name)}", got),)


def _readings(body: bytes, name: str, *, web: bool) -> frozenset[str]:
    """The text in a charset; on the web ISO-8859-1 is windows-1252 too."""
    mark, length = byte_order_mark(body)
    if mark and fits(mark, name):
        texts = [decoded(body[length:], mark)]
    elif body and not believable(body, name):
        texts = []
    elif name in {"utf-16", "utf-32"}:
        # RFC 2781 section 4.3: big-endian; but nobody reads mark-up so that can see that it is the other way round.
        texts = [decoded(body, family(body) if fits(family(body), name) else f"{name}-be")]
    else:
        texts = [decoded(body, name)]
        if web and name == "iso8859-1":
            texts.append(decoded(body, "cp1252"))
    return frozenset(text for text in texts if text is not None)


def _own_readings(body: bytes, found: Found) -> frozenset[str]:
    """The text by what the body itself says of its encoding; nothing where it does not say, or says it wrongly."""
    mark, length = byte_order_mark(body)
    if found == "XML":
        own = xml_text(body, "")
        return frozenset({own.text}) if own.own and not own.faults else frozenset()
    if mark:
        text = decoded(body[length:], mark)
        return frozenset() if text is None else frozenset({text})
    own = html_text(body, "")
    return frozenset({own.text}) if found == "HTML" and own.own and "\ufffd" not in own.text else frozenset()


def format_asked_for(exchange: Exchange) -> Violations:
    """KC-RSP-01, KC-RSP-02, KC-RSP-03: the answer is in the format that was asked for; without `responseType` in XML.

    Broken XML is still XML. TEXT of `unmark` and `manualRecord`, for which nothing is documented, may be empty.
    """
    request, reading = exchange.request, parsed(exchange)
    nothing_due = not reading.format and request.format == "TEXT" and not request.plain_keep
    if request.format is None or reading.format == request.format or nothing_due:
        return ()
    if not reading.format:
        got = f"{len(exchange.answer.body)} bytes of nothing"
        return (Violation("EmptyAnswer", f"an answer in {request.format}", got),)
    got = f"{reading.format}: {quoted(reading.text.strip(), 80)}"
    return (Violation("WrongFormat", f"an answer in {request.format}", got),)


def same_answer(first: Exchange, second: Exchange) -> Violations:
    """KC-HTTP-03: two answers have the same format, outcome and code."""
    left, right = parsed(first), parsed(second)
    basic = [
        Violation(name, f"the same {what} as of the first request, {one or 'nothing'}", other or "nothing")
        for name, what, one, other in (
            ("DifferentFormat", "format", left.format, right.format),
            ("DifferentOutcome", "outcome", decision_of(first), decision_of(second)),
        )
        if one != other
    ]
    if basic or left.code == right.code:
        return tuple(basic)
    got = f"code {quoted(right.code or '')}"
    return (Violation("DifferentCode", f"the same code as of the first request, {quoted(left.code or '')}", got),)
