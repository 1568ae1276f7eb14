"""What the checks on plays say, and those that compare two plays."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from keepcall.cases.engine import checks
from keepcall.cases.engine.checks import ExecutionCheck, PairCheck
from keepcall.cases.engine.execution import Execution, Mode
from keepcall.cases.setup import Arrangement
from keepcall.cases.situations.table import Demand, Situation
from keepcall.contract.call import Call
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.operation import KEEP, RECORD, STOP_RECORDING, UNMARK, Operation
from keepcall.contract.outcomes import OutOfScope
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import Format, encode_request, keep
from keepcall.contract.violation import Violation

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CALL = Call("a8343631-9f35-4a3a-83f0-9e81592339fb", "8856", "2001", "ongoing", NOW, None, "on-demand", False, False)
OTHER = replace(CALL, call_id="0ab1c6a2-1d5e-4d4f-9f0c-0d5c1f6f2b11", calling_party="8857")
KEPT, OTHER_KEPT = replace(CALL, kept=True), replace(OTHER, kept=True)
RECORDED = replace(CALL, recording="controlled", recording_active=True)

GRANTED = '<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'


def refused(message: str) -> str:
    return (
        f'<VerbaApi><Response code="2" type="KeepCall"><ErrorMessage>{message}</ErrorMessage></Response></VerbaApi>'
    )


def arranged(_: object) -> Arrangement:
    raise AssertionError("never arranged")


def executed(
    body: str,
    after: tuple[Call, ...] | None = (CALL, OTHER),
    *,
    kind: Demand = "granted",
    before: tuple[Call, ...] = (CALL, OTHER),
    operation: Operation = KEEP,
    format_: Format = "XML",
    asked: dict[str, str] | None = None,
) -> Execution:
    """A play with these calls after; of a granted one the first call is the selected one."""
    request = operation.asked(keep(action="KeepCall", **(asked or {"callID": "c"}))).by("GET").answered_in(format_)
    exchange = Exchange(request, encode_request(request, "form"), "http://x/", Answer(200, "OK", (), body.encode()))
    selected = before[0] if kind == "granted" else None
    mode = Mode(operation, "GET", format_)
    return Execution(
        Situation("a situation", "KC-SEL-01", kind, arranged), mode, exchange, None, selected, before, after
    )


def told(violations: Iterable[Violation]) -> list[tuple[str, str, str]]:
    return [(found.name, found.expected, found.got) for found in violations]


@pytest.mark.parametrize(
    ("check", "execution", "said"),
    [
        (
            checks.outcome,
            executed(refused("no")),
            [("RefusedRequest", "a granted request", f"status 200 with {refused('no')!r}")],
        ),
        (
            checks.outcome,
            executed(" a \n b ", kind="granted", format_="TEXT"),
            [("RefusedRequest", "a granted request", "status 200 with 'a b'")],
        ),
        (
            checks.outcome,
            executed(GRANTED, kind="refused"),
            [("GrantedRequest", "a refusal", f"status 200 with {GRANTED!r}")],
        ),
        (
            checks.outcome,
            executed(GRANTED, kind="denied"),
            [("GrantedRequest", "a refusal, in whatever form", f"status 200 with {GRANTED!r}")],
        ),
        (
            checks.selection,
            executed(GRANTED, (CALL, OTHER_KEPT)),
            [("WrongCall", f"the {CALL.in_words()} to be selected", f"the {OTHER.in_words()}, kept")],
        ),
        (checks.selection, executed(GRANTED, (CALL, OTHER_KEPT), kind="refused"), []),
        (checks.effect, executed(GRANTED), [("MissingEffect", KEPT.in_words(), CALL.in_words())]),
        (checks.effect_if_seen, executed(GRANTED), [("MissingEffect", KEPT.in_words(), CALL.in_words())]),
        (checks.effect_if_seen, executed(GRANTED, None), []),
        (
            checks.effect,
            executed(GRANTED, (OTHER, RECORDED), before=(OTHER, RECORDED)[::-1], operation=STOP_RECORDING),
            [("MissingEffect", replace(RECORDED, recording_active=False).in_words(), RECORDED.in_words())],
        ),
        (
            checks.nothing_else,
            executed(
                GRANTED, (OTHER_KEPT, replace(KEPT, recording_active=True)), before=(OTHER, CALL), kind="refused"
            ),
            [
                ("ChangedCall", f"the {OTHER.in_words()} as it was", f"the {OTHER_KEPT.in_words()}"),
                (
                    "ChangedCall",
                    f"the {CALL.in_words()} as it was",
                    f"the {replace(KEPT, recording_active=True).in_words()}",
                ),
            ],
        ),
        (
            checks.nothing_else,
            executed(GRANTED, (replace(KEPT, recording_active=True), OTHER)),
            [("OtherMarkChanged", KEPT.in_words(), replace(KEPT, recording_active=True).in_words())],
        ),
        (checks.nothing_else, executed(GRANTED, (CALL, OTHER), before=(KEPT, OTHER), operation=UNMARK), []),
        (
            checks.nothing_else,
            executed(GRANTED, (replace(RECORDED, kept=True),), before=(RECORDED,), operation=RECORD),
            [("OtherMarkChanged", RECORDED.in_words(), replace(RECORDED, kept=True).in_words())],
        ),
        (
            checks.nothing_else,
            executed(GRANTED, (replace(KEPT, start_time=NOW.replace(hour=10)), OTHER)),
            [
                (
                    "ChangedCall",
                    f"the {KEPT.in_words()}, started 2026-11-23T09:00:00+00:00",
                    f"the {KEPT.in_words()}, started 2026-11-23T10:00:00+00:00",
                )
            ],
        ),
        (checks.nothing_else, executed(GRANTED, (RECORDED,), before=(RECORDED,), operation=RECORD), []),
        (
            checks.nothing_changed,
            executed(refused("no"), (CALL, OTHER_KEPT), kind="refused"),
            [("ChangedCall", f"the {OTHER.in_words()} as it was", f"the {OTHER_KEPT.in_words()}")],
        ),
    ],
)
def test_a_check_says_what_is_demanded_and_what_was_there(
    check: ExecutionCheck, execution: Execution, said: list[tuple[str, str, str]]
) -> None:
    assert told(check(execution)) == said


@pytest.mark.parametrize(
    ("first", "second", "did"),
    [
        (executed(GRANTED, (KEPT, OTHER)), executed(GRANTED, (KEPT, OTHER)), ()),
        (executed(GRANTED), executed(GRANTED), ()),
        (executed(GRANTED, None), executed(GRANTED), ()),
        (executed(GRANTED), executed(GRANTED, None), ()),
        (executed(GRANTED, (KEPT, OTHER)), executed(GRANTED), ("acted on a call", "left the calls as they were")),
        (executed(GRANTED), executed(GRANTED, (KEPT, OTHER)), ("left the calls as they were", "acted on a call")),
    ],
)
def test_what_differs_in_form_alone_acts_alike(first: Execution, second: Execution, did: tuple[str, ...]) -> None:
    said = [("DifferentEffect", f"the same as of the first request, which {did[0]}", did[1])] if did else []

    assert told(checks.same_effect(first, second)) == said


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (GRANTED, GRANTED, []),
        (refused("no"), refused("nor this"), []),
        (GRANTED, refused("no"), [("DifferentOutcome", "granted, like the first request", "refused")]),
        (refused("no"), GRANTED, [("DifferentOutcome", "refused, like the first request", "granted")]),
    ],
)
def test_what_means_the_same_has_one_outcome(first: str, second: str, said: list[tuple[str, str, str]]) -> None:
    assert told(checks.same_outcome(executed(first), executed(second))) == said


@pytest.mark.parametrize(
    ("xml", "other", "names"),
    [
        (executed(refused("no")), executed("<p>no</p>", format_="HTML"), []),
        (executed(refused("no")), executed("<p>yes</p>", format_="HTML"), ["MissingMessage"]),
        (executed(refused("a &lt;b> c")), executed("<p>a &lt;b> c</p>", format_="HTML"), []),
        (executed(refused("no")), executed("no", format_="TEXT"), []),
        (executed(refused("no")), executed("yes", format_="TEXT"), ["MissingMessage"]),
        (executed(refused("&lt;b>no")), executed("<b>no", format_="TEXT"), []),
        (executed(GRANTED), executed("yes", format_="TEXT"), []),
        (
            executed(refused("one</ErrorMessage><ErrorMessage>two")),
            executed("one", format_="TEXT"),
            [],
        ),
        (
            executed(refused("no call 8856"), asked={"extension": "8856"}),
            executed("no call 9912", format_="TEXT", asked={"extension": "9912"}),
            [],
        ),
        (
            executed(refused("no call 8856"), asked={"extension": "8856"}),
            executed("no call 8856", format_="TEXT", asked={"extension": "9912"}),
            ["MissingMessage"],
        ),
        (
            executed(refused("no 88 at 8856"), asked={"extension": "88", "callID": "8856"}),
            executed("no 88 at 9912", format_="TEXT", asked={"extension": "99", "callID": "9912"}),
            [],
        ),
        (
            executed(refused("no call 8856"), asked={"extension": "8856"}),
            executed("no call 8856", format_="TEXT", asked={"callID": "9912"}),
            [],
        ),
        (
            executed(
                refused("no 88567 for 20017"), asked={"status": "12345", "extension": "88567", "callID": "20017"}
            ),
            executed("no 99127 for 30017", format_="TEXT", asked={"extension": "99127", "callID": "30017"}),
            [],
        ),
    ],
)
def test_a_page_or_text_has_the_message_of_xml_but_for_its_own_request(
    xml: Execution, other: Execution, names: list[str]
) -> None:
    assert [found.name for found in checks.same_message(xml, other)] == names


@pytest.mark.parametrize(
    ("planted", "body", "names"),
    [
        ({"callID": "<kc-x>"}, "<VerbaApi><kc-x/></VerbaApi>", ["MarkupOfTheCaller"]),
        ({"callID": "a", "extension": "<kc-x>"}, "<VerbaApi><kc-x/></VerbaApi>", ["MarkupOfTheCaller"]),
        ({"callID": "<kc-x>", "extension": "<kc-y>"}, "<VerbaApi><kc-y/></VerbaApi>", ["MarkupOfTheCaller"]),
        ({"callID": "<kc-x>"}, "<VerbaApi>&lt;kc-x></VerbaApi>", []),
        ({"callID": "kc-x"}, "<VerbaApi><kc-x/></VerbaApi>", []),
    ],
)
def test_no_value_of_the_request_comes_back_as_mark_up(planted: dict[str, str], body: str, names: list[str]) -> None:
    assert [found.name for found in checks.unescaped(executed(body, asked=planted))] == names


def test_a_check_on_answers_sees_those_of_the_plays() -> None:
    one, two = executed(GRANTED), executed(refused("no"))

    def both(*exchanges: Exchange) -> tuple[Violation, ...]:
        return tuple(Violation("one" if each is one.exchange else "two", "", str(each.answer)) for each in exchanges)

    pair: PairCheck = checks.both_answers(both)
    assert [found.name for found in checks.answer(both)(one)] == ["one"]
    assert [found.name for found in pair(one, two)] == ["one", "two"]


def in_short(body: str | bytes, status: int = 200) -> str:
    exchange = executed(GRANTED).exchange
    answer = replace(exchange.answer, status=status, body=body.encode() if isinstance(body, str) else body)
    return checks.in_short(replace(exchange, result=answer, redactor=Redactor({"KEEPCALL_TOKEN": "the-secret"})))


def test_an_answer_in_short_has_neither_secrets_nor_lines() -> None:
    assert in_short(b"the-secret\xff\r\n\tis  wrong", 403) == "status 403 with '$KEEPCALL_TOKEN\\\\xff is wrong'"


@pytest.mark.parametrize("before", [8_180, 8_186, 30])
@pytest.mark.parametrize("space", [" ", "\N{IDEOGRAPHIC SPACE}"])
def test_a_long_answer_in_short_has_no_telling_part_of_a_secret_and_its_length(before: int, space: str) -> None:
    spaces = space * (before // len(space.encode()))

    shown = in_short(f"no {spaces}the-secret{'b' * 900_000}")

    assert "the-se" not in shown
    assert shown.startswith("status 200 with 'no ")
    assert shown.endswith(f", the beginning of {len(spaces.encode()) + 900_013} bytes")


def test_an_answer_is_long_where_it_is_not_looked_through_to_its_end() -> None:
    assert in_short(f"no{' ' * 8_186}call") == "status 200 with 'no call'"
    assert in_short(f"no{' ' * 8_187}call") == "status 200 with 'no cal', the beginning of 8193 bytes"


@pytest.mark.parametrize("check", [checks.effect, checks.nothing_else])
def test_what_cannot_be_seen_is_not_judged(check: ExecutionCheck) -> None:
    with pytest.raises(OutOfScope):
        list(check(executed(GRANTED, None)))
