"""Waivers: known failures that the exit code of a run may leave aside for a while (contract, verdicts).

They come from a TOML file (`schemas/waivers.schema.json`). What becomes of them in a run is `report.waiving`'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from keepcall.contract import requirements, schema_problems
from keepcall.errors import Problem, WaiverError
from keepcall.report.waiving import Waiver
from keepcall.run.config import toml_file

SCHEMA = "waivers.schema.json"
_REMEDY = "Name a file of waivers, such as `fixtures/waivers/example.toml`."


def load(path: Path) -> tuple[Waiver, ...]:
    """The waivers in a file.

    Raises:
        FileError: it cannot be read, or is no TOML.
        WaiverError: something in it is wrong; all of that is named.
    """
    table = toml_file.plain(toml_file.parsed(path, _REMEDY))
    problems = [*schema_problems.find(table, SCHEMA), *_strangers(table), *_twins(table)]
    if problems:
        raise WaiverError(str(path), problems)
    return tuple(Waiver(**{**each, "until": date.fromisoformat(each["until"])}) for each in table["waiver"])


def _entries(table: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found = table.get("waiver")
    return [each if isinstance(each, Mapping) else {} for each in found] if isinstance(found, list) else []


def _strangers(table: Mapping[str, Any]) -> Iterator[Problem]:
    known = {requirement.id for requirement in requirements.load()}
    for index, entry in enumerate(_entries(table)):
        name = entry.get("requirement")
        if isinstance(name, str) and name.startswith("KC-") and name not in known:
            yield Problem(f"waiver[{index}].requirement", schema_problems.quoted(name), "the id of a requirement")


def _twins(table: Mapping[str, Any]) -> Iterator[Problem]:
    """Two waivers of the same symptom: one of them would outlive the other unseen."""
    seen = dict[tuple[object, object], int]()
    for index, entry in enumerate(_entries(table)):
        key = entry.get("requirement"), entry.get("symptom")
        if None not in key and key in seen:
            yield Problem(f"waiver[{index}]", f"what waiver[{seen[key]}] waives", "each symptom once")
        seen.setdefault(key, index)
