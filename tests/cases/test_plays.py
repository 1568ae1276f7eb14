"""What a play tells of what the target did: its outcome, its effect, and why either cannot be told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from keepcall.cases.engine.execution import Execution, Mode, no_answer
from keepcall.cases.setup import Arrangement
from keepcall.cases.situations.table import Demand, Situation
from keepcall.contract.call import Call, same_call, unchanged
from keepcall.contract.exchange import Answer, Exchange, NoAnswer
from keepcall.contract.operation import KEEP, UNMARK, Operation
from keepcall.contract.outcomes import Inconclusive, NotTested, OutOfScope
from keepcall.contract.request import Format, encode_request, keep

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CALL = Call("a8343631-9f35-4a3a-83f0-9e81592339fb", "8856", "2001", "finished", NOW, NOW, "on-demand", False, False)
GRANTED = "<VerbaApi><Response code='0' type='KeepCall'/></VerbaApi>"
REFUSED = "<VerbaApi><Response code='2' type='KeepCall'><ErrorMessage>no</ErrorMessage></Response></VerbaApi>"


def arranged(_: object) -> Arrangement:
    raise AssertionError("never arranged")


def executed(
    body: str,
    kind: Demand = "refused",
    *,
    operation: Operation = KEEP,
    format_: Format = "XML",
    after: tuple[Call, ...] | None = (CALL,),
    alone: bool = False,
) -> Execution:
    request = operation.asked(keep(action="KeepCall", callID="c")).by("GET").answered_in(format_)
    exchange = Exchange(request, encode_request(request, "form"), "http://x/", Answer(200, "OK", (), body.encode()))
    situation, mode = Situation("a situation", "KC-SEL-01", kind, arranged), Mode(operation, "GET", format_)
    return Execution(situation, mode, exchange, None, None, (CALL,), after, alone=alone)


@pytest.mark.parametrize(
    ("execution", "outcome"),
    [
        (executed(GRANTED), "granted"),
        (executed(REFUSED), "refused"),
        (executed(GRANTED, "denied"), "granted"),
        (executed("<p>no", "denied"), "refused"),
        (executed("x <Response code='0'>", "denied"), "granted"),
        (executed("x <Response code='0'>"), "refused"),
        (executed("no", "denied", operation=UNMARK, format_="TEXT", after=None), "refused"),
        (executed("no", operation=UNMARK, format_="TEXT"), "refused"),
        (executed("no", operation=UNMARK, format_="TEXT", after=(replace(CALL, kept=True),)), "granted"),
        (executed(GRANTED, alone=True), "granted"),
    ],
)
def test_the_outcome_is_what_the_answer_says_or_what_was_done(execution: Execution, outcome: str) -> None:
    assert execution.outcome() == outcome


def test_an_outcome_that_shows_in_its_effect_alone_is_out_of_scope_where_that_is_not_seen() -> None:
    with pytest.raises(OutOfScope) as raised:
        executed("no", operation=UNMARK, format_="TEXT", after=None).outcome()

    assert raised.value.reason == "the lab cannot read a call back, so its effect cannot be seen"


def test_a_refusal_without_its_twin_does_not_count() -> None:
    with pytest.raises(NotTested) as raised:
        executed(REFUSED, alone=True).outcome()

    assert raised.value.reason == "--read-only: a refusal counts only beside its twin, which could change a call"


def test_a_call_that_was_lost_on_the_way_is_no_unchanged_one() -> None:
    with pytest.raises(ValueError, match="shorter"):
        executed(REFUSED, after=()).changes()


LATER = NOW + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "same", "as_it_was"),
    [
        (CALL, True, True),
        (replace(CALL, end_time=LATER), True, True),
        (replace(CALL, end_time=None), True, True),
        (replace(CALL, kept=True), True, False),
        (replace(CALL, recording_active=True), True, False),
        (replace(CALL, start_time=LATER), False, False),
        (replace(CALL, calling_party="1"), False, False),
        (replace(CALL, called_party="1"), False, False),
        (replace(CALL, recording="controlled"), False, False),
        (replace(CALL, state="ongoing"), False, False),
    ],
)
def test_a_call_is_as_it_was_whenever_its_end_is_noted(after: Call, same: bool, as_it_was: bool) -> None:
    assert (same_call(CALL, after), same_call(after, CALL)) == (same, same)
    assert (unchanged(CALL, after), unchanged(after, CALL)) == (as_it_was, as_it_was)


@pytest.mark.parametrize(
    ("format_", "words"), [("XML", "unmark, POST, XML"), ("", "unmark, POST, no responseType")], ids=["XML", "none"]
)
def test_a_way_is_told_in_words(format_: Format, words: str) -> None:
    assert str(Mode(UNMARK, "POST", format_)) == words


def test_what_has_no_answer_is_told_with_the_command_that_repeats_it() -> None:
    exchange = replace(executed("").exchange, result=NoAnswer("timeout", "nothing within 10 s"))

    assert no_answer(exchange).reason == (
        "no answer (timeout): nothing within 10 s — curl -sS -i -G http://x/ "
        "--data-raw action=KeepCall --data-raw callID=c --data-raw responseType=XML"
    )


def test_an_effect_that_was_not_waited_for_is_not_judged() -> None:
    execution = replace(executed(GRANTED, "granted"), selected=CALL, not_waited="not waited for again: another test")

    with pytest.raises(
        Inconclusive, match=r"^inconclusive: the finished call .* was not acted on soon, and not waited"
    ):
        execution.acted()


def test_an_effect_that_showed_all_the_same_is_judged() -> None:
    kept = replace(CALL, kept=True)
    execution = replace(executed(GRANTED, "granted", after=(kept,)), selected=CALL, not_waited="not waited for again")

    assert execution.acted()
    assert execution.outcome() == "granted"
