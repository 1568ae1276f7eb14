"""What is demanded of a target: the requirements, each with its level and where it comes from.

They stand in `fixtures/requirements.toml`, in the order in which reports show them.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby, pairwise
from typing import Any, Self

from keepcall import resources
from keepcall.errors import CatalogueError

READ_BACK = "read-back"
"""In `Requirement.needs`: without a look at the calls themselves no part of it can be judged."""


class Level(StrEnum):
    """How much a breach weighs."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Basis(StrEnum):
    """Who says so: the function's page, its sibling pages, a standard, or our own reading."""

    DOC = "doc"
    FAMILY = "family"
    STD = "std"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One statement about the target, which one fault can break."""

    id: str
    group: str
    level: Level
    basis: Basis
    statement: str
    source: str
    needs: tuple[str, ...] = ()
    not_tested_reason: str = ""

    @property
    def needs_read_back(self) -> bool:
        """Whether answers alone leave it open, which puts it out of scope for some labs."""
        return READ_BACK in self.needs


@dataclass(frozen=True, slots=True)
class Requirements:
    """The requirements by id, in their order."""

    requirements: Mapping[str, Requirement]

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> Self:
        """A catalogue of these, if each id is there once and numbers and groups do not jump."""
        listed = tuple(requirements)
        if faults := [*_repeated(listed), *_jumping_numbers(listed), *_split_groups(listed)]:
            raise CatalogueError("the list of requirements is broken: " + "; ".join(faults))
        return cls({requirement.id: requirement for requirement in listed})

    def get(self, requirement_id: str) -> Requirement:
        """The requirement with this id; an unknown one is an error that names those that look like it."""
        if requirement_id in self.requirements:
            return self.requirements[requirement_id]
        near = difflib.get_close_matches(requirement_id.upper(), self.requirements)
        raise CatalogueError(
            f"there is no requirement {requirement_id!r}",
            f"Did you mean {' or '.join(near)}?" if near else "`fixtures/requirements.toml` lists them all.",
        )

    def select(self, words: Iterable[str]) -> tuple[str, ...]:
        """The ids that are meant by some words, in the order of the catalogue; none for no words.

        Args:
            words: ids in any case, beginnings of ids (`KC-SEL`), or several of them with commas between.

        Raises:
            CatalogueError: when a word means nothing.
        """
        found = set[str]()
        for word in (word.strip().upper() for given in words for word in given.split(",")):
            beginning = f"{word.rstrip('-')}-"
            found |= {each for each in self.requirements if f"{each}-".startswith(beginning)} or {self.get(word).id}
        return tuple(each for each in self.requirements if each in found)

    def __contains__(self, requirement_id: object) -> bool:
        return requirement_id in self.requirements

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self.requirements.values())

    def __len__(self) -> int:
        return len(self.requirements)


@cache
def load() -> Requirements:
    """The catalogue that comes with this suite."""
    return parse(resources.load_toml("fixtures", "requirements.toml"))


def parse(table: Mapping[str, Any]) -> Requirements:
    """A catalogue from what its TOML file holds; every breach of the schema is named."""
    faults = resources.validator("requirements.schema.json").iter_errors(table)
    if found := [f"{fault.json_path}: {fault.message}" for fault in faults]:
        raise CatalogueError("the list of requirements is broken: " + "; ".join(found))
    return Requirements.of(
        Requirement(
            **{
                **entry,
                "level": Level(entry["level"]),
                "basis": Basis(entry["basis"]),
                "needs": tuple(entry["needs"]),
            }
        )
        for entry in table["requirement"]
    )


def _repeated(listed: tuple[Requirement, ...]) -> Iterator[str]:
    seen = set[str]()
    for requirement in listed:
        if requirement.id in seen:
            yield f"{requirement.id} stands there twice"
        seen.add(requirement.id)


def _jumping_numbers(listed: tuple[Requirement, ...]) -> Iterator[str]:
    """Within a family, numbers ascend; they may skip one that was withdrawn."""
    for before, after in pairwise(listed):
        family, _, number = after.id.rpartition("-")
        if before.id.startswith(f"{family}-") and before.id.rpartition("-")[2] > number:
            yield f"{after.id} comes after {before.id}"


def _split_groups(listed: tuple[Requirement, ...]) -> Iterator[str]:
    headings = [group for group, _ in groupby(listed, key=lambda requirement: requirement.group)]
    for group in dict.fromkeys(headings):
        if headings.count(group) > 1:
            yield f"the group {group!r} is in several pieces"
