"""The raw report: everything that is rendered elsewhere is rendered from it (`schemas/report.schema.json`)."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keepcall import __version__
from keepcall.catalogue import Catalogue, Requirement
from keepcall.report.result import Result
from keepcall.report.verdict import (
    Exit,
    RequirementVerdict,
    Scope,
    TargetVerdict,
    exit_code,
    in_words,
    of_requirement,
    of_target,
)
from keepcall.report.waiving import FATAL, Waived, relaxed
from keepcall.target import Target

FORMAT = "keepcall-report/1"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to.

    Attributes:
        target: what was tested.
        results: of every test that was selected, each once.
        started: when it began, UTC.
        duration: seconds.
        sent: requests that the target got.
        lost: ids of tests that were selected and never came to an end.
        notes: what the reader has to know besides, a sentence each.
        command: the command line that repeats the run, without secrets.
        observations: what was asked and never judged, as a report shows it.
        waivers: what became of each waiver.
    """

    target: Target
    results: Sequence[Result]
    started: datetime
    duration: float
    sent: int
    lost: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    command: str = ""
    observations: Sequence[Mapping[str, str]] = ()
    waivers: Sequence[Waived] = ()

    def by_requirement(self) -> dict[str, list[Result]]:
        """The results under the ids that they are about."""
        found: dict[str, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.requirement, []).append(result)
        return found

    def verdicts(self, catalogue: Catalogue) -> dict[str, RequirementVerdict]:
        """The verdict on each requirement."""
        found = self.by_requirement()
        return {requirement.id: of_requirement(found.get(requirement.id, ())) for requirement in catalogue}

    def verdict(self, catalogue: Catalogue) -> TargetVerdict:
        """The verdict on the target; a run that did not come to its end is incomplete at best."""
        verdict = of_target(tuple(catalogue), self.verdicts(catalogue))
        return "incomplete" if self.lost and verdict != "not conformant" else verdict

    def scope(self) -> Scope:
        """What the verdict is about: where effects could not be seen, the answers only."""
        return "answers only" if any(result.out_of_scope for result in self.results) else "full"

    def exit_code(self, catalogue: Catalogue, *, strict: bool = False) -> Exit:
        """What a CI job gets: by the verdict, relaxed by the waivers that apply; 1 where one needs attention."""
        if any(each.state in FATAL for each in self.waivers):
            return Exit.NOT_CONFORMANT
        code = exit_code(self.verdict(catalogue), strict=strict)
        levels = (str(r.level) for r in catalogue if self.verdicts(catalogue)[r.id] == "pass")
        if code is Exit.CONFORMANT or "MUST" not in levels:
            return code
        seen_relaxed = replace(self, results=relaxed(self.results, self.waivers))
        return exit_code(seen_relaxed.verdict(catalogue), strict=strict)


def report(run: Run, catalogue: Catalogue, proven: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The raw report of a run, as JSON values.

    Args:
        run: what the run came to.
        catalogue: the requirements.
        proven: how many faults the tests of each requirement are proven against.
    """
    proven = proven or {}
    verdicts, found = run.verdicts(catalogue), run.by_requirement()
    requirements = [_requirement(r, verdicts[r.id], found.get(r.id, ()), proven.get(r.id, 0)) for r in catalogue]
    return {
        "format": FORMAT,
        "verdict": in_words(run.verdict(catalogue), run.scope()),
        "scope": run.scope(),
        "target": {"name": run.target.name, "url": run.target.url},
        "suite": {"name": "keepcall-conformance", "version": __version__},
        "started": run.started.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "duration": round(run.duration, 3),
        "requests": {"sent": run.sent},
        "counts": counts(catalogue, verdicts),
        "command": run.command,
        "notes": [*run.notes, *_losses(run.lost)],
        "configuration": run.target.configuration(),
        "requirements": requirements,
        "observations": [dict(observation) for observation in run.observations],
        "waivers": [each.as_json() for each in run.waivers],
    }


def _losses(lost: Sequence[str]) -> list[str]:
    if not lost:
        return []
    return [f"{len(lost)} of the tests did not come to an end, so the run is incomplete; the first: {lost[0]}."]


def counts(catalogue: Iterable[Requirement], verdicts: Mapping[str, RequirementVerdict]) -> dict[str, dict[str, int]]:
    """How many requirements of each level came to each verdict."""
    counted = Counter((str(requirement.level), verdicts[requirement.id]) for requirement in catalogue)
    found: dict[str, dict[str, int]] = {"MUST": {}, "SHOULD": {}}
    for (level, verdict), number in sorted(counted.items()):
        found[level][verdict] = number
    return found


def _requirement(
    requirement: Requirement, verdict: RequirementVerdict, results: Iterable[Result], proven: int
) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "level": str(requirement.level),
        "group": requirement.group,
        "statement": requirement.statement,
        "basis": str(requirement.basis),
        "source": requirement.source,
        "verdict": verdict,
        "reason": requirement.not_tested_reason,
        "proven": proven,
        "tests": [
            {key: value for key, value in result.as_json().items() if key != "requirement"} for result in results
        ],
    }


def write(data: Mapping[str, Any], path: Path) -> None:
    """Writes the report in one step: a run that is ended meanwhile leaves the whole report or none."""
    partial = path.with_suffix(".partial")
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    partial.write_text(text, encoding="utf-8", errors="backslashreplace")
    partial.replace(path)
