"""Reads a raw report back, and refuses what is none: empty, cut off, changed, or with a test in it twice.

Reports of the first format, which had no end to tell a cut by, stay readable.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from keepcall import resources
from keepcall.contract import regular_file
from keepcall.contract.requirements import Basis, Level, Requirement
from keepcall.errors import FileError
from keepcall.report import digests
from keepcall.report.phrases import Report
from keepcall.report.raw import FORMAT
from keepcall.report.result import Result
from keepcall.report.verdict import Scope, in_words, of_requirement, of_target

NAME = "report.json"
FORMATS = ("keepcall-report/1", FORMAT)
_LARGEST = 256_000_000
_AGAIN = "Name a report that `keepcall run` wrote, or the folder of a run."


def read(place: Path, *, changed: bool = False) -> dict[str, Any]:
    """The report in a file, or in the folder of a run.

    Args:
        place: the file or the folder.
        changed: whether one that was changed after it was written is taken all the same.

    Raises:
        FileError: naming what is wrong with it.
    """
    path = place / NAME if place.is_dir() else place
    return _whole(parsed(path), path, changed=changed)


def taken(path: Path) -> tuple[dict[str, Any], bytes]:
    """The report in a regular file, with the bytes that it was read from.

    One that was changed after it was written is taken all the same, for its reader to say so.

    Raises:
        FileError: naming what is wrong with it, or with its file.
    """
    data = regular_file.read(path, _LARGEST)
    return _whole(_parsed(data, path), path, changed=True), data


def _whole(report: dict[str, Any], path: Path, *, changed: bool) -> dict[str, Any]:
    faults = _schema(report) or [*_repeated(report), *_end(report)]
    faults = faults or ([] if changed else changes(report))
    if faults:
        raise FileError(path, f"is no whole report: {'; '.join(faults[:5])}", _AGAIN)
    return report


def parsed(path: Path) -> dict[str, Any]:
    """The JSON object in a file, by its own account a report that this version can read.

    Raises:
        FileError: it cannot be read, is empty, cut off or no report.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise FileError(path, "is larger than any report", _AGAIN)
        return _parsed(path.read_bytes(), path)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}", _AGAIN) from None


def _parsed(data: bytes, path: Path) -> dict[str, Any]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(path, f"is not UTF-8 at byte {error.start}", _AGAIN) from None
    if not text.strip():
        raise FileError(path, "is empty: its run wrote no report", _AGAIN)
    try:
        report = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        whole = text.rstrip()
        cut = error.pos >= len(whole) or not whole.endswith("}")
        what = "is cut off: its JSON ends too early" if cut else f"is no JSON: {error.msg}"
        raise FileError(path, what, _AGAIN, line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError) as error:
        raise FileError(path, f"is no report: {error}", _AGAIN) from None
    if not isinstance(report, dict) or "verdict" not in report:
        raise FileError(path, "is no report: it has no verdict", _AGAIN)
    if report.get("format", FORMATS[0]) not in FORMATS:
        raise FileError(
            path, f"has the format {str(report['format'])[:80]!r}, which this version does not know",
            f"It knows {' and '.join(FORMATS)}; a later version of the suite may know yours.",
        )  # fmt: skip
    return report


def says(data: bytes, verdict: str) -> bool:
    """Whether this is a report, of whatever version, with this verdict."""
    try:
        found = json.loads(data, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("verdict") == verdict


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, number in Counter(name for name, _ in pairs).items() if number > 1)
        raise ValueError(f"the key {twice[:80]!r} stands there twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _schema(report: Report) -> list[str]:
    faults = resources.validator("report.schema.json").iter_errors(report)
    return [f"{fault.json_path}: {fault.message[:200]}" for fault, _ in zip(faults, range(5), strict=False)]


def _repeated(report: Report) -> list[str]:
    """Requirements, tests, observations and exchanges that are there more than once."""
    kinds: dict[str, Iterable[object]] = {
        "requirement": (each.get("id") for each in _list(report, "requirements")),
        "test": (test.get("id") for each in _list(report, "requirements") for test in _list(each, "tests")),
        "observation": (each.get("id") for each in _list(report, "observations")),
        "exchange": (each.get("number") for each in _list(report, "exchanges")),
    }
    return [
        f"the {kind} {str(name)[:200]} is in it {number} times"
        for kind, names in kinds.items()
        for name, number in Counter(names).items()
        if number > 1
    ]


def _list(found: Report, key: str) -> list[Report]:
    value = found.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _end(report: Report) -> Iterator[str]:
    """Whether all that its end says is there."""
    if report.get("format") != FORMAT:
        return
    end = report.get("end")
    if not isinstance(end, dict):
        yield "it has no end, so it was cut off"
        return
    there = {
        "tests": sum(len(_list(each, "tests")) for each in _list(report, "requirements")),
        "exchanges": len(_list(report, "exchanges")),
    }
    for kind, number in there.items():
        if end.get(kind) != number:
            yield f"it holds {number} {kind}, and its end says {end.get(kind)}"


def changes(report: Report) -> list[str]:
    """What shows that a report was changed after it was written: its digest, or verdicts that do not follow."""
    found = list(contradictions(report))
    if report.get("format") == FORMAT:
        rest = {key: value for key, value in report.items() if key != "end"}
        if report.get("end", {}).get("digest") != digests.of(rest):
            found.insert(0, "it was changed after it was written: its digest is another")
    return found


def contradictions(report: Report) -> Iterator[str]:
    """Verdicts that do not follow from what they are said to follow from."""
    for entry in report["requirements"]:
        results = [_result(entry, test) for test in entry["tests"]]
        follows = of_requirement(results)
        blind = entry["verdict"] == "out of scope" and not any("out_of_scope" in test for test in entry["tests"])
        if follows != entry["verdict"] and not blind:
            yield f"{entry['id']} is {entry['verdict']}, while its tests make it {follows}"
    if "counts" not in report:
        return  # no report of ours: it has what the schema demands, and no more
    requirements = [_requirement(entry) for entry in report["requirements"]]
    verdicts = {entry["id"]: entry["verdict"] for entry in report["requirements"]}
    verdict = of_target(requirements, verdicts, report.get("selection", ()))
    ended = not report.get("lost") and not any("did not come to an end" in note for note in report.get("notes", ()))
    verdict = verdict if ended or verdict == "not conformant" else "incomplete"
    blind = any(test.get("out_of_scope") for entry in report["requirements"] for test in entry["tests"])
    if blind and report["scope"] != "answers only":
        yield f"its scope is {report['scope']!r}, while its tests make it 'answers only'"
    scope: Scope = "answers only" if report["scope"] == "answers only" else "full"
    if in_words(verdict, scope) != report["verdict"]:
        yield f"its verdict is {report['verdict']!r}, while its requirements make it {in_words(verdict, scope)!r}"


def _result(entry: Report, test: Report) -> Result:
    return Result(test["id"], entry["id"], test["verdict"], out_of_scope=bool(test.get("out_of_scope")))


def _requirement(entry: Report) -> Requirement:
    return Requirement(
        id=entry["id"],
        group="",
        level=Level(entry["level"]),
        basis=Basis.DOC,
        statement="",
        source="",
        not_tested_reason=entry.get("reason", ""),
    )
