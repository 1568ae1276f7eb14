"""Hands subjects to worker processes and collects their trials."""

import gc
import multiprocessing as mp
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkContext, SpawnContext

from keepcall.errors import InternalError
from keepcall.run.proof.matrix import stands
from keepcall.run.proof.subject import Subject, Trial
from keepcall.run.proof.trial import Depth, warm_up, work

_PATIENCE = 300.0


@dataclass(slots=True)
class Trials:
    """What came of all trials.

    Attributes:
        trials: of each subject by itself, by kind and name; those of one company share theirs.
        apart: trials of companies that were failed, so that their members were tried one by one.
    """

    trials: dict[tuple[str, str], Trial] = field(default_factory=dict)
    apart: list[Trial] = field(default_factory=list)

    def take(self, subject: Subject, trial: Trial) -> Sequence[Subject]:
        """Takes a trial in; what is to be tried now because of it."""
        if subject.company and not stands(subject, trial):
            self.apart.append(trial)
            return subject.company
        share = round(trial.seconds / (len(subject.company) or 1), 2)
        for each in subject.company or (subject,):
            own = _without_others_remarks(trial.verdicts, each) if subject.company else trial.verdicts
            self.trials[each.kind, each.name] = replace(trial, subject=each.name, seconds=share, verdicts=own)
        return ()


def _without_others_remarks(verdicts: dict[str, str], member: Subject) -> dict[str, str]:
    """Verdicts without the remarks that another one of the company may earn, and so did."""
    return {id_: verdict for id_, verdict in verdicts.items() if verdict != "fail" or id_ in member.ids}


def try_all(subjects: Sequence[Subject], workers: int, depth: Depth, done: Callable[[Trial], None]) -> Trials:
    """Every subject's trial.

    Args:
        subjects: what to try; those that take long are best first.
        workers: processes; more than processors, since a trial also waits.
        depth: with which tests a fault is tried.
        done: called with each trial as it comes.

    Raises:
        InternalError: when the workers die.
    """
    context = _context()
    waiting: mp.Queue[Subject | None] = context.Queue()
    trials: mp.Queue[Trial] = context.Queue()
    count = min(workers, len(subjects))
    processes = [context.Process(target=work, args=(waiting, trials, depth), daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    under_way: dict[tuple[str, str], Subject] = {}
    harvest = Trials()
    try:
        _hand_out(subjects, waiting, under_way)
        while under_way:
            trial = _next(trials, processes)
            _hand_out(harvest.take(under_way.pop((trial.kind, trial.subject)), trial), waiting, under_way)
            done(trial)
        for _ in processes:
            waiting.put(None)
    finally:
        for process in processes:
            process.terminate() if under_way else process.join()
    return harvest


def _context() -> ForkContext | SpawnContext:
    """How workers start: by a fork of a process that is ready for trials, where nothing speaks against it.

    A fork takes no thread along, whatever it holds, and on macOS not even a process with one thread is safe.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return mp.get_context("spawn")
    warm_up()
    gc.freeze()  # or collections would copy all of it into each worker
    return mp.get_context("fork")


def _hand_out(
    subjects: Sequence[Subject],
    waiting: "mp.Queue[Subject | None]",
    under_way: dict[tuple[str, str], Subject],
) -> None:
    for subject in subjects:
        under_way[subject.kind, subject.name] = subject
        waiting.put(subject)


def _next(trials: "mp.Queue[Trial]", processes: Sequence[mp.process.BaseProcess]) -> Trial:
    """The next trial."""
    waited = 0.0
    while True:
        try:
            return trials.get(timeout=1.0)
        except queue.Empty:
            waited += 1.0
            if waited > _PATIENCE or not any(process.is_alive() for process in processes):
                raise InternalError(
                    "the workers of the proof died, or one hangs", "Run `keepcall prove` with --workers 1."
                ) from None
