"""A replay acts with the tester's credentials: it does nothing that its file's writer could want beside a failure."""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import given, settings

from keepcall import resources
from keepcall.cases.generation import fixed_examples, values
from keepcall.cases.generation.naming import SECRETS, Naming, StrangerError
from keepcall.cases.generation.nobodys import NAMES, foreign, foreign_action
from keepcall.cases.generation.strategies import any_requests, refused_requests
from keepcall.cases.generation.templates import Known, RequestTemplate
from keepcall.cases.properties import replay_file, replay_rules
from keepcall.cases.properties.replay_file import Replay
from keepcall.cli import main
from keepcall.contract.call import Call, finished, ongoing
from keepcall.contract.counterexample import Counterexample, SendRequests
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import Request, keep
from keepcall.errors import FileError, ReplayError
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.request import ApiRequest

if TYPE_CHECKING:
    from starlette.responses import Response

NUMBER, PEER, FREE = "4711230000017", "4711230000024", "4711230000031"
CALLS = tuple(
    spec.call(NUMBER, PEER, datetime(2026, 11, 23, tzinfo=UTC), "on-demand")
    for spec in (ongoing(), finished("called"))
)
COMING = "0b7e3f0a-5d2c-4f66-9a3e-7d1c2b4a5e6f"
STRANGERS_ID, STRANGERS_NUMBER = "a8343631-9f35-4a3a-83f0-9e81592339fb", "8856"
KEY = "c1d7a4f0-2f5f-4f0e-8d43-5a0c5ab7a001"
GIVEN = {
    "api_key": KEY, "token": "t0k3n-one", "expired_token": "t0k3n-two", "open_api_key": "k3y-two",
    "other_api_key": "k3y-three", "other_token": "t0k3n-three",
}  # fmt: skip
VARIABLES = {f"KEEPCALL_{name.upper()}": secret for name, secret in GIVEN.items()}


def written(*asked: Request, calls: tuple[Call, ...] = CALLS, nobodys: tuple[str, ...] = (FREE, COMING)) -> Any:
    """What a run of ours writes."""
    script = Counterexample(calls, tuple(SendRequests((request,)) for request in asked), nobodys)
    found = Replay(script, "KC-ANY-04", "a test", "a target", 7, "a failure").as_json(Redactor(VARIABLES))
    return json.loads(json.dumps(found))


GOOD = written(
    keep(callID=CALLS[0].call_id).unmarking(),
    keep(extension=NUMBER, status="ongoing").given(token=GIVEN["expired_token"]),
)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[Any], Path]:
    def write(data: Any) -> Path:
        path = tmp_path / "found.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="ascii")
        return path

    return write


def parameter(name: str, value: object, at: int = 0) -> Callable[[Any], None]:
    """Adds a parameter to a request."""
    return lambda data: data["steps"][at]["ask"][0]["parameters"].append([name, value])


def top(key: str, value: object) -> Callable[[Any], None]:
    return lambda data: data.update({key: value})


def secret(name: str = "KEEPCALL_API_KEY") -> list[dict[str, str]]:
    return [{"secret": name}]


