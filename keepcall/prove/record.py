"""What the last whole proof has shown, for reports to say: how many faults the tests of each requirement caught."""

import json
from collections.abc import Mapping
from typing import Any

from keepcall import resources
from keepcall.errors import FileError

FILE = "proof.json"


def recorded() -> dict[str, int]:
    """The number of faults caught under each requirement."""
    return dict(resources.load_json("fixtures", FILE)["caught"])


def figures(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is recorded of a whole proof, from its JSON values."""
    counts = data["counts"]
    return {
        "faults": counts["caught"] + counts["caught elsewhere"] + counts["missed"],
        "variants": counts["passed"] + counts["falsely failed"],
        "caught": dict(data["proof"]),
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
    """Whether a whole proof has shown something else than what is recorded."""
    return figures(data) != resources.load_json("fixtures", FILE)
