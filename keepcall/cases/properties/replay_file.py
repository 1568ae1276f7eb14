"""Replay files: a counter-example as JSON that holds no secret (`schemas/replay.schema.json`).

A file may be a stranger's, and is sent with the tester's credentials. So it is held against `replay_rules` before
anything is sent: it asks for nothing but KeepCall, about calls of its own.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepcall import __version__
from keepcall.cases.generation.naming import SECRETS
from keepcall.cases.properties import replay_rules
from keepcall.contract import regular_file, schema_problems
from keepcall.contract.call import from_json
from keepcall.contract.counterexample import Counterexample, PlaceCall, SendRequests, Step
from keepcall.contract.redaction import SHORTEST, Redactor
from keepcall.contract.request import Request
from keepcall.errors import FileError, Problem, ReplayError

FORMAT = "keepcall-replay/1"

FOLDER = "replay"
"""Where replay files are, among a run's reports."""

_SCHEMA = "replay.schema.json"
_REMEDY = "Name a file that a run has left in its folder `replay`."
_LARGEST = 4_000_000
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A counter-example with where it comes from.

    Attributes:
        script: what leads to the failure.
        requirement: the id of what fails.
        test: the test that failed.
        target: the name of the target.
        seed: with which the requests were drawn.
        failure: what was wrong, in a line.
    """

    script: Counterexample
    requirement: str
    test: str = ""
    target: str = ""
    seed: int = 0
    failure: str = ""

    def as_json(self, redactor: Redactor) -> dict[str, Any]:
        """For a file; the redactor knows which text is a secret."""
        return {
            "format": FORMAT,
            "suite": f"keepcall-conformance {__version__}",
            "requirement": self.requirement,
            "test": self.test,
            "target": self.target,
            "seed": self.seed,
            "failure": self.failure,
            "calls": [call.as_json() for call in self.script.calls],
            "nobodys": list(self.script.nobodys),
            "steps": [_act(act, redactor) for act in self.script.acts],
        }


def _act(act: Step, redactor: Redactor) -> dict[str, Any]:
    if isinstance(act, PlaceCall):
        return {"place": act.call.as_json()}
    return {"ask": [_request(request, redactor) for request in act.requests]}


def _request(request: Request, redactor: Redactor) -> dict[str, Any]:
    return {
        "method": request.method or "GET",
        "parameters": [[name, _value(name, value, redactor)] for name, value in request.parameters],
        "leaveOut": sorted(request.omitted),
        "percentEncoded": request.percent_encoded,
        "backwards": request.backwards,
    }


def _value(name: str, value: str, redactor: Redactor) -> str | list[str | dict[str, str]]:
    """The value; of a secret its variable, where it is no chance: a short one may be in any text."""
    pieces: list[str | dict[str, str]] = []
    for text, secret in redactor.split(value):
        pieces.append({"secret": secret} if secret else text)
    by_chance = name not in SECRETS and len(value) < SHORTEST
    return value if by_chance or all(isinstance(piece, str) for piece in pieces) else pieces


def write(replay: Replay, redactor: Redactor, path: Path) -> None:
    """Writes the file; in ASCII, so that whatever a value holds can be written.

    Raises:
        FileError: when that is not possible.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(replay.as_json(redactor), indent=1) + "\n", encoding="ascii")
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise FileError(path, f"it cannot be written: {error.strerror}", "Name another folder.") from None


@dataclass(frozen=True, slots=True)
class Document:
    """A replay file that keeps the rules.

    Attributes:
        path: of the file.
        data: what is in it.
    """

    path: Path
    data: Mapping[str, Any]

    def needs(self, given: Collection[str]) -> None:
        """Makes sure that these secrets, by the names of their variables, are all that it takes.

        Raises:
            ReplayError: naming each one that is not given.
        """
        problems = [
            Problem(place, f"the secret {name}", "a secret that the target's profile gives")
            for place, name in replay_rules.secrets(self.data)
            if name not in given
        ]
        if problems:
            raise ReplayError(str(self.path), problems)

    def replay(self, secrets: Mapping[str, str]) -> Replay:
        """The counter-example, with these secrets in place of their variables; of another one its name."""
        told = {key: self.data[key] for key in ("test", "target", "seed", "failure") if key in self.data}
        calls = tuple(from_json(call) for call in self.data["calls"])
        acts = tuple(_read_acts(self.data, _reader(secrets)))
        nobodys = tuple(self.data.get("nobodys", ()))
        return Replay(Counterexample(calls, acts, nobodys), self.data["requirement"], **told)


def load(path: Path) -> Document:
    """The file, held against the rules.

    Raises:
        FileError: it cannot be read, or is no JSON.
        ReplayError: naming each thing in it that is wrong, or that no replay does.
    """
    try:
        data = json.loads(regular_file.read(path, _LARGEST, links=True))
    except (ValueError, RecursionError) as error:
        raise FileError(path, f"it cannot be read: {error}", _REMEDY) from None
    if not isinstance(data, dict):
        raise FileError(path, "it is no replay file: it holds no JSON object", _REMEDY)
    problems = schema_problems.find(data, _SCHEMA) or list(replay_rules.problems(data))
    if problems:
        raise ReplayError(str(path), problems)
    return Document(path, data)


def _reader(secrets: Mapping[str, str]) -> Callable[[object], str]:
    def text(value: object) -> str:
        match value:
            case [{"secret": str(name)}]:
                return secrets.get(name, f"${name}")
            case list():
                return "".join(map(str, value))
            case _:
                return str(value)

    return text


def _read_acts(data: Mapping[str, Any], text: Callable[[object], str]) -> Iterator[Step]:
    for step in data["steps"]:
        if "place" in step:
            yield PlaceCall(from_json(step["place"]))
        else:
            yield SendRequests(tuple(_read_request(request, text) for request in step["ask"]))


def _read_request(data: Mapping[str, Any], text: Callable[[object], str]) -> Request:
    return Request(
        tuple((name, text(value)) for name, value in data["parameters"]),
        frozenset(data.get("leaveOut", ())),
        data["method"],
        data.get("percentEncoded", False),
        data.get("backwards", False),
    )
