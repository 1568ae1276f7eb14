"""The report page: one HTML file that needs nothing else, for whoever decides about a target.

It comes from the raw report alone. Its Content-Security-Policy allows its own style sheet and nothing else, so that
it could load or run nothing even if text from the target got through the escaping.
"""

import base64
import hashlib
import importlib.resources
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from keepcall.contract import shell
from keepcall.report.phrases import (
    Report,
    command,
    complete,
    counted,
    cut,
    findings,
    foregone,
    harmless,
    looked_at,
    messages,
    reasons,
    to_be_told,
)
from keepcall.report.render.scenarios import by_scenario

_MOST_SYMPTOMS = 8
"""Kinds of findings that one requirement shows in full; the rest is counted, and in report.json."""

_MOST_REASONS = 3
_MOST_SENT = 2
"""Requests that an observation shows with their answers; the last ones, which most often decide."""

_LONGEST = 1_500
"""Characters of what was expected and what was got."""

_COLUMNS = ("pass", "fail", "inconclusive", "broken", "not tested", "out of scope", "not claimed")
_KINDS = {
    "conformant": "good",
    "conformant with remarks": "fair",
    "not conformant": "bad",
    "incomplete": "open",
    "partial": "open",
}


def render(report: Report) -> str:
    """The page for a raw report."""
    return page_of("page.html.jinja", harmless(_view(complete(report))), "page.css")


def page_of(template: str, view: Mapping[str, Any], *sheets: str) -> str:
    """A page from a template and its style sheets, with a policy that lets it load and run nothing else."""
    folder = importlib.resources.files("keepcall.report").joinpath("templates")
    style = "\n".join(folder.joinpath(sheet).read_text("utf-8") for sheet in sheets)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        environment()
        .get_template(template)
        .render(
            view,
            style=Markup(style),  # noqa: S704 - our own files, and their hash is in the policy
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        )
    )


