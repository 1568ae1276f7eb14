"""Hypothesis strategies for whole requests.

Every subset of the parameters, right, missing, empty, repeated, near and hostile, by each method and in each format.
Most of what is drawn gets past the checks of the parameters and makes the server look for a call, where faults are.
Whatever stands first in a table is the plainest, since counter-examples shrink towards it.
"""

from dataclasses import replace
from typing import Literal, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from keepcall.cases.generation import values as v
from keepcall.cases.generation.nobodys import foreign, foreign_action
from keepcall.cases.generation.templates import RequestTemplate, TemplateParameters, Value, ValueKind
from keepcall.contract.model.rule import LONGEST
from keepcall.contract.operation import KEEP, RECORD, STOP_RECORDING, UNMARK, Operation
from keepcall.contract.request import FORMATS, METHODS, Format, plain

_Drawn = TypeVar("_Drawn")

_MOST_PIECES = 5
_MOST_INDEX = 15
_ROOM = LONGEST - 300
"""Characters on the wire for one value, so that all values of a request stay within what is promised."""


@st.composite
def weighted(draw: DrawFn, *table: tuple[int, SearchStrategy[_Drawn]]) -> _Drawn:
    """One of several strategies, by their weights; `one_of` drops repetitions and so has none."""
    expanded = [strategy for weight, strategy in table for _ in range(weight)]
    return draw(expanded[draw(st.integers(0, len(expanded) - 1))])


def texts(values: tuple[str, ...]) -> SearchStrategy[Value]:
    """One of these texts."""
    return st.sampled_from(values).map(Value)


def whole(kind: ValueKind) -> SearchStrategy[Value]:
    """One of the known values as it is."""
    return st.builds(lambda index: Value(kind=kind, index=index), indices)


def near(kind: ValueKind) -> SearchStrategy[Value]:
    """What comes near one of the known values."""
    twists = st.sampled_from(tuple(v.TWISTS)[1:])
    return st.builds(lambda twist, index: Value(kind=kind, index=index, twist=twist), twists, indices)


def wild(kind: ValueKind) -> SearchStrategy[Value]:
    """Something hostile, alone or behind one of the known values."""
    behind = st.builds(lambda tail, index: Value(tail, kind, index), wild_texts, indices)
    return weighted((2, wild_texts.map(Value)), (1, behind))


def parameters(**values: SearchStrategy[Value]) -> SearchStrategy[TemplateParameters]:
    """These parameters, in this order."""
    return st.tuples(*(st.tuples(st.just(name), value) for name, value in values.items()))


def _secret(name: str) -> Value:
    return Value(kind="secret", twist=name)


