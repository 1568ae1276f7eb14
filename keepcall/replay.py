"""Replay files: a counter-example as JSON that holds no secret (`schemas/replay.schema.json`)."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepcall import __version__, resources
from keepcall.call import from_json
from keepcall.errors import FileError
from keepcall.redaction import Redactor
from keepcall.request import Request
from keepcall.script import Act, Asking, Placing, Script

FORMAT = "keepcall-replay/1"

FOLDER = "replay"
"""Where replay files are, among a run's reports."""

_REMEDY = "Name a file that a run has left in its folder `replay`."


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

    script: Script
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
            "steps": [_act(act, redactor) for act in self.script.acts],
        }


def _act(act: Act, redactor: Redactor) -> dict[str, Any]:
    if isinstance(act, Placing):
        return {"place": act.call.as_json()}
    return {"ask": [_request(request, redactor) for request in act.requests]}


def _request(request: Request, redactor: Redactor) -> dict[str, Any]:
    return {
        "method": request.method or "GET",
        "parameters": [[name, _value(value, redactor)] for name, value in request.parameters],
        "leaveOut": sorted(request.omitted),
        "percentEncoded": request.percent_encoded,
        "backwards": request.backwards,
    }


def _value(value: str, redactor: Redactor) -> str | list[str | dict[str, str]]:
    pieces: list[str | dict[str, str]] = [{"secret": name} if name else text for text, name in redactor.split(value)]
    return value if all(isinstance(piece, str) for piece in pieces) else pieces


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


def load(path: Path, secrets: Mapping[str, str]) -> Replay:
    """The counter-example in a file, with these secrets in place of their variables.

    Raises:
        FileError: naming what is wrong with it.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileError(path, f"it cannot be read: {error}", _REMEDY) from None
    faults = [
        f"{fault.json_path}: {fault.message}" for fault in resources.validator("replay.schema.json").iter_errors(data)
    ]
    if faults:
        raise FileError(path, f"it is no replay file: {faults[0]}", _REMEDY)
    try:
        calls = tuple(from_json(call) for call in data["calls"])
        acts = tuple(_read_act(step, _reader(secrets)) for step in data["steps"])
    except (ValueError, LookupError) as error:
        raise FileError(path, f"it is no replay file: {error}", _REMEDY) from None
    told = {key: data[key] for key in ("test", "target", "seed", "failure") if key in data}
    return Replay(Script(calls, acts), data["requirement"], **told)


def _reader(secrets: Mapping[str, str]) -> Callable[[object], str]:
    def text(value: object) -> str:
        match value:
            case str():
                return value
            case {"secret": str(name)} if name in secrets:
                return secrets[name]
            case {"secret": name}:
                raise LookupError(f"the target's profile gives no {name}")
            case list():
                return "".join(map(text, value))
            case _:
                raise ValueError(f"{value!r} is no value")

    return text


def _read_act(step: Mapping[str, Any], text: Callable[[object], str]) -> Act:
    if "place" in step:
        return Placing(from_json(step["place"]))
    return Asking(tuple(_read_request(request, text) for request in step["ask"]))


def _read_request(data: Mapping[str, Any], text: Callable[[object], str]) -> Request:
    return Request(
        tuple((name, text(value)) for name, value in data["parameters"]),
        frozenset(data.get("leaveOut", ())),
        data["method"],
        data.get("percentEncoded", False),
        data.get("backwards", False),
    )
