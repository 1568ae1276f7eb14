"""The scenarios of the suites: under which of them a report shows a requirement."""

from collections import Counter
from collections.abc import Iterable

from keepcall.report.phrases import Report

SCENARIOS = {
    "valid": "Valid requests",
    "missing_parameter": "Missing and wrong parameters",
    "ambiguous_extension": "Ambiguous extension",
    "unmark": "Unmark",
    "answers": "Answers",
    "any_input": "Any input, any order, many at once",
}
"""Folders of suites, in the order of a report."""


def scenario(requirement: Report) -> str:
    """The scenario that most of its tests are from; without tests, the group of the catalogue."""
    counts = Counter(str(test.get("scenario", "")) for test in requirement["tests"])
    counts.pop("", None)
    if not counts:
        return str(requirement["group"])
    folder = counts.most_common(1)[0][0]
    return SCENARIOS.get(folder, folder.replace("_", " ").capitalize())


def by_scenario(requirements: Iterable[Report]) -> dict[str, list[Report]]:
    """The requirements under their scenarios, those of the catalogue's groups last."""
    found: dict[str, list[Report]] = {name: [] for name in SCENARIOS.values()}
    for requirement in requirements:
        found.setdefault(scenario(requirement), []).append(requirement)
    return {name: those for name, those in found.items() if those}
