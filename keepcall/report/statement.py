"""What a signature says: an in-toto statement with the test-result predicate, which names every part by its digest.

The predicate knows passed, warned and failed, and has no word for inconclusive or not tested. So the full result is
bound too: `report.json` is one of the parts.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from keepcall.report.phrases import Report

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
_RESULTS = {"conformant": "PASSED", "conformant with remarks": "WARNED"}


def of(report: Report, parts: Mapping[str, bytes], *, certificate: bool) -> dict[str, Any]:
    """The statement about a run.

    Args:
        report: the raw report.
        parts: the files that go with it, by their names.
        certificate: whether it is a certificate, or a plain test report.
    """
    by_verdict: dict[str, list[str]] = {}
    for requirement in report["requirements"]:
        failed = "warned" if requirement["level"] == "SHOULD" else "failed"
        verdict = failed if requirement["verdict"] == "fail" else requirement["verdict"]
        by_verdict.setdefault(verdict, []).append(requirement["id"])
    verdict = str(report["verdict"])
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": sha256(data)}} for name, data in sorted(parts.items())],
        "predicateType": PREDICATE,
        "predicate": {
            "result": _RESULTS.get(verdict.removesuffix(", answers only"), "FAILED"),
            "configuration": [
                {"name": name, "digest": {"sha256": digest.partition(":")[2]}}
                for name, digest in report.get("digests", {}).items()
            ],
            "passedTests": by_verdict.get("pass", []),
            "warnedTests": by_verdict.get("warned", []),
            "failedTests": by_verdict.get("failed", []),
            "keepcall": {
                "certificate": certificate,
                "verdict": verdict,
                "scope": report.get("scope", "full"),
                "target": {key: str(report["target"][key])[:500] for key in ("name", "url")},
                "started": str(report.get("started", "")),
                "suite": report.get("suite", {}),
            },
        },
    }


def sha256(data: bytes) -> str:
    """The digest of a part, as in-toto spells it."""
    return hashlib.sha256(data).hexdigest()
