"""The questions about the minute of `next`, with a minute that is shorter."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from keepcall.cases.observations import next_window, observer
from keepcall.cases.observations.observer import Observer
from keepcall.contract.target import Claims, Limits
from keepcall.server import KeepCallServer, Settings
from keepcall.server.variants import VARIANTS

Ask = Callable[..., dict[str, str]]
Observe = Callable[..., AbstractContextManager[Observer]]

IDS = ("KC-OBS-086", "KC-OBS-087", "KC-OBS-088")
MINUTE = 0.6


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_window, "EDGE", 0.5)
    monkeypatch.setattr(observer, "WITHIN", 0.1)


def asked(ask: Ask, observe: Observe, server: type[KeepCallServer], next_wait: float = 4.0) -> list[str]:
    made = server(replace(Settings.random(), next_window=MINUTE))
    with observe(made, limits=Limits(timeout=1.0, next_wait=next_wait)) as asking:
        asking.slow, asking.minute = True, MINUTE
        answers = list(ask(asking, *IDS).values())
        assert made.store._select("1 = 1") == []
    return answers


def test_next_waits_to_the_end_of_its_minute_and_no_longer(ask: Ask, observe: Observe) -> None:
    lasted, before, after = asked(ask, observe, KeepCallServer)

    assert lasted.startswith("after about 0.")
    assert lasted.endswith(" s: refused")
    assert (before, after) == ("kept", "not kept")


def test_next_that_answers_at_once_is_told(ask: Ask, observe: Observe) -> None:
    lasted, before, after = asked(ask, observe, VARIANTS["answers_next_at_once"].server)

    assert lasted == "at once: granted"
    assert (before, after) == ("kept", "not kept")


def test_next_that_never_ends_is_told(ask: Ask, observe: Observe) -> None:
    class Endless(KeepCallServer):
        def __init__(self, settings: Settings) -> None:
            super().__init__(replace(settings, next_window=60.0))

    lasted, before, _ = asked(ask, observe, Endless, next_wait=1.2)

    assert lasted == "no answer within 1.2 s"
    assert before == "kept"


def test_a_target_that_has_gone_is_not_waited_for(ask: Ask, observe: Observe) -> None:
    with observe() as asking:
        asking.slow = True
        asking.driver.client._settings = replace(asking.driver.client._settings, url="http://127.0.0.1:9/api")
        answers = ask(asking, *IDS)

    assert set(answers.values()) == {"no answer: unreachable"}


def test_a_target_without_next_is_not_asked(ask: Ask, observe: Observe) -> None:
    with observe(claims=Claims(statuses=("ongoing",))) as asking:
        asking.slow = True
        answers = ask(asking, *IDS)

    assert set(answers.values()) == {"not claimed: the profile does not claim status=next"}
