"""Marks that a lab sets through the API."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from keepcall.contract.call import Call, finished, ongoing
from keepcall.contract.outcomes import Inconclusive, NotTested
from keepcall.contract.request import Request, keep
from keepcall.contract.target import Claims
from keepcall.lab.marks import Marker, Said, ways_to

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CALL = ongoing().call("8856", "2001", NOW, "on-demand")
CONTROLLED = ongoing().call("8857", "2002", NOW, "controlled")
UNKNOWN = replace(CALL, call_id="lab.calls.ongoing[0]", identified=False)


class Target:
    """Says what it is told to, and notes what it is asked."""

    def __init__(self, *says: Said) -> None:
        self.says = list(says)
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, request: Request) -> Said:
        self.asked.append(tuple(f"{name}={value}" for name, value in request.parameters))
        return self.says.pop(0)


def texts(requests: Iterable[Request]) -> list[dict[str, str]]:
    return [dict(request.parameters) for request in requests]


def test_a_call_is_selected_by_its_id_first() -> None:
    assert texts(ways_to(CALL, [], Claims())) == [
        {"callID": CALL.call_id},
        {"extension": "8856", "status": "ongoing"},
        {"extension": "2001", "status": "ongoing"},
    ]


def test_a_number_with_another_such_call_does_not_select_it() -> None:
    other = ongoing("called").call("8856", "2009", NOW, "on-demand")

    assert texts(ways_to(UNKNOWN, [UNKNOWN, other], Claims())) == [{"extension": "2001", "status": "ongoing"}]


def test_a_finished_call_is_selected_as_the_last_one_only_if_it_is() -> None:
    early = replace(finished().call("8856", "2001", NOW, "on-demand"), identified=False)
    late = replace(early, call_id="late", called_party="2002", end_time=NOW + timedelta(minutes=1))

    assert texts(ways_to(late, [early], Claims()))[0] == {"extension": "8856", "status": "last"}
    assert texts(ways_to(early, [late], Claims())) == [{"extension": "2001", "status": "last"}]
    assert texts(ways_to(late, [early], Claims(statuses=("ongoing",)))) == []


def test_a_mark_that_is_there_is_not_asked_for() -> None:
    target = Target()

    Marker(target, Claims(), {CALL.call_id: True}).bring(CALL, [], marked=True)

    assert target.asked == []


def test_a_mark_that_nobody_knows_is_taken_off_before_it_is_set() -> None:
    target = Target("refused", "granted")
    marker = Marker(target, Claims(), {CALL.call_id: None})

    marker.bring(CALL, [], marked=True)

    assert target.asked == [(f"callID={CALL.call_id}", "unmark=1"), (f"callID={CALL.call_id}",)]
    assert marker.beliefs == {CALL.call_id: True}


def test_a_controlled_call_is_recorded_and_stopped() -> None:
    target = Target("granted")

    Marker(target, Claims(), {CONTROLLED.call_id: True}).bring(CONTROLLED, [], marked=False)

    assert target.asked == [(f"callID={CONTROLLED.call_id}", "type=manualRecord", "unmark=1")]


def test_another_way_is_tried_where_one_is_refused() -> None:
    target = Target("refused", "refused", "granted")
    marker = Marker(target, Claims(), {CALL.call_id: False})

    marker.bring(CALL, [], marked=True)

    assert target.asked[2] == ("extension=8856", "status=ongoing")
    assert marker.beliefs == {CALL.call_id: True}


@pytest.mark.parametrize(
    ("says", "claims", "call", "outcome"),
    [
        (["refused"] * 5, Claims(), CALL, NotTested),
        (["nothing"] * 5, Claims(), CALL, Inconclusive),
        ([], Claims(types=()), CONTROLLED, NotTested),
        ([], Claims(statuses=()), UNKNOWN, NotTested),
    ],
    ids=["every way is refused", "no answer", "it is not claimed", "no way selects it"],
)
def test_a_mark_that_cannot_be_set_is_nobodys_failure(
    says: list[Said], claims: Claims, call: Call, outcome: type[Exception]
) -> None:
    marker = Marker(Target(*says), claims, {call.call_id: False})

    with pytest.raises(outcome):
        marker.bring(call, [], marked=True)


def test_an_ongoing_call_is_there_only_if_a_number_finds_it() -> None:
    by_id_alone = Target("granted", "refused", "granted", "refused")

    assert not Marker(by_id_alone, Claims()).is_there(CALL, [])
    assert all(asked[0].startswith("extension=") for asked in by_id_alone.asked)
    assert Marker(Target("refused", "granted"), Claims()).is_there(CALL, [])


def test_a_mark_of_the_wrong_kind_is_taken_back() -> None:
    target = Target("granted")
    marker = Marker(target, Claims())
    marker.hear(keep(callID=CALL.call_id, type="manualRecord"), "granted", {CALL.call_id: CALL})

    marker.undo_strays(CALL, [])
    marker.undo_strays(CALL, [])

    assert target.asked == [(f"callID={CALL.call_id}", "type=manualRecord", "unmark=1")]


@pytest.mark.parametrize(
    ("request_", "said", "belief"),
    [
        (keep(callID=CALL.call_id), "granted", True),
        (keep(callID=CALL.call_id.upper()).unmarking(), "granted", False),
        (keep(extension="8856", status="ongoing"), "granted", True),
        (keep(callID=CALL.call_id), "refused", "as before"),
        (keep(callID=CALL.call_id), "unsaid", None),
        (keep(callID=CALL.call_id), "nothing", None),
        (keep(callID=CALL.call_id, type="manualRecord"), "granted", None),
        (keep(callID=CALL.call_id, unmark="yes"), "granted", None),
        (keep(callID=CALL.call_id, extension="8857"), "granted", None),
        (keep(extension=" 8856"), "granted", None),
        (keep(callID=CONTROLLED.call_id), "granted", "as before"),
    ],
    ids=[
        "a keep",
        "an unmark",
        "by number",
        "a refusal",
        "an answer without a word for it",
        "no answer",
        "another kind of mark",
        "a value that nobody knows",
        "two selectors",
        "a number in another spelling",
        "of another call",
    ],
)
def test_what_others_ask_for_is_heard(request_: Request, said: Said, belief: bool | str | None) -> None:
    calls = {call.call_id: call for call in (CALL, CONTROLLED)}
    marker = Marker(Target(), Claims(), dict.fromkeys(calls, "as before"))  # type: ignore[arg-type]

    marker.hear(request_, said, calls)

    assert marker.beliefs[CALL.call_id] == belief
