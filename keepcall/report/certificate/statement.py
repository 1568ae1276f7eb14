"""What a signature says: an in-toto statement with the test-result predicate, which names every part by its digest.

The predicate knows passed, warned and failed, and has no word for inconclusive or not tested. So the full result is
bound too: `report.json` is one of the parts.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keepcall.report.phrases import Report, one_line

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
_RESULTS = {"conformant": "PASSED", "conformant with remarks": "WARNED"}
_VERDICT = re.compile(r"(conformant|conformant with remarks)(, answers only)?|not conformant|incomplete|partial")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SCOPES = ("full", "answers only")
_MOST_PARTS, _LONGEST_NAME = 20, 120

_BLANK = re.compile("[\\u115f\\u1160\\u2800\\u3164\\uffa0]")
"""What prints as nothing, and is no white space to Python: with enough of it a text begins a line of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a statement says, as text that can be printed: it may be anybody's who has a key.

    Attributes:
        parts: the digest of each part by its name, which is that of a file in the same folder.
        certificate: whether it is a certificate.
        verdict: on the target.
        scope: of the verdict.
        name: what the report calls the target.
        url: of the target.
        started: when the run began.
    """

    parts: Mapping[str, str]
    certificate: bool
    verdict: str
    scope: str
    name: str
    url: str
    started: str


def said(found: Mapping[str, Any]) -> Said:
    """What a statement says.

    Raises:
        ValueError: naming in what it is no statement as `of` makes it.
    """
    if found.get("_type") != STATEMENT or found.get("predicateType") != PREDICATE:
        raise ValueError("it is no statement about a test result")
    match found:
        case {
            "subject": list(subject),
            "predicate": {
                "keepcall": {
                    "certificate": bool(certificate),
                    "verdict": str(verdict),
                    "scope": str(scope),
                    "target": {"name": str(name), "url": str(url)},
                    "started": str(started),
                }
            },
        } if _VERDICT.fullmatch(verdict) and scope in _SCOPES:
            if certificate and not verdict.startswith("conformant"):
                raise ValueError("it is a certificate of a run that earns none")
            told = [shown(text, longest) for text, longest in ((name, 300), (url, 300), (started, 40))]
            return Said(_parts(subject), certificate, verdict, scope, *told)
        case _:
            raise ValueError("it does not say of what test it is the result")


def _parts(subject: list[object]) -> dict[str, str]:
    found = dict[str, str]()
    for part in subject:
        match part:
            case {"name": str(name), "digest": {"sha256": str(digest)}} if _DIGEST.fullmatch(digest):
                if not is_name(name):
                    raise ValueError(f"it covers {shown(name)!r}, which is no file beside it")
                if name in found:
                    raise ValueError(f"it covers {name} twice")
                found[name] = digest
            case _:
                raise ValueError("it covers something without a name and a digest")
    if not 0 < len(found) <= _MOST_PARTS:
        raise ValueError(f"it covers {len(found)} files")
    return found


def is_name(name: str) -> bool:
    """Whether a text is the name of a file in the same folder, on any system, and nothing but that."""
    return (
        0 < len(name) <= _LONGEST_NAME
        and name.isprintable()
        and not name.startswith((".", "-", " "))
        and not set(name) & set('/\\:*?"<>|')
    )


def shown(text: str, longest: int = _LONGEST_NAME) -> str:
    """Somebody's text on one line, in which nothing acts, and which cannot pass for a line of ours."""
    return _BLANK.sub(lambda found: found[0].encode("unicode_escape").decode(), one_line(text, longest))


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
