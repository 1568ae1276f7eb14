"""The rules by which results become verdicts, and verdicts an exit code (contract, verdicts). Pure functions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Literal

from keepcall.contract.requirements import Level, Requirement
from keepcall.report.result import Result

RequirementVerdict = Literal["pass", "fail", "inconclusive", "broken", "not tested", "not claimed", "out of scope"]
TargetVerdict = Literal["conformant", "conformant with remarks", "not conformant", "incomplete", "partial"]
Scope = Literal["full", "answers only"]

_WORST_FIRST: tuple[RequirementVerdict, ...] = ("fail", "broken", "inconclusive", "not tested", "pass")


class Exit(IntEnum):
    """The exit codes of `keepcall run`."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    INCOMPLETE = 3
    SUITE_FAILED = 4


def of_requirement(results: Iterable[Result]) -> RequirementVerdict:
    """The worst of its tests; never a pass without a test that ran.

    Tests that are not claimed, or out of scope, hide nothing that the others show: where no other test is there,
    the requirement is not claimed, or out of scope.
    """
    results = tuple(results)
    in_scope = {result.verdict for result in results if not result.out_of_scope}
    for verdict in _WORST_FIRST:
        if verdict in in_scope:
            return verdict
    if any(result.out_of_scope for result in results):
        return "out of scope"
    return "not claimed" if results else "not tested"


def of_target(
    requirements: Sequence[Requirement],
    verdicts: Mapping[str, RequirementVerdict],
    selection: Collection[str] = (),
) -> TargetVerdict:
    """The verdict on the target.

    A failed MUST outweighs everything; a MUST that is broken, inconclusive or not tested makes the run incomplete,
    and so does a run in which no MUST passed.

    Args:
        requirements: all of them.
        verdicts: on each.
        selection: ids of those that were looked at, where it was not all: no other verdict counts, and none of these
            may be open, be it a MUST or not.
    """
    if selection:
        return _of_selection([r for r in requirements if r.id in selection], verdicts)
    musts = [verdicts[r.id] for r in requirements if r.level is Level.MUST and not r.not_tested_reason]
    shoulds = [verdicts[r.id] for r in requirements if r.level is Level.SHOULD]
    if "fail" in musts:
        return "not conformant"
    if "pass" not in musts or {"broken", "inconclusive", "not tested"} & set(musts):
        return "incomplete"
    return "conformant with remarks" if "fail" in shoulds else "conformant"


def _of_selection(requirements: Sequence[Requirement], verdicts: Mapping[str, RequirementVerdict]) -> TargetVerdict:
    """The verdict on the target by a part of the requirements, which cannot make it conformant."""
    if any(verdicts[r.id] == "fail" for r in requirements if r.level is Level.MUST):
        return "not conformant"
    found = {verdicts[r.id] for r in requirements if not r.not_tested_reason}
    open_, seen = found & {"broken", "inconclusive", "not tested"}, found & {"pass", "fail"}
    return "partial" if seen and not open_ else "incomplete"


def in_words(verdict: TargetVerdict, scope: Scope) -> str:
    """The verdict as a report prints it: a limited scope is said wherever conformity is."""
    limited = scope == "answers only" and verdict.startswith("conformant")
    return f"{verdict}, answers only" if limited else verdict


def exit_code(verdict: TargetVerdict, *, strict: bool = False, remarks: bool = False) -> Exit:
    """The exit code of a run that came to a verdict; with `strict` a remark counts as a failure.

    Args:
        verdict: on the target.
        strict: whether a remark counts.
        remarks: whether a SHOULD failed, which the word `partial` does not tell.
    """
    match verdict:
        case "not conformant":
            return Exit.NOT_CONFORMANT
        case "incomplete":
            return Exit.INCOMPLETE
        case "conformant with remarks" if strict:
            return Exit.NOT_CONFORMANT
        case "partial" if strict and remarks:
            return Exit.NOT_CONFORMANT
        case _:
            return Exit.CONFORMANT
