"""What no replay does, whatever its file says: pure functions from a file's JSON to what is wrong with it.

Nothing but KeepCall is sent, about calls that the replay itself arranges, and secrets go where they belong.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from keepcall.cases.generation.naming import SECRETS, Naming, StrangerError
from keepcall.contract import requirements, schema_problems
from keepcall.contract.call import from_json
from keepcall.errors import Problem

_LONGEST = 60

_ACTION = '"KeepCall", nothing, or what is the name of no function: a replay sends KeepCall alone'
_NAMED = "a call or number of this file, or a text of the suite's own: a replay is about its own calls alone"
_ALONE = "text: a secret stands alone, as the value of apiKey or token"


def problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a file that keeps to the schema."""
    if data["requirement"] not in requirements.load():
        yield Problem("requirement", schema_problems.quoted(data["requirement"]), "the id of a requirement")
    calls = list(_calls(data))
    for place, call in calls:
        try:
            from_json(call)
        except ValueError as error:
            yield Problem(place, "a call that is none", f"a call as in call.schema.json: {error}"[:200])
    named = [call.get(key) for _, call in calls for key in ("callID", "callingParty", "calledParty")]
    naming = Naming.keeping([text for text in (*named, *data.get("nobodys", ())) if isinstance(text, str)])
    for place, name, value in _values(data):
        yield from _problem(place, name, value, naming)


def secrets(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The secrets that a file takes, by their places and the names of their variables."""
    for place, _, value in _values(data):
        match value:
            case [{"secret": str(secret)}]:
                yield place, secret


def _calls(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from ((f"calls[{index}]", call) for index, call in enumerate(data["calls"]))
    yield from (
        (f"steps[{index}].place", step["place"]) for index, step in enumerate(data["steps"]) if "place" in step
    )


def _values(data: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Each parameter of each request: where it stands, its name and its value."""
    for at, step in enumerate(data["steps"]):
        for number, request in enumerate(step.get("ask", ())):
            for index, (name, value) in enumerate(request["parameters"]):
                yield f"steps[{at}].ask[{number}].parameters[{index}]", name, value


def _problem(place: str, name: str, value: object, naming: Naming) -> Iterator[Problem]:
    match value:
        case [{"secret": str(secret)}] if name in SECRETS:
            if secret not in SECRETS[name]:
                yield Problem(place, f"the secret {secret} as {name}", f"one of {', '.join(SECRETS[name])}")
        case list() if any(isinstance(piece, dict) for piece in value):
            yield Problem(place, f"a secret in a value of {name}", _ALONE)
        case _:
            text = "".join(map(str, value)) if isinstance(value, list) else str(value)
            try:
                naming.value(name, text)
            except StrangerError as refuses_number:
                yield Problem(place, _found(name, text, refuses_number), _ACTION if name == "action" else _NAMED)


def _found(name: str, text: str, refuses_number: StrangerError) -> str:
    if name in SECRETS:
        return f"{name} with a text that is not shown"
    shown = schema_problems.quoted(text[:_LONGEST]) + "…" * (len(text) > _LONGEST)
    what = str(refuses_number)[:_LONGEST]
    return f"{name}={shown}" + (
        f", with {schema_problems.quoted(what)} in it" if what.casefold() != text.casefold() else ""
    )
