"""The questions asked of the reference server, and of servers that take one reading the other way."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from keepcall.cases.observations import catalogue
from keepcall.cases.observations.observer import Observer
from keepcall.server import KeepCallServer, Settings
from keepcall.server.variants import VARIANTS

Ask = Callable[..., dict[str, str]]
Observe = Callable[..., AbstractContextManager[Observer]]


def test_the_reference_server_has_an_answer_to_every_question(reference: Mapping[str, str]) -> None:
    slow = {"KC-OBS-086", "KC-OBS-087", "KC-OBS-088"}

    unanswered = {each: answer for each, answer in reference.items() if answer.startswith(("not ", "no "))}

    assert set(unanswered) == slow
    assert set(unanswered.values()) == {"not asked: it takes a minute; --slow-observations asks it"}
    assert all(each.allows(reference[each.id]) for each in catalogue.load())


def test_two_runs_against_the_same_server_have_the_same_answers(
    ask: Ask, observe: Observe, reference: Mapping[str, str]
) -> None:
    with observe() as observer:
        assert ask(observer) == reference


def test_asking_is_cheap_and_leaves_nothing_behind(ask: Ask, observe: Observe) -> None:
    server = KeepCallServer()
    with observe(server) as observer:
        before = observer.driver.client.sent
        ask(observer)

        assert observer.driver.client.sent - before < 250
        assert server.store._select("1 = 1") == []


TAKEN_OTHERWISE = {
    "has_huge_codes": {"KC-OBS-023": "code 2147942405: The token is invalid or has expired."},
    "grants_with_201": {"KC-OBS-001": "201"},
    "redirects_to_its_canonical_address": {"KC-OBS-040": "1"},
    "tells_what_it_is": {"KC-OBS-041": "Server: Microsoft-IIS/10.0; "},
    "sets_cookies": {"KC-OBS-039": "JSESSIONID"},
    "takes_parameters_in_json": {"KC-OBS-046": "granted"},
    "takes_any_method": {f"KC-OBS-0{number}": "200, kept" for number in (47, 48, 49)},
    "answers_at_other_addresses_too": {"KC-OBS-050": "granted"},
    "refuses_unknown_parameters": {"KC-OBS-051": "refused", "KC-OBS-122": "refused"},
    "takes_the_last_of_a_repeated_parameter": {f"KC-OBS-0{number}": "the last" for number in range(52, 59)},
    "ignores_the_case_of_names": {"KC-OBS-059": "granted", "KC-OBS-060": "granted"},
    "refuses_an_empty_format": {"KC-OBS-038": "refused in XML"},
    "prefers_the_call_id": {"KC-OBS-069": "that of the callID", "KC-OBS-070": "granted"},
    "counts_calls_of_both_kinds": {"KC-OBS-075": "refused", "KC-OBS-076": "refused"},
    "ignores_unknown_statuses_in_a_list": {"KC-OBS-081": "granted"},
    "takes_any_unmark_for_an_unmark": {f"KC-OBS-0{number}": "unmarks" for number in (89, 90, 91, 92)},
    "refuses_to_unmark_what_is_not_marked": {"KC-OBS-093": "refused"},
    "keeps_controlled_calls_too": {"KC-OBS-095": "keeps"},
    "records_on_demand_calls_too": {"KC-OBS-096": "records"},
    "looks_back_two_hours_for_the_last_call": {"KC-OBS-126": "1 or more, and fewer than 4"},
    "gives_up_a_waiting_keep_for_an_unmark": {
        "KC-OBS-124": "granted, without effect",
        "KC-OBS-125": "granted, without effect",
    },
    "refuses_to_unmark_a_call_to_come": {
        "KC-OBS-123": "it is kept",
        "KC-OBS-124": "refused",
        "KC-OBS-125": "refused",
    },
    "takes_a_plus_for_a_plus": {"KC-OBS-110": "granted"},
    "reads_parameters_in_latin1": {"KC-OBS-120": "refused", "KC-OBS-121": "granted"},
}


@pytest.mark.parametrize(("name", "expected"), TAKEN_OTHERWISE.items(), ids=TAKEN_OTHERWISE)
def test_just_the_answer_about_what_is_taken_otherwise_differs(
    ask: Ask, observe: Observe, reference: Mapping[str, str], name: str, expected: Mapping[str, str]
) -> None:
    server = VARIANTS[name].server(replace(Settings.random(), next_window=2.0))

    with observe(server) as observer:
        answers = ask(observer)

    differing = {each for each, answer in answers.items() if answer != reference[each]}
    codes = {f"KC-OBS-0{number}" for number in range(18, 34)}
    assert differing - codes == set(expected) - codes
    assert {each: answers[each][: len(words)] for each, words in expected.items()} == expected


def test_a_status_that_comes_twice_may_make_a_list(ask: Ask, observe: Observe) -> None:
    with observe(VARIANTS["joins_repeated_parameters"].server()) as observer:
        answers = ask(observer, "KC-OBS-052", "KC-OBS-057", "KC-OBS-058")

    assert list(answers.values()) == ["refused", "the two joined", "the two joined"]
