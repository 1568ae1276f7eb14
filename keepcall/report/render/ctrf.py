"""CTRF, the Common Test Report Format in JSON: a test for each of ours, with our verdict as its raw status."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from keepcall.report.phrases import Report, complete, harmless, looked_at, one_line

VERSION = "0.0.0"
"""Of the specification; its schema is that of version 0.0."""

_STATUSES: Mapping[str, str] = {
    "pass": "passed",
    "fail": "failed",
    "broken": "other",
    "inconclusive": "other",
    "not tested": "skipped",
    "not claimed": "skipped",
}


def render(report: Report) -> str:
    """The report as CTRF."""
    report = harmless(complete(report))
    tests = [_test(requirement, test) for requirement in report["requirements"] for test in requirement["tests"]]
    start = _milliseconds(str(report["started"]))
    document = {
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        "reportId": str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(report.get("end", report["verdict"])))),
        **({"timestamp": report["started"]} if report["started"] else {}),
        "generatedBy": "keepcall",
        "results": {
            "tool": {"name": "keepcall", **_version(report)},
            "summary": _summary(tests, start, report),
            "tests": tests,
            "environment": {"appName": one_line(report["target"]["name"], 200), "testEnvironment": "KeepCall"},
            "extra": {"verdict": report["verdict"], "scope": report["scope"], "target": report["target"]["url"]},
        },
    }
    return json.dumps(document, separators=(",", ":")) + "\n"


def _version(report: Report) -> dict[str, str]:
    version = report["suite"].get("version")
    return {"version": version} if version else {}


def _milliseconds(started: str) -> int:
    try:
        return int(datetime.fromisoformat(started).timestamp() * 1000)
    except ValueError:
        return 0


def _summary(tests: list[dict[str, Any]], start: int, report: Report) -> dict[str, Any]:
    counts = Counter(test["status"] for test in tests)
    long = round(timedelta(seconds=float(report["duration"])).total_seconds() * 1000)
    return {
        "tests": len(tests),
        **{status: counts[status] for status in ("passed", "failed", "skipped", "pending", "other")},
        "suites": len(looked_at(report)),
        "start": start,
        "stop": start + long,
        "duration": long,
    }


def _test(requirement: Report, test: Report) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": one_line(test["title"] or test["id"], 400),
        "status": _STATUSES[test["verdict"]],
        "rawStatus": test["verdict"],
        "duration": round(float(test.get("duration", 0)) * 1000),
        "suite": [part for part in (test.get("scenario", ""), requirement["id"]) if part],
        "tags": [requirement["id"], requirement["level"]],
        "filePath": test["id"].partition("::")[0],
        "extra": {"id": test["id"], "requirement": requirement["id"], "level": requirement["level"]},
    }
    if test["message"]:
        found["message"] = one_line(test["message"])
    if test.get("attempts", 1) > 1:
        found["retries"] = test["attempts"] - 1
    if test["evidence"]:
        found["trace"] = "\n".join(one_line(item["curl"], 8_000) for item in test["evidence"][:3])
    return found
