"""The trend page: the runs of a folder beside each other, what changed from each to the next, and where it stands."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from keepcall.report.comparison import Comparison, compare
from keepcall.report.history import History
from keepcall.report.phrases import Report, complete, harmless, looked_at, one_line
from keepcall.report.render.page import page_of

_MOST_RUNS = 40
_MOST_IDS = 6
_KINDS = {"conformant": "good", "conformant with remarks": "fair", "not conformant": "bad"}


def render(history: History) -> str:
    """The page for the latest runs of a folder."""
    runs = [complete(run) for run in history.runs[-_MOST_RUNS:]]
    steps: list[Comparison | None] = [None, *(compare(before, after) for before, after in pairwise(runs))]
    view = {
        "runs": [_run(run, step) for run, step in reversed(list(zip(runs, steps, strict=True)))],
        "dates": [str(run["started"])[:16].replace("T", " ") for run in runs],
        "rows": _rows(runs),
        "more": len(history.runs) - len(runs),
        "unreadable": list(history.unreadable),
    }
    return page_of("trend.html.jinja", harmless(view), "page.css", "trend.css")


def _run(run: Report, step: Comparison | None) -> dict[str, Any]:
    verdict = str(run["verdict"])
    counts = {
        level: sum(r["level"] == level and r["verdict"] == "pass" for r in run["requirements"]) for level in _LEVELS
    }
    return {
        "started": str(run["started"])[:16].replace("T", " "),
        "verdict": verdict,
        "kind": _KINDS.get(verdict.removesuffix(", answers only"), "open"),
        "target": one_line(run["target"]["name"], 200),
        "passed": " · ".join(f"{number} {level}" for level, number in counts.items()),
        "changes": _step(step),
        "causes": list(step.causes) if step else [],
    }


_LEVELS = ("MUST", "SHOULD")


def _step(step: Comparison | None) -> list[tuple[str, str, str]]:
    """What changed since the run before: a word, its class, the ids."""
    if step is None:
        return [("first run", "quiet", "")]
    found = []
    for kind, word, tone in (
        ("regression", "worse", "bad"),
        ("improvement", "better", "good"),
        ("coverage", "other", "quiet"),
    ):
        changes = [change.requirement for change in step.changes if change.kind == kind]
        if changes:
            more = f" and {len(changes) - _MOST_IDS} more" if len(changes) > _MOST_IDS else ""
            found.append((word, tone, ", ".join(changes[:_MOST_IDS]) + more))
    if step.observations:
        ids = [each.id for each in step.observations]
        more = f" and {len(ids) - _MOST_IDS} more" if len(ids) > _MOST_IDS else ""
        found.append(("observed", "quiet", ", ".join(ids[:_MOST_IDS]) + more))
    return found or [("nothing", "quiet", "")]


def _rows(runs: Sequence[Report]) -> list[dict[str, Any]]:
    """The requirements that did not come to the same pass in all runs that looked, with their verdict in each."""
    entries: dict[str, Report] = {r["id"]: r for run in runs for r in looked_at(run)}
    by_run = [{r["id"]: str(r["verdict"]) for r in looked_at(run)} for run in runs]
    rows = []
    for name, entry in entries.items():
        verdicts = [found.get(name, "") for found in by_run]
        seen = set(verdicts) - {""}
        if seen - {"pass"} and (len(seen) > 1 or "fail" in seen):
            rows.append({"id": name, "level": entry["level"], "statement": entry["statement"], "verdicts": verdicts})
    return rows
