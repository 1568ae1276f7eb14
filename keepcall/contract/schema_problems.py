"""What a file has against its schema, said so that whoever wrote it can mend it.

The schema's descriptions are the wording of what is expected. Where a secret may stand, no value is ever shown.
"""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import ValidationError

from keepcall import resources
from keepcall.errors import Problem

TARGET = "target.schema.json"

_HIDDEN = ("credentials", "command")
"""A command line may hold a secret, too."""
_LONGEST = 60
_KINDS = {
    dict: "a table",
    list: "a list",
    str: "a text",
    bool: "a truth value",
    int: "a number",
    float: "a number",
}
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a table",
    "string": "a text",
}


def find(table: Mapping[str, Any], schema: str) -> list[Problem]:
    """What breaks the schema of this name, once for each place, in the order of the places."""
    errors = sorted(resources.validator(schema).iter_errors(table), key=lambda error: error.validator != "type")
    found = dict[str, Problem]()
    for problem in (problem for error in errors for problem in _problems(error, schema)):
        found.setdefault(problem.place, problem)
    return sorted(found.values(), key=lambda problem: problem.place)


def place(steps: Iterable[str | int]) -> str:
    """A way into a profile as its reader knows it: `claims.methods[1]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{_key(step)}" for step in steps).removeprefix(".")


def quoted(text: str) -> str:
    """A text for a message, whatever is in it."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _key(text: str) -> str:
    return text if text.isprintable() else quoted(text)


def _problems(error: ValidationError, name: str) -> Iterator[Problem]:
    steps = list(error.absolute_path)
    mode = list(error.absolute_schema_path)
    instance: Any = error.instance
    schema: Any = error.schema
    if error.validator == "required":
        for key in schema["required"]:
            if key not in instance:
                yield Problem(place([*steps, key]), "nothing", _description(name, mode, key))
    elif error.validator == "additionalProperties":
        known = list(schema["properties"])
        for key in instance:
            if key not in known:
                yield Problem(place([*steps, key]), "an unknown key", _instead(name, key, known, steps))
    else:
        yield Problem(place(steps), _shown(instance, steps), _expected(error, _description(name, mode)))


def _expected(error: ValidationError, description: str) -> str:
    demand: Any = error.validator_value
    match error.validator:
        case "enum":
            options = ", ".join(f'"{option}"' for option in demand)
            return f"{'one of ' * (len(demand) > 1)}{options}{_close(error.instance, demand)}"
        case "type":
            return description if description.startswith(_TYPES[demand]) else f"{_TYPES[demand]}: {description}"
        case "uniqueItems":
            return "each value once"
        case "minItems" | "minProperties":
            return f"{description}, with something in it"
        case _:
            return description


def _instead(schema: str, key: str, known: Sequence[str], steps: Sequence[str | int]) -> str:
    """What the writer of an unknown key may have meant: one that looks like it, or its proper table."""
    if hint := _close(key, known):
        return f"one of {', '.join(known)}{hint}"
    tables: dict[str, dict[str, Any]] = resources.load_json("schemas", schema)["properties"]
    homes = [name for name, table in tables.items() if key in table.get("properties", {}) and [name] != steps]
    if key in tables and steps:
        return f"one of {', '.join(known)}; {key} belongs at the top, before the first table"
    return f"one of {', '.join(known)}" + (f"; {key} belongs in [{homes[0]}]" if homes else "")


def _close(value: object, options: Iterable[str]) -> str:
    folded = {option.casefold(): option for option in options}
    near = difflib.get_close_matches(str(value).casefold(), folded, n=1)
    return f'; did you mean "{folded[near[0]]}"?' if near else ""


def _shown(value: object, steps: Sequence[str | int]) -> str:
    """What stands there; of a value that could be a secret only its kind."""
    kind = _KINDS.get(type(value), "something else")
    if value in ("", [], {}):
        return kind.replace("a ", "an empty ", 1)
    if isinstance(value, dict | list):
        return kind
    if steps[-1] != "send" and not set(_HIDDEN).isdisjoint(steps):
        return f"{kind} (not shown)"
    text = quoted(value) if isinstance(value, str) else str(value).lower()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _description(name: str, mode: Sequence[str | int], key: str = "") -> str:
    """The nearest description on an error's way through the schema, or of a property that is missing there."""
    schema: Any = resources.load_json("schemas", name)
    node, text = schema, ""
    for step in [*mode[:-1], *(["properties", key] if key else [])]:
        node = node[step]
        text = node.get("description", text) if isinstance(node, dict) else text
        if "$ref" in node:  # what jsonschema leaves out of the way
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
            text = node.get("description", text)
    return text
