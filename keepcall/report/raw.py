"""The raw report: everything that is rendered elsewhere is rendered from it (`schemas/report.schema.json`)."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from keepcall import __version__
from keepcall.contract.outlet import Outlet
from keepcall.contract.requirements import Level, Requirement, Requirements
from keepcall.contract.target import Target
from keepcall.report import digests
from keepcall.report.digests import Identity
from keepcall.report.result import Asked, Result, Told
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

FORMAT = "keepcall-report/2"
"""What a report of this version begins with; `reading` knows the ones before."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to.

    Attributes:
        target: what was tested.
        results: of every test that was selected, each once.
        started: when it began, UTC.
        duration: seconds.
        sent: requests that the target got.
        lost: ids of tests that were to run and never came to an end.
        selection: ids of the requirements that were looked at; empty for all.
        notes: what the reader has to know besides, a sentence each.
        command: the command line that repeats the run, without secrets.
        observations: what was asked and never judged, as a report shows it.
        asked: what was sent for each of them, by its id.
        waivers: what became of each waiver.
        identity: what the target says of itself.
        settings: of the run, those that bear on what is tested.
        seed: by which inputs were drawn.
        exchanges: what was sent and what came.
        left_out: exchanges that were too many to be kept.
        outlet: what the report is let out by; results and exchanges have passed one where they were made.
    """

    target: Target
    results: Sequence[Result]
    started: datetime
    duration: float
    sent: int
    lost: tuple[str, ...] = ()
    selection: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    command: str = ""
    observations: Sequence[Mapping[str, str]] = ()
    asked: Mapping[str, Asked] = field(default_factory=dict)
    waivers: Sequence[Waived] = ()
    identity: Identity = field(default_factory=Identity)
    settings: Mapping[str, object] = field(default_factory=dict)
    seed: int = 0
    exchanges: Sequence[Told] = ()
    left_out: int = 0
    outlet: Outlet = field(default_factory=Outlet)

    def by_requirement(self) -> dict[str, list[Result]]:
        """The results under the ids that they are about."""
        found: dict[str, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.requirement, []).append(result)
        return found

    def verdicts(self, catalogue: Requirements) -> dict[str, RequirementVerdict]:
        """The verdict on each requirement."""
        found = self.by_requirement()
        return {requirement.id: of_requirement(found.get(requirement.id, ())) for requirement in catalogue}

    def verdict(self, catalogue: Requirements) -> TargetVerdict:
        """The verdict on the target; a run that did not come to its end is incomplete at best."""
        verdict = of_target(tuple(catalogue), self.verdicts(catalogue), self.selection)
        return "incomplete" if self.lost and verdict != "not conformant" else verdict

    def scope(self) -> Scope:
        """What the verdict is about: where effects could not be seen, the answers only."""
        return "answers only" if any(result.out_of_scope for result in self.results) else "full"

    def exit_code(self, catalogue: Requirements, *, strict: bool = False) -> Exit:
        """What a CI job gets: by the verdict, relaxed by the waivers that apply; 1 where one needs attention."""
        if any(each.state in FATAL for each in self.waivers):
            return Exit.NOT_CONFORMANT
        code = self._unrelaxed(catalogue, strict=strict)
        if code is Exit.CONFORMANT or not self._something_passed(catalogue):
            return code
        seen_relaxed = replace(self, results=relaxed(self.results, self.waivers))
        return seen_relaxed._unrelaxed(catalogue, strict=strict)  # noqa: SLF001 - one of us

    def _something_passed(self, catalogue: Requirements) -> bool:
        """Whether there is anything that waivers are an exception to: a MUST, or of a selection a test."""
        if self.selection:
            return any(result.verdict == "pass" for result in self.results)
        verdicts = self.verdicts(catalogue)
        return any(verdicts[r.id] == "pass" for r in catalogue if r.level is Level.MUST)

    def _unrelaxed(self, catalogue: Requirements, *, strict: bool) -> Exit:
        verdicts = self.verdicts(catalogue)
        remarks = any(verdicts[r.id] == "fail" for r in catalogue if r.level is Level.SHOULD)
        return exit_code(self.verdict(catalogue), strict=strict, remarks=remarks)


def report(run: Run, catalogue: Requirements, proven: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The raw report of a run, as JSON values.

    Args:
        run: what the run came to.
        catalogue: the requirements.
        proven: how many faults the tests of each requirement are proven against.
    """
    proven = proven or {}
    verdicts, found = run.verdicts(catalogue), run.by_requirement()
    numbers = {told.id: number for number, told in enumerate(run.exchanges, start=1)}
    requirements = [
        _requirement(r, verdicts[r.id], found.get(r.id, ()), proven.get(r.id, 0), numbers) for r in catalogue
    ]
    procedure = digests.procedure(catalogue, run.settings)
    let_out = run.outlet.values
    identity, configuration = let_out(run.identity.as_json()), let_out(run.target.configuration())
    return sealed(
        {
            "format": FORMAT,
            "verdict": in_words(run.verdict(catalogue), run.scope()),
            "scope": run.scope(),
            "target": {**let_out({"name": run.target.name, "url": run.target.url}), **identity},
            "suite": {"name": "keepcall-conformance", "version": __version__},
            "contract": {
                "revision": procedure["requirements"].partition(":")[2][:12],
                "requirements": len(catalogue),
            },
            "started": _time(run.started),
            "ended": _time(run.started + timedelta(seconds=run.duration)),
            "duration": round(run.duration, 3),
            "seed": run.seed,
            "requests": {"sent": run.sent},
            "selection": list(run.selection),
            "counts": counts((r for r in catalogue if not run.selection or r.id in run.selection), verdicts),
            "command": let_out(run.command),
            "lost": len(run.lost),
            "notes": let_out([*run.notes, *_losses(run.lost), *_left_out(run.left_out)]),
            "digests": {
                "procedure": digests.of(procedure),
                "configuration": digests.configuration(configuration),
                "target": digests.of(identity),
            },
            "procedure": procedure,
            "configuration": configuration,
            "requirements": requirements,
            "observations": [
                {**let_out(observation), **_observed(run.asked.get(observation["id"], Asked()), numbers)}
                for observation in run.observations
            ],
            "waivers": [let_out(each.as_json()) for each in run.waivers],
            "exchanges": [
                {"number": numbers[told.id], "request": told.request, "answer": told.answer} for told in run.exchanges
            ],
        }
    )


