"""`keepcall run`: one target, all suites, a verdict, the reports."""

import os
import re
import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import pytest
from rich.console import Console

from keepcall import catalogue
from keepcall.collector import Collector
from keepcall.commands.options import Options, add_arguments, options_of
from keepcall.embedded import embedded_target
from keepcall.errors import FileError, InternalError
from keepcall.execution import Suites
from keepcall.identity import identity_of
from keepcall.observations import catalogue as observations
from keepcall.orders import Orders
from keepcall.prove.record import recorded
from keepcall.replay import FOLDER
from keepcall.report import allure, formats, history, node, raw, terminal, trend
from keepcall.report.raw import Run
from keepcall.report.waiving import judged
from keepcall.signals import pass_on, stopping
from keepcall.stop import STOP
from keepcall.target import Target
from keepcall.watch import patience, watching

__all__ = ["add_arguments", "main"]


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
        target = options.target or stack.enter_context(embedded_target())
        output = _output(options.output, target)
        if options.history:
            _writable(options.history, "--history")
        progress = terminal.Progress(console)
        collector = Collector(progress.start, lambda result: progress.tick(result.verdict, result.title))
        shared = Path(stack.enter_context(TemporaryDirectory(prefix="keepcall-")))
        stack.enter_context(stopping(partial(_told, stack.enter_context(_beyond_capture()), shared)))
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
            identity=identity_of(
                target, (told.server for told in collector.exchanges.values()), embedded=options.target is None
            ),
            settings=_settings(options),
            seed=options.budget.seed,
            exchanges=collector.kept(everything=options.exchanges == "all"),
            left_out=collector.left_out,
            waivers=judged(
                options.waivers, results, started.date(), partial=bool(options.only or lost or options.read_only)
            ),
            notes=(
                *_notes(options, target, code, STOP.reason or collector.ended),
                *hung,
                *collector.left,
                *_left(output),
            ),
            command=options.command,
            observations=_observations(options, collector),
            asked=collector.asked,
        )
        if collector.problems or code == pytest.ExitCode.USAGE_ERROR:
            what = "the suites cannot be collected: " + "; ".join(collector.problems)
            raise InternalError(what, "Install them again.")
        return _report(outcome, options, output, console)


def _suites(options: Options, target: Target, output: Path, shared: Path) -> Suites:
    orders = Orders(target, str(shared), options.max_requests, read_only=options.read_only)
    return Suites(orders, options.budget, options.only, options.observing, options.workers, output)


def _beyond_capture() -> TextIO:
    """Where standard error is now; while a test runs, pytest has it elsewhere."""
    try:
        return os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
    except (OSError, ValueError):
        return Path(os.devnull).open("w", encoding="utf-8")


def _told(out: TextIO, shared: Path) -> None:
    """A signal has come: says that it was heard, and passes it on."""
    pass_on(shared)
    with suppress(OSError):
        out.write("ending the run: calls are cleared up first\n")
        out.flush()


def _settings(options: Options) -> dict[str, object]:
    """What bears on what is tested; the seed, the workers and what is rendered do not."""
    return {
        "only": sorted(options.only),
        "examples": options.budget.examples,
        "observations": options.observing,
        "read_only": options.read_only,
    }


def _observations(options: Options, collector: Collector) -> list[dict[str, str]]:
    """All questions with their answers; none where only certain requirements were looked at."""
    asked = options.observing != "no" and not options.only
    return observations.load().report(collector.answers) if asked else []


def _report(outcome: Run, options: Options, output: Path, console: Console) -> int:
    """Writes and prints what a run came to."""
    requirements = catalogue.load()
    data = raw.report(outcome, requirements, recorded())
    raw.write(data, output / "report.json")
    formats.write(data, output)
    if options.history:
        history.keep(data, options.history)
        (options.history / "trend.html").write_text(trend.render(history.load(options.history)), encoding="utf-8")
    try:
        _allure(data, options, output, console)
    finally:
        terminal.summary(data, console, output)
    return outcome.exit_code(requirements, strict=options.strict)


def _allure(data: Mapping[str, Any], options: Options, output: Path, console: Console) -> None:
    results = output / "allure-results"
    if not results.is_dir():
        return
    allure.write_environment(results, data)
    allure.write_categories(results)
    if options.allure and not STOP.wanted:
        with console.status("rendering the Allure report"):
            earlier = options.history / history.ALLURE if options.history else None
            name = f"KeepCall: {data['target']['name']}"
            allure.render(results, output / "allure.html", name=name, history=earlier)


def _output(wanted: Path | None, target: Target) -> Path:
    """The folder of the run's reports, made."""
    name = re.sub(r"[^\w.-]+", "-", target.name).strip("-.") or "target"
    return _writable(wanted or Path("reports") / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}", "--output")


def _writable(folder: Path, option: str) -> Path:
    """The folder, made, and tried: better now than after the run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
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


def _notes(options: Options, target: Target, code: int, ended: str) -> tuple[str, ...]:
    seed, examples = options.budget.seed, options.budget.examples
    notes = [f"Inputs and sequences were drawn with --seed {seed} --examples {examples}, which repeats them."]
    if options.only:
        notes.append(f"Only the tests of {', '.join(options.only)} were run (--only).")
    if options.read_only:
        notes.append("Only refusals about calls that do not exist were asked for, without their twins (--read-only).")
    if options.workers > 1 and target.lab.kind == "static":
        notes.append("The calls of a static lab are leased by one process, so this run had one worker.")
    if options.strict:
        notes.append("Remarks count as failures (--strict).")
    if ended:
        notes.append(ended)
    elif code in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR):
        notes.append("The run was ended before its last test.")
    return tuple(notes)
