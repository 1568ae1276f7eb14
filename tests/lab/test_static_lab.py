"""The static lab against the reference server: calls are leased, marked, brought back, and never held against it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

import pytest

from keepcall.cases.engine.checks import outcome
from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.execution import Execution
from keepcall.cases.situations import SITUATIONS, Situation
from keepcall.contract.call import Call, CallSpec, Number, finished, ongoing
from keepcall.contract.operation import KEEP, RECORD, UNMARK, Operation
from keepcall.contract.outcomes import Inconclusive, NotTested, Outcome, OutOfScope
from keepcall.contract.target import ArrangedCall, Claims, LabSettings, Target
from keepcall.lab.http_lab import HttpLab
from keepcall.lab.placing import DryLab
from keepcall.lab.static_lab import StaticLab
from keepcall.run.harness import harness
from keepcall.run.lab_needs import all_needs, arrangement
from keepcall.server import RunningServer


class Desk(Protocol):
    """What `conftest` makes."""

    live: RunningServer
    target: Target
    calls: tuple[Call, ...]

    def left_marked(self) -> list[str]: ...
    def end(self, call: Call) -> None: ...


class Desks(Protocol):
    """Makes it."""

    def __call__(self, numbers: Iterable[Number], fault: str = "", *, control: bool = False) -> Desk: ...


def situation(name: str) -> Situation:
    return next(row for row in SITUATIONS() if row.name == name)


def numbers(*shapes: tuple[CallSpec, ...], operation: Operation = KEEP) -> list[Number]:
    mind = DryLab()
    return [mind.number(specs, operation) for specs in shapes]


PLAIN = situation("an extension that is the calling party")
CROWD = situation("two ongoing calls, the number calling in one and called in the other")
TWO = ((ongoing(),), (ongoing(),))


def execution(driver: Driver, row: Situation, *operations: Operation) -> Execution | Outcome:
    return driver.execute(row, *operations, methods=["GET"])[0]


def test_a_situation_is_played_with_calls_that_were_there(desk: Desks) -> None:
    at = desk(numbers(*TWO))
    with harness(at.target) as ready:
        executed = [execution(ready.driver, PLAIN, operation) for operation in (KEEP, UNMARK)]

    assert [each.outcome() for each in executed if isinstance(each, Execution)] == ["granted", "granted"]
    assert at.left_marked() == []


def test_what_is_missing_is_asked_of_the_tester(desk: Desks) -> None:
    at = desk(numbers(*TWO))
    with harness(at.target) as ready:
        lacking = execution(ready.driver, CROWD)
        too_few = execution(ready.driver, situation("the oldest of a dozen ongoing calls, each of another number"))

    assert isinstance(lacking, NotTested)
    assert "arrange a number with two ongoing on-demand calls (one as calling party, one as called" in str(lacking)
    assert isinstance(too_few, NotTested)
    assert "arrange 3 numbers with one ongoing on-demand call" in str(too_few)


@pytest.mark.parametrize(
    ("row", "shapes"),
    [
        (PLAIN, TWO),
        (CROWD, ((ongoing(), ongoing("called")), (ongoing(),))),
        (situation("an ongoing call, status last"), ((ongoing(),), (finished(),))),
    ],
    ids=["it must be found", "it must be in the way", "it must not be found"],
)
def test_a_call_that_has_ended_meanwhile_fails_nobody(
    desk: Desks, row: Situation, shapes: tuple[tuple[CallSpec, ...], ...]
) -> None:
    at = desk(numbers(*shapes))
    at.end(at.calls[0])
    with harness(at.target) as ready:
        executed = execution(ready.driver, row)

    assert isinstance(executed, Inconclusive), executed
    assert "no request finds" in str(executed) or "refused" in str(executed)


def test_a_call_that_is_still_there_excuses_nobody(desk: Desks) -> None:
    at = desk(numbers((ongoing(), ongoing("called")), (ongoing(),)), fault="takes_the_first_of_several_calls")
    with harness(at.target) as ready:
        executed = execution(ready.driver, CROWD)

    assert isinstance(executed, Execution)
    assert [violation.name for violation in outcome(executed)] == ["GrantedRequest"]
    assert at.left_marked() == []


def test_a_mark_from_a_former_run_is_taken_off_first(desk: Desks) -> None:
    at = desk(numbers(*TWO))
    for call in at.calls:
        at.live.server.store.set_kept(call.call_id, kept=True)
    with harness(at.target) as ready:
        executed = execution(ready.driver, PLAIN)
        assert isinstance(executed, Execution)

    assert at.left_marked() == []


def test_without_a_call_id_a_call_is_found_by_number_alone(desk: Desks) -> None:
    at = desk(numbers(*TWO))
    nameless = tuple(replace(call, call_id="") for call in at.target.lab.calls)
    target = replace(at.target, lab=replace(at.target.lab, calls=nameless))
    with harness(target) as ready:
        by_number, by_id = execution(ready.driver, PLAIN), execution(ready.driver, situation("an unknown callID"))

    assert isinstance(by_number, Execution)
    assert isinstance(by_id, NotTested)
    assert "does not know the callID" in str(by_id)
    assert at.left_marked() == []


def test_nothing_is_seen_of_effects_without_read_back(desk: Desks) -> None:
    at = desk(numbers(*TWO))
    with harness(at.target) as ready:
        executed = execution(ready.driver, PLAIN)

    assert isinstance(executed, Execution)
    with pytest.raises(OutOfScope):
        executed.seen()


def test_with_read_back_effects_are_seen(desk: Desks) -> None:
    at = desk(numbers(*TWO), control=True)
    target = replace(at.target, lab=replace(at.target.lab, read_back=at.live.lab_url))
    with harness(target) as ready:
        executed = execution(ready.driver, PLAIN)
        assert isinstance(executed, Execution)
        assert executed.acted()
        assert executed.changes() == ()
        at.end(at.calls[0])
        gone = execution(ready.driver, situation("all values percent-encoded"))
        also = execution(ready.driver, PLAIN, UNMARK)

    assert isinstance(gone, Execution)  # with the other call
    assert isinstance(also, NotTested)
    assert "by now the finished call" in str(also)
    assert at.left_marked() == []


def test_where_unmark_is_not_claimed_only_expendable_calls_are_used(desk: Desks) -> None:
    at = desk(numbers(*TWO, *TWO, *TWO))
    frugal = replace(at.target, claims=Claims(unmark=False))
    spendable = replace(
        frugal, lab=replace(frugal.lab, calls=tuple(replace(c, expendable=True) for c in frugal.lab.calls))
    )
    with harness(frugal) as ready:
        refused = execution(ready.driver, PLAIN)
    with harness(spendable) as ready:
        executed, again = (
            execution(ready.driver, PLAIN),
            execution(ready.driver, situation("all values percent-encoded")),
        )

    assert "expendable" in str(refused)
    assert isinstance(executed, Execution)
    assert isinstance(again, Execution)  # with another number
    assert len(at.left_marked()) == 3  # one is of the question whether the target is there


@pytest.mark.parametrize(
    "name", ["88560", "+1 (555) 0100", "2001"], ids=["like one of ours", "spelled out", "a peer"]
)
def test_a_number_that_may_be_somebodys_is_not_named(name: str) -> None:
    call = ArrangedCall("", "8856", "2001", "ongoing")
    lab = StaticLab(LabSettings("static", calls=(call,), numbers_without_calls=("8899",)), Claims())
    alone = StaticLab(LabSettings("static", calls=(call,), no_other_calls=True), Claims())

    assert (lab.refuses_number(name) == "") == (name == "2001")
    assert alone.refuses_number(name) == ""
    assert [lab.refuses_number(own) for own in ("8899", "8856", "' OR '1'='1", "7" * 200)] == [""] * 4


def test_a_lookalike_that_has_a_call_of_its_own_is_not_sent_as_nobodys(desk: Desks) -> None:
    mind = DryLab()
    number = mind.number((ongoing(),), KEEP)
    at = desk([number, mind.number((ongoing(),), KEEP, f"{number.text}0"), mind.number((ongoing(),), KEEP)])
    with harness(at.target) as ready:
        executed = execution(ready.driver, situation("the number of the calling party with a digit more"))

    assert isinstance(executed, NotTested)
    assert "should name no call" in str(executed)


def test_a_call_is_leased_to_one_test_at_a_time() -> None:
    call = ArrangedCall("", "8856", "2001", "ongoing")
    lab = StaticLab(LabSettings("static", calls=(call,)), Claims()).dry()
    number = lab.number([ongoing()], KEEP)

    with pytest.raises(NotTested, match=r"arrange 2 numbers"):
        lab.number([ongoing()], KEEP)
    with pytest.raises(NotTested, match=r"arrange 2 numbers"):
        lab.number([ongoing("called")], KEEP)
    lab.remove(number.call)
    assert lab.number([ongoing("called")], KEEP).text == "2001"


def test_a_number_with_several_calls_is_not_torn_apart_for_the_sake_of_one() -> None:
    pair = (ArrangedCall("", "8856", "2001", "ongoing"), ArrangedCall("", "2002", "8856", "ongoing"))
    lab = StaticLab(LabSettings("static", calls=(*pair, ArrangedCall("", "8857", "2003", "ongoing"))), Claims())

    assert lab.number([ongoing()], KEEP).text == "8857"
    assert lab.number([ongoing(), ongoing("called")], KEEP).text == "8856"


def test_a_number_without_calls_is_free_again_after_its_test() -> None:
    lab = StaticLab(LabSettings("static", numbers_without_calls=("8899",)), Claims())
    first = lab.number([], KEEP)

    with pytest.raises(NotTested, match=r"list 2 numbers in lab\.numbers_without_calls"):
        lab.number([], KEEP)
    lab.release(first.text)
    assert lab.number([], KEEP).text == "8899"


def test_a_call_that_cannot_be_brought_back_is_told() -> None:
    call = ArrangedCall("", "8856", "2001", "ongoing")
    lab = StaticLab(
        LabSettings("static", calls=(call,)), Claims(), lambda r: "refused" if r.values("unmark") else "granted"
    )
    number = lab.number([ongoing()], UNMARK)
    lab.remove(number.call)

    assert [line.partition(" could")[0] for line in lab.close()] == ["the ongoing call 8856 → 2001, on-demand"]


def test_no_call_begins_during_a_test() -> None:
    lab = StaticLab(LabSettings("static"), Claims())

    with pytest.raises(NotTested, match="during a test"):
        lab.begin(Number("8856"), ongoing(), KEEP)


def test_what_every_situation_needs_can_be_listed() -> None:
    needed = arrangement(all_needs())
    calls = tuple(
        ArrangedCall(c.call_id, c.calling_party, c.called_party, c.state, c.start_time, c.end_time, c.recording)  # type: ignore[arg-type]
        for number in needed
        for c in number.calls
    )
    free = tuple(number.text for number in needed if not number.calls)
    lab = StaticLab(LabSettings("static", calls=calls, numbers_without_calls=free, no_other_calls=True), Claims())

    for need in all_needs():
        setup = lab.dry()
        for shape, number in need.numbers:
            if not need.special and not need.arrivals:
                assert setup.number(shape, KEEP), number


def test_reading_back_is_by_the_control_protocol(desk: Desks) -> None:
    at = desk(numbers((ongoing(),), operation=RECORD), control=True)
    reader = HttpLab(at.live.lab_url)
    lab = StaticLab(replace(at.target.lab, read_back=at.live.lab_url), Claims(), lambda _: "granted", reader.read)

    with pytest.raises(NotTested, match="did not take the mark"):
        lab.number([ongoing(recording="controlled")], UNMARK)  # of a call that nobody has kept
