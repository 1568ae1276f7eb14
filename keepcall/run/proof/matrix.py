"""The matrix: what became of each fault and each variant. Pure functions from trials to rows."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from keepcall import __version__
from keepcall.contract.requirements import Level, Requirements
from keepcall.run.proof.subject import Subject, Trial

Fate = Literal["caught", "caught elsewhere", "missed", "passed", "falsely failed"]

SURVIVORS: tuple[Fate, ...] = ("caught elsewhere", "missed", "falsely failed")


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one subject.

    Attributes:
        name: of the fault or variant.
        kind: which of both.
        story: how a server comes to be so.
        ids: requirements that the fault breaks, or remarks that the variant may earn.
        fate: what became of it.
        failed: the requirements that failed.
        undecided: those that were inconclusive, broken or not tested.
        why: the first message under each requirement that tells of its fate.
        seconds: how long the trial took.
        caught_by: of a fault, the first test that failed under each of its own requirements.
    """

    name: str
    kind: str
    story: str
    ids: tuple[str, ...]
    fate: Fate
    failed: tuple[str, ...]
    undecided: tuple[str, ...]
    why: Mapping[str, str]
    seconds: float
    caught_by: Mapping[str, str] = field(default_factory=dict)


def row(subject: Subject, trial: Trial, catalogue: Requirements) -> Row:
    """The fate of a subject: a fault counts as caught only by `fail` under one of its own ids."""
    failed, undecided = _failed(trial), _undecided(trial)
    fate = _of_fault(subject, failed) if subject.kind == "fault" else _of_variant(subject, trial, failed, undecided)
    told = failed if subject.kind == "fault" else (*failed, *undecided)
    why = {i: trial.messages.get(i, "") for i in told if i in catalogue}
    if trial.trouble:
        why = {"trouble": trial.trouble, **why}
    return Row(
        subject.name,
        subject.kind,
        subject.story,
        tuple(sorted(subject.ids)),
        fate,
        failed,
        undecided,
        why,
        trial.seconds,
        {i: trial.caught_by[i] for i in sorted(subject.ids & trial.caught_by.keys()) if subject.kind == "fault"},
    )


def stands(subject: Subject, trial: Trial) -> bool:
    """Whether a variant, or several in one server, was not failed."""
    failed, undecided = _failed(trial), _undecided(trial)
    return _of_variant(subject, trial, failed, undecided) == "passed"


def _failed(trial: Trial) -> tuple[str, ...]:
    return tuple(i for i, verdict in trial.verdicts.items() if verdict == "fail")


def _undecided(trial: Trial) -> tuple[str, ...]:
    return tuple(i for i, verdict in trial.verdicts.items() if verdict in ("inconclusive", "broken", "not tested"))


def _of_fault(subject: Subject, failed: tuple[str, ...]) -> Fate:
    if subject.ids & set(failed):
        return "caught"
    return "caught elsewhere" if failed else "missed"


def _of_variant(subject: Subject, trial: Trial, failed: tuple[str, ...], undecided: tuple[str, ...]) -> Fate:
    unnamed = set(failed) - subject.ids
    return "falsely failed" if unnamed or undecided or trial.trouble or not trial.verdicts else "passed"


def survivors(rows: Iterable[Row]) -> list[Row]:
    """Faults that were not caught under their own id, and variants that were failed."""
    return [found for found in rows if found.fate in SURVIVORS]


def unproven(rows: Iterable[Row], catalogue: Requirements) -> list[str]:
    """Requirements whose tests no fault has shown to be able to fail."""
    caught = proof(rows, catalogue)
    return [r.id for r in catalogue if not caught[r.id] and not r.not_tested_reason]


def proof(rows: Iterable[Row], catalogue: Requirements) -> dict[str, int]:
    """How many faults the tests of each requirement have caught under it."""
    counted = {requirement.id: 0 for requirement in catalogue}
    for found in rows:
        if found.kind == "fault":
            for requirement in set(found.failed) & set(found.ids):
                counted[requirement] += 1
    return counted


def as_json(rows: list[Row], catalogue: Requirements, seconds: float, apart: Iterable[Trial] = ()) -> dict[str, Any]:
    """The matrix as JSON values.

    Args:
        rows: of all subjects.
        catalogue: the requirements.
        seconds: how long it took.
        apart: trials of several variants together that were failed, so that each was tried by itself.
    """
    fates = [found.fate for found in rows]
    return {
        "format": "keepcall-proof/1",
        "suite": {"name": "keepcall-conformance", "version": __version__},
        "duration": round(seconds, 1),
        "counts": {
            fate: fates.count(fate) for fate in ("caught", "caught elsewhere", "missed", "passed", "falsely failed")
        },
        "proof": proof(rows, catalogue),
        "unproven": unproven(rows, catalogue),
        "musts": sum(requirement.level is Level.MUST for requirement in catalogue),
        "apart": [{"of": trial.subject, "messages": trial.messages, "trouble": trial.trouble} for trial in apart],
        "rows": [asdict(found) for found in rows],
    }
