import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from keepcall.server import KeepCallServer
from keepcall.server.call import Call
from keepcall.server.outcome import NOT_FOUND, Code, Granted, Outcome, Refused

Place = Callable[..., Call]
Ask = Callable[..., Outcome]

GUID = "a8343631-9f35-4a3a-83f0-9e81592339fb"
BY_NUMBER = {"extension": "8856", "status": "ongoing"}


def code(outcome: Outcome) -> int:
    return outcome.code if isinstance(outcome, Refused) else Code.GRANTED


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param({"action": None}, Code.INVALID_ACTION, id="no action"),
        pytest.param({"action": ""}, Code.INVALID_ACTION, id="empty action"),
        pytest.param({"action": "keepcall"}, Code.INVALID_ACTION, id="action in another case"),
        pytest.param({"apiKey": None}, Code.INVALID_API_KEY, id="no key"),
        pytest.param({"apiKey": ""}, Code.INVALID_API_KEY, id="empty key"),
        pytest.param({"apiKey": str(uuid.uuid4())}, Code.INVALID_API_KEY, id="unknown key"),
        pytest.param({"token": None}, Code.INVALID_TOKEN, id="no token"),
        pytest.param({"token": ""}, Code.INVALID_TOKEN, id="empty token"),
        pytest.param({"token": str(uuid.uuid4())}, Code.INVALID_TOKEN, id="wrong token"),
        pytest.param({"responseType": "JSON"}, Code.INVALID_PARAMETER, id="unknown responseType"),
        pytest.param({"responseType": "xml"}, Code.INVALID_PARAMETER, id="responseType in another case"),
        pytest.param({"responseType": ""}, Code.GRANTED, id="empty responseType"),
        pytest.param({"extension": None}, Code.INVALID_PARAMETER, id="no selector"),
        pytest.param({"extension": ""}, Code.INVALID_PARAMETER, id="empty extension"),
        pytest.param({"extension": "", "callID": ""}, Code.INVALID_PARAMETER, id="both selectors empty"),
        pytest.param({"status": None}, Code.INVALID_PARAMETER, id="no status"),
        pytest.param({"status": ""}, Code.INVALID_PARAMETER, id="empty status"),
        pytest.param({"status": " , "}, Code.INVALID_PARAMETER, id="status of nothing but a comma"),
        pytest.param({"status": "foo"}, Code.INVALID_PARAMETER, id="unknown status"),
        pytest.param({"status": "Ongoing"}, Code.INVALID_PARAMETER, id="status in another case"),
        pytest.param({"status": "ongoing,foo"}, Code.INVALID_PARAMETER, id="one unknown status"),
        pytest.param({"status": "ongoing, next"}, Code.GRANTED, id="status with a space"),
        pytest.param({"status": "next,ongoing"}, Code.GRANTED, id="status in another order"),
        pytest.param({"status": "ongoing,last"}, Code.GRANTED, id="status combined otherwise"),
        pytest.param({"status": "ongoing,ongoing,"}, Code.GRANTED, id="status repeated, trailing comma"),
        pytest.param({"type": "foo"}, Code.INVALID_PARAMETER, id="unknown type"),
        pytest.param({"type": "ManualRecord"}, Code.INVALID_PARAMETER, id="type in another case"),
        pytest.param({"type": ""}, Code.GRANTED, id="empty type"),
        pytest.param({"unmark": "2"}, Code.INVALID_PARAMETER, id="unknown unmark"),
        pytest.param({"unmark": "true"}, Code.INVALID_PARAMETER, id="unmark in words"),
        pytest.param({"unmark": "0"}, Code.GRANTED, id="unmark of 0"),
        pytest.param({"unmark": ""}, Code.GRANTED, id="empty unmark"),
        pytest.param({"extension": "885"}, Code.NOT_FOUND, id="part of the number"),
        pytest.param({"extension": "2001"}, Code.GRANTED, id="the called party"),
        pytest.param({"status": "last"}, Code.NOT_FOUND, id="no finished call"),
        pytest.param({"callID": GUID.upper()}, Code.GRANTED, id="callID and extension agree"),
        pytest.param({"callID": GUID, "extension": "9"}, Code.INVALID_PARAMETER, id="callID and extension differ"),
        pytest.param({"callID": GUID, "extension": None, "status": None}, Code.GRANTED, id="callID alone"),
        pytest.param({"callID": GUID, "status": "foo"}, Code.GRANTED, id="callID needs no status"),
        pytest.param({"callID": str(uuid.uuid4())}, Code.NOT_FOUND, id="unknown callID"),
        pytest.param({"callID": GUID[:-1]}, Code.NOT_FOUND, id="part of a callID"),
        pytest.param({"type": "manualRecord"}, Code.NOT_FOUND, id="manualRecord on an on-demand call"),
        pytest.param({"type": "manualRecord", "callID": GUID}, Code.NOT_FOUND, id="the same, by callID"),
    ],
)
def test_a_request_beside_one_ongoing_call(
    server: KeepCallServer, place: Place, ask: Ask, parameters: dict[str, str | None], expected: Code
) -> None:
    call = place(callID=GUID)

    outcome = ask(**{**BY_NUMBER, **parameters})

    assert code(outcome) == expected
    granted = expected is Code.GRANTED
    assert server.store.get(GUID) == replace(call, kept=granted)


def test_a_call_that_cannot_be_found_is_refused_in_the_documented_words(ask: Ask) -> None:
    assert ask(**BY_NUMBER) == NOT_FOUND
    assert NOT_FOUND.code == 2
    assert NOT_FOUND.message == "Unable to keep the call, because the call cannot be found."


