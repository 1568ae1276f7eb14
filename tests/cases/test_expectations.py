"""What `expect` raises: the findings with their evidence, the worst reason, and no frames of its own."""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from keepcall.cases.engine.execution import Execution, Mode
from keepcall.cases.engine.expectation import end_of, expect, expect_alike
from keepcall.cases.setup import Arrangement
from keepcall.cases.situations.table import Situation
from keepcall.contract.exchange import Answer, Exchange, NoAnswer
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import Failure, Finding, Inconclusive, NotClaimed, NotTested, Outcome, OutOfScope
from keepcall.contract.request import Method, encode_request, keep
from keepcall.contract.violation import Violation
from keepcall.errors import InternalError

WRONG = Violation("Wrong", "right", "wrong")
OTHERWISE = Violation("Otherwise", "so", "otherwise")


def arranged(_: object) -> Arrangement:
    raise AssertionError("never arranged")


def executed(method: Method, twin: Exchange | None = None) -> Execution:
    request = keep(action="KeepCall", callID="c").by(method)
    exchange = Exchange(request, encode_request(request, "form"), "http://x/", Answer(200, "OK", (), b""))
    return Execution(
        Situation("a situation", "KC-SEL-01", "granted", arranged),
        Mode(KEEP, method, "XML"),
        exchange,
        twin,
        None,
        (),
        (),
    )


TWIN = executed("GET").exchange
GET, POST = executed("GET", TWIN), executed("POST")


def wrong(*_: Execution) -> Iterator[Violation]:
    yield WRONG


def well(*_: Execution) -> Iterator[Violation]:
    yield from ()


def otherwise(*_: Execution) -> Iterator[Violation]:
    yield OTHERWISE


def unseen(*_: Execution) -> tuple[Violation, ...]:
    raise OutOfScope("the lab is blind")


def test_a_finding_holds_the_exchange_and_its_twin() -> None:
    with pytest.raises(Failure) as raised:
        expect([GET, POST], wrong, otherwise)

    assert raised.value.findings == (
        Finding(WRONG, GET.context, GET.exchange, TWIN),
        Finding(OTHERWISE, GET.context, GET.exchange, TWIN),
        Finding(WRONG, POST.context, POST.exchange, None),
        Finding(OTHERWISE, POST.context, POST.exchange, None),
    )


def test_a_finding_about_a_pair_holds_both_exchanges() -> None:
    with pytest.raises(Failure) as raised:
        expect_alike([GET], [POST], wrong, otherwise)

    context = "a situation (keep, POST, XML); calls: no calls, beside keep, GET, XML"
    assert raised.value.findings == (
        Finding(WRONG, context, POST.exchange, GET.exchange),
        Finding(OTHERWISE, context, POST.exchange, GET.exchange),
    )


def test_a_pair_is_judged_in_its_order() -> None:
    def in_order(first: Execution, second: Execution) -> Iterator[Violation]:
        if (first, second) != (GET, POST):
            yield WRONG

    expect_alike([GET], [POST], in_order)


def test_kinds_of_different_numbers_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        expect_alike([GET, GET], [POST], well)


@pytest.mark.parametrize(
    ("mistaken", "what", "remedy"),
    [
        (lambda: expect([GET]), "a test expects nothing", "Give `expect` at least one check."),
        (lambda: expect_alike([GET], [POST]), "a test expects nothing", "Give `expect_alike` at least one check."),
        (lambda: expect([], well), "a test has nothing to judge", "Give `expect` at least one play."),
    ],
)
def test_a_mistake_in_a_test_is_told_with_its_remedy(mistaken: Callable[[], None], what: str, remedy: str) -> None:
    with pytest.raises(InternalError) as raised:
        mistaken()

    assert (raised.value.what, raised.value.remedy) == (what, remedy)


@pytest.mark.parametrize(
    "failing", [lambda: expect([GET], wrong), lambda: expect_alike([GET], [POST], wrong)], ids=["one", "pair"]
)
def test_a_failure_shows_no_frames_of_ours(failing: Callable[[], None]) -> None:
    with pytest.raises(Failure) as raised:
        failing()

    frames = [frame for frame, _ in traceback.walk_tb(raised.value.__traceback__)]
    ours = [frame for frame in frames if frame.f_code.co_filename.endswith("expectation.py")]
    assert [frame.f_locals["__tracebackhide__"] for frame in ours] == [True, True]


