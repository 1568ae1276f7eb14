"""`keepcall run`: one target, all suites, a verdict, the reports."""

import os
import re
import sys
import time
import unicodedata
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from rich.console import Console

from keepcall.cases.engine.lockout import GENTLE
from keepcall.cases.observations import catalogue as observations
from keepcall.cases.properties.replay_file import FOLDER
from keepcall.cli.run_options import Options, add_arguments, options_of
from keepcall.client.quota import told
from keepcall.client.route import route_of
from keepcall.contract import requirements as catalogue
from keepcall.contract.outlet import Outlet
from keepcall.contract.target import Target
from keepcall.errors import FileError, InternalError, KeepcallError
from keepcall.report import history, raw
from keepcall.report.allure import node
from keepcall.report.allure import results as allure
from keepcall.report.digests import Identity
from keepcall.report.raw import Run
from keepcall.report.render import formats, terminal, trend
from keepcall.report.waiving import judged
from keepcall.run.collector import Collector
from keepcall.run.harness import redactor_of
from keepcall.run.identity import identity_of
from keepcall.run.preflight import unreached
from keepcall.run.proof.record import recorded
from keepcall.run.pytest_session import Suites
from keepcall.run.reference import embedded_target
from keepcall.run.settings import Orders
from keepcall.run.signals import pass_on, stopping
from keepcall.run.watchdog import patience, watching
from keepcall.shutdown import STOP

__all__ = ["add_arguments", "main"]

_UNWRITTEN = "The verdict that was told stands. Mend that, or name another folder with --output, then run it again."
_NOT_WHOLE = "The reports hold what was tested until then. This says nothing about the target."
_LONGEST_NAME = 100
"""Bytes of the target's name that a folder's name has of it; file systems take 255, some fewer."""


def main(arguments: Namespace) -> int:
    """The exit code of the run."""
    return run(options_of(arguments), terminal.console())


def run(options: Options, console: Console) -> int:
    """Runs the suites and writes the reports.

    Raises:
        UsageError: before the first request, when something is wrong with what was asked for.
        InternalError: when the suites themselves fail.
    """
    if options.allure:
        node.find()  # better now than after the run
    with ExitStack() as stack:
        shared = Path(stack.enter_context(TemporaryDirectory(prefix="keepcall-")))
        stack.enter_context(stopping(partial(_told, stack.enter_context(_beyond_capture()), shared)))
        target = options.target or stack.enter_context(embedded_target())
        route = route_of(target)
        output = _output(options.output, target)
        if options.history:
            _writable(options.history, "--history")
        if options.target and (reason := unreached(target)):
            (output / "allure-results").mkdir(exist_ok=True)  # what publishes them finds none, but no fault either
            return _report(_nothing(options, target, reason), options, output, console, unreached=reason)
        progress = terminal.Progress(console)
        collector = Collector(progress.start, lambda result: progress.tick(result.verdict, result.title))
        started = datetime.now(UTC)
        clock = time.monotonic()
        try:
            with watching(shared, patience(target)) as hung:
                code = _suites(options, target, output, shared).run(collector)
        finally:
            progress.stop()
        results, lost = tuple(collector.results.values()), tuple(collector.unfinished())
        outcome = Run(
            target=target,
            results=results,
            started=started,
            duration=time.monotonic() - clock,
            sent=collector.sent,
            lost=lost,
            selection=options.only,
            identity=identity_of(
                target, (told.server for told in collector.exchanges.values()), embedded=options.target is None
            ),
            settings=_settings(options),
            seed=options.budget.seed,
            exchanges=collector.kept(everything=options.exchanges == "all"),
            left_out=collector.left_out,
            outlet=Outlet(redactor_of(target)),
            waivers=judged(
                options.waivers, results, started.date(), partial=bool(options.only or lost or options.read_only)
            ),
            notes=(
                *_notes(options, target, code, STOP.reason or collector.ended),
                *_kept_from_running(collector),
                *route.notes(),
                *hung,
                *told(shared),
                *dict.fromkeys(collector.left),
                *_left(output),
            ),
            command=options.command,
            observations=_observations(options, collector),
            asked=collector.asked,
        )
        if code == pytest.ExitCode.USAGE_ERROR:
            raise InternalError("the suites cannot be run with pytest", "Install keepcall-conformance again.")
        ended = _report(outcome, options, output, console)
        if collector.trouble and collector.selected and not STOP.wanted:
            why = _reason(output, collector.trouble)
            raise InternalError(f"the run broke off ({why})", _NOT_WHOLE) from collector.trouble
        return ended


def _nothing(options: Options, target: Target, reason: str) -> Run:
    """A run that has come to its end before its first test."""
    now = datetime.now(UTC)
    return Run(
        target=target,
        results=(),
        started=now,
        duration=0.0,
        sent=0,
        notes=(f"Nothing was tested: {reason}.",),
        command=options.command,
        waivers=judged(options.waivers, (), now.date(), partial=True),
        identity=Identity(address=target.url),
        settings=_settings(options),
        seed=options.budget.seed,
    )


