"""Servers and labs that make asking hard: there is an answer all the same, in bounded time, and it is harmless."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from keepcall.cases.observations import catalogue, observer
from keepcall.cases.observations.observer import Observer
from keepcall.contract.call import Call
from keepcall.contract.target import Claims, Limits
from keepcall.lab.absent import AbsentLab
from keepcall.run.reference import DirectLab
from keepcall.server import KeepCallServer, Settings
from keepcall.server.answers import Answers
from keepcall.server.outcome import Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import NEXT, Rules

Ask = Callable[..., dict[str, str]]
Observe = Callable[..., AbstractContextManager[Observer]]

NO_LAB = "not asked: the profile names no lab"


class Hostile(Answers):
    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        if not isinstance(outcome, Refused):
            return super().message(request, outcome)
        return f"\x1b[2J<b>{request.token[:30]} {request.api_key} {request.token}\u202e" + "x" * 100_000


class HostileServer(KeepCallServer):
    answers_class = Hostile


def test_hostile_text_is_cut_and_harmless_and_holds_no_secret(ask: Ask, observe: Observe) -> None:
    server = HostileServer()
    with observe(server) as asking:
        answers = ask(asking)

    assert answers["KC-OBS-027"].startswith("code 2: \N{REPLACEMENT CHARACTER}[2J<b>… $KEEPCALL_")
    settings = server.settings
    for answer in answers.values():
        assert len(answer) <= catalogue.LONGEST
        assert answer.isprintable()
        assert settings.api_key[:8] not in answer
        assert settings.token[:8] not in answer


class Blind(DirectLab):
    reads_back = False

    def read(self, call: Call) -> Call:  # noqa: ARG002
        raise AssertionError("it cannot read")


def test_a_lab_that_cannot_read_back_shows_what_answers_say(
    ask: Ask, observe: Observe, reference: Mapping[str, str]
) -> None:
    server = KeepCallServer()
    with observe(server, Blind(server)) as asking:
        answers = ask(asking)

    assert answers["KC-OBS-047"] == "405"
    assert answers["KC-OBS-056"] == "granted"
    assert answers["KC-OBS-089"] == "granted"
    same = [each for each, answer in reference.items() if answers[each] == answer]
    assert len(same) > 100


def test_without_a_lab_nothing_is_asked_that_needs_a_call(ask: Ask, observe: Observe) -> None:
    server = KeepCallServer()
    with observe(server, AbsentLab()) as asking:
        answers = ask(asking)

    assert all(answer.startswith((NO_LAB, "not ")) for answer in answers.values())


def test_what_is_not_claimed_is_said(ask: Ask, observe: Observe) -> None:
    with observe(claims=Claims(types=(), unmark=False, methods=("POST",), authentication=False)) as asking:
        answers = ask(asking, "KC-OBS-006", "KC-OBS-054", "KC-OBS-093", "KC-OBS-096")

    assert [answer.partition(":")[0] for answer in answers.values()] == ["not claimed"] * 4


def test_a_target_that_takes_post_alone_has_the_same_answers(
    ask: Ask, observe: Observe, reference: Mapping[str, str]
) -> None:
    with observe(claims=Claims(methods=("POST",))) as asking:
        assert ask(asking) == reference


class Silent(KeepCallServer):
    async def decide(self, request: ApiRequest) -> Outcome:
        if request.extension or request.response_type:
            await asyncio.Event().wait()
        return await super().decide(request)


def test_a_target_that_does_not_answer_is_soon_asked_no_more(ask: Ask, observe: Observe) -> None:
    with observe(Silent(), limits=Limits(timeout=0.05)) as asking:
        answers = ask(asking)

    given_up = "not asked: 5 requests before it had no answer"
    assert list(answers.values()).count("no answer: timeout") == 5
    assert list(answers.values()).count(given_up) > 50


def test_a_target_that_has_gone_is_an_answer(ask: Ask, observe: Observe) -> None:
    with observe() as asking:
        asking.driver.client._settings = replace(asking.driver.client._settings, url="http://127.0.0.1:9/api")
        answers = ask(asking, *[f"KC-OBS-1{number}" for number in range(10, 23)])

    assert set(answers.values()) == {"no answer: unreachable", "not asked: 5 requests before it had no answer"}


class Patient(Rules):
    """Takes `next` for the only word in a list."""

    async def select_by_extension(self, request: ApiRequest) -> object:  # type: ignore[override]
        if NEXT in self.statuses(request):
            request = replace(request, status=NEXT)
        return await super().select_by_extension(request)


class PatientServer(KeepCallServer):
    rules_class = Patient


def test_a_request_that_waits_for_a_call_is_not_waited_for(
    ask: Ask, observe: Observe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observer, "_SHORTLY", 0.05)
    with observe(PatientServer(Settings.random())) as asking:
        answers = ask(asking, "KC-OBS-080", "KC-OBS-083", "KC-OBS-084", "KC-OBS-085")

    assert list(answers.values()) == ["waits", "granted", "waits", "waits"]


class Idle(Rules):
    """Grants, and does nothing."""

    def mark(self, request: ApiRequest, call: object) -> None:
        del request, call


class IdleServer(KeepCallServer):
    rules_class = Idle


def test_a_grant_without_effect_is_told_and_soon_not_waited_for(
    ask: Ask, observe: Observe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observer, "WITHIN", 0.1)
    monkeypatch.setattr(observer, "_WITHOUT_HOPE", 0.0)
    with observe(IdleServer()) as asking:
        answers = ask(asking, "KC-OBS-042", "KC-OBS-056", "KC-OBS-089", "KC-OBS-097")

    assert set(answers.values()) == {"granted, without effect"}


class Liar(Answers):
    """Refuses in words what it has done."""

    def xml(self, request: ApiRequest, outcome: Outcome) -> str:  # noqa: ARG002
        return super().xml(request, Refused(1, "No."))


class LyingServer(KeepCallServer):
    answers_class = Liar


def test_a_refusal_that_was_carried_out_is_told(ask: Ask, observe: Observe) -> None:
    with observe(LyingServer()) as asking:
        answers = ask(asking, "KC-OBS-042", "KC-OBS-089", "KC-OBS-091")

    assert list(answers.values()) == ["refused, yet carried out", "refused, yet keeps", "refused"]


def test_a_path_that_ends_with_a_slash_gets_no_other(ask: Ask, observe: Observe) -> None:
    with observe() as asking:
        asking.driver.target = replace(asking.driver.target, url=asking.driver.target.url + "/")
        answers = ask(asking, "KC-OBS-050")

    assert answers["KC-OBS-050"] == "not asked: the target's path ends so already"