MISSING = [Inconclusive("refused"), NotTested("no such call"), OutOfScope("no read-back"), NotClaimed("unmark")]


@pytest.mark.parametrize("worse", range(4))
@pytest.mark.parametrize("better", range(4))
def test_the_worst_reason_is_told_as_it_was(worse: int, better: int) -> None:
    worst = MISSING[min(worse, better)]

    for executions in ([MISSING[worse], MISSING[better]], [MISSING[better], MISSING[worse]]):
        with pytest.raises(type(worst)) as raised:
            expect(executions, well)

        assert (type(raised.value), raised.value.args) == (type(worst), worst.args)


@pytest.mark.parametrize(
    ("firsts", "seconds", "outcome"),
    [
        ([MISSING[3]], [MISSING[0]], Inconclusive),
        ([MISSING[0]], [MISSING[3]], Inconclusive),
        ([GET], [MISSING[1]], NotTested),
        ([MISSING[1]], [GET], NotTested),
    ],
)
def test_a_pair_is_missing_where_one_of_it_is(
    firsts: list[Execution | Outcome], seconds: list[Execution | Outcome], outcome: type[Outcome]
) -> None:
    with pytest.raises(outcome) as raised:
        expect_alike(firsts, seconds, wrong)

    assert type(raised.value) is outcome


def test_what_cannot_be_seen_hides_nothing_that_comes_after() -> None:
    with pytest.raises(OutOfScope, match="the lab is blind"):
        expect([GET, POST], unseen)
    with pytest.raises(Failure) as raised:
        expect([GET, POST, replace(GET, twin=None)], lambda execution: unseen() if execution is GET else wrong())

    assert len(raised.value.findings) == 2


@pytest.mark.parametrize("missing", [MISSING[2], MISSING[3]], ids=["out of scope", "not claimed"])
def test_what_is_missing_hides_nothing_that_was_judged(missing: Outcome) -> None:
    expect([missing, GET], well)
    expect([GET, missing], well)
    with pytest.raises(Failure):
        expect([missing, GET], wrong)
    with pytest.raises(Failure):
        expect([GET, MISSING[0]], wrong)


def exchanged(body: bytes) -> Exchange:
    request = keep(action="KeepCall", callID="c").by("GET")
    return Exchange(request, encode_request(request, "form"), "http://x/", Answer(200, "OK", (), body))


def test_a_test_without_a_judgement_fails_by_an_answer_that_is_wrong_in_itself() -> None:
    broken = exchanged(b"<VerbaApi>")
    end = end_of("KC-XML-01", Inconclusive("the twin was refused"), [exchanged(b"<a/>"), broken])
    assert isinstance(end, Failure)
    assert [finding.exchange for finding in end.findings] == [broken]
    assert "the twin was refused" in end.findings[0].context


@pytest.mark.parametrize("outcome", [NotTested("no lab"), NotClaimed("no"), OutOfScope("blind")], ids=str)
def test_what_was_not_tested_stays_so(outcome: Outcome) -> None:
    assert end_of("KC-XML-01", outcome, [exchanged(b"<VerbaApi>")]) is outcome


def test_another_requirement_stays_without_a_judgement() -> None:
    outcome = Inconclusive("the twin was refused")
    assert end_of("KC-XML-03", outcome, [exchanged(b"<VerbaApi>")]) is outcome


def test_what_has_no_answer_is_not_wrong_in_itself() -> None:
    silent = replace(exchanged(b""), result=NoAnswer("timeout", "10 s"))
    outcome = Inconclusive("no answer")
    assert end_of("KC-XML-01", outcome, [silent]) is outcome


def unsure(execution: Execution) -> Iterator[Violation]:
    if execution is POST:
        raise Inconclusive("not waited for")
    yield from ()


def test_a_check_that_cannot_judge_makes_the_test_inconclusive() -> None:
    with pytest.raises(Inconclusive, match="not waited for"):
        expect([GET, POST], unsure)


def test_a_check_that_cannot_judge_hides_no_finding() -> None:
    with pytest.raises(Failure) as raised:
        expect([POST, GET], unsure, wrong)

    assert [finding.exchange for finding in raised.value.findings] == [GET.exchange]
