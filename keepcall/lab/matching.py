"""Calls that somebody has arranged, held against what a test needs of a number. Pure functions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations, permutations

from keepcall.contract.call import CallSpec, Recording, Role
from keepcall.contract.target import ArrangedCall

_CLOSE = 60.0
"""Seconds: what a test wants to end within a minute of each other must have done so."""

_COUNTS = {1: "one", 2: "two", 3: "three"}


def role_of(number: str, call: ArrangedCall) -> Role:
    """Which party of a call the number is."""
    if call.calling_party == call.called_party:
        return "both"
    return "calling" if call.calling_party == number else "called"


def fit(
    number: str, calls: Sequence[ArrangedCall], specs: Sequence[CallSpec], recording: Recording
) -> tuple[ArrangedCall, ...]:
    """The calls of a number in the order of the specs that they fit; empty where they do not.

    Marks are left out: those can be set. Nothing else about a call can be changed.

    Args:
        number: whose calls they are.
        calls: all calls that it has.
        specs: what a test needs of it, and nothing more.
        recording: of those calls whose spec does not say.
    """
    if len(calls) != len(specs):
        return ()
    return next((order for order in permutations(calls) if _fits(number, order, specs, recording)), ())


def _fits(number: str, calls: Sequence[ArrangedCall], specs: Sequence[CallSpec], recording: Recording) -> bool:
    each = all(
        call.state == spec.state
        and role_of(number, call) == spec.role
        and call.recording == (spec.recording or recording)
        for call, spec in zip(calls, specs, strict=True)
    )
    return (
        each
        and _peers_fit(number, calls, specs)
        and all(_in_order(calls[i], calls[j], specs[i], specs[j]) for i, j in combinations(range(len(specs)), 2))
    )


def _peers_fit(number: str, calls: Sequence[ArrangedCall], specs: Sequence[CallSpec]) -> bool:
    """One peer where the specs want the same, and as many as calls where they do not."""
    peers = [call.called_party if call.calling_party == number else call.calling_party for call in calls]
    wanted = 1 if specs and all(spec.same_peer for spec in specs) else len(peers)
    return len(set(peers)) == wanted


def _in_order(one: ArrangedCall, other: ArrangedCall, spec: CallSpec, another: CallSpec) -> bool:
    """Whether two calls began and ended in the order of their specs; of two of a kind that must be known."""
    if one.state == other.state and spec.started != another.started:
        if one.start_time is None or other.start_time is None:
            return False
        if (one.start_time < other.start_time) != (spec.started > another.started):
            return False
    if spec.state != "finished" or another.state != "finished" or spec.ended == another.ended:
        return True
    apart = _seconds(one.end_time, other.end_time)
    if (apart > 0) != (spec.ended > another.ended):
        return False
    return abs(apart) >= 1 and (abs(spec.ended - another.ended) >= _CLOSE or abs(apart) < _CLOSE)


def _seconds(since: datetime | None, until: datetime | None) -> float:
    return (until - since).total_seconds() if since and until else 0.0


def in_words(specs: Sequence[CallSpec], recording: Recording) -> str:
    """What a number must have, as a tester would say it: `two ongoing on-demand calls (calling, called)`."""
    kinds = Counter((spec.state, spec.recording or recording) for spec in specs)
    parts = [
        f"{_COUNTS.get(count, count)} {state} {kind} call{'s' if count > 1 else ''} "
        f"({_roles(specs, state, kind, recording)})"
        for (state, kind), count in kinds.items()
    ]
    return " and ".join(parts) + _conditions(specs)


def _roles(specs: Iterable[CallSpec], state: str, kind: str, recording: Recording) -> str:
    words = {"calling": "as calling party", "called": "as called party", "both": "as both parties"}
    roles = Counter(
        words[spec.role] for spec in specs if spec.state == state and (spec.recording or recording) == kind
    )
    if len(roles) == 1:
        return next(iter(roles))
    return ", ".join(f"{_COUNTS.get(count, count)} {role}" for role, count in roles.items())


def _conditions(specs: Sequence[CallSpec]) -> str:
    """What must be true of several calls besides."""
    if specs and all(spec.same_peer for spec in specs):
        return ", with the same other party"
    words = ""
    ended = [spec for spec in specs if spec.state == "finished"]
    if len({spec.ended for spec in ended}) > 1:
        first, last = max(ended, key=lambda spec: spec.ended), min(ended, key=lambda spec: spec.ended)
        within = ", less than a minute apart" if first.ended - last.ended < _CLOSE else ""
        longer = "before" if last.started > first.started else "after"
        words += f", with startTime and endTime; the one that ended last began {longer} the one that ended first"
        words += within
    going = {spec.started for spec in specs if spec.state == "ongoing"}
    return words + (", with startTime" if len(going) > 1 else "")
