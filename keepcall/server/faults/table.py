"""The table of faults, and the decorator that puts one there."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from keepcall.server.app import KeepCallServer

Part = TypeVar("Part", bound=type)


@dataclass(frozen=True, slots=True)
class Fault:
    """One defect of a server.

    Attributes:
        name: after the sin: `marks_the_wrong_call`.
        breaks: ids of the requirements that it breaks, the one that it is about first.
        story: how a vendor comes to have it, in one sentence.
        server: the reference server with this defect.
        claims: how the profile of such a server differs from one that claims everything.
    """

    name: str
    breaks: tuple[str, ...]
    story: str
    server: type[KeepCallServer]
    claims: Mapping[str, object] = field(default_factory=dict)


_FAULTS: dict[str, Fault] = {}

FAULTS: Mapping[str, Fault] = MappingProxyType(_FAULTS)
"""All faults, by name."""

_SEAMS: dict[type, str] = {
    part: name for name, part in vars(KeepCallServer).items() if name.endswith("_class") and isinstance(part, type)
}
"""The attribute of the server that each of its parts replaces."""


def fault(*breaks: str, claims: Mapping[str, object] | None = None) -> Callable[[Part], Part]:
    """Decorates a part of the server, or a whole one, that has a fault; its docstring is the story.

    Args:
        breaks: ids of the requirements that it breaks, the one that it is about first.
        claims: claims of the profile, where they have to differ.

    Raises:
        ValueError: when there is a fault of that name, or it breaks nothing, or has no story.
        TypeError: when it is no part of the server.
    """

    def add(part: Part) -> Part:
        name = part.__name__
        story = " ".join((vars(part).get("__doc__") or "").split())
        story = story or (name if sys.flags.optimize > 1 else "")  # which leaves no docstrings
        if name in _FAULTS or not breaks or not story:
            raise ValueError(f"the fault {name!r} needs a name of its own, requirements and a story")
        _FAULTS[name] = Fault(name, breaks, story, _server(part), dict(claims or {}))
        return part

    return add


def _server(part: type) -> type[KeepCallServer]:
    """The reference server with this part in place of its own."""
    if issubclass(part, KeepCallServer):
        return part
    for base in part.__mro__:
        if seam := _SEAMS.get(base):
            return type(part.__name__, (KeepCallServer,), {seam: part})
    raise TypeError(f"{part.__name__} is no part of the server: derive it from one of {', '.join(_SEAMS.values())}")
