"""Inputs and sequences that every run tries before those that are drawn: what servers have always stumbled over.

Chance needs many requests until it puts just this text into just that parameter of a request for a page. So each of a
few texts, which have much in little, goes into each parameter once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from keepcall.cases.generation.templates import Begin, DrawnSteps, End, RequestTemplate, TemplateParameters, Value
from keepcall.cases.generation.values import WRONG_KEYS
from keepcall.contract.request import METHODS, Format

MARKUP = (
    *("<i>7</i><b>7</b>&lt;'\"", "<script>alert(7)</script>", '" onmouseover="alert(7)', "]]><x:y/>&#0;"),
    "' onmouseover='alert(7)",
)
"""Mark-up, short enough to survive where a message repeats only the beginning of a value."""

TEXTS: Mapping[str, str] = {
    "templates": "{x}{0}${7*7}{{7*7}}%s%n%d%(x)s",
    "controls": "\x00\x01\x08\x0b\x1b[31m\x7f\x85",
    "beyond ASCII": "é漢😀\u202eא\u0301\ufeff\ufffe\uffff",
    "SQL": "7' OR '1'='1' --",
    "quotes": "\\'\";`",
    "line ends": "7\r\nX-Injected: 77\r\n\r\n7\u2028",
    "no UTF-8": "\udcff7\udcc3",
    "percent signs": "%00%41%zz%%u0041+",
    "a number beyond all integers": "7" * 30,
    "digits and a letter": "7" * 31 + "a",
    "a long text": "a" * 300,
    "a very long text": "漢7" * 150,
    "commas": "," * 300,
    "blanks": " \t",
    "nothing": "",
    "numbers": "-1.0e99",
    "brackets": "((7[7{7",
    "a backslash at the end": "7\\",
    "JSON": '{"a":["7"],"b":null}',
}
"""Texts of other kinds."""

POOL = 101
"""Refusals that use up a pool of connections from which each takes one; many pools have a hundred."""

PAGE = 11
"""Calls of a number that come and go while one is going on: a page of a list has ten."""

_ONE, _OTHER = Value(kind="number"), Value(kind="number", index=1)
_CALL, _OTHER_CALL = Value(kind="call"), Value(kind="call", index=1)
_SELECTED: TemplateParameters = (("callID", _CALL),)
_TELLING: tuple[Format, Format] = ("XML", "HTML")
"""Formats in which a page of the web server's own cannot pass for an answer; in TEXT any text can."""

_ACCESS = ("action", "apiKey", "token")


