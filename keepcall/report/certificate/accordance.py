"""What in a raw report is not as this suite's catalogue and rules have it: who certifies takes nothing on its word.

A report says of itself what was demanded and what came of it. Whoever holds it can rewrite it and seal it anew, since
the seal has no key. So ids, levels, statements and sources are held against the catalogue, and all verdicts and
counts are computed once more, by the catalogue's levels, from what the report says of each test.
"""

from collections.abc import Iterator

from keepcall.contract.requirements import Requirement, Requirements
from keepcall.report import digests
from keepcall.report.phrases import Report, some
from keepcall.report.raw import counts
from keepcall.report.result import Result
from keepcall.report.verdict import RequirementVerdict, Scope, in_words, of_requirement, of_target

_MOST = 12


def deviations(report: Report, catalogue: Requirements) -> Iterator[str]:
    """What is not as the catalogue has it, or does not follow, a sentence each; none where all is right.

    Args:
        report: a whole report of the present format.
        catalogue: the requirements of this suite.
    """
    entries = {entry["id"]: entry for entry in report["requirements"]}
    yield from _ids(list(entries), catalogue)
    known = [(requirement, entries[requirement.id]) for requirement in catalogue if requirement.id in entries]
    for requirement, entry in known:
        yield from _wording(requirement, entry)
    follows = {requirement.id: of_requirement(_results(entry)) for requirement, entry in known}
    for requirement, entry in known:
        if entry["verdict"] != follows[requirement.id]:
            yield f"{requirement.id} is {entry['verdict']}, while its tests make it {follows[requirement.id]}"
    if len(known) == len(catalogue):
        yield from _conclusions(report, catalogue, follows)
    yield from _digests(report)


def _ids(ids: list[str], catalogue: Requirements) -> Iterator[str]:
    if missing := [requirement.id for requirement in catalogue if requirement.id not in ids]:
        yield f"it says nothing of {len(missing)} of the {len(catalogue)} requirements: {some(missing, _MOST)}"
    if strange := [name for name in ids if name not in catalogue]:
        yield f"it has requirements that there are not: {some(strange, _MOST)}"


def _wording(requirement: Requirement, entry: Report) -> Iterator[str]:
    """Whatever of the requirement itself is printed on a certificate, or decides a verdict."""
    demanded = {
        "level": str(requirement.level),
        "group": requirement.group,
        "statement": requirement.statement,
        "basis": str(requirement.basis),
        "source": requirement.source,
        "reason": requirement.not_tested_reason,
    }
    for key, right in demanded.items():
        if entry.get(key) != right:
            found = f"{key} {str(entry.get(key, ''))[:80]!r}"
            yield f"{requirement.id} has the {found}, and in the requirements {right[:80]!r}"


def _results(entry: Report) -> list[Result]:
    return [
        Result(test["id"], entry["id"], test["verdict"], out_of_scope=bool(test.get("out_of_scope")))
        for test in entry["tests"]
    ]


def _conclusions(report: Report, catalogue: Requirements, follows: dict[str, RequirementVerdict]) -> Iterator[str]:
    """Verdict, scope and counts, by the rules of `verdict` and the levels of the catalogue."""
    tests = [test for entry in report["requirements"] for test in entry["tests"]]
    scope: Scope = "answers only" if any(test.get("out_of_scope") for test in tests) else "full"
    if report["scope"] != scope:
        yield f"its scope is {report['scope']!r}, while its tests make it {scope!r}"
    selection = frozenset(map(str, report.get("selection", ())))
    verdict = of_target(tuple(catalogue), follows, selection)
    if report.get("lost") and verdict != "not conformant":
        verdict = "incomplete"
    if report["verdict"] != in_words(verdict, scope):
        yield f"its verdict is {report['verdict']!r}, while its tests make it {in_words(verdict, scope)!r}"
    if report.get("counts") != counts((r for r in catalogue if not selection or r.id in selection), follows):
        yield "its counts are not those of its requirements"
    if report["contract"].get("requirements") != len(catalogue):
        yield f"it counts {report['contract'].get('requirements')} requirements, and there are {len(catalogue)}"


def _digests(report: Report) -> Iterator[str]:
    """The digests that a certificate names, of what the report says that they are of."""
    target = report["target"]
    identity = digests.Identity(
        str(target.get("address", "")), str(target.get("certificate", "")), tuple(target.get("says", ()))
    )
    try:
        configuration = digests.configuration(report["configuration"])
    except (TypeError, ValueError):
        yield "its configuration is none that a profile can have"
        return
    right = {
        "procedure": digests.of(report["procedure"]),
        "configuration": configuration,
        "target": digests.of(identity.as_json()),
    }
    for name, digest in right.items():
        if report["digests"].get(name) != digest:
            yield f"its digest of the {name} is another than that of what it says of the {name}"
    if report["digests"].keys() - right.keys():
        yield "it has digests of more than there is"
    revision = str(report["procedure"].get("requirements", "")).partition(":")[2][:12]
    if report["contract"].get("revision") != revision:
        yield "the revision of its requirements is not that of their digest"
