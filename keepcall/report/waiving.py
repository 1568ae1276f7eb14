"""What becomes of waivers in a run: pure functions from waivers and results (contract, verdicts).

A waiver relaxes the exit code and nothing else: no verdict in a report knows of it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from keepcall.report.evidence import one_line
from keepcall.report.result import Result, TestVerdict

State = Literal["applied", "expired", "unmatched", "stale", "not looked at"]

FATAL: tuple[State, ...] = ("expired", "unmatched", "stale")
"""What makes a run fail: a waiver that nobody looks after."""

WAIVABLE: tuple[TestVerdict, ...] = ("fail", "inconclusive", "not tested")
"""Not what is broken: that is our own failure, or the lab's, and no known fault of the target."""

_VOLATILE = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9]{6,}")
"""IDs and numbers of calls, which are others in each run."""

_REST = re.compile(r" \(and [0-9]+ more\)$")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One known failure.

    Attributes:
        requirement: the id of what fails.
        symptom: how, as the report says it.
        who: answers for it.
        why: it can wait.
        until: the last day on which it holds.
    """

    requirement: str
    symptom: str
    who: str
    why: str
    until: date


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver, and what became of it.

    Attributes:
        waiver: as it was written.
        state: what became of it.
        tests: the ids of the tests that it is about.
    """

    waiver: Waiver
    state: State
    tests: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The state as a sentence."""
        waiver = self.waiver
        match self.state:
            case "applied":
                return f"applies to {len(self.tests)} of the tests, until {waiver.until}"
            case "expired":
                return f"expired on {waiver.until}: mend the target, or have {waiver.who} decide anew"
            case "unmatched":
                return f"no test of {waiver.requirement} shows this symptom: look at the report, and mend the waiver"
            case "stale":
                return f"{waiver.requirement} passes again: take the waiver away"
            case _:
                return f"this run did not look at all of {waiver.requirement}"

    def as_json(self) -> dict[str, Any]:
        """For a report."""
        waiver = self.waiver
        return {
            "requirement": waiver.requirement,
            "symptom": waiver.symptom,
            "who": waiver.who,
            "why": waiver.why,
            "until": waiver.until.isoformat(),
            "state": self.state,
            "message": self.message,
            "tests": list(self.tests),
        }


def judged(waivers: Iterable[Waiver], results: Sequence[Result], today: date, *, partial: bool) -> tuple[Waived, ...]:
    """What became of each waiver.

    Args:
        waivers: as they were written.
        results: of the run.
        today: the day of the run.
        partial: whether the run was to leave tests out, or did not come to its end.
    """
    return tuple(_judged(waiver, results, today, partial=partial) for waiver in waivers)


def _judged(waiver: Waiver, results: Sequence[Result], today: date, *, partial: bool) -> Waived:
    about = [result for result in results if result.requirement == waiver.requirement]
    symptom = same(waiver.symptom)
    tests = tuple(result.id for result in about if symptom in symptoms(result))
    if waiver.until < today:
        return Waived(waiver, "expired", tests)
    if tests:
        return Waived(waiver, "applied", tests)
    verdicts = {result.verdict for result in about}
    if partial and "fail" not in verdicts:
        return Waived(waiver, "not looked at")
    return Waived(waiver, "stale" if verdicts == {"pass"} else "unmatched")


def symptoms(result: Result) -> frozenset[str]:
    """All that a test shows, as waivers may name it; nothing where it cannot be waived."""
    if result.verdict not in WAIVABLE:
        return frozenset()
    return frozenset(map(same, (one_line(item) for item in result.evidence))) or frozenset({same(result.message)})


def same(text: str) -> str:
    """A symptom without what is another in each run, and without the count of further findings."""
    return _VOLATILE.sub("…", _REST.sub("", " ".join(text.split())))


def relaxed(results: Iterable[Result], waived: Iterable[Waived]) -> tuple[Result, ...]:
    """The results as the exit code sees them: a test all of whose symptoms are waived counts as passed."""
    allowed = dict[str, set[str]]()
    for each in waived:
        if each.state == "applied":
            allowed.setdefault(each.waiver.requirement, set()).add(same(each.waiver.symptom))
    return tuple(
        replace(result, verdict="pass") if _all_waived(result, allowed.get(result.requirement, set())) else result
        for result in results
    )


def _all_waived(result: Result, allowed: set[str]) -> bool:
    shown = symptoms(result)
    return bool(shown) and shown <= allowed
