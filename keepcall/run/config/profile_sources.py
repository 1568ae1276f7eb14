"""What a profile reads and starts on this machine, by name: whoever did not write it can see it before a run.

A profile can name any variable, any file and any program, and what is read goes to its `url`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from keepcall.contract import schema_problems
from keepcall.lab.program import name_of
from keepcall.run.config import toml_file

_FILES = frozenset({"ca_file", "client_certificate", "client_key"})
"""Keys whose text is the name of a file, in whatever table."""

_REMEDY = "Name a target profile."


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that a profile takes from this machine.

    Attributes:
        verb: what is done with it.
        name: of a variable, a file or a program; never what is in it.
        place: where the profile says so.
    """

    verb: Literal["reads", "starts"]
    name: str
    place: str


def of_profile(path: Path) -> tuple[Source, ...]:
    """What the profile in a file reads and starts, in its order.

    Raises:
        FileError: the profile cannot be read, or is no TOML.
    """
    return tuple(_of_table(toml_file.parsed(path, _REMEDY), path.parent))


def _of_table(table: Mapping[Any, Any], folder: Path, *mode: str | int) -> Iterator[Source]:
    for key, value in table.items():
        place = schema_problems.place([*mode, key])
        match value:
            case {"env": str(name), **more} if not more:
                yield Source("reads", f"the variable {_shown(name)}", place)
            case {"file": str(name), **more} if not more:
                yield Source("reads", f"the file {_shown(str(folder / name))}", place)
            case str(name) if key in _FILES and name:
                yield Source("reads", f"the file {_shown(str(folder / name))}", place)
            case [str(program), *rest] if key == "command" and mode == ("lab",) and all(map(_is_text, rest)):
                yield Source("starts", _program(program, rest, folder), place)
            case Mapping():
                yield from _of_table(value, folder, *mode, key)
            case list():
                yield from _of_table(dict(enumerate(value)), folder, *mode, key)


def _program(program: str, rest: list[str], folder: Path) -> str:
    """The program, and the script that it is given; other arguments may hold a secret, and are only counted."""
    script = name_of([program, *rest], folder)
    told = f"the program {_shown(program)} in {_shown(str(folder.resolve()))}"
    told += f" with {_shown(script)}" if script != Path(program).name else ""
    return f"{told} ({len(rest)} arguments)" if len(rest) != 1 else f"{told} (1 argument)"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _shown(name: str) -> str:
    return name if name.isprintable() else schema_problems.quoted(name)