def _fitting(text: str) -> str:
    """As much of a text as fits into a value."""
    while len(plain(text)) > _ROOM:
        text = text[: len(text) * _ROOM // len(plain(text))]
    return text


def _stretched(unit: str, length: int) -> str:
    return _fitting(unit * max(1, length // len(plain(unit))))


def _piece_of(kind: str) -> SearchStrategy[str]:
    return st.sampled_from(v.HOSTILE[kind])


def _is_character(point: int) -> bool:
    """Whether a code point can be sent: half of a surrogate pair cannot (Unicode, section 3.8)."""
    return not 0xD800 <= point <= 0xDFFF  # noqa: PLR2004


indices = st.integers(0, _MOST_INDEX)
methods = st.sampled_from(METHODS)
formats: SearchStrategy[Format | Literal[""]] = st.sampled_from(("", *FORMATS))
_rarely = st.sampled_from((*[False] * 7, True))

_pieces: SearchStrategy[str] = st.sampled_from((*v.HOSTILE, *v.OFTEN, *v.OFTEN)).flatmap(_piece_of)
_hostile = st.lists(_pieces, min_size=1, max_size=_MOST_PIECES).map("".join)
_any_characters = st.lists(st.integers(0, 0x10FFFF).filter(_is_character).map(chr), min_size=1, max_size=8)
_long = st.builds(_stretched, st.sampled_from(v.LONG_UNITS), st.sampled_from(v.LENGTHS))
wild_texts: SearchStrategy[str] = weighted(
    (6, _hostile.map(_fitting)), (1, _any_characters.map("".join)), (1, _long)
).filter(lambda text: not foreign(text))
"""Hostile texts that can be nobody's number, key or name, by chance neither: a counter-example can be sent again."""

_calls, _numbers, _empty = whole("call"), whole("number"), st.just(Value())
_statuses = texts(v.STATUSES)
_wrong_statuses = weighted((1, texts(v.WRONG_STATUSES)), (1, wild_texts.map(Value)))
_any_call = weighted((1, _calls), (1, near("call")), (1, wild("call")))
_any_number = weighted((1, _numbers), (1, near("number")), (1, wild("number")))
_nothing: SearchStrategy[TemplateParameters] = st.just(())

selecting: SearchStrategy[TemplateParameters] = st.one_of(
    parameters(callID=_calls), parameters(extension=_numbers, status=_statuses)
)
"""What selects a call by the book."""

_nearly_selecting = st.one_of(parameters(callID=near("call")), parameters(extension=near("number"), status=_statuses))
_wildly_selecting = st.one_of(parameters(callID=wild("call")), parameters(extension=wild("number"), status=_statuses))
_wrong_status = parameters(extension=_numbers, status=_wrong_statuses)
wrongly_selecting: SearchStrategy[TemplateParameters] = st.one_of(
    parameters(extension=_numbers),
    parameters(status=_statuses),
    _nothing,
    _wrong_status,
    parameters(callID=texts(v.WRONG_KEYS)),
    parameters(callID=_numbers),
    parameters(extension=_calls, status=_statuses),
    parameters(callID=_empty),
    parameters(extension=texts(("", *v.BLANKS)), status=_statuses),
)
"""What must be refused, or nearly so."""

_oddly_selecting = st.one_of(
    parameters(callID=_calls, status=weighted((1, _statuses), (1, _wrong_statuses))),
    parameters(callID=_any_call, extension=_any_number, status=_statuses),
    parameters(callID=_calls, extension=_empty),
    parameters(callID=_empty, extension=_numbers, status=_statuses),
)
_selections = weighted(
    (5, selecting),
    (3, _nearly_selecting),
    (4, _wildly_selecting),
    (3, _wrong_status),
    (3, wrongly_selecting),
    (1, _oddly_selecting),
)

_plain_unmark: SearchStrategy[TemplateParameters] = st.just((("unmark", Value("1")),))
_plain_type: SearchStrategy[TemplateParameters] = st.just((("type", Value("manualRecord")),))
_odd_unmarks = parameters(unmark=weighted((1, texts(v.WRONG_UNMARKS)), (1, wild_texts.map(Value))))
_odd_types = parameters(type=weighted((1, texts(v.WRONG_TYPES)), (1, wild_texts.map(Value))))
_repeated = st.one_of(
    parameters(callID=_any_call),
    parameters(extension=_any_number),
    parameters(status=weighted((1, _statuses), (1, _wrong_statuses))),
    parameters(type=texts(("manualRecord", *v.WRONG_TYPES))),
    parameters(unmark=texts(("1", *v.WRONG_UNMARKS))),
)
_wildly_let_in = st.one_of(
    parameters(action=wild_texts.filter(lambda text: not foreign_action(text)).map(Value)),
    parameters(apiKey=wild_texts.map(Value)),
    parameters(token=wild_texts.map(Value)),
)
_others: SearchStrategy[TemplateParameters] = st.tuples(
    st.tuples(st.sampled_from(v.OTHER_NAMES), weighted((1, _numbers), (1, wild_texts.map(Value))))
)


@st.composite
def any_requests(draw: DrawFn) -> RequestTemplate:
    """A request with whatever values, nearly always with the right `action`, `apiKey` and `token` (KC-ANY-01)."""
    given = draw(_selections)
    given += draw(weighted((6, _nothing), (2, _plain_unmark), (2, _odd_unmarks)))
    given += draw(weighted((6, _nothing), (1, _plain_type), (2, _odd_types)))
    given += draw(weighted((10, _nothing), (1, _others), (1, _repeated), (1, _wildly_let_in)))
    return RequestTemplate(
        given, draw(methods), draw(formats), percent_encoded=draw(_rarely), backwards=draw(_rarely)
    )


@st.composite
def plain_requests(
    draw: DrawFn, operations: tuple[Operation, ...] = (KEEP, UNMARK, KEEP, UNMARK, RECORD, STOP_RECORDING)
) -> RequestTemplate:
    """A request by the book for one of these operations; whether there is such a call is another matter."""
    given, operation = draw(selecting), draw(st.sampled_from(operations))
    given += (("type", Value(operation.type)),) if operation.type else ()
    given += (("unmark", Value("1")),) if operation.unmark else ()
    return RequestTemplate(given, draw(methods), draw(formats))


_wrong_access: SearchStrategy[TemplateParameters] = st.one_of(
    parameters(token=texts(v.WRONG_KEYS)),
    parameters(apiKey=texts(v.WRONG_KEYS)),
    parameters(action=texts(v.WRONG_ACTIONS)),
    st.sampled_from((("token", "expired_token"), ("token", "other_token"), ("apiKey", "other_api_key"))).map(
        lambda wrong: ((wrong[0], _secret(wrong[1])),)
    ),
)
_omissions = st.sampled_from(("token", "apiKey", "action")).map(lambda name: frozenset({name}))


def keeping() -> SearchStrategy[RequestTemplate]:
    """Mostly keeps."""
    return plain_requests((KEEP, KEEP, KEEP, RECORD))


def unmarking() -> SearchStrategy[RequestTemplate]:
    """Mostly unmarks."""
    return plain_requests((UNMARK, UNMARK, UNMARK, STOP_RECORDING))


@st.composite
def refused_requests(draw: DrawFn) -> RequestTemplate:
    """A request with something wrong: in the selection, or with the access parameters."""
    plainly = draw(plain_requests())
    match draw(st.sampled_from(("selection", "near", "access", "omission"))):
        case "access":
            return plainly.having(*draw(_wrong_access))
        case "omission":
            return replace(plainly, omitted=draw(_omissions))
        case where:
            selected = draw(wrongly_selecting if where == "selection" else _nearly_selecting)
            return replace(plainly, parameters=selected + draw(weighted((2, _nothing), (1, _plain_unmark))))


open_requests: SearchStrategy[RequestTemplate] = plain_requests().map(
    lambda template: replace(template.having(("apiKey", _secret("open_api_key"))), omitted=frozenset({"token"}))
)
"""Requests by the book with a key that needs no token (KC-AUTH-06)."""
