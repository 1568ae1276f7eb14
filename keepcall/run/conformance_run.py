"""One run: the suites against one target, and what came of it as values; the commands write and print that."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from keepcall.cases.engine.lockout import GENTLE
from keepcall.cases.observations import catalogue as observations
from keepcall.cases.properties.replay_file import FOLDER
from keepcall.client.quota import told as told_by_all
from keepcall.client.route import route_of
from keepcall.contract.outlet import Outlet
from keepcall.contract.target import Target
from keepcall.errors import InternalError
from keepcall.report.digests import Identity
from keepcall.report.raw import Run
from keepcall.report.render.progress import Progress
from keepcall.report.waiving import judged
from keepcall.run.collector import Collector
from keepcall.run.harness import redactor_of
from keepcall.run.identity import identity_of
from keepcall.run.preflight import unreached
from keepcall.run.pytest_session import PytestSession
from keepcall.run.settings import RunSettings, WorkerSettings
from keepcall.run.watchdog import patience, watching
from keepcall.shutdown import SHUTDOWN


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run came to its end.

    Attributes:
        run: all that was seen.
        unreached: why nothing was tested at all; empty where something was.
        trouble: what the run has died of, before its last test; None where it has not.
    """

    run: Run
    unreached: str = ""
    trouble: BaseException | None = None


def conformance_run(options: RunSettings, target: Target, output: Path, shared: Path, console: Console) -> Ended:
    """Takes a target through the suites.

    Args:
        options: what the run was asked for.
        target: what is tested.
        output: the folder where tests leave files.
        shared: a folder of what the processes of the run share.
        console: where the progress is shown.

    Raises:
        UsageError: before the first request, when the way to the target cannot be used.
        InternalError: when the suites cannot be run at all.
    """
    route = route_of(target)
    if options.target and (reason := unreached(target)):
        return Ended(_nothing(options, target, reason), unreached=reason)
    progress = Progress(console)
    collector = Collector(progress.start, lambda result: progress.tick(result.verdict, result.title))
    started = datetime.now(UTC)
    clock = time.monotonic()
    try:
        with watching(shared, patience(target)) as hung:
            code = _suites(options, target, output, shared).run(collector)
    finally:
        progress.stop()
    if code == pytest.ExitCode.USAGE_ERROR:
        raise InternalError("the suites cannot be run with pytest", "Install keepcall-conformance again.")
    results, lost = tuple(collector.results.values()), tuple(collector.unfinished())
    partial = bool(options.only or lost or options.read_only)
    servers = (told.server for told in collector.exchanges.values())
    run = Run(
        target=target,
        results=results,
        started=started,
        duration=time.monotonic() - clock,
        sent=collector.sent,
        lost=lost,
        selection=options.only,
        identity=identity_of(target, servers, embedded=options.target is None),
        settings=_settings(options),
        seed=options.budget.seed,
        exchanges=collector.kept(everything=options.exchanges == "all"),
        left_out=collector.left_out,
        outlet=Outlet(redactor_of(target)),
        waivers=judged(options.waivers, results, started.date(), partial=partial),
        notes=(
            *_notes(options, target, code, SHUTDOWN.reason or collector.ended),
            *_kept_from_running(collector),
            *route.notes(),
            *hung,
            *told_by_all(shared),
            *dict.fromkeys(collector.left),
            *_left(output),
        ),
        command=options.command,
        observations=_observations(options, collector),
        asked=collector.asked,
    )
    broken_off = collector.trouble and collector.begun and not SHUTDOWN.wanted
    return Ended(run, trouble=collector.trouble if broken_off else None)


def _nothing(options: RunSettings, target: Target, reason: str) -> Run:
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


def _suites(options: RunSettings, target: Target, output: Path, shared: Path) -> PytestSession:
    gentle = GENTLE if options.gentle else 0
    worker_settings = WorkerSettings(
        target, str(shared), options.max_requests, gentle=gentle, read_only=options.read_only
    )
    return PytestSession(worker_settings, options.budget, options.only, options.observing, options.workers, output)


def _settings(options: RunSettings) -> dict[str, object]:
    """What bears on what is tested; the seed, the workers and what is rendered do not."""
    return {
        "only": sorted(options.only),
        "examples": options.budget.examples,
        "observations": options.observing,
        "read_only": options.read_only,
        "gentle": options.gentle,
    }


def _observations(options: RunSettings, collector: Collector) -> list[dict[str, str]]:
    """All questions with their answers; none where only certain requirements were looked at."""
    asked = options.observing != "no" and not options.only
    return observations.load().report(collector.answers) if asked else []


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


def _notes(options: RunSettings, target: Target, code: int, ended: str) -> tuple[str, ...]:
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
