"""Checks on plays, and what `expect` makes of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from keepcall.cases.engine.checks import ExecutionCheck, effect, nothing_changed, nothing_else, outcome, selection
from keepcall.cases.engine.execution import Execution, Mode, twin_was_refused
from keepcall.cases.engine.expectation import Executions, expect, expect_alike
from keepcall.cases.setup import Arrangement
from keepcall.cases.situations.table import Demand, Situation
from keepcall.contract.call import Call
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.operation import KEEP, RECORD, STOP_RECORDING, UNMARK, Operation
from keepcall.contract.outcomes import Failure, Inconclusive, NotClaimed, NotTested, Outcome, OutOfScope
from keepcall.contract.request import Format, encode_request, keep
from keepcall.contract.violation import Violation
from keepcall.errors import InternalError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CALL = Call("a8343631-9f35-4a3a-83f0-9e81592339fb", "8856", "2001", "ongoing", NOW, None, "on-demand", False, False)
OTHER = replace(CALL, call_id="0ab1c6a2-1d5e-4d4f-9f0c-0d5c1f6f2b11", calling_party="8857")
CONTROLLED = replace(CALL, recording="controlled")

XML_GRANTED = b'<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
XML_REFUSED = (
    b'<?xml version="1.0" encoding="UTF-8"?><VerbaApi><Response code="2" type="KeepCall">'
    b"<ErrorMessage>no</ErrorMessage></Response></VerbaApi>"
)
XML_OK = b'<VerbaApi><Response code="OK" type="KeepCall"/></VerbaApi>'


def exchange(body: bytes, operation: Operation = KEEP, format_: Format = "XML") -> Exchange:
    request = operation.asked(keep(action="KeepCall", apiKey="k", callID="c")).by("GET").answered_in(format_)
    return Exchange(request, encode_request(request, "form"), "http://x/", Answer(200, "OK", (), body))


def arranged(_: object) -> Arrangement:
    raise AssertionError("never arranged")


def executed(
    kind: Demand,
    body: bytes,
    before: tuple[Call, ...] = (CALL, OTHER),
    after: tuple[Call, ...] | None = None,
    *,
    operation: Operation = KEEP,
    format_: Format = "XML",
    seen: bool = True,
) -> Execution:
    """A play with these calls before and after; of a granted one the first call is the selected one."""
    return Execution(
        situation=Situation("a situation", "KC-SEL-01", kind, arranged),
        mode=Mode(operation, "GET", format_),
        exchange=exchange(body, operation, format_),
        twin=None,
        selected=before[0] if kind in ("granted", "either") else None,
        before=before,
        after=(before if after is None else after) if seen else None,
    )


KEPT = replace(CALL, kept=True)
OTHER_KEPT = replace(OTHER, kept=True)
GRANTED = executed("granted", XML_GRANTED, after=(KEPT, OTHER))
REFUSED = executed("refused", XML_REFUSED)


@pytest.mark.parametrize(
    ("check", "execution", "names"),
    [
        (outcome, GRANTED, []),
        (outcome, REFUSED, []),
        (outcome, executed("granted", XML_REFUSED), ["RefusedRequest"]),
        (outcome, executed("granted", XML_OK, after=(KEPT, OTHER)), ["RefusedRequest"]),
        (outcome, executed("refused", XML_GRANTED), ["GrantedRequest"]),
        (outcome, executed("denied", XML_GRANTED), ["GrantedRequest"]),
        (outcome, executed("denied", b"go away"), []),
        (outcome, executed("denied", b"", seen=False), []),
        (outcome, executed("either", XML_REFUSED), []),
        (
            outcome,
            executed("granted", b"done", after=(KEPT, OTHER), operation=KEEP, format_="TEXT"),
            ["RefusedRequest"],
        ),
        (outcome, executed("granted", b"done", (KEPT,), (CALL,), operation=UNMARK, format_="TEXT"), []),
        (
            outcome,
            executed("granted", b"done", (KEPT,), (KEPT,), operation=UNMARK, format_="TEXT"),
            ["RefusedRequest"],
        ),
        (outcome, executed("refused", b"no", (KEPT,), (KEPT,), operation=UNMARK, format_="TEXT"), []),
        (outcome, executed("refused", b"no", (KEPT,), (CALL,), operation=UNMARK, format_="TEXT"), ["GrantedRequest"]),
        (selection, GRANTED, []),
        (selection, executed("granted", XML_GRANTED), []),
        (selection, executed("granted", XML_GRANTED, after=(CALL, OTHER_KEPT)), ["WrongCall"]),
        (selection, executed("granted", XML_GRANTED, after=(KEPT, OTHER_KEPT)), []),
        (selection, executed("granted", XML_GRANTED, seen=False), []),
        (effect, GRANTED, []),
        (effect, executed("granted", XML_GRANTED), ["MissingEffect"]),
        (effect, executed("either", XML_REFUSED, (CALL,), (KEPT,)), []),
        (effect, REFUSED, []),
        (nothing_else, GRANTED, []),
        (nothing_else, executed("granted", XML_GRANTED), []),
        (nothing_else, executed("granted", XML_GRANTED, after=(KEPT, OTHER_KEPT)), ["ChangedCall"]),
        (
            nothing_else,
            executed("granted", XML_GRANTED, after=(replace(KEPT, recording_active=True), OTHER)),
            ["OtherMarkChanged"],
        ),
        (
            nothing_else,
            executed(
                "granted",
                XML_GRANTED,
                (CONTROLLED,),
                (replace(CONTROLLED, kept=True, recording_active=True),),
                operation=RECORD,
            ),
            ["OtherMarkChanged"],
        ),
        (
            nothing_else,
            executed("granted", XML_GRANTED, after=(KEPT, replace(OTHER, called_party="1"))),
            ["ChangedCall"],
        ),
        (nothing_changed, REFUSED, []),
        (nothing_changed, executed("refused", XML_REFUSED, after=(KEPT, OTHER)), ["ChangedCall"]),
        (nothing_changed, executed("denied", b"no", after=(CALL, OTHER_KEPT)), ["ChangedCall"]),
        (nothing_changed, executed("refused", XML_GRANTED, after=(KEPT, OTHER)), []),
    ],
)
def test_a_check_sees_what_is_wrong_and_nothing_else(
    check: ExecutionCheck, execution: Execution, names: list[str]
) -> None:
    assert [violation.name for violation in check(execution)] == names


@pytest.mark.parametrize("check", [effect, nothing_else, nothing_changed])
def test_an_effect_that_cannot_be_seen_is_out_of_scope(check: ExecutionCheck) -> None:
    kind: Demand = "refused" if check is nothing_changed else "granted"

    with pytest.raises(OutOfScope):
        expect([executed(kind, XML_REFUSED if kind == "refused" else XML_GRANTED, seen=False)], check)


def test_the_twins_call_may_be_acted_on_late() -> None:
    execution = replace(executed("refused", XML_REFUSED, after=(CALL, OTHER_KEPT)), spared=OTHER)

    assert list(nothing_changed(execution)) == []


def well(_: Execution) -> Iterator[Violation]:
    yield from ()


def wrong(_: Execution) -> Iterator[Violation]:
    yield Violation("Wrong", "right", "wrong")


INCONCLUSIVE, UNTESTED = Inconclusive("the twin was refused"), NotTested("no such call")
UNSEEN, UNCLAIMED = OutOfScope("no read-back"), NotClaimed("unmark")


@pytest.mark.parametrize(
    ("executions", "check", "outcome_"),
    [
        ([GRANTED], well, None),
        ([GRANTED], wrong, Failure),
        ([GRANTED, INCONCLUSIVE], well, Inconclusive),
        ([INCONCLUSIVE, GRANTED], wrong, Failure),
        ([UNTESTED, INCONCLUSIVE], well, Inconclusive),
        ([GRANTED, UNTESTED], well, NotTested),
        ([GRANTED, UNSEEN], well, None),
        ([UNSEEN], well, OutOfScope),
        ([GRANTED, UNCLAIMED], well, None),
        ([UNCLAIMED, UNCLAIMED], well, NotClaimed),
        ([UNSEEN, UNCLAIMED], well, OutOfScope),
        ([UNCLAIMED, INCONCLUSIVE], well, Inconclusive),
    ],
)
def test_a_failure_outweighs_what_is_missing(
    executions: Executions, check: ExecutionCheck, outcome_: type[Outcome] | None
) -> None:
    if outcome_ is None:
        expect(executions, check)
        return

    with pytest.raises(outcome_) as raised:
        expect(executions, check)

    assert type(raised.value) is outcome_


def test_expecting_nothing_is_a_mistake() -> None:
    with pytest.raises(InternalError, match="expects nothing"):
        expect([GRANTED])


def test_judging_nothing_is_a_mistake() -> None:
    with pytest.raises(InternalError, match="nothing to judge"):
        expect([], well)


def test_every_finding_is_told_with_its_situation() -> None:
    with pytest.raises(Failure) as raised:
        expect([GRANTED, REFUSED], wrong)

    assert len(raised.value.findings) == 2
    assert "a situation (keep, GET, XML)" in str(raised.value)
    assert "ongoing call 8856 → 2001, on-demand" in str(raised.value)


def test_two_plays_that_disagree_fail_as_a_pair() -> None:
    def differ(first: Execution, second: Execution) -> Iterator[Violation]:
        if first is not second:
            yield Violation("Different", "the same", "another")

    expect_alike([GRANTED], [GRANTED], differ)
    with pytest.raises(Failure, match="Different"):
        expect_alike([GRANTED, GRANTED], [GRANTED, REFUSED], differ)
    with pytest.raises(Inconclusive):
        expect_alike([GRANTED], [INCONCLUSIVE], differ)


@pytest.mark.parametrize(
    ("body", "acted", "refused"),
    [
        (XML_GRANTED, None, False),
        (XML_GRANTED, False, False),
        (XML_REFUSED, None, True),
        (XML_REFUSED, True, True),
        (XML_OK, None, False),
        (XML_OK, True, False),
        (XML_OK, False, True),
        (b"<VerbaApi", True, False),
        (b"", False, True),
    ],
)
def test_a_twin_is_refused_only_by_a_refusal(body: bytes, acted: bool | None, refused: bool) -> None:
    assert twin_was_refused(exchange(body), acted=acted) is refused


@pytest.mark.parametrize(
    ("operation", "call", "after"),
    [
        (KEEP, CALL, KEPT),
        (UNMARK, KEPT, CALL),
        (RECORD, CONTROLLED, replace(CONTROLLED, recording_active=True)),
        (STOP_RECORDING, replace(CONTROLLED, recording_active=True), CONTROLLED),
    ],
)
def test_an_operation_changes_the_mark_that_it_is_about(operation: Operation, call: Call, after: Call) -> None:
    assert operation.after(call) == after
    assert operation.before(call) == call
    assert operation.before(call, done=True) == after
