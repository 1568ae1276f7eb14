"""SIGINT, as Ctrl-C sends it, SIGTERM, as CI systems do, SIGHUP of a terminal that goes: all end a run in order."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from keepcall.shutdown import SHUTDOWN

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_AGAIN = 1.0
"""Seconds after which a signal is another one: a terminal sends to all processes what we pass on to them as well."""


def as_interrupts() -> None:
    """The others are what Ctrl-C is, until somebody wants more of them; only the main thread can have that."""
    with suppress(ValueError):
        for each in _heard():
            if each is not signal.SIGINT:
                signal.signal(each, signal.default_int_handler)


def _heard() -> list[signal.Signals]:
    """The signals that are listened to: nohup has SIGHUP ignored, and so it is."""
    deaf = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [each for each in _SIGNALS if not (deaf and each is signal.SIGHUP)]


@contextmanager
def stopping(told: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Within, signals end the run in order; `told` is called after each of them, in a thread of its own.

    Nothing is raised where a signal arrives: see `stop`. And nothing there takes a lock, which what it interrupted
    may hold: the handler leaves a note, and wakes a thread that does the rest. Out of the main thread, signals stay
    as they are.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = os.pipe()

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        SHUTDOWN.note(f"The run was ended by {signal.Signals(number).name}.")
        os.write(writer, b"!")

    helper = threading.Thread(target=_act_on, args=(reader, told), name="keepcall-signals", daemon=True)
    before = {each: signal.signal(each, handle) for each in _heard()}
    helper.start()
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        os.close(writer)
        helper.join()
        os.close(reader)


def _act_on(reader: int, told: Callable[[], None]) -> None:
    """Does what each signal asks for, until nobody can send one any more."""
    first = 0.0
    while os.read(reader, 1):
        now = time.monotonic()
        first = first or now
        SHUTDOWN.demand(SHUTDOWN.reason)
        if now - first > _AGAIN:
            SHUTDOWN.hurry()
        told()


@contextmanager
def held_back() -> Iterator[None]:
    """Within, signals wait; and in processes that are started within, until they say that they are ready for them.

    A terminal sends its Ctrl-C to workers as well, which would die of it while they start.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_ALL = "all"


def pass_on(folder: Path) -> None:
    """Has every worker that has registered in the folder end likewise, and those that are yet to come."""
    with suppress(OSError):  # on a full disk, workers that are yet to come do not hear of it
        (folder / _ALL).touch()
    for process in folder.glob("[0-9]*"):
        with suppress(ProcessLookupError):
            os.kill(int(process.name), signal.SIGTERM)


@contextmanager
def registered(folder: Path) -> Iterator[None]:
    """Within, this worker hears what is passed on: signals that reach the process which hands out the tests.

    And it gives signs of life, see `watch`.
    """
    mine = folder / str(os.getpid())
    with stopping():
        mine.touch()
        SHUTDOWN.pulse = mine
        SHUTDOWN.beat()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        try:
            if (folder / _ALL).exists():
                os.kill(os.getpid(), signal.SIGTERM)
            yield
        finally:
            SHUTDOWN.pulse = None
            with suppress(OSError):
                mine.unlink()
