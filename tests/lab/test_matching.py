"""Which arranged calls fit what a test needs of a number."""

from datetime import UTC, datetime

import pytest

from keepcall.contract.call import CallSpec, Role, finished, ongoing
from keepcall.contract.target import ArrangedCall
from keepcall.lab.matching import fit, in_words

LONGER = (finished(started=3000, ended=300), finished(started=1800, ended=1200))
SECONDS_APART = (finished(started=600, ended=10), finished(started=300, ended=14))
OLDER_AND_YOUNGER = (ongoing(started=300), ongoing(started=30))


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-24T{clock}+00:00").astimezone(UTC)


def going(role: Role = "calling", peer: str = "2001", start: str = "", recording: str = "on-demand") -> ArrangedCall:
    calling, called = {"calling": ("8856", peer), "called": (peer, "8856"), "both": ("8856", "8856")}[role]
    return ArrangedCall(
        "",
        calling,
        called,
        "ongoing",
        at(start) if start else None,
        recording=recording,  # type: ignore[arg-type]
    )


def over(end: str, start: str = "", role: Role = "calling", peer: str = "2001") -> ArrangedCall:
    calling, called = ("8856", peer) if role == "calling" else (peer, "8856")
    return ArrangedCall("", calling, called, "finished", at(start) if start else None, at(end))


@pytest.mark.parametrize(
    ("calls", "specs"),
    [
        ([going()], [ongoing()]),
        ([going("both")], [ongoing("both")]),
        ([going(), going("called", "2002")], [ongoing("called"), ongoing()]),
        ([going(peer="2001"), going(peer="2001")], [ongoing(same_peer=True), ongoing(same_peer=True)]),
        ([over("09:10:00"), going(peer="2002")], [finished(), ongoing()]),
        ([going(recording="controlled")], [ongoing(recording="controlled")]),
        ([over("09:10:00", "08:00:00"), over("09:00:00", "08:30:00", peer="2002")], LONGER),
        ([over("09:00:10", "08:00:00", peer="2002"), over("09:00:14", "07:00:00")], SECONDS_APART),
        ([going(start="09:00:01", peer="2002"), going(start="09:00:00")], OLDER_AND_YOUNGER),
    ],
    ids=[
        "one call",
        "a call to itself",
        "both roles, in another order",
        "the same peer twice",
        "one over, one not",
        "a controlled call",
        "the longer one ended last",
        "seconds apart",
        "one began before the other",
    ],
)
def test_calls_that_fit_are_given_in_the_order_of_the_specs(calls: list[ArrangedCall], specs: list[CallSpec]) -> None:
    found = fit("8856", calls, specs, "on-demand")

    assert sorted(map(id, found)) == sorted(map(id, calls))
    assert [call.state for call in found] == [spec.state for spec in specs]


def test_the_last_call_is_the_one_that_ended_last() -> None:
    early, late = over("09:00:00", "08:30:00", peer="2002"), over("09:10:00", "08:00:00")

    assert fit("8856", [early, late], LONGER, "on-demand") == (late, early)


@pytest.mark.parametrize(
    ("calls", "specs"),
    [
        ([going("called")], [ongoing()]),
        ([over("09:00:00")], [ongoing()]),
        ([going(recording="controlled")], [ongoing()]),
        ([going(), going("called", "2002")], [ongoing()]),
        ([going()], [ongoing(), ongoing()]),
        ([going(), going()], [ongoing(), ongoing()]),
        ([going(), going(peer="2002")], [ongoing(same_peer=True), ongoing(same_peer=True)]),
        ([over("09:10:00"), over("09:00:00", peer="2002")], LONGER),
        ([over("09:10:00", "08:45:00"), over("09:00:00", "08:30:00", peer="2002")], LONGER),
        ([over("09:10:00", "08:00:00"), over("09:00:00", "08:30:00", peer="2002")], SECONDS_APART),
        ([over("09:00:00.5", "08:00:00"), over("09:00:00", "08:30:00", peer="2002")], LONGER),
        ([going(), going(peer="2002")], OLDER_AND_YOUNGER),
    ],
    ids=[
        "the other role",
        "the other state",
        "the other kind",
        "one call more",
        "one call fewer",
        "the same peer twice, where it must not be",
        "two peers, where they must be one",
        "nobody knows when they began",
        "the shorter one ended last",
        "ten minutes apart in place of seconds",
        "so close that a clock of seconds does not tell them apart",
        "nobody knows which one began first",
    ],
)
def test_calls_that_do_not_fit_are_of_no_use(calls: list[ArrangedCall], specs: list[CallSpec]) -> None:
    assert fit("8856", calls, specs, "on-demand") == ()


@pytest.mark.parametrize(
    ("specs", "words"),
    [
        ([ongoing()], "one ongoing on-demand call (as calling party)"),
        (
            [ongoing(), ongoing("called")],
            "two ongoing on-demand calls (one as calling party, one as called party)",
        ),
        ([ongoing("called")] * 2, "two ongoing on-demand calls (as called party)"),
        (
            [ongoing(same_peer=True)] * 2,
            "two ongoing on-demand calls (as calling party), with the same other party",
        ),
        (
            [finished(), ongoing("both", recording="controlled")],
            "one finished on-demand call (as calling party) and one ongoing controlled call (as both parties)",
        ),
        (
            LONGER,
            (
                "two finished on-demand calls (as calling party), with startTime and endTime; the one that ended "
                "last began before the one that ended first"
            ),
        ),
        (OLDER_AND_YOUNGER, "two ongoing on-demand calls (as calling party), with startTime"),
    ],
    ids=["one", "both roles", "the same role", "the same peer", "two kinds", "an order", "a beginning"],
)
def test_what_is_needed_is_said_as_a_tester_would(specs: list[CallSpec], words: str) -> None:
    assert in_words(specs, "on-demand") == words
