"""Templates: requests that name calls and numbers without knowing any.

A template becomes a request when it meets the calls and numbers that there are. So what is drawn depends on the seed
alone, and not on the IDs of the day.
"""

from dataclasses import dataclass, replace
from typing import Literal

from keepcall.cases.generation.values import TWISTS
from keepcall.contract.call import Role
from keepcall.contract.request import Format, Method, Request

ValueKind = Literal["call", "coming", "number", "secret"]
"""A call, the ID of a call that is yet to come, a number, or a key or token."""


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """Who is there.

    Attributes:
        call_ids: of the calls.
        numbers: of which some have calls.
        coming: the ID of the next call to begin.
        secrets: keys and tokens by their names in the profile; those that are not given are left out.
    """

    call_ids: tuple[str, ...]
    numbers: tuple[str, ...]
    coming: str = ""
    secrets: tuple[tuple[str, str], ...] = ()


class UnknownReferenceError(LookupError):
    """A template names what is not known."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value: one of the known values, changed by a twist, with a text behind it; or the text alone.

    Attributes:
        tail: the text.
        kind: of which kind the one of the known values is; empty for the text alone.
        index: which one, counted round and round.
        twist: a key of `vocabulary.TWISTS`; of a secret its name.
    """

    tail: str = ""
    kind: ValueKind | Literal[""] = ""
    index: int = 0
    twist: str = "whole"

    def spelled(self, cast: Known) -> str:
        """The value.

        Raises:
            UnknownReferenceError: when it is not known.
        """
        if not self.kind:
            return self.tail
        known = {
            "call": cast.call_ids,
            "coming": (cast.coming,),
            "number": cast.numbers,
            "secret": tuple(secret for name, secret in cast.secrets if name == self.twist),
        }[self.kind]
        if not known:
            raise UnknownReferenceError(f"there is no {self.kind} {self.twist}")
        named = known[self.index % len(known)]
        return (named if self.kind == "secret" else TWISTS[self.twist](named)) + self.tail


TemplateParameters = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """A request before it knows whom it is about; its fields are those of a request, its values texts."""

    parameters: TemplateParameters
    method: Method = "GET"
    format: Format | Literal[""] = ""
    omitted: frozenset[str] = frozenset()
    percent_encoded: bool = False
    backwards: bool = False

    def request(self, cast: Known) -> Request:
        """The request with these known values, without the access parameters that it neither names nor omits.

        Raises:
            UnknownReferenceError: when the known values lack somebody.
        """
        spelled = tuple((name, text.spelled(cast)) for name, text in self.parameters)
        form = (("responseType", str(self.format)),) if self.format else ()
        return Request((*spelled, *form), self.omitted, self.method, self.percent_encoded, self.backwards)

    def having(self, *parameters: tuple[str, Value]) -> "RequestTemplate":
        """The template with more parameters."""
        return replace(self, parameters=(*self.parameters, *parameters))


@dataclass(frozen=True, slots=True)
class Begin:
    """A call begins, of one of the numbers."""

    index: int
    role: Role = "calling"


@dataclass(frozen=True, slots=True)
class End:
    """One of the ongoing calls ends."""

    index: int


DrawnStep = RequestTemplate | Begin | End
DrawnSteps = tuple[DrawnStep, ...]
"""A sequence, before it knows whom it is about."""
