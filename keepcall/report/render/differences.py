"""A comparison of two runs as text, as Markdown, as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from keepcall.report.comparison import Change, ChangeKind, Comparison
from keepcall.report.render.markdown import code

_HEADINGS: dict[ChangeKind, str] = {
    "regression": "Regressions",
    "coverage": "No longer, or newly, looked at",
    "improvement": "Improvements",
}


def as_json(found: Comparison) -> str:
    """For a program."""
    data = {
        "format": "keepcall-diff/1",
        "regressions": len(found.of("regression")),
        "changed": not found.nothing,
        "conclusion": found.conclusion(),
        **{key: value for key, value in asdict(found).items() if key != "known"},
    }
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def as_text(found: Comparison) -> str:
    """For a terminal."""
    lines = [f"{name}  {_run(run)}" for name, run in (("old", found.old), ("new", found.new))]
    lines += ["", *found.causes, *([""] if found.causes else [])]
    for kind, heading in _HEADINGS.items():
        if changes := found.of(kind):
            lines += [f"{heading} ({len(changes)})", *(line for each in changes for line in _change(each)), ""]
    if found.observations:
        lines.append(f"Observations ({len(found.observations)})")
        for each in found.observations:
            lines += [f"  {each.id}  {each.question}", f"      {each.before} → {each.after}"]
        lines.append("")
    return "\n".join([*lines, found.conclusion()]) + "\n"


def _run(run: object) -> str:
    told = dict(run) if isinstance(run, dict) else {}
    when = str(told["started"])[:16].replace("T", " ")
    return f"{told['verdict']}: {told['target']} at {told['url']}{f', {when} UTC' if when else ''}"


def _change(change: Change) -> Iterator[str]:
    yield f"  {change.requirement}  {change.level}  {_way(change)}"
    yield f"      {change.statement}"
    if change.reason:
        yield f"      reason  {change.reason}"
    for title in change.tests:
        yield f"      test    {title}"
    if change.more:
        yield f"      and {change.more} more tests"


def _way(change: Change) -> str:
    if change.before == change.after:
        return f"{change.after} as before, and more or fewer of its tests"
    return f"{change.before or 'not known'} → {change.after or 'not known'}"


def as_markdown(found: Comparison) -> str:
    """For a pull request; whatever did not come from us stands in code spans."""
    regressions = len(found.of("regression"))
    sign = "❌" if regressions else "✅"
    lines = [f"## {sign} KeepCall: {regressions or 'no'} regression{'' if regressions == 1 else 's'}", ""]
    for name, run in (("old", found.old), ("new", found.new)):
        lines.append(
            f"- {name}: **{run['verdict']}**, {code(run['target'])} at {code(run['url'])}, {code(run['started'])}"
        )
    lines += [f"- {code(cause, 1_000)}" for cause in found.causes]
    for kind, heading in _HEADINGS.items():
        if changes := found.of(kind):
            lines += ["", f"### {heading}", ""]
            for each in changes:
                reason = f": {code(each.reason, 500)}" if each.reason else ""
                lines.append(f"- **{each.requirement}** {each.level} {_way(each)}{reason}")
    if found.observations:
        lines += ["", "### Observations", ""]
        lines += [f"- {each.id} {code(each.before)} → {code(each.after)}" for each in found.observations]
    return "\n".join([*lines, "", found.conclusion()]) + "\n"