@pytest.mark.parametrize(
    ("other", "status", "expected"),
    [
        pytest.param({}, "ongoing", Code.MORE_THAN_ONE, id="calling in both"),
        pytest.param(
            {"callingParty": "1", "calledParty": "8856"}, "ongoing", Code.MORE_THAN_ONE, id="calling, called"
        ),
        pytest.param({}, "ongoing,next", Code.MORE_THAN_ONE, id="ongoing,next"),
        pytest.param({}, "ongoing,last", Code.MORE_THAN_ONE, id="ongoing,last"),
        pytest.param({"state": "finished"}, "ongoing", Code.GRANTED, id="a finished one beside"),
        pytest.param(
            {"state": "upcoming", "startTime": "2027-01-01T00:00Z"},
            "ongoing",
            Code.GRANTED,
            id="an upcoming one beside",
        ),
        pytest.param({"recording": "controlled"}, "ongoing", Code.GRANTED, id="a controlled one beside"),
        pytest.param({"callingParty": "1"}, "ongoing", Code.GRANTED, id="another number's beside"),
    ],
)
def test_an_extension_with_two_calls_is_refused_if_both_match(
    server: KeepCallServer, place: Place, ask: Ask, *, other: dict[str, str], status: str, expected: Code
) -> None:
    place(callID=GUID)
    other_call = place(**other)

    assert code(ask(extension="8856", status=status)) == expected

    call = server.store.get(GUID)
    assert call is not None
    assert call.kept is (expected is Code.GRANTED)
    assert server.store.get(other_call.call_id) == other_call


@pytest.mark.parametrize(
    ("calls", "status", "winner"),
    [
        pytest.param([("08:00", "08:30"), ("08:10", "08:20")], "last", 0, id="the one that ended last"),
        pytest.param([("08:00", "08:30"), ("08:10", "08:30")], "last", 1, id="a tie: the one that started last"),
        pytest.param([("08:00", "08:30"), ("08:40", None)], "last", 0, id="not the ongoing one"),
        pytest.param([("08:00", "08:30"), ("08:40", None)], "last,ongoing", 1, id="ongoing goes before last"),
        pytest.param([("08:00", "08:30")], "next,last", 0, id="last goes before next"),
    ],
)
def test_one_of_several_calls_is_selected(
    server: KeepCallServer, place: Place, ask: Ask, *, calls: list[tuple[str, str | None]], status: str, winner: int
) -> None:
    placed = [
        place(
            state="finished" if end else "ongoing",
            startTime=f"2026-11-23T{start}Z",
            endTime=f"2026-11-23T{end}Z" if end else None,
        )
        for start, end in calls
    ]

    assert ask(extension="8856", status=status) == Granted(placed[winner].call_id)

    after = [server.store.get(call.call_id) for call in placed]
    assert after == [replace(call, kept=index == winner) for index, call in enumerate(placed)]


def test_a_controlled_call_is_not_kept(server: KeepCallServer, place: Place, ask: Ask) -> None:
    call = place(recording="controlled")

    assert ask(callID=call.call_id) == NOT_FOUND
    assert ask(**BY_NUMBER) == NOT_FOUND
    assert server.store.get(call.call_id) == call


def test_an_upcoming_call_is_not_known_yet(place: Place, ask: Ask, turn: Callable[[float], None]) -> None:
    call = place(state="upcoming", startTime="2026-11-23T09:00:10Z")
    assert ask(callID=call.call_id) == NOT_FOUND

    turn(10)
    assert ask(callID=call.call_id) == Granted(call.call_id)


@pytest.mark.parametrize(
    ("before", "unmark", "after"),
    [
        pytest.param(False, "", True, id="keep"),
        pytest.param(True, "", True, id="keep again"),
        pytest.param(True, "1", False, id="unmark"),
        pytest.param(False, "1", False, id="unmark of what was never kept"),
    ],
)
@pytest.mark.parametrize("selector", [{"callID": GUID}, BY_NUMBER], ids=["by callID", "by extension"])
def test_marks_are_set_and_cleared(
    server: KeepCallServer,
    place: Place,
    ask: Ask,
    *,
    selector: dict[str, str],
    before: bool,
    unmark: str,
    after: bool,
) -> None:
    call = place(callID=GUID, kept=before)
    other = place(callingParty="1", kept=True)

    assert ask(**selector, unmark=unmark) == Granted(GUID)

    assert server.store.get(GUID) == replace(call, kept=after)
    assert server.store.get(other.call_id) == other


@pytest.mark.parametrize(("before", "unmark", "after"), [(False, "", True), (True, "", True), (True, "1", False)])
def test_a_controlled_recording_is_started_and_stopped_and_its_mark_left_alone(
    server: KeepCallServer, place: Place, ask: Ask, *, before: bool, unmark: str, after: bool
) -> None:
    call = place(recording="controlled", recordingActive=before, kept=True)
    beside = place()

    assert ask(**BY_NUMBER, type="manualRecord", unmark=unmark) == Granted(call.call_id)

    assert server.store.get(call.call_id) == replace(call, recording_active=after)
    assert server.store.get(beside.call_id) == beside


@pytest.mark.parametrize(
    ("mended", "expected"),
    [
        pytest.param([], Code.INVALID_ACTION, id="action"),
        pytest.param(["action"], Code.INVALID_API_KEY, id="then the key"),
        pytest.param(["action", "apiKey"], Code.INVALID_TOKEN, id="then the token"),
        pytest.param(["action", "apiKey", "token"], Code.INVALID_PARAMETER, id="then the rest"),
    ],
)
def test_the_first_check_that_fails_is_the_answer(ask: Ask, mended: list[str], expected: Code) -> None:
    wrong = dict.fromkeys(["action", "apiKey", "token", "responseType", "status", "type", "unmark"], "?")

    assert code(ask(**{name: value for name, value in wrong.items() if name not in mended})) == expected
