"""The table of situations, and that the suites keep to their house rules."""

import ast
import re
from itertools import chain

import pytest

from keepcall.cases.situations import SITUATIONS
from keepcall.contract import requirements
from keepcall.contract.operation import KEEP
from keepcall.resources import path

SUITES = sorted(path("suites").rglob("*.py"))


def test_each_situation_names_a_requirement() -> None:
    assert [row.name for row in SITUATIONS() if row.requirement not in requirements.load()] == []


def test_each_wide_situation_is_binding() -> None:
    """All that is demanded of every way must not rest on a SHOULD; an answer to a long line may."""
    remarks = {row.requirement for row in SITUATIONS(wide=True)} - {
        row.requirement for row in SITUATIONS(wide=True, binding=True)
    }

    assert remarks == {"KC-HTTP-10"}


def test_each_situation_can_be_played() -> None:
    assert [row.name for row in SITUATIONS() if not row.executed] == []


def test_situations_of_a_requirement_are_found() -> None:
    assert {row.requirement for row in SITUATIONS("KC-SEL-07")} == {"KC-SEL-07"}
    assert all(KEEP in row.operations for row in SITUATIONS(operation=KEEP))
    assert SITUATIONS("KC-SEL-99") == ()


@pytest.mark.parametrize("file", SUITES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_suite_uses_the_public_names_alone(file: object) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = set(chain.from_iterable([a.name for a in n.names] for n in ast.walk(tree) if isinstance(n, ast.Import)))

    assert imported <= {"keepcall.suite", "keepcall.cases.observations.api", "dataclasses"}
    assert plain <= {"pytest"}


@pytest.mark.parametrize("file", SUITES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_test_of_the_suites_has_no_branch_or_loop(file: object) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    banned = (ast.If, ast.For, ast.While, ast.Try, ast.Assert)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert functions
    assert [f.name for f in functions if any(isinstance(node, banned) for node in ast.walk(f))] == []
    assert [f.name for f in functions if not f.name.startswith("test_")] == []
    assert [f.name for f in functions if not ast.get_docstring(f)] == []


def test_each_requirement_has_a_test_or_a_reason_why_not() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in SUITES)
    tested = set(re.findall(r'requirement\("(KC-[A-Z]+-\d+)"\)', source))

    assert [r.id for r in requirements.load() if r.id not in tested and not r.not_tested_reason] == []
    assert [r.id for r in requirements.load() if r.id in tested and r.not_tested_reason] == []
