"""What the terminal and the page have in common: how a raw report is put into words, with nothing in it that acts."""

from collections.abc import Iterable, Mapping
from typing import Any

from keepcall.contract import shell
from keepcall.contract.exchange import printable

Report = Mapping[str, Any]
"""What `report.raw.report` returns, or what was read from `report.json`."""

WORST_FIRST = ("fail", "broken", "inconclusive", "not tested", "out of scope", "not claimed", "pass")
_LONGEST = 20_000
"""Characters of one text; a curl line of the longest request fits, and no message can swell a report."""


_REPORT = {
    "scope": "full",
    "selection": [],
    "started": "",
    "suite": {},
    "counts": {},
    "notes": [],
    "configuration": {},
    "waivers": [],
}
_REQUIREMENT = {"group": "Requirements", "statement": "", "source": "", "reason": "", "proven": 0}
_TEST = {"title": "", "evidence": []}


def complete(report: Report) -> dict[str, Any]:
    """The report with everything in it that the schema lets a report go without."""
    requirements = [
        {**_REQUIREMENT, **requirement, "tests": [{**_TEST, **test} for test in requirement["tests"]]}
        for requirement in report["requirements"]
    ]
    return {**_REPORT, **report, "requirements": requirements}


def looked_at(report: Report) -> list[Report]:
    """The requirements that the run was about: all, or those of its selection."""
    selection = report["selection"]
    return [entry for entry in report["requirements"] if not selection or entry["id"] in selection]


def harmless(value: Any) -> Any:
    """The same JSON value with all its text cut to a length that can be shown, and printable."""
    match value:
        case str():
            return cut(value, _LONGEST)
        case Mapping():
            return {str(key): harmless(item) for key, item in value.items()}
        case list() | tuple():
            return [harmless(item) for item in value]
        case _:
            return value


def cut(text: str, longest: int) -> str:
    """Text in which nothing acts, and no more of it than that."""
    if len(text) <= longest:
        return printable(text)
    return f"{printable(text[:longest])}… ({len(text)} characters)"


def one_line(text: str, longest: int = 2_000) -> str:
    """Text on one line, so that it cannot pass for a line of ours."""
    return " ".join(cut(text, longest).split())


def command(report: Report, otherwise: str = "keepcall run") -> str:
    """The command line of the run; a report may be a stranger's, and its line does nothing but run the suite."""
    return shell.again(str(report.get("command", "")), "keepcall", "run") or otherwise


def reasons(report: Report) -> list[tuple[str, list[str]]]:
    """Why the verdict is what it is: a phrase, and the ids that it is about; none for what passed."""
    verdict = str(report["verdict"]).removesuffix(", answers only")
    must = [r for r in looked_at(report) if r["level"] == "MUST" and not _foregone(r)]
    should = [r for r in looked_at(report) if r["level"] == "SHOULD"]
    match verdict:
        case "not conformant":
            found = [_those(must, "fail", "MUST failed")]
        case "conformant with remarks":
            found = [_those(should, "fail", "SHOULD failed")]
        case "incomplete":
            kinds = ("broken", "inconclusive", "not tested")
            found = [_those(must, kind, f"MUST {kind}") for kind in kinds]
            found += [_those(should, kind, f"SHOULD {kind}") for kind in kinds] if report["selection"] else []
        case "partial":
            ran = [str(r["id"]) for r in (*must, *should) if r["verdict"] == "pass"]
            found = [(f"{len(ran)} of the {len(looked_at(report))} selected passed", ran)]
            found += [_those(should, "fail", "SHOULD failed")]
        case _:
            musts, shoulds = (sum(r["verdict"] == "pass" for r in level) for level in (must, should))
            return [(f"{musts} MUST and {shoulds} SHOULD passed", [])]
    counted_on = (*must, *should) if report["selection"] else must
    passed = any(r["verdict"] == "pass" for r in counted_on)
    nothing = "nothing that was selected passed" if report["selection"] else "no MUST passed"
    return [reason for reason in found if reason[1]] or [
        ("the run did not come to its end" if passed else nothing, [])
    ]


def _those(requirements: Iterable[Report], verdict: str, words: str) -> tuple[str, list[str]]:
    ids = [str(r["id"]) for r in requirements if r["verdict"] == verdict]
    return f"{len(ids)} {words}", ids


def to_be_told(report: Report) -> list[Report]:
    """The requirements that did not pass although they could have, failed MUSTs first, then by what happened."""
    told = [
        requirement
        for requirement in looked_at(report)
        if requirement["verdict"] not in ("pass", "not claimed", "out of scope") and not _foregone(requirement)
    ]
    return sorted(told, key=lambda r: (WORST_FIRST.index(r["verdict"]), r["level"] != "MUST"))


def foregone(report: Report) -> list[str]:
    """The ids of requirements that the catalogue itself says there is no test for."""
    return [requirement["id"] for requirement in looked_at(report) if _foregone(requirement)]


def _foregone(requirement: Report) -> bool:
    """Whether the catalogue itself says that there is no test for it."""
    return bool(requirement["reason"]) and requirement["verdict"] == "not tested"


def findings(requirement: Report) -> list[Report]:
    """The evidence of all its failed tests."""
    return [item for test in requirement["tests"] if test["verdict"] == "fail" for item in test["evidence"]]


def messages(requirement: Report) -> list[str]:
    """Why its tests ended as it did itself, each reason once; without any test, why there is none."""
    found = [one_line(test["message"]) for test in requirement["tests"] if test["verdict"] == requirement["verdict"]]
    if not requirement["tests"]:
        found = [one_line(requirement["reason"] or "no test of it ran")]
    return [message for message in dict.fromkeys(found) if message]


def counted(counts: Mapping[str, int]) -> str:
    """Verdicts with their numbers, passes first."""
    order = ("pass", *WORST_FIRST[:-1])
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in order if counts.get(verdict)) or "none"


def some(ids: list[str], most: int) -> str:
    """Ids in a row; no more of them than that, the rest counted."""
    shown = ", ".join(ids[:most])
    return f"{shown} and {len(ids) - most} more" if len(ids) > most else shown
