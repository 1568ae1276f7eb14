"""A violation: a fact about what is wrong with an answer, with expected beside got."""

from dataclasses import dataclass


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


def quoted(text: str, limit: int = 200) -> str:
    """Text of the target's for a message: in quotes, escaped, cut."""
    return repr(text) if len(text) <= limit else f"{text[:limit]!r}… ({len(text)} characters)"
