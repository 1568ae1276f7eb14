"""`keepcall run`: one target, all suites, a verdict, the reports."""

import os
import re
import shlex
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import pytest
from rich.console import Console

from keepcall import catalogue, waivers
from keepcall.budget import EXAMPLES, Budget, any_seed
from keepcall.collector import Collector
from keepcall.commands.arguments import add_target, positive, target_of, whole
from keepcall.embedded import embedded_target
from keepcall.errors import FileError, InternalError
from keepcall.execution import Observing, Suites
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
from keepcall.waivers import Waiver
from keepcall.watch import patience, watching

_EPILOG = """\
exit codes: 0 conformant, with or without remarks; 1 not conformant; 2 the command line, the profile or a file is
wrong; 3 incomplete; 4 the suite itself failed
"""

_EXCHANGES_HELP = "which requests and answers the report keeps; failed: of tests that did not pass (default: all)"
_EXAMPLES_HELP = "inputs to draw; of sequences a quarter of that (default: %(default)s)"


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Takes a server through the contract; without a target, the embedded reference server."
    parser.epilog = _EPILOG
    add_target(parser)
    parser.add_argument("--output", type=Path, metavar="DIR", help="where to write; default reports/<target>-<time>")
    parser.add_argument(
        "--only", metavar="ID", nargs="+", action="extend", default=[], help="only these requirements"
    )
    parser.add_argument("--strict", action="store_true", help="remarks count as failures")
    parser.add_argument("--workers", type=positive, metavar="N", default=1, help="processes that share the work")
    parser.add_argument("--seed", type=whole, metavar="N", help="draw the same inputs as with this seed before")
    parser.add_argument("--examples", type=positive, metavar="N", default=EXAMPLES, help=_EXAMPLES_HELP)
    parser.add_argument("--waivers", type=Path, metavar="FILE", help="known failures that the exit code leaves aside")
    parser.add_argument("--max-requests", type=positive, metavar="N", default=0, help="end the run after so many")
    parser.add_argument("--read-only", action="store_true", help="send nothing that could change a call")
    observing = parser.add_mutually_exclusive_group()
    observing.add_argument("--no-observations", action="store_true", help="leave out what is asked and never judged")
    observing.add_argument("--slow-observations", action="store_true", help="also ask what takes a minute")
    parser.add_argument("--exchanges", choices=("all", "failed"), default="all", help=_EXCHANGES_HELP)
    parser.add_argument("--history", type=Path, metavar="FOLDER", help="also keep the run there, and its trend page")
    parser.add_argument("--allure", action="store_true", help="also render the Allure report as one file")


def main(arguments: Namespace) -> int:
    """The exit code of the run."""
    return run(options_of(arguments), terminal.console())


@dataclass(frozen=True, slots=True)
class Options:
    """What `keepcall run` was asked for."""

    target: Target | None
    output: Path | None = None
    only: tuple[str, ...] = ()
    strict: bool = False
    workers: int = 1
    allure: bool = False
    exchanges: str = "all"
    history: Path | None = None
    observing: Observing = ""
    budget: Budget = field(default_factory=Budget)
    command: str = "keepcall run"
    waivers: tuple[Waiver, ...] = ()
    max_requests: int = 0
    read_only: bool = False


def options_of(arguments: Namespace) -> Options:
    """The options from the command line, checked.

    Raises:
        UsageError: naming what is wrong.
    """
    target = target_of(arguments)
    for requirement in arguments.only:
        catalogue.load().get(requirement)
    return Options(
        target=target,
        output=arguments.output,
        only=tuple(arguments.only),
        strict=arguments.strict,
        workers=arguments.workers,
        allure=arguments.allure,
        exchanges=arguments.exchanges,
        history=arguments.history,
        budget=Budget(any_seed() if arguments.seed is None else arguments.seed, arguments.examples),
        observing="no"
        if arguments.no_observations or arguments.read_only
        else "slow"
        if arguments.slow_observations
        else "",
        command=_command(arguments),
        waivers=waivers.load(arguments.waivers) if arguments.waivers else (),
        max_requests=arguments.max_requests,
        read_only=arguments.read_only,
    )


def _command(arguments: Namespace) -> str:
    """The command line that repeats the run, with variables for the secrets."""
    words = ["keepcall", "run"]
    if arguments.target:
        words += ["--target", shlex.quote(str(arguments.target))]
    if arguments.url:
        words += ["--url", shlex.quote(arguments.url), "--api-key", '"$KEEPCALL_API_KEY"']
    if arguments.token:
        words += ["--token", '"$KEEPCALL_TOKEN"']
    if arguments.lab:
        words += ["--lab", shlex.quote(arguments.lab)]
    if arguments.only:
        words += ["--only", *arguments.only]
    if arguments.seed is not None:
        words += ["--seed", str(arguments.seed)]
    if arguments.waivers:
        words += ["--waivers", shlex.quote(str(arguments.waivers))]
    if arguments.max_requests:
        words += ["--max-requests", str(arguments.max_requests)]
    if arguments.examples != EXAMPLES:
        words += ["--examples", str(arguments.examples)]
    flags = {
        "--strict": arguments.strict,
        "--read-only": arguments.read_only,
        "--no-observations": arguments.no_observations,
        "--slow-observations": arguments.slow_observations,
    }
    return " ".join([*words, *(flag for flag, given in flags.items() if given)])


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
