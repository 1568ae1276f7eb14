"""The seconds that a run may wait for nothing, whatever the pattern."""

from dataclasses import replace

import pytest

from keepcall.cases.engine import effects
from keepcall.cases.engine.effects import EffectWatch
from keepcall.client.wait_budget import WaitBudget, most
from keepcall.contract.call import ongoing
from keepcall.contract.operation import KEEP
from keepcall.contract.target import Credentials, Limits, Secret, Target
from keepcall.run.harness import settings_of
from keepcall.run.reference import DirectLab
from keepcall.server import KeepCallServer


def test_a_profile_that_says_nothing_allows_350_seconds() -> None:
    limits = Limits()

    assert most(limits.timeout, limits.next_wait) == 350.0


def test_the_budget_follows_the_profile() -> None:
    target = Target("t", "http://127.0.0.1:9/", Credentials(Secret("k")), limits=Limits(timeout=1.0, next_wait=5.0))

    assert settings_of(target, 1).in_vain == 30.0


def test_waits_one_after_another_add_up() -> None:
    vain = WaitBudget(30.0)
    for start in (0.0, 10.0, 50.0):
        vain.add(start, start + 10.0, "an answer")

    assert vain.spent == 30.0
    assert vain.gone == "30 s went by in vain, of 30 s that a run has for it; the last: an answer"


def test_waits_side_by_side_cost_the_time_that_passes() -> None:
    vain = WaitBudget(30.0)
    for start in (0.0, 0.1, 0.2, 5.0):
        vain.add(start, start + 10.0, "an answer")

    assert vain.spent == 15.0
    assert vain.gone == ""


def test_a_wait_within_another_one_costs_nothing_more() -> None:
    vain = WaitBudget(30.0)
    vain.add(0.0, 10.0, "an answer")
    vain.add(2.0, 5.0, "another")

    assert vain.spent == 10.0


@pytest.mark.parametrize(("within", "noted"), [(0.05, False), (0.15, True)])
def test_an_effect_that_does_not_show_is_time_in_vain(
    monkeypatch: pytest.MonkeyPatch, within: float, noted: bool
) -> None:
    monkeypatch.setattr(effects, "_LONGEST_PAUSE", 0.02)
    server = KeepCallServer()
    lab, vain = DirectLab(server), WaitBudget(30.0)
    call = lab.number([ongoing()], KEEP).call
    watch = EffectWatch(lab, vain)

    assert not watch.sees(replace(call, kept=True), within)

    assert bool(vain.spent) == noted
    server.close()
