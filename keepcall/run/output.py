"""The folder of a run, and the reports that are written there."""

import os
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from keepcall.contract.target import Target
from keepcall.errors import FileError, InternalError, KeepcallError
from keepcall.report import history, raw
from keepcall.report.allure import results as allure
from keepcall.report.render import formats, trend
from keepcall.run.settings import RunSettings
from keepcall.shutdown import SHUTDOWN

_UNWRITTEN = "The verdict that was told stands. Mend that, or name another folder with --output, then run it again."

_LONGEST_NAME = 100
"""Bytes of the target's name that a folder's name has of it; file systems take 255, some fewer."""


def write(data: Mapping[str, Any], options: RunSettings, output: Path, console: Console) -> None:
    """Writes each report that can be written, and leaves no part of one, and none of an earlier run, in its place.

    Raises:
        InternalError: at the end, naming those that could not be written, each with the cause.
    """
    whole = output / "report.json"
    steps: dict[Path, Callable[[], object]] = {whole: partial(raw.write, data, whole)}
    for name, each in formats.FORMATS.items():
        steps[output / each.file] = partial(formats.write, data, output, [name])
    if options.history:
        steps[options.history / "trend.html"] = partial(_keep, data, options.history)
    steps[output / "allure-results"] = partial(_allure, data, options, output, console)
    failures: list[Exception] = []
    reasons = []
    for path, step in steps.items():
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the other reports are written all the same; it is raised below
            failures.append(error)
            reasons.append(f"\n  - {reason(path, error)}")
            with suppress(OSError):
                if path.is_file():
                    path.unlink()
    if failures:
        raise InternalError(f"not all reports could be written{''.join(reasons)}", _UNWRITTEN) from failures[0]


def reason(path: Path, error: BaseException) -> str:
    """Why a file could not be written, for a message."""
    match error:
        case FileError():
            return error.what
        case KeepcallError():
            return str(error).replace("\n", "\n    ")
        case OSError(errno=int(number)):
            return f"{error.filename or path}: {os.strerror(number)}"
        case _:
            return f"{path}: {type(error).__name__}, a bug of ours"


def _keep(data: Mapping[str, Any], folder: Path) -> None:
    """Adds the run to a history, and draws the page of it anew."""
    history.keep(data, folder)
    page = trend.render(history.load(folder))
    (folder / "trend.html").write_text(page, encoding="utf-8", errors="backslashreplace")


def _allure(data: Mapping[str, Any], options: RunSettings, output: Path, console: Console) -> None:
    results = output / "allure-results"
    (output / "allure.html").unlink(missing_ok=True)
    if not results.is_dir():
        return
    if number := allure.unwritten(results):
        raise OSError(number, os.strerror(number), str(results))
    allure.write_environment(results, data)
    allure.write_categories(results)
    if options.allure and not SHUTDOWN.wanted and data["end"]["tests"]:
        with console.status("rendering the Allure report"):
            earlier = options.history / history.ALLURE if options.history else None
            name = f"KeepCall: {data['target']['name']}"
            allure.render(results, output / "allure.html", name=name, history=earlier)


def output_folder(wanted: Path | None, target: Target) -> Path:
    """The folder of the run's reports, made."""
    named = Path("reports") / f"{as_file_name(target.name)}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    return writable(wanted or named, "--output")


def as_file_name(text: str) -> str:
    """The text as far as it can be in a file's name, in the encoding that file names have here."""
    encoding = sys.getfilesystemencoding()
    name = re.sub(r"[^\w.-]+", "-", text)
    try:
        name.encode(encoding)
    except UnicodeEncodeError:
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return name.encode(encoding)[:_LONGEST_NAME].decode(encoding, "ignore").strip("-.") or "target"


def writable(folder: Path, option: str) -> Path:
    """The folder, made, and tried: better now than after the run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            (folder / ".writable").write_bytes(b"?")  # a full disk takes a file, and no byte of it
        finally:
            (folder / ".writable").unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            folder, f"cannot write there: {error.strerror}", f"Name another folder with {option}."
        ) from None
    return folder
