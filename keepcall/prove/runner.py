"""Hands subjects to worker processes and collects their trials."""

import multiprocessing as mp
import queue
from collections.abc import Callable, Sequence

from keepcall.errors import InternalError
from keepcall.prove.subject import Subject
from keepcall.prove.trial import Depth, Trial, work

_PATIENCE = 300.0


def try_all(
    subjects: Sequence[Subject], workers: int, depth: Depth, done: Callable[[Trial], None]
) -> dict[tuple[str, str], Trial]:
    """Every subject's trial, by kind and name.

    Args:
        subjects: what to try; those that take long are best first.
        workers: processes; more than processors, since a trial also waits.
        depth: with which tests a fault is tried.
        done: called with each trial as it comes.

    Raises:
        InternalError: when the workers die.
    """
    context = mp.get_context("spawn")
    waiting: mp.Queue[Subject | None] = context.Queue()
    trials: mp.Queue[Trial] = context.Queue()
    count = min(workers, len(subjects))
    for subject in [*subjects, *[None] * count]:
        waiting.put(subject)
    processes = [context.Process(target=work, args=(waiting, trials, depth), daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    found: dict[tuple[str, str], Trial] = {}
    try:
        while len(found) < len(subjects):
            trial = _next(trials, processes)
            found[trial.kind, trial.subject] = trial
            done(trial)
    finally:
        for process in processes:
            process.terminate() if len(found) < len(subjects) else process.join()
    return found


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
