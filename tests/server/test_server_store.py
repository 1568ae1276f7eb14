from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from keepcall.server import KeepCallServer, Settings
from keepcall.server.call import Call, Recording, State, read_call

Place = Callable[..., Call]
Turn = Callable[[float], None]

GUID = "a8343631-9f35-4a3a-83f0-9e81592339fb"
SOON = "2026-11-23T09:00:10.000Z"  # the clock says 09:00:00
MINUTE = 60_000_000


def find(server: KeepCallServer, number: str, state: State = State.ONGOING) -> list[Call]:
    return server.store.find(number, state, Recording.ON_DEMAND)


def test_a_call_is_found_by_its_id_in_either_case(server: KeepCallServer, place: Place) -> None:
    call = place(callID=GUID)

    assert server.store.get(GUID.upper()) == call


def test_a_call_posted_again_replaces_the_earlier_version(server: KeepCallServer, place: Place) -> None:
    place(callID=GUID)
    place(callID=GUID.upper(), state="finished")

    assert find(server, "8856") == []
    assert [call.call_id for call in find(server, "8856", State.FINISHED)] == [GUID.upper()]


@pytest.mark.parametrize("number", ["885", "88560", "885%", "885_", "8856 ", "08856", "' OR 1=1 --", "", "8856\0"])
def test_only_the_whole_number_is_found(server: KeepCallServer, place: Place, number: str) -> None:
    place(callingParty="8856", calledParty="2001")

    assert find(server, number) == []


def test_a_call_of_a_number_with_itself_is_one_call(server: KeepCallServer, place: Place) -> None:
    call = place(callingParty="8856", calledParty="8856")

    assert find(server, "8856") == [call]


def test_an_upcoming_call_is_ongoing_from_its_start_on(server: KeepCallServer, place: Place, turn: Turn) -> None:
    call = place(state="upcoming", startTime=SOON)
    assert find(server, "8856") == []

    turn(9.9)
    assert find(server, "8856", State.UPCOMING) == [call]

    turn(0.1)
    assert [(found.call_id, found.state) for found in find(server, "8856")] == [(call.call_id, State.ONGOING)]


def test_only_the_mark_of_the_named_call_changes(server: KeepCallServer, place: Place) -> None:
    marked, other = place(), place()

    server.store.set_kept(marked.call_id, kept=True)
    server.store.set_recording_active(marked.call_id, active=True)

    after = server.store.get(marked.call_id)
    assert after is not None
    assert after.to_json() == {**marked.to_json(), "kept": True, "recordingActive": True}
    assert server.store.get(other.call_id) == other


def test_no_moment_comes_twice_even_if_the_clock_stands(server: KeepCallServer) -> None:
    moments = [server.store.moment() for _ in range(5)]

    assert moments == sorted(set(moments))


@pytest.mark.parametrize(
    ("before", "after", "begins"),
    [
        pytest.param(None, "ongoing", True, id="a new ongoing call"),
        pytest.param(None, "finished", False, id="a call that was over before it was known"),
        pytest.param("ongoing", "ongoing", False, id="one that goes on"),
        pytest.param("ongoing", "finished", False, id="one that ends"),
        pytest.param("finished", "ongoing", True, id="one that is taken up again"),
        pytest.param("upcoming", "ongoing", True, id="an upcoming one, early"),
        pytest.param("upcoming", "finished", False, id="an upcoming one that is called off"),
    ],
)
def test_a_call_begins_when_it_becomes_ongoing(
    server: KeepCallServer, place: Place, turn: Turn, *, before: str | None, after: str, begins: bool
) -> None:
    if before:
        place(callID=GUID, state=before, startTime=SOON)
    since = server.store.moment()

    place(callID=GUID, state=after, startTime=SOON)

    turn(20)
    begun = server.store.first_begun("8856", Recording.ON_DEMAND, since, since + MINUTE)
    assert (begun is not None) is begins


def test_a_call_that_began_and_ended_has_still_begun(server: KeepCallServer, place: Place) -> None:
    since = server.store.moment()
    place(callID=GUID)
    place(callID=GUID, state="finished")

    begun = server.store.first_begun("8856", Recording.ON_DEMAND, since, since + MINUTE)
    assert begun is not None
    assert begun.call_id == GUID


def test_of_two_calls_the_one_that_began_first_is_the_first(server: KeepCallServer, place: Place, turn: Turn) -> None:
    since = server.store.moment()
    place(state="upcoming", startTime=SOON)
    first = place()

    turn(20)
    begun = server.store.first_begun("8856", Recording.ON_DEMAND, since, since + MINUTE)
    assert begun == first


def test_calls_outlive_the_server_in_a_file_and_credentials_do_not(tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    with closing(KeepCallServer(Settings.random(database=path))) as first:
        call = read_call({"callingParty": "8856", "calledParty": "2001"}, first.store.clock())
        first.store.put(call)

    with closing(KeepCallServer(Settings.random(database=path))) as second:
        assert second.store.get(call.call_id) == call
        assert not second.keys.is_key(first.settings.api_key)