WRONG: dict[str, tuple[Callable[[Any], None], str]] = {
    "another function": (
        parameter("action", "DeleteCall"),
        'steps[0].ask[0].parameters[2]: found action="DeleteCall"; expected "KeepCall", nothing',
    ),
    "a function that is documented": (parameter("action", "RequestToken"), 'found action="RequestToken"'),
    "another function in other letters": (parameter("action", "deletecall\x00"), "deletecall"),
    "another function encoded twice": (parameter("action", "%2544elete%43all"), "found action="),
    "another function behind the right one": (parameter("action", "KeepCall;DeleteCall"), 'with "deletecall" in it'),
    "another function with an accent": (parameter("action", "D\u00e9l\u00e9teCall"), "deletecall"),
    "another function out of our own words": (parameter("action", "KeepAll"), 'found action="KeepAll"'),
    "a call of somebody": (
        parameter("callID", STRANGERS_ID),
        f'found callID="{STRANGERS_ID}", with "a8343631" in it; expected a call or number of this file',
    ),
    "a number of somebody": (parameter("extension", STRANGERS_NUMBER), 'found extension="8856"; expected a call or'),
    "a number as people write it": (parameter("extension", "88 56"), "88 56"),
    "a number in wide digits": (parameter("extension", "\uff18\uff18\uff15\uff16"), "8856"),
    "a number behind our own": (parameter("extension", f"{NUMBER},8856"), "8856"),
    "a name for a number": (parameter("extension", "jane.doe"), "jane"),
    "a number in a parameter that nobody knows": (parameter("number", STRANGERS_NUMBER), 'found number="8856"'),
    "a statement of SQL": (parameter("status", "'; DROP TABLE calls --"), 'with "drop" in it'),
    "a parameter of another function": (parameter("userName", "x"), 'found "userName"; expected one of "action"'),
    "an action by another name": (parameter("Action", "x"), 'found "Action"; expected one of "action"'),
    "a secret in another parameter": (
        parameter("extension", secret()), "found a secret in a value of extension; expected text: a secret stands",
    ),
    "a secret in the status": (parameter("status", secret("KEEPCALL_TOKEN")), "found a secret in a value of status"),
    "a key as a token": (parameter("token", secret()), "found the secret KEEPCALL_API_KEY as token; expected one of"),
    "a token as a key": (parameter("apiKey", secret("KEEPCALL_TOKEN")), "found the secret KEEPCALL_TOKEN as apiKey"),
    "a secret with something before it": (parameter("token", ["x", *secret()]), "found a secret in a value of token"),
    "the password": (parameter("token", secret("KEEPCALL_PASSWORD")), "parameters[2]"),
    "a variable that is no secret": (parameter("token", secret("PATH")), "parameters[2]"),
    "a key that the file brings": (parameter("apiKey", "somebodys-key"), "found apiKey with a text that is not"),
    "a requirement that there is not": (top("requirement", "KC-SEL-99"), 'requirement: found "KC-SEL-99"'),
    "a call that is none": (top("calls", [{"callID": "x"}]), "calls[0]: found a call that is none; expected a call"),
    "calls without end": (top("calls", GOOD["calls"] * 200), "calls: found a list; expected a list of at most 200"),
    "requests without end": (top("steps", GOOD["steps"] * 400), "steps: found a list; expected a list of 1 to 500"),
    "another format": (top("format", "keepcall-replay/2"), "format: found"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "told"), WRONG.values(), ids=WRONG)
def test_a_file_that_asks_for_anything_else_is_refused_with_place_found_and_expected(
    file: Callable[[Any], Path], change: Callable[[Any], None], told: str
) -> None:
    data = copy.deepcopy(GOOD)
    change(data)

    with pytest.raises(ReplayError) as caught:
        replay_file.load(file(data))

    assert caught.value.exit_code == 2
    assert told in str(caught.value)
    assert "; expected " in str(caught.value)
    assert "somebodys-key" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"format": "keepcall-replay/1"}'])
def test_what_is_no_replay_file_is_said_to_be_none(file: Callable[[Any], Path], text: str) -> None:
    with pytest.raises((FileError, ReplayError)) as caught:
        replay_file.load(file(text))

    assert caught.value.exit_code == 2


def test_a_secret_that_the_profile_does_not_give_is_named(file: Callable[[Any], Path]) -> None:
    document = replay_file.load(file(GOOD))

    with pytest.raises(ReplayError, match=r"parameters\[2\]: found the secret KEEPCALL_EXPIRED_TOKEN; expected"):
        document.needs({"KEEPCALL_API_KEY", "KEEPCALL_TOKEN"})


