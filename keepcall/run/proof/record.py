"""What the last whole proof has shown, for reports to say: how many faults the tests of each requirement caught."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from keepcall import resources
from keepcall.errors import FileError

FILE = "proof.json"

MEETING = "KC-CONC-01"
"""What faults break that show only when requests meet."""


def recorded() -> dict[str, int]:
    """The number of faults caught under each requirement."""
    return dict(resources.load_json("fixtures", FILE)["caught"])


def caught_by() -> dict[str, tuple[str, ...]]:
    """The tests that caught each fault."""
    return {
        fault: tuple(tests.values()) for fault, tests in resources.load_json("fixtures", FILE)["caught_by"].items()
    }


def figures(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is recorded of a whole proof, from its JSON values."""
    counts = data["counts"]
    return {
        "faults": counts["caught"] + counts["caught elsewhere"] + counts["missed"],
        "variants": counts["passed"] + counts["falsely failed"],
        "caught": dict(data["proof"]),
        "caught_by": {row["name"]: dict(row["caught_by"]) for row in data["rows"] if row["caught_by"]},
    }


def record(data: Mapping[str, Any]) -> None:
    """Writes the figures of a whole proof.

    Raises:
        FileError: where the suite's own files cannot be written.
    """
    place = resources.path("fixtures", FILE)
    try:
        place.write_text(json.dumps(figures(data), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise FileError(place, f"cannot be written: {error.strerror}", "Record a proof from a checkout.") from None


def is_stale(data: Mapping[str, Any]) -> bool:
    """Whether a whole proof has shown something else than what is recorded.

    Whether a fault that shows only when requests meet is caught under each of its requirements, or under one of them
    alone, differs from proof to proof; what is recorded of those requirements is what one proof has shown. So does
    which test caught a fault first.
    """
    shown, noted = figures(data), resources.load_json("fixtures", FILE)
    by_chance = {each for row in data["rows"] if MEETING in row["ids"] for each in row["ids"]}
    return _settled(shown, by_chance) != _settled(noted, by_chance)


def _settled(figures_: Mapping[str, Any], by_chance: Collection[str]) -> dict[str, Any]:
    caught = {each: None if each in by_chance else count for each, count in figures_["caught"].items()}
    return {"faults": figures_["faults"], "variants": figures_["variants"], "caught": caught}
