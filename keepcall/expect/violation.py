"""What a check says: a fact about what is wrong, with expected beside got."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from keepcall.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with an answer.

    Attributes:
        name: a noun for what is wrong, `MissingErrorMessage`.
        expected: what the contract demands, as a phrase.
        got: what was there instead, as a phrase; text from the target is quoted and cut.
    """

    name: str
    expected: str
    got: str


Check = Callable[[Exchange], Iterable[Violation]]
"""A pure function from an exchange with an answer to what is wrong with it; nothing means that all is well."""


def quoted(text: str, limit: int = 200) -> str:
    """Text of the target's for a message: in quotes, escaped, cut."""
    return repr(text) if len(text) <= limit else f"{text[:limit]!r}… ({len(text)} characters)"
