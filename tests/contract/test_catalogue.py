"""The requirements are all there, keep their ids, and are found by them."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from keepcall import resources
from keepcall.contract import requirements
from keepcall.contract.requirements import Basis, Level, Requirement, Requirements
from keepcall.errors import CatalogueError

SNAPSHOT = Path(__file__).parents[1] / "data" / "requirement_ids.txt"


def test_ids_and_levels_are_those_of_the_snapshot() -> None:
    frozen = [line for line in SNAPSHOT.read_text("utf-8").splitlines() if not line.startswith("#")]
    current = [f"{requirement.id} {requirement.level}" for requirement in requirements.load()]

    missing = sorted(set(frozen) - set(current))
    added = sorted(set(current) - set(frozen))

    assert not missing, f"{missing}: ids are never reused, renumbered or removed, and levels are promises"
    assert not added, f"add {added} to {SNAPSHOT.name}; an id in it is then taken for ever"
    assert current == frozen, f"the order differs from that of {SNAPSHOT.name}"


def test_a_requirement_is_found_by_its_id() -> None:
    requirement = requirements.load().get("KC-EFF-02")

    assert requirement.level is Level.MUST
    assert requirement.basis is Basis.DOC
    assert requirement.group == "Effects"
    assert requirement.needs_read_back
    assert not requirement.not_tested_reason


def test_answers_alone_show_a_part_of_what_needs_nothing() -> None:
    assert not requirements.load().get("KC-SEL-01").needs_read_back


@pytest.mark.parametrize("wrong", ["KC-SEL-077", "kc-sel-07", "KC-SEL-7", "SEL-07"])
def test_an_unknown_id_is_refused_with_those_that_are_near(wrong: str) -> None:
    with pytest.raises(CatalogueError, match="KC-SEL-07") as caught:
        requirements.load().get(wrong)

    assert repr(wrong) in caught.value.what


def test_an_id_like_no_other_is_refused_without_a_guess() -> None:
    with pytest.raises(CatalogueError, match=r"requirements\.toml"):
        requirements.load().get("everything")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ([], []),
        (["KC-SEL-07"], ["KC-SEL-07"]),
        (["kc-sel-07", "KC-SEL-07,Kc-Sel-01"], ["KC-SEL-01", "KC-SEL-07"]),
        (["KC-TYPE"], ["KC-TYPE-01", "KC-TYPE-02", "KC-TYPE-03"]),
        (["kc-act-, KC-CONC"], ["KC-ACT-01", "KC-ACT-02", "KC-CONC-01"]),
    ],
)
def test_a_selection_takes_ids_in_any_case_and_their_beginnings_and_commas(
    given: list[str], meant: list[str]
) -> None:
    assert requirements.load().select(given) == tuple(meant)


def test_the_beginning_of_all_ids_selects_everything() -> None:
    assert len(requirements.load().select(["KC"])) == len(requirements.load())


@pytest.mark.parametrize("wrong", ["KC-SEL-77", "KC-SE", "KC-SEL-0", "", "KC-SEL-01,", "-", "KC-SEL-01 KC-SEL-02"])
def test_a_selection_of_what_there_is_not_is_refused(wrong: str) -> None:
    with pytest.raises(CatalogueError, match="there is no requirement"):
        requirements.load().select([wrong])


def test_every_statement_is_said_once() -> None:
    statements = [requirement.statement for requirement in requirements.load()]

    assert len(set(statements)) == len(statements) == len(requirements.load())
    assert all(statement.endswith(".") for statement in statements)


def test_membership_goes_by_id() -> None:
    assert "KC-HTTP-01" in requirements.load()
    assert "KC-HTTP-00" not in requirements.load()


def requirement(requirement_id: str, group: str = "Transport") -> Requirement:
    return Requirement(requirement_id, group, Level.MUST, Basis.DOC, "It works.", "Here")


@pytest.mark.parametrize(
    ("listed", "fault"),
    [
        pytest.param(
            [requirement("KC-HTTP-01"), requirement("KC-HTTP-01")],
            "KC-HTTP-01 stands there twice",
            id="an id twice",
        ),
        pytest.param(
            [requirement("KC-HTTP-02"), requirement("KC-HTTP-01")],
            "KC-HTTP-01 comes after KC-HTTP-02",
            id="a number that goes back",
        ),
        pytest.param(
            [
                requirement("KC-HTTP-01"),
                requirement("KC-STA-01", "Status"),
                requirement("KC-ACT-01"),
            ],
            "the group 'Transport' is in several pieces",
            id="a group in pieces",
        ),
    ],
)
def test_a_list_in_disorder_is_refused(listed: list[Requirement], fault: str) -> None:
    with pytest.raises(CatalogueError, match=fault):
        Requirements.of(listed)


def test_a_withdrawn_number_leaves_a_gap() -> None:
    assert len(Requirements.of([requirement("KC-HTTP-01"), requirement("KC-HTTP-03")])) == 2


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        pytest.param(lambda entry: entry.pop("source"), "'source' is a required", id="a key is missing"),
        pytest.param(lambda entry: entry.update(note="x"), "'note' was unexpected", id="a key is unknown"),
        pytest.param(lambda entry: entry.update(level="MAY"), "'MAY' is not one of", id="a level is unknown"),
        pytest.param(lambda entry: entry.update(id="KC-HTTP-1"), "KC-HTTP-1", id="an id is misshapen"),
        pytest.param(lambda entry: entry.update(statement=""), r"\.statement", id="a statement is empty"),
        pytest.param(lambda entry: entry.update(needs=["luck"]), "'luck'", id="a need is unknown"),
    ],
)
def test_a_file_against_its_schema_is_refused(spoil: Callable[[dict[str, Any]], object], fault: str) -> None:
    table = deepcopy(resources.load_toml("fixtures", "requirements.toml"))
    spoil(table["requirement"][0])

    with pytest.raises(CatalogueError, match=fault):
        requirements.parse(table)