@cache
def environment() -> Environment:
    """Templates whose values are escaped, and in which none is missing."""
    return Environment(
        loader=PackageLoader("keepcall.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _view(report: Report) -> dict[str, Any]:
    verdict = str(report["verdict"])
    requirements = looked_at(report)
    told = to_be_told(report)
    return {
        "verdict": verdict,
        "kind": _KINDS.get(verdict.removesuffix(", answers only"), "open"),
        "answers_only": report["scope"] == "answers only" or verdict.endswith("answers only"),
        "out_of_scope": sum(r["verdict"] == "out of scope" for r in requirements),
        "why": reasons(report),
        "target": report["target"],
        "facts": _facts(report),
        "columns": [c for c in _COLUMNS if c in ("pass", "fail") or any(r["verdict"] == c for r in requirements)],
        "counts": {level: _counts(requirements, level) for level in ("MUST", "SHOULD")},
        "failed": [_failed(r) for r in told if r["verdict"] == "fail" and r["level"] == "MUST"],
        "remarks": [_failed(r) for r in told if r["verdict"] == "fail" and r["level"] == "SHOULD"],
        "foregone": foregone(report),
        "unjudged": _unjudged(r for r in told if r["verdict"] != "fail"),
        "groups": [
            {
                "name": name,
                "rows": [_row(r) for r in rows],
                "verdicts": " ".join(sorted({r["verdict"] for r in rows})),
            }
            for name, rows in by_scenario(requirements).items()
        ],
        "filters": [v for v in _COLUMNS if any(r["verdict"] == v for r in requirements)],
        "total": len(requirements),
        "digests": _digests(report),
        "observations": _observations(report),
        "notes": report["notes"],
        "waivers": report["waivers"],
        "configuration": _configuration(report["configuration"]),
        "repeat": _repeat(report, told),
        "variables": [f"KEEPCALL_{name.upper()}" for name in _credentials(report)],
    }


def _counts(requirements: Iterable[Report], level: str) -> dict[str, int]:
    counts = dict.fromkeys(_COLUMNS, 0)
    for requirement in requirements:
        if requirement["level"] == level:
            counts[requirement["verdict"]] += 1
    return counts


def _facts(report: Report) -> list[tuple[str, str]]:
    suite = report["suite"]
    found = [
        ("Tested", _when(str(report["started"]))),
        ("Scope", "answers only" if report["scope"] == "answers only" else "answers and effects"),
        ("Requests", f"{report['requests']['sent']:,}"),
        ("Duration", _long(float(report["duration"]))),
        ("Suite", f"{suite.get('name', '')} {suite.get('version', '')}".strip()),
    ]
    return [(name, value) for name, value in found if value]


def _when(started: str) -> str:
    try:
        begin = datetime.fromisoformat(started)
    except ValueError:
        return started
    return f"{begin.day} {begin:%B %Y, %H:%M} UTC"


def _long(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _failed(requirement: Report) -> dict[str, Any]:
    """A failed requirement with what was found, each symptom once."""
    symptoms: dict[tuple[str, ...], list[Report]] = {}
    for finding in findings(requirement):
        symptoms.setdefault(tuple(str(finding[key]) for key in ("name", "expected", "got")), []).append(finding)
    shown = [_symptom(group) for group in symptoms.values()]
    tests = [test["verdict"] for test in requirement["tests"]]
    return {
        "requirement": requirement,
        "tests": f"{tests.count('fail')} of {len(tests)} tests" if len(tests) > 1 else "",
        "messages": [] if shown else messages(requirement),
        "symptoms": shown[:_MOST_SYMPTOMS],
        "more": len(shown) - _MOST_SYMPTOMS,
    }


def _symptom(group: list[Report]) -> dict[str, Any]:
    """Findings that say the same, shown by the first of them."""
    first, *rest = group
    return {
        **first,
        "expected": cut(first["expected"], _LONGEST),
        "got": cut(first["got"], _LONGEST),
        "elsewhere": list(dict.fromkeys(item["context"] for item in rest)),
    }


def _unjudged(requirements: Iterable[Report]) -> list[dict[str, Any]]:
    """What could not be judged, by verdict and reasons: a target that is not there is told once, not eighty times."""
    alike: dict[tuple[str, ...], list[Report]] = {}
    for requirement in requirements:
        alike.setdefault((requirement["verdict"], *messages(requirement)), []).append(requirement)
    return [
        {
            "verdict": verdict,
            "reasons": told[:_MOST_REASONS],
            "more": len(told) - _MOST_REASONS,
            "requirements": those,
        }
        for (verdict, *told), those in alike.items()
    ]


def _row(requirement: Report) -> dict[str, Any]:
    """One line in the list of all requirements."""
    tests = requirement["tests"]
    verdicts = [test["verdict"] for test in tests]
    several = len(set(verdicts)) > 1
    told = [] if requirement["verdict"] in ("pass", "fail") else messages(requirement)
    number = f"{len(tests)} test{'' if len(tests) == 1 else 's'}"
    return {
        "requirement": requirement,
        "summary": f"{number}: {counted({v: verdicts.count(v) for v in verdicts})}" if several else number,
        "reasons": told[:_MOST_REASONS],
        "more": len(told) - _MOST_REASONS,
        "attempts": max((int(test.get("attempts", 1)) for test in tests), default=1),
    }


def _observations(report: Report) -> list[dict[str, Any]]:
    """Each question with its answer, and with what was sent to find that out, where the report keeps it."""
    kept = {each["number"]: each for each in report.get("exchanges", ())}
    found = []
    for each in report["observations"]:
        sent = [kept[number] for number in each.get("exchanges", ()) if number in kept]
        shown = [{key: cut(e[key], _LONGEST) for key in ("request", "answer")} for e in sent[-_MOST_SENT:]]
        found.append({**each, "sent": shown, "more": len(sent) - len(shown) + each.get("unlisted", 0)})
    return found


def _digests(report: Report) -> list[tuple[str, str]]:
    """What the result is bound to, and by what."""
    found = report.get("digests", {})
    named = [
        ("Procedure: suite, requirements, schemas, settings", found.get("procedure", "")),
        ("Configuration: the profile without secrets", found.get("configuration", "")),
        ("Target: address, certificate, what it says of itself", found.get("target", "")),
        ("Result: the raw report", report.get("end", {}).get("digest", "")),
        ("Revision of the requirements", report.get("contract", {}).get("revision", "")),
        ("The target says that it is", "; ".join(report["target"].get("says", ()))),
        ("TLS certificate", report["target"].get("certificate", "")),
    ]
    return [(name, value) for name, value in named if value]


def _configuration(configuration: Report) -> list[tuple[str, str]]:
    """What the profile said of the target, as far as it bears on what was tested."""
    claims, lab = configuration.get("claims", {}), configuration.get("lab", {})
    found = [
        ("Authentication", _yes(claims.get("authentication"))),
        ("Methods", ", ".join(claims.get("methods", ()))),
        ("Parameters of a POST", claims.get("post", "")),
        ("Values of status", " · ".join(claims.get("statuses", ()))),
        ("Values of type", ", ".join(claims.get("types", ())) or ("none" if claims else "")),
        ("unmark", _yes(claims.get("unmark"))),
        ("Lab", " ".join(part for part in (lab.get("kind", ""), lab.get("url", ""), lab.get("command", "")) if part)),
        ("Credentials given", ", ".join(configuration.get("credentials", ()))),
        ("Time-out of an answer", f"{configuration['limits']['timeout']:g} s" if configuration.get("limits") else ""),
    ]
    return [(name, value) for name, value in found if value]


def _yes(value: object) -> str:
    return "" if value is None else "yes" if value else "not claimed"


def _credentials(report: Report) -> list[str]:
    return list(report["configuration"].get("credentials", ()))


def _repeat(report: Report, told: list[Report]) -> list[tuple[str, str]]:
    """Commands, each with what it is for."""
    version = report["suite"].get("version", "")
    line = command(report, "keepcall run --target PROFILE.toml")
    if report.get("seed") and "--seed" not in line:
        line += f" --seed {report['seed']}"
    only = " ".join(f"--only {shell.quoted(requirement['id'])}" for requirement in told[:20])
    found = [
        (
            "Install the suite that made this report.",
            f"pip install {shell.quoted(f'keepcall-conformance=={version}')}" if version else "",
        ),
        ("Run all of it again.", line),
        ("Run again what did not pass.", f"{line} {only}" if only else ""),
    ]
    return [(purpose, words) for purpose, words in found if words]
