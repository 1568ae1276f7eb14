"""Errors say what happened and what to do, and survive the way from a worker process."""

import pickle
from pathlib import Path

import pytest

from keepcall.errors import (
    CatalogueError,
    FileError,
    InternalError,
    KeepcallError,
    LabError,
    Problem,
    ProfileError,
    UsageError,
)

ERRORS = [
    KeepcallError("it broke", "mend it"),
    UsageError("--seed: 'x' is no number"),
    ProfileError("target.toml", [Problem("url", "nothing", "a URL"), Problem("name", "5", "a text")]),
    FileError(Path("target.toml"), "no such file", "name another one", line=3, column=9),
    CatalogueError("there is no requirement 'X'"),
    LabError("the lab answered 500"),
    InternalError("this cannot be"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_comes_out_of_a_pickle_as_it_went_in(error: KeepcallError) -> None:
    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_an_error_says_what_happened_and_what_to_do() -> None:
    assert str(KeepcallError("it broke", "mend it")) == "it broke\nmend it"
    assert str(KeepcallError("it broke")) == "it broke"


def test_a_profile_error_lists_every_problem() -> None:
    error = ProfileError("target.toml", [Problem("url", "nothing", "a URL"), Problem("name", "5", "a text")])

    assert "target.toml: 2 problems" in str(error)
    assert "- url: found nothing; expected a URL" in str(error)
    assert "- name: found 5; expected a text" in str(error)
    assert [problem.place for problem in error.problems] == ["url", "name"]


def test_a_single_problem_is_not_called_problems() -> None:
    assert "target.toml: 1 problem in" in str(ProfileError("target.toml", [Problem("url", "5", "a URL")]))


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (FileError(Path("a.toml"), "cut short", line=3, column=9), "a.toml, line 3, column 9: cut short"),
        (FileError(Path("a.toml"), "cut short", line=3), "a.toml, line 3: cut short"),
        (FileError(Path("a.toml"), "no such file", "Mend it."), "a.toml: no such file\nMend it."),
    ],
    ids=["line and column", "line", "neither"],
)
def test_a_file_error_names_the_place(error: FileError, text: str) -> None:
    assert str(error) == text


@pytest.mark.parametrize(
    ("kind", "code"),
    [(UsageError, 2), (ProfileError, 2), (FileError, 2), (CatalogueError, 2), (LabError, 3), (InternalError, 4)],
)
def test_each_kind_has_its_exit_code(kind: type[KeepcallError], code: int) -> None:
    assert kind.exit_code == code
