"""What a lab could arrange is found out without a request."""

from dataclasses import replace

import pytest

from keepcall.cases.engine.feasibility import feasible
from keepcall.cases.situations import SITUATIONS, Situation
from keepcall.contract.operation import KEEP, RECORD
from keepcall.contract.outcomes import NotClaimed, NotTested
from keepcall.contract.target import Claims, Credentials, Secret, Target
from keepcall.lab.absent import AbsentLab
from keepcall.lab.http_lab import HttpLab

TARGET = Target("a recorder", "http://recorder.invalid/verba/api", Credentials(Secret("key"), Secret("token")))
NOWHERE = HttpLab("http://lab.invalid")


def situation(name: str) -> Situation:
    return next(row for row in SITUATIONS() if row.name == name)


def test_an_http_lab_is_not_asked() -> None:
    rehearsed = feasible(NOWHERE, TARGET, situation("the next call, one there before and one after it"), KEEP)

    assert len(rehearsed.calls) == 4
    assert rehearsed.arrangement.request.values("status") == ("next",)


def test_without_a_lab_nothing_can_be_arranged() -> None:
    with pytest.raises(NotTested, match="names no lab"):
        feasible(AbsentLab(), TARGET, situation("an unknown callID"), KEEP)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        (Claims(types=()), "the callID of an ongoing call, without status"),
        (Claims(types=("manualRecord",), statuses=("ongoing",)), "one ongoing call, status ongoing,next"),
    ],
    ids=["a type", "a status"],
)
def test_what_is_not_claimed_is_not_played(claims: Claims, name: str) -> None:
    with pytest.raises(NotClaimed):
        feasible(NOWHERE, replace(TARGET, claims=claims), situation(name), RECORD)


def test_a_secret_that_only_the_tester_has_is_missed() -> None:
    with pytest.raises(NotClaimed, match="expired_token"):
        feasible(NOWHERE, TARGET, situation("an expired token"), KEEP)
