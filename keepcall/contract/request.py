"""What is asked of KeepCall: a value with the contract's parameters, and its spelling on the wire.

A `Request` is made by `keep(...)` and changed by methods that return another one, so that a test says only
what it is about::

    keep(extension="8856", status="ongoing").unmarking().answered_in("TEXT").by("POST")

`action`, `apiKey`, `token` and `responseType` are filled in by whoever sends it, unless the request names them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from keepcall import __version__

Method = Literal["GET", "POST"]
Format = Literal["XML", "HTML", "TEXT"]
Place = Literal["form", "query", "mixed"]

METHODS: tuple[Method, ...] = ("GET", "POST")
FORMATS: tuple[Format, ...] = ("XML", "HTML", "TEXT")

ACCESS = ("action", "apiKey", "token", "responseType")
"""The parameters that are not about a call, in the order in which the documentation prints them."""

_SHOWN = frozenset({"action", "responseType", "callID", "extension", "status", "type", "unmark"})

# Besides the unreserved characters of RFC 3986 a comma stays as it is: `status=ongoing,next` is the plain
# spelling, and RFC 3986 section 3.4 allows it in a query.
_PLAIN = ",-._~"

ANY_TYPE = "*/*"

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
"""What browsers accept; sent where no `responseType` is named, since it must not decide the format (KC-RSP-01)."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One KeepCall request, before it is spelled out.

    Attributes:
        parameters: name and value in the order of sending; a name may come twice.
        omitted: names of access parameters (`ACCESS`) that must not be filled in.
        method: GET or POST; empty means the first method that the target claims.
        percent_encoded: whether each character of each value is sent as `%XX` (RFC 3986 section 2.1).
        backwards: whether the parameters are sent in reversed order.
        unclaimed: whether the request is sent although the profile does not claim what it asks for.
    """

    parameters: tuple[tuple[str, str], ...] = ()
    omitted: frozenset[str] = field(default_factory=frozenset)
    method: Method | Literal[""] = ""
    percent_encoded: bool = False
    backwards: bool = False
    unclaimed: bool = False

    def __repr__(self) -> str:
        """Without the values of keys and tokens, in whatever spelling of the name: tracebacks show it."""
        shown = [f"{name}={repr(value) if name in _SHOWN else '…'}" for name, value in self.parameters]
        return f"Request({', '.join([self.method or 'any method', *shown])})"

    def given(self, **parameters: str) -> "Request":
        """The same request with these parameters set, in their old place where they had one."""
        rest = dict(parameters)
        kept = tuple((name, rest.pop(name, value)) for name, value in self.parameters)
        return replace(self, parameters=kept + tuple(rest.items()), omitted=self.omitted - set(parameters))

    def adding(self, name: str, value: str) -> "Request":
        """The same request with one more parameter, even if the name is there already."""
        return replace(self, parameters=(*self.parameters, (name, value)))

    def without(self, *names: str) -> "Request":
        """The same request without these parameters."""
        kept = tuple((name, value) for name, value in self.parameters if name not in names)
        return replace(self, parameters=kept, omitted=self.omitted | {n for n in names if n in ACCESS})

    def unmarking(self) -> "Request":
        """The same request with `unmark=1`."""
        return self.given(unmark="1")

    def recording(self) -> "Request":
        """The same request with `type=manualRecord`."""
        return self.given(type="manualRecord")

    def answered_in(self, format_: Format) -> "Request":
        """The same request with this `responseType`."""
        return self.given(responseType=format_)

    def by(self, method: Method) -> "Request":
        """The same request by this method."""
        return replace(self, method=method)

    def percent_encode(self) -> "Request":
        """The same request with every character of its values as `%XX` (KC-HTTP-04)."""
        return replace(self, percent_encoded=True)

    def reverse(self) -> "Request":
        """The same request with its parameters in reversed order (KC-HTTP-05)."""
        return replace(self, backwards=True)

    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in order, repetitions included."""
        return tuple(name for name, _ in self.parameters)

    def values(self, name: str) -> tuple[str, ...]:
        """All values of one parameter."""
        return tuple(value for found, value in self.parameters if found == name)

    @property
    def format(self) -> Format | None:
        """The format in which the answer is due; None where the contract does not say (an unknown value, say)."""
        match self.values("responseType"):
            case ():
                return "XML"
            case (("XML" | "HTML" | "TEXT") as value,):
                return value
            case _:
                return None

    @property
    def plain_keep(self) -> bool:
        """Whether this is a keep: neither `unmark` nor `type` is there."""
        return not {"unmark", "type"} & set(self.names())


def keep(**parameters: str) -> Request:
    """A request with these parameters, in this order."""
    return Request(tuple(parameters.items()))


@dataclass(frozen=True, slots=True, repr=False)
class EncodedRequest:
    """A request as it goes over the wire: encoded query and form body, either of which may be empty.

    What no requirement is about, observations also ask: other methods, bodies of other types, a longer path.
    """

    method: str
    query: str
    body: str
    content_type: str = "application/x-www-form-urlencoded"
    accept: str = ANY_TYPE
    behind_path: str = ""

    @property
    def agent(self) -> str:
        """Who sends it: where it accepts what browsers do, under the name by which servers know those, too."""
        ours = f"keepcall-conformance/{__version__}"
        return f"Mozilla/5.0 (compatible; {ours})" if self.accept == BROWSER else ours


def encode_request(request: Request, place: Place) -> EncodedRequest:
    """A complete request on the wire: GET in the query (KC-HTTP-01), POST where the profile says (KC-HTTP-02)."""
    parameters = request.parameters[::-1] if request.backwards else request.parameters
    accept = ANY_TYPE if request.values("responseType") else BROWSER
    if request.method != "POST" or place == "query":
        query = encode(parameters, everything=request.percent_encoded)
        return EncodedRequest(request.method or "GET", query, "", accept=accept)
    in_query = [p for p in parameters if place == "mixed" and p[0] == "action"]
    in_body = [p for p in parameters if p not in in_query]
    return EncodedRequest(
        "POST",
        encode(in_query, everything=request.percent_encoded),
        encode(in_body, everything=request.percent_encoded),
        accept=accept,
    )


def encode(parameters: Iterable[tuple[str, str]], *, everything: bool = False) -> str:
    """Parameters as `name=value&…` in UTF-8 percent-encoding; a space is `%20`, which queries and forms share."""
    spelled = percent if everything else plain
    return "&".join(f"{plain(name)}={spelled(value)}" for name, value in parameters)


def plain(text: str) -> str:
    """Text with only those characters encoded that must be; a lone surrogate stands for a byte that is no UTF-8."""
    return quote(text, safe=_PLAIN, errors="surrogateescape")


def percent(text: str) -> str:
    """Text with every byte as `%XX`."""
    return "".join(f"%{byte:02X}" for byte in text.encode(errors="surrogateescape"))