def _suites(options: Options, target: Target, output: Path, shared: Path) -> Suites:
    gentle = GENTLE if options.gentle else 0
    orders = Orders(target, str(shared), options.max_requests, gentle=gentle, read_only=options.read_only)
    return Suites(orders, options.budget, options.only, options.observing, options.workers, output)


def _beyond_capture() -> FileIO:
    """Where standard error is now; while a test runs, pytest has it elsewhere."""
    try:
        return FileIO(os.dup(sys.stderr.fileno()), "w")
    except (OSError, ValueError):
        return FileIO(os.devnull, "w")


def _told(out: FileIO, shared: Path) -> None:
    """A signal has come: says that it was heard, and passes it on."""
    pass_on(shared)
    with suppress(OSError):
        out.write(b"ending the run: calls are cleared up first\n")


def _settings(options: Options) -> dict[str, object]:
    """What bears on what is tested; the seed, the workers and what is rendered do not."""
    return {
        "only": sorted(options.only),
        "examples": options.budget.examples,
        "observations": options.observing,
        "read_only": options.read_only,
        "gentle": options.gentle,
    }


def _observations(options: Options, collector: Collector) -> list[dict[str, str]]:
    """All questions with their answers; none where only certain requirements were looked at."""
    asked = options.observing != "no" and not options.only
    return observations.load().report(collector.answers) if asked else []


def _report(outcome: Run, options: Options, output: Path, console: Console, *, unreached: str = "") -> int:
    """Writes and prints what a run came to; of one that could reach nobody, in one line."""
    requirements = catalogue.load()
    data = raw.report(outcome, requirements, recorded())
    try:
        _write(data, options, output, console)
    finally:
        if unreached:
            terminal.unreached(data, console, output, unreached)
        else:
            terminal.summary(data, console, output)
    return outcome.exit_code(requirements, strict=options.strict)


def _write(data: Mapping[str, Any], options: Options, output: Path, console: Console) -> None:
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
            reasons.append(f"\n  - {_reason(path, error)}")
            with suppress(OSError):
                if path.is_file():
                    path.unlink()
    if failures:
        raise InternalError(f"not all reports could be written{''.join(reasons)}", _UNWRITTEN) from failures[0]


def _reason(path: Path, error: BaseException) -> str:
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


def _allure(data: Mapping[str, Any], options: Options, output: Path, console: Console) -> None:
    results = output / "allure-results"
    (output / "allure.html").unlink(missing_ok=True)
    if not results.is_dir():
        return
    if number := allure.unwritten(results):
        raise OSError(number, os.strerror(number), str(results))
    allure.write_environment(results, data)
    allure.write_categories(results)
    if options.allure and not STOP.wanted and data["end"]["tests"]:
        with console.status("rendering the Allure report"):
            earlier = options.history / history.ALLURE if options.history else None
            name = f"KeepCall: {data['target']['name']}"
            allure.render(results, output / "allure.html", name=name, history=earlier)


def _output(wanted: Path | None, target: Target) -> Path:
    """The folder of the run's reports, made."""
    named = Path("reports") / f"{_as_file_name(target.name)}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    return _writable(wanted or named, "--output")


def _as_file_name(text: str) -> str:
    """The text as far as it can be in a file's name, in the encoding that file names have here."""
    encoding = sys.getfilesystemencoding()
    name = re.sub(r"[^\w.-]+", "-", text)
    try:
        name.encode(encoding)
    except UnicodeEncodeError:
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return name.encode(encoding)[:_LONGEST_NAME].decode(encoding, "ignore").strip("-.") or "target"


def _writable(folder: Path, option: str) -> Path:
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


def _left(output: Path) -> tuple[str, ...]:
    """What failures have left in the run's folder."""
    files = sorted((output / FOLDER).glob("*.json"))
    if not files:
        return ()
    return (f"`keepcall replay` sends the counter-examples in {FOLDER} again: {', '.join(f.name for f in files)}.",)


def _kept_from_running(collector: Collector) -> tuple[str, ...]:
    """What has kept tests of the suites from running, without being part of the run."""
    crashed = [f"The suites could not be run to their end: {problem}." for problem in collector.problems]
    return (*crashed, *collector.taken_out())


def _notes(options: Options, target: Target, code: int, ended: str) -> tuple[str, ...]:
    seed, examples = options.budget.seed, options.budget.examples
    notes = [f"Inputs and sequences were drawn with --seed {seed} --examples {examples}, which repeats them."]
    if options.only:
        notes.append(f"Only the tests of {', '.join(options.only)} were run (--only).")
    if options.read_only:
        notes.append("Only refusals about calls that do not exist were asked for, without their twins (--read-only).")
    if options.gentle:
        notes.append(f"No more than {GENTLE} requests had a wrong or missing key or token (--gentle).")
    if options.workers > 1 and target.lab.kind == "static":
        notes.append("The calls of a static lab are leased by one process, so this run had one worker.")
    if options.strict:
        notes.append("Remarks count as failures (--strict).")
    if ended:
        notes.append(ended)
    elif code in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR):
        notes.append("The run was ended before its last test.")
    return tuple(notes)