class Noting(KeepCallServer):
    """The reference server, which notes what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, str]] = []

    async def answer(self, request: ApiRequest) -> "Response":
        self.asked.append(dict(request.parameters))
        return await super().answer(request)


@pytest.fixture
def noting() -> Noting:
    return Noting()


@pytest.fixture
def server(noting: Noting) -> Iterator[RunningServer]:
    with RunningServer(noting) as running:
        yield running


def access(server: RunningServer) -> list[str]:
    own = server.settings
    return ["--url", server.url, "--api-key", own.api_key, "--token", own.token, "--lab", server.lab_url]


def test_nothing_is_sent_of_a_file_that_breaks_a_rule(
    file: Callable[[Any], Path], server: RunningServer, noting: Noting, capfd: pytest.CaptureFixture[str]
) -> None:
    data = copy.deepcopy(GOOD)
    parameter("action", "DeleteCall", at=1)(data)

    assert main.main(["replay", str(file(data)), *access(server)]) == 2
    assert "found.json: 1 problem in the replay file" in capfd.readouterr().err
    assert noting.asked == []


def test_a_replay_says_what_it_will_do_before_it_does_it(
    file: Callable[[Any], Path],
    server: RunningServer,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = list[str]()

    def nothing(*_: object, **__: object) -> None:
        told.append(capfd.readouterr().out)
        raise KeyboardInterrupt

    monkeypatch.setattr("keepcall.cli.commands.replay.harness", nothing)
    plain = written(keep(callID=CALLS[0].call_id).unmarking(), keep(extension=NUMBER).given(token=GIVEN["token"]))

    main.main(["replay", str(file(plain)), *access(server)])

    assert f"KC-ANY-04, on {server.url.split('/')[2]} at {server.url}" in told[0]
    assert "arranges  2 calls in its lab" in told[0]
    assert "sends     KeepCall alone, about these calls, 2 times:" in told[0]
    assert f"GET callID='{CALLS[0].call_id}' unmark=1" in told[0]
    assert f"GET extension={NUMBER} token=…" in told[0]
    assert server.settings.token not in told[0]


def test_calls_that_are_there_already_are_neither_replaced_nor_touched(
    file: Callable[[Any], Path], server: RunningServer, noting: Noting
) -> None:
    """Whatever a file calls its own: its calls get callIDs and numbers that nobody else has."""
    theirs = CALLS[0].as_json() | {"kept": True}
    assert requests.post(f"{server.lab_url}/calls", json=theirs, timeout=10).status_code == 201
    there = f"{server.lab_url}/calls/{CALLS[0].call_id}"
    before = requests.get(there, timeout=10).json()
    data = written(
        keep(callID=CALLS[0].call_id).unmarking(),
        keep(callID=CALLS[0].call_id.upper()).unmarking(),
        keep(extension=NUMBER, status="ongoing").unmarking(),
        keep(extension=f"+{NUMBER}", status="ongoing").unmarking(),
        keep(extension=FREE, status="ongoing"),
        keep(callID=COMING),
    )

    assert main.main(["replay", str(file(data)), *access(server)]) == 0

    assert requests.get(there, timeout=10).json() == before
    sent = json.dumps(noting.asked)
    for name in (CALLS[0].call_id, CALLS[0].call_id.upper(), NUMBER, FREE, COMING):
        assert name not in sent


def test_what_a_value_says_of_a_call_is_said_of_the_one_in_its_place() -> None:
    naming = Naming({NUMBER: "9000000000001", CALLS[0].call_id: COMING})

    for twist in values.TWISTS.values():
        assert naming.value("extension", twist(NUMBER)) == twist("9000000000001")
        assert naming.value("callID", twist(CALLS[0].call_id)) == twist(COMING)
    assert naming.value("extension", f"{NUMBER}' OR '1'='1") == "9000000000001' OR '1'='1"
    assert naming.value("extension", "%") == "%"
    with pytest.raises(StrangerError):
        naming.value("action", NUMBER)


CAST = Known(tuple(call.call_id for call in CALLS), (NUMBER, FREE), COMING, tuple(GIVEN.items()))


def reread(template: RequestTemplate) -> tuple[Request, Request]:
    """A request, and what a file makes of it."""
    request = template.request(CAST)
    data = written(request)
    assert list(resources.validator("replay.schema.json").iter_errors(data)) == []
    document = replay_file.Document(Path("found.json"), data)
    assert list(replay_rules.problems(data)) == []
    document.needs(set(VARIABLES))
    (act,) = document.replay(VARIABLES).script.acts
    assert isinstance(act, SendRequests)
    return request, act.requests[0]


@given(any_requests() | refused_requests())
@settings(max_examples=150, deadline=None, database=None, derandomize=True)
def test_whatever_our_own_runs_draw_can_be_sent_again(template: RequestTemplate) -> None:
    request, again = reread(template)

    assert again == request


def test_whatever_our_own_runs_try_first_can_be_sent_again() -> None:
    steps = [step for _, steps in fixed_examples.sequences() for step in steps]
    for template in (*fixed_examples.inputs(), *(step for step in steps if isinstance(step, RequestTemplate))):
        request, again = reread(template)
        assert again == request


def test_every_word_of_ours_is_nobodys() -> None:
    texts = (
        *(piece for pieces in values.HOSTILE.values() for piece in pieces),
        *(*values.STATUSES, *values.WRONG_STATUSES, *values.WRONG_TYPES, *values.WRONG_UNMARKS),
        *(*values.WRONG_ACTIONS, *values.WRONG_KEYS, *fixed_examples.MARKUP, *fixed_examples.TEXTS.values()),
    )

    assert [(text, foreign(text)) for text in texts if foreign(text)] == []
    actions = (*values.WRONG_ACTIONS, *fixed_examples.MARKUP, "KeepCall")
    assert [(text, foreign_action(text)) for text in actions if foreign_action(text)] == []


def test_a_short_secret_that_is_in_a_value_by_chance_does_not_spoil_a_file() -> None:
    data = Replay(Counterexample(CALLS, (SendRequests((keep(status="foo"),)),)), "KC-ANY-04").as_json(
        Redactor({"KEEPCALL_TOKEN": "oo"})
    )

    assert list(replay_rules.problems(data)) == []


def test_schema_and_rules_name_the_same_parameters_and_secrets() -> None:
    schema = resources.load_json("schemas", "replay.schema.json")["$defs"]

    assert tuple(schema["name"]["enum"]) == NAMES
    assert schema["secret"]["properties"]["secret"]["enum"] == [name for names in SECRETS.values() for name in names]