def inputs() -> Iterator[RequestTemplate]:
    """Each text in each parameter; mark-up in pages, and in XML, too."""
    for index, text in enumerate(MARKUP):
        formats: tuple[Format, ...] = ("HTML", "XML") if index == 0 else ("HTML",)
        for place, given in enumerate((*_places(text), *_in_access(text))):
            for format_ in formats:
                yield RequestTemplate(given, METHODS[(index + place) % 2], format_)
    for index, text in enumerate(TEXTS.values()):
        for place, given in enumerate(_places(text)):
            yield RequestTemplate(given, METHODS[(index // 2 + place) % 2], _TELLING[(index + place) % 2])


def _places(value: str) -> Iterator[TemplateParameters]:
    text = Value(value)
    yield (("extension", text), ("status", Value("ongoing")))
    yield (("extension", text), ("status", Value("last")))  # whatever finds any call finds too many that are ongoing
    yield (("callID", text),)
    yield (("extension", _ONE), ("status", text))
    yield (*_SELECTED, ("type", text))
    yield (*_SELECTED, ("unmark", text))


def _in_access(value: str) -> Iterator[TemplateParameters]:
    for name in _ACCESS:
        yield (*_SELECTED, (name, Value(value)))


def _secret(name: str) -> Value:
    return Value(kind="secret", twist=name)


def sequences() -> Iterator[tuple[tuple[int, ...], DrawnSteps]]:
    """Sequences with the parts of the call pool that they are about: state that servers keep, and should not."""
    yield (0, 1), _AGAIN_AND_AGAIN
    yield (0, 1), _ONE_AND_THE_OTHER
    yield (0, 1), _LET_IN_OR_NOT
    yield (0, 1), _WHAT_WAS_ASKED_BEFORE
    yield (3, 0), _COME_AND_GO
    yield (0,), _ONE_MORE
    yield (0, 6), _BEHIND_A_REFUSAL
    yield (0,), _MANY_CALLS
    yield (), _MANY_MARKS
    yield (0,), _MANY_REFUSALS


def _keep(call: Value = _CALL, **more: Value) -> RequestTemplate:
    return RequestTemplate((("callID", call), *more.items()), format="XML")


def _find(number: Value = _ONE, status: str = "ongoing", **more: Value) -> RequestTemplate:
    return RequestTemplate((("extension", number), ("status", Value(status)), *more.items()), format="XML")


_COMING = Value(kind="coming")
_YES = Value("1")
_MANUAL = Value("manualRecord")
_UNKNOWN = Value(WRONG_KEYS[0])

_AGAIN_AND_AGAIN: DrawnSteps = (
    *(_keep(), _keep(), _keep(unmark=_YES), _keep(), _keep(unmark=_YES), _keep(unmark=_YES), _keep()),
    *(_find(unmark=_YES), _find(), _find(), _find(unmark=_YES), _keep(_OTHER_CALL), _find(unmark=_YES), _find()),
)
_ONE_AND_THE_OTHER: DrawnSteps = (
    _keep(),
    _keep(unmark=_YES),
    _keep(_OTHER_CALL),
    _find(_OTHER, unmark=_YES),
    _keep(),
)
_LET_IN_OR_NOT: DrawnSteps = (
    *(_keep(token=_UNKNOWN), _keep(token=_UNKNOWN), _keep(apiKey=_UNKNOWN), _keep(apiKey=_UNKNOWN)),
    *(_keep(token=_secret("expired_token")), _keep(token=_secret("expired_token"))),
    *(_keep(), _keep(_OTHER_CALL, token=_UNKNOWN), _keep(_OTHER_CALL, apiKey=_UNKNOWN)),
    *(replace(_keep(_OTHER_CALL), omitted=frozenset({name})) for name in _ACCESS),
    replace(_keep(_OTHER_CALL, apiKey=_secret("open_api_key")), omitted=frozenset({"token"})),
    *(replace(_keep(unmark=_YES), omitted=frozenset({"token"})), _keep(unmark=_YES)),
)
_WHAT_WAS_ASKED_BEFORE: DrawnSteps = (
    *(
        _keep(_COMING),
        Begin(0),
        _keep(Value(kind="call", index=3)),
        _keep(),
        _keep(_UNKNOWN),
        RequestTemplate(()),
        RequestTemplate((("status", Value("ongoing")),)),
        RequestTemplate((("extension", _ONE),)),
    ),
    *(
        _find(_OTHER),
        _find(Value("7")),
        RequestTemplate((("extension", _OTHER),)),
        _find(_OTHER, "foo"),
        _find(_OTHER, "last"),
    ),
    *(RequestTemplate((("unmark", _YES),)), _keep(_UNKNOWN, unmark=_YES)),
)
_COME_AND_GO: DrawnSteps = (
    *(_find(), Begin(0), _find(), _find(unmark=_YES), Begin(0, "called"), _find(), _find(unmark=_YES)),
    *(End(0), _find(), _find(status="last"), End(0), _find(), _find(status="last", unmark=_YES), Begin(0), _find()),
)
_ONE_MORE: DrawnSteps = (
    _find(),
    Begin(0),
    _find(),
    _find(unmark=_YES),
    End(1),
    _find(unmark=_YES),
    _find(),
    End(0),
    _find(),
)
_BEHIND_A_REFUSAL: DrawnSteps = (
    *(_keep(_UNKNOWN, unmark=_YES), _keep(), _keep(_UNKNOWN, type=_MANUAL), _keep(unmark=_YES), _keep(_UNKNOWN)),
    *(_keep(), _find(_OTHER, type=_MANUAL), _find(_OTHER, type=_MANUAL, unmark=_YES), _find(unmark=_YES)),
)
_MANY_CALLS: DrawnSteps = (*(Begin(0), End(1)) * PAGE, _find(unmark=_YES), _find())
_MANY_MARKS: DrawnSteps = (
    *(_keep(Value(kind="call", index=index)) for index in range(8)),
    *(Begin(index) for index in range(4)),
    *(_keep(Value(kind="call", index=index)) for index in range(9, 13)),
    *(_keep(unmark=_YES), _keep()),
)
_MANY_REFUSALS: DrawnSteps = (*(_keep(_UNKNOWN) for _ in range(POOL)), _keep())
