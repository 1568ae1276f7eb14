"""The questions, each with the fixed vocabulary of its answers, so that two runs can be compared.

They stand in `fixtures/observations.toml`, in the order in which reports show them.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any, Self

from keepcall import resources
from keepcall.errors import CatalogueError

Words = Mapping[str, Sequence[str]]

LONGEST = 240
"""Characters of an answer."""

_FILLED_IN = {
    "status": r"[1-9][0-9]{2}",
    "number": r"[0-9]+",
    "seconds": r"[0-9]+(?:\.[0-9]+)?",
    "reason": r"\S.*",
    "text": r"\S.*",
}
_ALWAYS = "{always}"
_BRACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Observation:
    """One question.

    Attributes:
        id: frozen for ever.
        group: the heading under which reports show it.
        question: a sentence.
        answers: its vocabulary, as it stands in the file.
        pattern: what every answer matches.
    """

    id: str
    group: str
    question: str
    answers: tuple[str, ...]
    pattern: re.Pattern[str] = field(compare=False, repr=False)

    def allows(self, answer: str) -> bool:
        """Whether the answer is one of its vocabulary."""
        return len(answer) <= LONGEST and self.pattern.fullmatch(answer) is not None


@dataclass(frozen=True, slots=True)
class Observations:
    """The questions by id, in their order."""

    observations: Mapping[str, Observation]

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Self:
        """A catalogue of these, if no id and no question is there twice and no group is in pieces."""
        listed = tuple(observations)
        if faults := [*_repeated(listed), *_split_groups(listed)]:
            raise CatalogueError("the list of observations is broken: " + "; ".join(faults))
        return cls({observation.id: observation for observation in listed})

    def get(self, observation_id: str) -> Observation:
        """The observation with this id; an unknown one is an error that names those that look like it."""
        if observation_id in self.observations:
            return self.observations[observation_id]
        near = difflib.get_close_matches(observation_id.upper(), self.observations)
        raise CatalogueError(
            f"there is no observation {observation_id!r}",
            f"Did you mean {' or '.join(near)}?" if near else "`fixtures/observations.toml` lists them all.",
        )

    def report(self, answers: Mapping[str, str]) -> list[dict[str, str]]:
        """All of them as a report shows them; those without an answer are named, too."""
        ended = "not asked: the run came to its end before"
        return [
            {"id": each.id, "group": each.group, "question": each.question, "answer": answers.get(each.id, ended)}
            for each in self
        ]

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.observations.values())

    def __len__(self) -> int:
        return len(self.observations)


@cache
def load() -> Observations:
    """The catalogue that comes with this suite."""
    return parse(resources.load_toml("fixtures", "observations.toml"))


def parse(table: Mapping[str, Any]) -> Observations:
    """A catalogue from what its TOML file holds; every breach of the schema is named."""
    faults = resources.validator("observations.schema.json").iter_errors(table)
    if found := [f"{fault.json_path}: {fault.message}" for fault in faults]:
        raise CatalogueError("the list of observations is broken: " + "; ".join(found))
    return Observations.of(
        Observation(
            id=entry["id"],
            group=entry["group"],
            question=entry["question"],
            answers=tuple(entry["answers"]),
            pattern=re.compile(_any_of([*entry["answers"], _ALWAYS], table["words"])),
        )
        for entry in table["observation"]
    )


def _any_of(answers: Iterable[str], words: Words) -> str:
    return f"(?:{'|'.join(_pattern(answer, words) for answer in answers)})"


def _pattern(answer: str, words: Words) -> str:
    """An answer as a pattern, with what stands in braces filled in."""
    pieces = _BRACES.split(answer)
    return "".join(
        _filled_in(piece, answer, words) if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)
    )


def _filled_in(name: str, answer: str, words: Words) -> str:
    if name in words:
        return _any_of(words[name], {word: list_ for word, list_ in words.items() if word != name})
    if name in _FILLED_IN:
        return _FILLED_IN[name]
    raise CatalogueError(f"the list of observations is broken: {answer!r} has nothing to put for {{{name}}}")


def _repeated(listed: tuple[Observation, ...]) -> Iterator[str]:
    for what in ("id", "question"):
        seen = set[str]()
        for value in (str(getattr(observation, what)) for observation in listed):
            if value in seen:
                yield f"{value!r} stands there twice"
            seen.add(value)


def _split_groups(listed: tuple[Observation, ...]) -> Iterator[str]:
    headings = [group for group, _ in groupby(listed, key=lambda observation: observation.group)]
    for group in dict.fromkeys(headings):
        if headings.count(group) > 1:
            yield f"the group {group!r} is in several pieces"
