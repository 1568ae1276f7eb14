"""A folder of runs, each without its exchanges, from which trends are told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepcall.errors import FileError, KeepcallError
from keepcall.report import raw, reading
from keepcall.report.phrases import Report, one_line

ALLURE = "allure-history.jsonl"
"""Where Allure keeps its own history, beside ours."""


@dataclass(frozen=True, slots=True)
class History:
    """What a folder holds.

    Attributes:
        runs: their reports, oldest first.
        unreadable: files that are no whole report, each with the reason.
    """

    runs: tuple[Report, ...]
    unreadable: tuple[str, ...] = ()


def keep(report: Report, folder: Path) -> Path:
    """Adds a run to a folder, without the exchanges of its tests.

    Raises:
        FileError: when the folder takes no file.
    """
    bare = {
        **report,
        "exchanges": [],
        "requirements": [{**r, "tests": [_bare(test) for test in r["tests"]]} for r in report["requirements"]],
        "observations": [_unlisted(observation) for observation in report["observations"]],
    }
    name = re.sub(r"\D", "", str(report["started"]))[:14]
    path = folder / f"{name}-{str(report['end']['digest'])[-8:]}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        raw.write(raw.sealed(bare), path)
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror}", "Name another folder.") from None
    return path


def _bare(test: Report) -> dict[str, Any]:
    return {**_unlisted(test), "evidence": []}


def _unlisted(entry: Report) -> dict[str, Any]:
    """A test or an observation whose exchanges are no longer there, but counted."""
    unlisted = entry.get("unlisted", 0) + len(entry.get("exchanges", ()))
    return {**entry, "exchanges": [], "unlisted": unlisted}


def load(folder: Path) -> History:
    """The runs in a folder, and in the folders of runs below it.

    Raises:
        FileError: when there is no such folder, or no run in it.
    """
    if not folder.is_dir():
        raise FileError(folder, "is no folder", "Name the folder that `keepcall run --history` fills.")
    files = sorted({*folder.glob("*.json"), *folder.glob(f"*/{reading.NAME}")})
    runs: list[Report] = []
    unreadable = []
    for path in files:
        try:
            runs.append(reading.read(path))
        except KeepcallError as error:
            unreadable.append(one_line(f"{path.relative_to(folder)}: {error.what.partition(': ')[2]}", 300))
    if not runs:
        raise FileError(folder, f"holds no run{_reasons(unreadable)}", "Fill it with `keepcall run --history`.")
    return History(tuple(sorted(runs, key=lambda run: str(run.get("started", "")))), tuple(unreadable))


def _reasons(unreadable: Sequence[str]) -> str:
    return f" that can be read ({unreadable[0]})" if unreadable else ""
