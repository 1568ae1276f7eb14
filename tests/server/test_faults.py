import asyncio
import re
import tomllib
from pathlib import Path

import pytest
from starlette.types import Message

from keepcall.server import KeepCallServer
from keepcall.server.call import read_call
from keepcall.server.faults import FAULTS, Fault
from keepcall.server.faults.table import fault
from keepcall.server.rules import Rules

REQUIREMENTS = tomllib.loads((Path(__file__).parents[2] / "fixtures" / "requirements.toml").read_text("utf-8"))
IDS = [requirement["id"] for requirement in REQUIREMENTS["requirement"]]

every_fault = pytest.mark.parametrize("each", FAULTS.values(), ids=FAULTS)


@pytest.fixture
def scratch_table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Fault]:
    table: dict[str, Fault] = {}
    monkeypatch.setattr("keepcall.server.faults.table._FAULTS", table)
    return table


def test_faults_are_named_in_snake_case() -> None:
    assert [name for name in FAULTS if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)] == []


def test_faults_are_found_by_their_names() -> None:
    assert [each.name for each in FAULTS.values()] == list(FAULTS)


def test_faults_break_requirements_that_there_are() -> None:
    assert {id_ for each in FAULTS.values() for id_ in each.breaks} <= set(IDS)


def test_faults_break_each_requirement_once() -> None:
    assert [each.name for each in FAULTS.values() if len(set(each.breaks)) < len(each.breaks)] == []


def test_stories_are_one_sentence() -> None:
    one_sentence = re.compile(r"[A-Z](?!.*[.!?] [A-Z]).{20,}\.")
    assert [each.name for each in FAULTS.values() if not one_sentence.fullmatch(each.story)] == []


@pytest.mark.parametrize("requirement", IDS)
def test_a_requirement_has_a_fault(requirement: str) -> None:
    assert [each.name for each in FAULTS.values() if requirement in each.breaks]


@every_fault
def test_a_server_with_a_fault_is_another_one(each: Fault) -> None:
    assert issubclass(each.server, KeepCallServer)
    assert each.server is not KeepCallServer


@every_fault
def test_a_server_with_a_fault_stumbles_over_no_plain_request(each: Fault, caplog: pytest.LogCaptureFixture) -> None:
    server = each.server()
    call = read_call({"callingParty": "8856", "calledParty": "2001"}, server.store.clock())
    server.store.put(call)
    for selection in (f"callID={call.call_id}", "extension=8856&status=ongoing", "extension=8857&status=last"):
        assert asyncio.run(ask(server, selection))["type"] == "http.response.start"
    server.close()

    assert caplog.messages == []


async def ask(server: KeepCallServer, selection: str) -> Message:
    """The head of the answer to a GET with the right key and token, without a socket."""
    access = f"action=KeepCall&apiKey={server.settings.api_key}&token={server.settings.token}"
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/verba/api",
        "query_string": f"{access}&{selection}".encode(),
        "headers": [],
        "client": ("127.0.0.1", 1),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await server.app(scope, receive, send)
    return sent[0]


def test_a_part_replaces_the_one_that_it_is_derived_from(scratch_table: dict[str, Fault]) -> None:
    class Between(Rules):
        pass

    @fault("KC-SEL-03", claims={"unmark": False})
    class asks_for_nothing(Between):  # noqa: N801
        """Nobody asked for it."""

    made = scratch_table["asks_for_nothing"]
    assert (made.breaks, made.story, made.claims) == (("KC-SEL-03",), "Nobody asked for it.", {"unmark": False})
    assert made.server.rules_class is asks_for_nothing
    assert made.server.answers_class is KeepCallServer.answers_class


def test_a_whole_server_is_taken_as_it_is(scratch_table: dict[str, Fault]) -> None:
    @fault("KC-SEL-03")
    class stands_alone(KeepCallServer):  # noqa: N801
        """It was built in one piece."""

    assert scratch_table["stands_alone"].server is stands_alone


@pytest.mark.usefixtures("scratch_table")
class TestTheTableTakesNo:
    def test_second_fault_of_a_name(self) -> None:
        class twice(Rules):  # noqa: N801
            """It was copied."""

        fault("KC-SEL-03")(twice)
        with pytest.raises(ValueError, match="'twice' needs a name of its own"):
            fault("KC-SEL-03")(twice)

    def test_fault_without_a_requirement(self) -> None:
        class harmless(Rules):  # noqa: N801
            """It breaks nothing."""

        with pytest.raises(ValueError, match="requirements"):
            fault()(harmless)

    def test_fault_without_a_story_of_its_own(self) -> None:
        class silent(Rules):  # noqa: N801
            pass

        with pytest.raises(ValueError, match="a story"):
            fault("KC-SEL-03")(silent)

    def test_class_that_is_no_part_of_the_server(self) -> None:
        class stray:  # noqa: N801
            """It is something else."""

        with pytest.raises(TypeError, match=r"stray is no part of the server.*rules_class"):
            fault("KC-SEL-03")(stray)
