"""What the suite is tried on: a fault or a variant of the reference server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["fault", "variant"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One row of the matrix.

    Attributes:
        kind: a fault must be caught, a variant must not be failed.
        name: unique within its kind.
        story: how a server comes to be so.
        ids: requirements that a fault breaks; remarks that a variant may earn.
        claims: how its profile differs.
        company: the variants that are tried together, in one server; none where it is one by itself.
        known: the tests that caught a fault the last time; tried first, they are likely to catch it again.
    """

    kind: Kind
    name: str
    story: str
    ids: frozenset[str]
    claims: Mapping[str, object] = field(default_factory=dict)
    company: "tuple[Subject, ...]" = ()
    known: tuple[str, ...] = ()
