"""What a variant is, and the decorators that make one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from keepcall.server.answers import Answers, Format
from keepcall.server.app import KeepCallServer
from keepcall.server.arrivals import Arrivals
from keepcall.server.control import LabControl
from keepcall.server.front import Direct
from keepcall.server.outcome import Outcome
from keepcall.server.request import ApiRequest, RequestReader
from keepcall.server.rules import Rules
from keepcall.server.store import Store


@dataclass(frozen=True, slots=True)
class Variant:
    """A conformant but unusual server."""

    name: str
    story: str
    """Who builds it so, in a sentence."""
    remarks: frozenset[str]
    """The SHOULD requirements that it may break. It breaks no MUST."""
    server: type[KeepCallServer]
    claims: Mapping[str, object] = field(default_factory=dict)
    """What its profile claims otherwise than a profile does that says nothing: `{"unmark": False}`."""
    front: type[Direct] = Direct
    """What stands between client and server: `with variant.front(url_of_the_server) as front: … front.url …`."""


VARIANTS: dict[str, Variant] = {}
"""All variants by their names, in the order in which they were added."""

SEAMS: dict[type, str] = {
    Answers: "answers_class",
    Arrivals: "arrivals_class",
    LabControl: "control_class",
    RequestReader: "reader_class",
    Rules: "rules_class",
    Store: "store_class",
}
"""By part of the server, where the server takes it from."""

Part = TypeVar("Part")
Respell = Callable[[str], str]


def add(variant: Variant) -> None:
    """Put a variant into the table."""
    if variant.name in VARIANTS:
        raise ValueError(f"two variants are called {variant.name!r}")
    VARIANTS[variant.name] = variant


def variant(
    *remarks: str, claims: Mapping[str, object] | None = None, name: str = "", story: str = ""
) -> Callable[[type[Part]], type[Part]]:
    """Makes a variant of a part of the server, of a whole server or of a front.

    Args:
        remarks: the SHOULD requirements that it may break.
        claims: what its profile claims otherwise.
        name: that of the class, in lower case and with underscores, where nothing else is said.
        story: the class's docstring, where nothing else is said.
    """

    def put(part: type[Part]) -> type[Part]:
        add(
            Variant(
                name or re.sub(r"(?<!^)(?=[A-Z])", "_", part.__name__).lower(),
                story or (part.__doc__ or "").partition("\n")[0],
                frozenset(remarks),
                server_with(part),
                claims or {},
                part if issubclass(part, Direct) else Direct,
            )
        )
        return part

    return put


def server_with(part: type) -> type[KeepCallServer]:
    """The server that has this part; of a whole server itself, of a front the one behind it."""
    if issubclass(part, KeepCallServer):
        return part
    seam = next((seam for kind, seam in SEAMS.items() if issubclass(part, kind)), "")
    if not seam and not issubclass(part, Direct):
        raise TypeError(f"{part.__name__} is no part of a server")
    return type(f"ServerWith{part.__name__}", (KeepCallServer,), {seam: part} if seam else {})


def rewritten(form: Format, *remarks: str) -> Callable[[Respell], Respell]:
    """Makes a variant of a function that writes every answer in this format anew; its docstring is the story."""

    def put(respell: Respell) -> Respell:
        class Respelt(Answers):
            def body(self, asked: Format, request: ApiRequest, outcome: Outcome) -> str:
                text = super().body(asked, request, outcome)
                return respell(text) if asked is form else text

        variant(*remarks, name=respell.__name__, story=respell.__doc__ or "")(Respelt)
        return respell

    return put
