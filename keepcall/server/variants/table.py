"""What a variant is, and the decorators that make one."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from keepcall.server.answers import Answers, Format
from keepcall.server.app import KeepCallServer
from keepcall.server.front import Direct
from keepcall.server.outcome import Outcome
from keepcall.server.request import ApiRequest

Part = TypeVar("Part", bound=type)
Respell = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Variant:
    """A conformant but unusual server.

    Attributes:
        name: after what it does: `closes_each_connection`.
        story: who builds it so, in one sentence.
        remarks: the SHOULD requirements that it may break; it breaks no MUST.
        server: the reference server with what is unusual.
        claims: what its profile claims otherwise than a profile that says nothing: `{"unmark": False}`.
        front: what stands between client and server: `with variant.front(url_of_the_server) as front: front.url`.
        parts: the classes that were written for it.
    """

    name: str
    story: str
    remarks: frozenset[str]
    server: type[KeepCallServer]
    claims: Mapping[str, object] = field(default_factory=dict)
    front: type[Direct] = Direct
    parts: tuple[type, ...] = ()


_VARIANTS: dict[str, Variant] = {}

VARIANTS: Mapping[str, Variant] = MappingProxyType(_VARIANTS)
"""All variants by name."""

SEAMS: Mapping[type, str] = {
    part: name for name, part in vars(KeepCallServer).items() if name.endswith("_class") and isinstance(part, type)
}
"""The attribute of the server that each of its parts replaces."""


def variant(
    *remarks: str, claims: Mapping[str, object] | None = None, name: str = "", story: str = ""
) -> Callable[[Part], Part]:
    """Decorates a part of the server, a whole server or a front that is unusual.

    Args:
        remarks: ids of the SHOULD requirements that it may break.
        claims: claims of the profile, where they have to differ.
        name: that of the class, in lower case and with underscores, where nothing else is said.
        story: the docstring of the class, where nothing else is said.

    Raises:
        ValueError: when there is a variant of that name, or it has no story.
        TypeError: when it is no part of the server.
    """

    def add(part: Part) -> Part:
        name_ = name or re.sub(r"(?<!^)(?=[A-Z])", "_", part.__name__).lower()
        story_ = story or " ".join((vars(part).get("__doc__") or "").split())
        story_ = story_ or (name_ if sys.flags.optimize > 1 else "")  # which leaves no docstrings
        if name_ in _VARIANTS or not story_:
            raise ValueError(f"the variant {name_!r} needs a name of its own and a story")
        front = part if issubclass(part, Direct) else Direct
        server = server_of((part,))
        _VARIANTS[name_] = Variant(name_, story_, frozenset(remarks), server, dict(claims or {}), front, (part,))
        return part

    return add


def server_of(parts: tuple[type, ...]) -> type[KeepCallServer]:
    """The reference server with these parts in place of its own; a whole server is what the others are put into."""
    whole = next((part for part in parts if issubclass(part, KeepCallServer)), KeepCallServer)
    by_seam: dict[str, list[type]] = {}
    for part in parts:
        if not issubclass(part, (KeepCallServer, Direct)):
            by_seam.setdefault(seam_of(part), []).append(part)
    replaced = {
        seam: made[0] if len(made) == 1 else type(f"Mixed{seam.title().partition('_')[0]}", tuple(made), {})
        for seam, made in by_seam.items()
    }
    return type(f"{whole.__name__}With{len(replaced)}Parts", (whole,), replaced) if replaced else whole


def seam_of(part: type) -> str:
    """The attribute of the server that a part replaces.

    Raises:
        TypeError: when there is none.
    """
    for base in part.__mro__:
        if seam := SEAMS.get(base):
            return seam
    raise TypeError(f"{part.__name__} is no part of the server: derive it from one of {', '.join(SEAMS.values())}")


class Rewritten(Answers):
    """Answers of which one format is written anew when it is finished."""

    rewrites: Format

    @staticmethod
    def respell(text: str) -> str:
        """The finished answer as it is written anew."""
        return text


def rewritten(form: Format, *remarks: str) -> Callable[[Respell], Respell]:
    """Decorates a function that writes a finished answer in this format anew; its docstring is the story."""

    def add(respell: Respell) -> Respell:
        class Respelt(Rewritten):
            rewrites = form

            @staticmethod
            def respell(text: str) -> str:
                return respell(text)

            def body(self, asked: Format, request: ApiRequest, outcome: Outcome) -> str:
                text = super().body(asked, request, outcome)
                return respell(text) if asked is form else text

        variant(*remarks, name=respell.__name__, story=respell.__doc__ or "")(Respelt)
        return respell

    return add
