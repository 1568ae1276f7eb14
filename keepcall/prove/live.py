"""Subjects come to life: every fault and variant of the tables, and a bench with one of them as its target."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from keepcall.bench import Bench, bench
from keepcall.embedded import target_of
from keepcall.prove.direct import DirectLab
from keepcall.prove.subject import Subject
from keepcall.server import KeepCallServer, RunningServer, Settings
from keepcall.server.faults import FAULTS
from keepcall.server.variants import VARIANTS
from keepcall.target import Limits, Target

NEXT_WINDOW = 2.5
"""Seconds that a proven server waits for a `next` call, instead of a minute: the rule is the same."""


def subjects() -> list[Subject]:
    """Every fault, then every variant, in the order of their tables."""
    faults = [Subject("fault", f.name, f.story, frozenset(f.breaks), f.claims) for f in FAULTS.values()]
    variants = [Subject("variant", v.name, v.story, v.remarks, v.claims) for v in VARIANTS.values()]
    return faults + variants


@contextmanager
def running(subject: Subject) -> Iterator[Bench]:
    """A bench with the subject as its target; calls are placed directly, unless its lab is what is unusual."""
    made = (FAULTS if subject.kind == "fault" else VARIANTS)[subject.name]
    server = made.server(replace(Settings.random(), next_window=NEXT_WINDOW))
    with RunningServer(server) as live:
        target = claiming(target_of(live), subject.claims)
        own_lab = type(server).control_class is not KeepCallServer.control_class
        with bench(target, lab=None if own_lab else DirectLab(server)) as ready:
            yield ready


def claiming(target: Target, claims: Mapping[str, object]) -> Target:
    """The target with other claims, and with limits that fit a server of this machine."""
    limits = Limits(timeout=5.0, next_wait=NEXT_WINDOW + 1.5)
    return replace(target, claims=replace(target.claims, **claims), limits=limits)  # type: ignore[arg-type]
