"""The summary of a run in Markdown, for a pull request or a job's summary page.

Whatever did not come from us stands in code spans, where no mark-up, no link and no mention acts.
"""

import re

from keepcall.report.phrases import (
    Report,
    command,
    complete,
    counted,
    findings,
    foregone,
    harmless,
    messages,
    one_line,
    reasons,
    some,
    to_be_told,
)

_SIGNS = {"conformant": "✅", "conformant with remarks": "🟡", "not conformant": "❌", "incomplete": "⚪"}
_SIGNS |= {"partial": "🔹"}
_MOST = 30
_MOST_IDS = 12
_SHORT = 300


def render(report: Report) -> str:
    """The report as Markdown."""
    report = harmless(complete(report))
    verdict = str(report["verdict"])
    sign = _SIGNS.get(verdict.removesuffix(", answers only"), "⚪")
    told = to_be_told(report)
    lines = [f"## {sign} KeepCall: {verdict}", "", _about(report), "", _why(report)]
    if report["scope"] == "answers only":
        lines += ["", "**Answers only**: the lab could not read calls back, so no effect on a call was seen."]
    lines += ["", "| level | requirements |", "|---|---|"]
    lines += [f"| {level} | {counted(counts)} |" for level, counts in report["counts"].items()]
    if told:
        lines += ["", "### What did not pass", ""]
        lines += [line for requirement in told[:_MOST] for line in _requirement(requirement)]
        lines += [f"- and {len(told) - _MOST} more, in the report"] if len(told) > _MOST else []
    if without := foregone(report):
        lines += ["", f"Without a test in this suite: {some(without, _MOST_IDS)}."]
    if report["waivers"]:
        lines += ["", "### Waivers", "", "They relax the exit code, and no verdict.", ""]
        lines += [_waiver(waiver) for waiver in report["waivers"]]
    lines += ["", f"Run it again: {code(command(report), 2_000)}"]
    return "\n".join(lines) + "\n"


def code(text: object, longest: int = _SHORT) -> str:
    """Any text as a code span on one line, which ends where we say."""
    line = one_line(str(text), longest).strip() or "(nothing)"
    fence = "`" * (max(map(len, re.findall(r"`+", line)), default=0) + 1)
    padding = " " if fence != "`" or line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}"


def _prose(requirement: Report) -> str:
    """The statement, with nothing in it but text; `code` stays what it is."""
    return re.sub(r"([\\*_\[\]<>!|~@#:&])", r"\\\1", one_line(requirement["statement"], 1_000))


def _about(report: Report) -> str:
    target, suite = report["target"], report["suite"]
    version = f", suite {code(suite['version'])}" if suite.get("version") else ""
    started = f", {str(report['started'])[:16].replace('T', ' ')} UTC" if report["started"] else ""
    return (
        f"{code(target['name'])} at {code(target['url'])}: {report['requests']['sent']} requests in "
        f"{float(report['duration']):.1f} s{started}{version}"
    )


def _why(report: Report) -> str:
    return "; ".join(f"{phrase}: {some(ids, _MOST_IDS)}" if ids else phrase for phrase, ids in reasons(report)) + "."


def _requirement(requirement: Report) -> list[str]:
    lines = [f"- **{requirement['id']}** {requirement['level']} **{requirement['verdict']}** {_prose(requirement)}"]
    found = findings(requirement)
    if found:
        first = found[0]
        lines += [f"  - expected {code(first['expected'])}, got {code(first['got'])}"]
        lines += [f"  - {code(first['curl'], 2_000)}"] if first["curl"] else []
    else:
        lines += [f"  - {code(message)}" for message in messages(requirement)[:1]]
    return lines


def _waiver(waiver: Report) -> str:
    return (
        f"- **{waiver['requirement']}** {waiver['state']}: {code(waiver['symptom'])}, "
        f"{code(waiver['who'])}, until {code(waiver['until'])}: {code(waiver['why'])}"
    )
