from datetime import UTC, datetime, timedelta

import pytest

from keepcall.server.call import InvalidCallError, Recording, State, read_call
from keepcall.server.moment import as_text, from_text

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
PARTIES = {"callingParty": "8856", "calledParty": "2001"}


def test_everything_but_the_parties_has_a_default() -> None:
    call = read_call(PARTIES, NOW)

    assert len(call.call_id) == 36
    assert call.to_json() == {
        "callID": call.call_id,
        "callingParty": "8856",
        "calledParty": "2001",
        "state": "ongoing",
        "startTime": "2026-11-23T09:00:00.123Z",
        "endTime": None,
        "recording": "on-demand",
        "kept": False,
        "recordingActive": False,
    }


def test_a_call_reads_back_as_it_was_written() -> None:
    document = {
        "callID": "A8343631-9f35-4a3a-83f0-9e81592339fb",
        "callingParty": "",
        "calledParty": "sip:ÿ@example",
        "state": "finished",
        "startTime": "2026-11-23T09:00:00.000Z",
        "endTime": "2026-11-23T09:01:00.500Z",
        "recording": "controlled",
        "kept": True,
        "recordingActive": True,
    }

    call = read_call(document, NOW)

    assert call.to_json() == document
    assert (call.state, call.recording) == (State.FINISHED, Recording.CONTROLLED)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param([], "a call is a JSON object", id="not an object"),
        pytest.param({"calledParty": "1"}, "callingParty is a text", id="calling party missing"),
        pytest.param({"callingParty": "1"}, "calledParty is a text", id="called party missing"),
        pytest.param({**PARTIES, "calledParty": 1}, "calledParty is a text", id="number as a number"),
        pytest.param({**PARTIES, "calledParty": "\ud800"}, "surrogate", id="half a surrogate pair"),
        pytest.param({**PARTIES, "callId": "x"}, "no member 'callId'", id="unknown member"),
        pytest.param({**PARTIES, "callID": "x"}, "callID is a GUID", id="callID is no GUID"),
        pytest.param({**PARTIES, "callID": 1}, "callID is a GUID", id="callID is no text"),
        pytest.param({**PARTIES, "state": "gone"}, "upcoming, ongoing, finished", id="unknown state"),
        pytest.param({**PARTIES, "state": ["ongoing"]}, "state is one of", id="state is no text"),
        pytest.param({**PARTIES, "recording": None}, "on-demand, controlled", id="recording is null"),
        pytest.param({**PARTIES, "kept": 1}, "kept is true or false", id="kept is a number"),
        pytest.param({**PARTIES, "startTime": 5}, "startTime is a text", id="time is a number"),
        pytest.param({**PARTIES, "startTime": "now"}, "'now' is not a time", id="time is no time"),
        pytest.param({**PARTIES, "startTime": "2026-11-23T09:00:00"}, "no offset", id="time without offset"),
        pytest.param({**PARTIES, "startTime": "0001-01-01T00:00+01:00"}, "not a time", id="time before time"),
        pytest.param({**PARTIES, "endTime": as_text(NOW)}, "has no endTime", id="ongoing and ended"),
        pytest.param(
            {**PARTIES, "state": "finished", "startTime": as_text(NOW), "endTime": "2026-01-01T00:00Z"},
            "endTime is before startTime",
            id="ended before it started",
        ),
    ],
)
def test_what_is_no_call_is_refused_with_a_reason(document: object, message: str) -> None:
    with pytest.raises(InvalidCallError, match=message):
        read_call(document, NOW)


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        pytest.param({}, 0, 0, id="now, if nothing is said"),
        pytest.param({"startTime": "2026-11-23T08:59:00.123Z"}, -60, 0, id="ends now"),
        pytest.param({"endTime": "2026-11-23T08:59:00.123Z"}, -60, -60, id="starts before it ends"),
        pytest.param({"startTime": "2026-11-23T09:01:00.123Z"}, 60, 60, id="ends after it starts"),
    ],
)
def test_a_finished_call_ends_after_it_starts(times: dict[str, str], start: int, end: int) -> None:
    call = read_call({**PARTIES, "state": "finished", **times}, NOW)

    now = from_text(as_text(NOW))
    assert call.start_time == now + timedelta(seconds=start)
    assert call.end_time == now + timedelta(seconds=end)


def test_times_are_in_utc_to_the_millisecond() -> None:
    assert as_text(from_text("2026-11-23T10:00:00.123999+01:00")) == "2026-11-23T09:00:00.123Z"
