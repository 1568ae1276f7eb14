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


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial came to.

    Attributes:
        subject: the name of what was tried.
        kind: fault or variant.
        verdicts: of each requirement, the worst of its tests.
        tests: how many tests of each requirement did not pass.
        messages: of the first such test of each requirement.
        seconds: how long it took.
        trouble: why it could not be carried out; empty if it was.
        caught_by: the id of the first test of each requirement that failed.
    """

    subject: str
    kind: str
    verdicts: dict[str, str]
    tests: dict[str, int]
    messages: dict[str, str]
    seconds: float
    trouble: str = ""
    caught_by: dict[str, str] = field(default_factory=dict)
