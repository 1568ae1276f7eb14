"""Subjects come to life: every fault and variant of the tables, and a bench with one of them as its target."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from zlib import crc32

from keepcall.cases.generation.budget import Budget
from keepcall.contract.target import Limits, Target
from keepcall.run.harness import Harness, harness
from keepcall.run.proof.record import caught_by
from keepcall.run.proof.subject import Subject
from keepcall.run.reference import DirectLab, target_of
from keepcall.server import KeepCallServer, RunningServer, Settings
from keepcall.server.faults import FAULTS
from keepcall.server.faults.table import Fault
from keepcall.server.front import Direct
from keepcall.server.variants import VARIANTS, Variant
from keepcall.server.variants.mixture import mixed, packed

WAITING = frozenset({"KC-STA-05", "KC-STA-06", "KC-STA-10", "KC-TYPE-01", "KC-UNM-01", "KC-CONC-01", "KC-ANY-01"})
"""Requirements whose tests wait, in vain if there is a fault."""

INPUTS = 20
"""What the property tests draw for a variant, or several in one server: each draws its own, and all of them much."""

NEXT_WINDOW = 4.0
"""Seconds that a proven server waits for a `next` call, instead of a minute: the rule is the same."""

LOCKOUT_WAIT = 60.0
"""Seconds that a trial may wait for a server that locks it out."""


def subjects() -> list[Subject]:
    """Every fault, then every variant, in the order of their tables."""
    known = caught_by()
    faults = [
        Subject("fault", f.name, f.story, frozenset(f.breaks), f.claims, known=known.get(f.name, ()))
        for f in FAULTS.values()
    ]
    return faults + [_subject(variant) for variant in VARIANTS.values()]


def in_company(each: Sequence[Subject]) -> list[Subject]:
    """The same, with variants that do not get in each other's way in one server.

    What is tried longest comes first, so that no worker is left alone with it at the end; and what keeps a processor
    busy comes together with what waits.
    """
    by_name = {subject.name: subject for subject in each if subject.kind == "variant"}
    bowls = [[variant.name for variant in bowl] for bowl in packed(VARIANTS[name] for name in by_name)]
    companies = [
        replace(_subject(mixed([VARIANTS[name] for name in bowl])), company=tuple(by_name[name] for name in bowl))
        if len(bowl) > 1
        else by_name[bowl[0]]
        for bowl in bowls
    ]
    faults = [subject for subject in each if subject.kind == "fault"]
    waiting = [fault for fault in faults if fault.ids & WAITING]
    in_turn = [one for both in zip_longest(companies, waiting) for one in both if one]
    return in_turn + [fault for fault in faults if fault not in waiting]


def _subject(variant: Variant) -> Subject:
    return Subject("variant", variant.name, variant.story, variant.remarks, variant.claims)


def _made(subject: Subject) -> Fault | Variant:
    if subject.kind == "fault":
        return FAULTS[subject.name]
    return mixed([VARIANTS[each.name] for each in subject.company]) if subject.company else VARIANTS[subject.name]


@contextmanager
def running(subject: Subject) -> Iterator[Harness]:
    """A bench with the subject as its target; calls are placed directly, unless its lab is what is unusual."""
    made = _made(subject)
    front = made.front if isinstance(made, Variant) else Direct
    server = made.server(replace(Settings.random(), next_window=NEXT_WINDOW))
    with RunningServer(server) as live, front(live.url) as reached:
        target = replace(claiming(target_of(live), subject.claims), url=reached.url)
        own_lab = type(server).control_class is not KeepCallServer.control_class
        with harness(target, lab=None if own_lab else DirectLab(server)) as ready:
            if isinstance(made, Variant):
                ready.driver.budget = Budget(crc32(made.name.encode()), INPUTS)
            yield ready


def claiming(target: Target, claims: Mapping[str, object]) -> Target:
    """The target with other claims, and with limits that fit a server of this machine."""
    limits = Limits(timeout=5.0, next_wait=NEXT_WINDOW + 1.5, lockout_wait=LOCKOUT_WAIT)
    return replace(target, claims=replace(target.claims, **claims), limits=limits)  # type: ignore[arg-type]
