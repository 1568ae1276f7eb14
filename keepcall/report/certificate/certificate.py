"""What a certificate says, and when there is none: pure functions from a raw report.

A certificate is for somebody who was not there and has not read the contract: verdict, scope and limits come first,
in plain words. A run that does not earn one can be printed all the same, as a test report that says that it is none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from keepcall.contract.requirements import Requirements
from keepcall.report import digests, reading
from keepcall.report.certificate import accordance
from keepcall.report.phrases import (
    Report,
    command,
    complete,
    findings,
    foregone,
    harmless,
    looked_at,
    messages,
    one_line,
    reasons,
    some,
)
from keepcall.report.raw import FORMAT

_MOST_IDS = 16
_TONES = {"conformant": "good", "conformant with remarks": "fair", "not conformant": "bad"}
_SHORT = 300
_VOUCHED = (
    "Digests have no key: they show a report that was damaged, and not one that its own maker has rewritten. No "
    "program can tell whether the run took place as it is told here: for that, who hands this out vouches."
)


@dataclass(frozen=True, slots=True)
class Issue:
    """How a certificate is handed out.

    Attributes:
        by: who answers for it; empty if nobody is named.
        on: the day.
        key: the id of the key that signs it; empty if none does.
    """

    on: date
    by: str = ""
    key: str = ""


def refusals(report: Report, catalogue: Requirements) -> list[str]:
    """Why this run earns no certificate, a sentence each; none where it does.

    Args:
        report: as it was read, changed or not.
        catalogue: the requirements of this suite, which those of the run must be.
    """
    changes = reading.changes(report)
    verdict = str(report["verdict"])
    found = []
    if not verdict.startswith("conformant"):
        why = "; ".join(
            f"{phrase}: {some(ids, _MOST_IDS)}" if ids else phrase for phrase, ids in reasons(complete(report))
        )
        found.append(f"The verdict is {verdict} ({why}).")
    if report.get("lost"):
        found.append(f"{report['lost']} of its tests did not come to an end.")
    if report.get("format") != FORMAT:
        found.append(
            "The report is of an older format, without the digests that a certificate has to name: run again."
        )
    elif report["procedure"]["requirements"] != digests.requirements(catalogue):
        ours = digests.requirements(catalogue).partition(":")[2][:12]
        found.append(
            f"It was tested against revision {report['contract']['revision']} of the requirements, and those of this "
            f"suite are of revision {ours}: run again."
        )
    else:
        changes += accordance.deviations(report, catalogue)
    return [*(f"The report cannot be trusted: {change}." for change in dict.fromkeys(changes)), *found]


def view(report: Report, issue: Issue, refused: Iterable[str] = ()) -> dict[str, Any]:
    """All that the certificate says, as text that is harmless in any format.

    Args:
        report: the raw report.
        issue: how it is handed out.
        refused: why it is no certificate but a plain test report.
    """
    report = complete(report)
    verdict, blind = str(report["verdict"]), report["scope"] == "answers only"
    refused = list(refused)
    found: dict[str, Any] = harmless(
        {
            "certificate": not refused,
            "title": "Test report" if refused else "Certificate of conformity",
            "refused": refused,
            "number": str(report.get("end", {}).get("digest", "")).partition(":")[2][:12],
            "verdict": verdict.removesuffix(", answers only"),
            "answers_only": blind,
            "tone": _TONES.get(verdict.removesuffix(", answers only"), "open"),
            "target": one_line(report["target"]["name"], _SHORT),
            "summary": _summary(report),
            "scope": _scope(report),
            "limits": _limits(report),
            "facts": _facts(report, issue),
            "remarks": _remarks(report),
            "waivers": report["waivers"],
            "groups": _groups(report),
            "observations": _observations(report),
            "digests": [*_digests(report), *([("Signing key", issue.key)] if issue.key else [])],
            "signed": _signed(issue),
            "command": one_line(command(report, ""), 600),
        }
    )
    return found


def _summary(report: Report) -> str:
    """The verdict in a sentence that needs no contract."""
    verdict = str(report["verdict"]).removesuffix(", answers only")
    musts = [r for r in report["requirements"] if r["level"] == "MUST" and r["verdict"] == "pass"]
    shoulds = [r for r in report["requirements"] if r["level"] == "SHOULD" and r["verdict"] == "fail"]
    followed = [r for r in report["requirements"] if r["level"] == "SHOULD" and r["verdict"] == "pass"]
    match verdict:
        case "conformant":
            return (
                f"The server did what the KeepCall contract demands: all {len(musts)} binding requirements that were "
                f"in scope passed, and so did all {len(followed)} recommendations."
            )
        case "conformant with remarks":
            these = "one recommendation" if len(shoulds) == 1 else f"{len(shoulds)} recommendations"
            return (
                f"The server did what the KeepCall contract demands: all {len(musts)} binding requirements that were "
                f"in scope passed. It does not follow {these}, listed as remarks."
            )
        case "not conformant":
            failed = [r["id"] for r in report["requirements"] if r["level"] == "MUST" and r["verdict"] == "fail"]
            them = (
                "one of its binding requirements"
                if len(failed) == 1
                else f"{len(failed)} of its binding requirements"
            )
            return f"The server breaks the KeepCall contract, in {them}: {some(failed, _MOST_IDS)}."
        case _:
            return "The run does not show whether the server keeps to the KeepCall contract."


def _scope(report: Report) -> list[str]:
    """What was looked at."""
    claims = report["configuration"].get("claims", {})
    about = (
        "KeepCall is the function by which other systems tell a call recorder to keep a recording that it would "
        "otherwise delete. The suite sends such requests over HTTP, right and wrong ones, and judges what comes back."
    )
    if report["scope"] == "answers only":
        seen = (
            "Answers only: the test set-up could not look at the calls themselves. Whether a call that was reported "
            "as kept was kept, and whether other calls were left alone, is not part of this result."
        )
    else:
        seen = (
            "Answers and effects: after each request the calls themselves were looked at, the one it was about and "
            "the others."
        )
    offered = [
        f"methods {', '.join(claims['methods'])}" if claims.get("methods") else "",
        f"status {' · '.join(claims['statuses'])}" if claims.get("statuses") else "",
        f"type {', '.join(claims['types'])}" if claims.get("types") else "",
        "unmark" if claims.get("unmark") else "",
        "authentication by token" if claims.get("authentication") else "",
    ]
    claimed = "; ".join(part for part in offered if part)
    return [about, seen, *([f"Tested as the server's profile claims it: {claimed}."] if claimed else [])]


def _limits(report: Report) -> list[str]:
    """What the result does not say."""
    found = [
        "The result is about this server, at this address and in this configuration, at the time of the run.",
        "Another version, or another configuration, needs a run of its own.",
        "Tests are examples: they show that no breach was found, and cannot show that there is none."
        if str(report["verdict"]).startswith("conformant")
        else "Tests are examples: what they did not show may be wrong all the same.",
    ]
    for verdict, words in (
        ("not claimed", "Not offered by the server, or not testable with what the tester had"),
        ("out of scope", "Out of scope, since effects could not be seen"),
    ):
        if ids := [r["id"] for r in looked_at(report) if r["verdict"] == verdict]:
            found.append(f"{words}: {some(ids, _MOST_IDS)}.")
    if without := foregone(report):
        found.append(f"Without a test in this suite: {some(without, _MOST_IDS)}.")
    if report["waivers"]:
        found.append("There are waivers for known failures. They are listed, and change no verdict.")
    return found


def _facts(report: Report, issue: Issue) -> list[tuple[str, str]]:
    target, suite, contract = report["target"], report["suite"], report.get("contract", {})
    found = [
        ("Server", one_line(target["name"], _SHORT)),
        ("Address", one_line(target["url"], _SHORT)),
        ("Says of itself", one_line("; ".join(target.get("says", ())), _SHORT)),
        ("TLS certificate", target.get("certificate", "")),
        ("Tested", f"{_when(report['started'])}, {report['requests']['sent']:,} requests"),
        ("Procedure", " ".join(str(suite[key]) for key in ("name", "version") if suite.get(key))),
        ("Requirements", f"revision {contract['revision']}, {contract['requirements']} of them" if contract else ""),
        ("Issued", f"{_day(issue.on)}{f' by {one_line(issue.by, _SHORT)}' if issue.by else ''}"),
    ]
    return [(name, value) for name, value in found if value]


def _when(started: str) -> str:
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        return one_line(started, 60) or "at an unknown time"
    return f"{_day(moment.date())}, {moment:%H:%M} UTC"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _remarks(report: Report) -> list[dict[str, str]]:
    """The requirements that failed, binding ones first, each with what was seen."""
    failed = [r for r in report["requirements"] if r["verdict"] == "fail"]
    told = []
    for requirement in sorted(failed, key=lambda r: r["level"] != "MUST"):
        first = next(iter(findings(requirement)), None)
        seen = f"expected {first['expected']}; got {first['got']}" if first else next(iter(messages(requirement)), "")
        told.append(
            {
                "id": requirement["id"],
                "level": requirement["level"],
                "statement": one_line(requirement["statement"], _SHORT),
                "seen": one_line(seen, _SHORT),
            }
        )
    return told


def _groups(report: Report) -> list[dict[str, Any]]:
    keys = ("id", "level", "verdict", "proven")
    return [
        {
            "name": name,
            "rows": [{**{k: r[k] for k in keys}, "statement": one_line(r["statement"], _SHORT)} for r in rows],
        }
        for name, rows in groupby(looked_at(report), key=lambda r: str(r["group"]))
    ]


def _observations(report: Report) -> list[dict[str, Any]]:
    told = [
        {"group": str(each.get("group", "Observations")), "question": one_line(each["question"], 200),
         "answer": one_line(each["answer"], 120)}
        for each in report["observations"]
    ]  # fmt: skip
    return [{"name": name, "rows": list(rows)} for name, rows in groupby(told, key=lambda each: each["group"])]


def _digests(report: Report) -> list[tuple[str, str]]:
    found = [(name.capitalize(), value) for name, value in report.get("digests", {}).items()]
    return [*found, ("Result", report.get("end", {}).get("digest", ""))] if found else []


def _signed(issue: Issue) -> str:
    signed = (
        "Signed: the command keepcall verify checks the signature, and every file that it covers."
        if issue.key
        else "Not signed: nothing but the digests ties this document to its result."
    )
    return f"{signed} {_VOUCHED}"