def sealed(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report with its last key: what it holds, and the digest of all of it; a reader misses what is cut off."""
    rest = {key: value for key, value in report.items() if key != "end"}
    tests = sum(len(requirement["tests"]) for requirement in rest["requirements"])
    return {**rest, "end": {"tests": tests, "exchanges": len(rest.get("exchanges", ())), "digest": digests.of(rest)}}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _left_out(number: int) -> list[str]:
    return [f"{number} exchanges were too many to be kept; the rest is in this report."] if number else []


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
    requirement: Requirement,
    verdict: RequirementVerdict,
    results: Iterable[Result],
    proven: int,
    numbers: Mapping[str, int],
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
        "tests": [_test(result, numbers) for result in results],
    }


_USUAL = {"out_of_scope": False, "evidence": [], "unlisted": 0, "attempts": 1}
"""What a report leaves out of a test."""


def _test(result: Result, numbers: Mapping[str, int]) -> dict[str, Any]:
    """A test's result, with its exchanges by their numbers in the report."""
    found = {key: value for key, value in result.as_json().items() if key != "requirement"}
    found |= _sent(Asked(result.exchanges, result.unlisted), numbers)
    return {key: value for key, value in found.items() if _USUAL.get(key, ...) != value}


def _observed(asked: Asked, numbers: Mapping[str, int]) -> dict[str, Any]:
    """What an observation says of its exchanges, if there were any."""
    return {key: value for key, value in _sent(asked, numbers).items() if value}


def _sent(asked: Asked, numbers: Mapping[str, int]) -> dict[str, Any]:
    """Exchanges by their numbers in the report, and how many more there were."""
    listed = [numbers[name] for name in asked.exchanges if name in numbers]
    return {"exchanges": listed, "unlisted": asked.unlisted + len(asked.exchanges) - len(listed)}


def write(data: Mapping[str, Any], path: Path) -> None:
    """Writes the report in one step: a run that is ended meanwhile leaves the whole report or none."""
    partial = path.with_suffix(".partial")
    try:
        with partial.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(_spelled(data))
        partial.replace(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _spelled(data: Mapping[str, Any]) -> Iterator[str]:
    """JSON to be read and compared by line, each test and each exchange on one; in pieces, since it is large."""
    start = "{\n"
    for key, value in data.items():
        yield start
        if key == "exchanges":
            yield ' "exchanges": '
            yield from _lines(map(_line, value), 1)
        elif key == "requirements":
            yield ' "requirements": '
            yield from _lines(map(_spelled_requirement, value), 1)
        else:
            yield json.dumps({key: value}, indent=1, ensure_ascii=False)[2:-2]
        start = ",\n"
    yield "\n}\n"


def _spelled_requirement(requirement: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in requirement.items() if key != "tests"}
    return f'{_line(rest)[:-1]}, "tests": {"".join(_lines(map(_line, requirement["tests"]), 2))}}}'


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(texts: Iterable[str], depth: int) -> Iterator[str]:
    """A list, each member on a line."""
    indent = " " * depth
    start = "["
    for text in texts:
        yield f"{start}\n{indent} {text}"
        start = ","
    yield f"\n{indent}]" if start == "," else "[]"
