"""Where our own data files are, and what is in them.

In a checkout `suites`, `schemas` and `fixtures` lie beside the package; a wheel carries them
inside it, as `keepcall/_bundle`. What the loaders return is cached and shared: read it, never change it.
"""

import json
import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator, FormatChecker

from keepcall.errors import InternalError

_PACKAGE = Path(__file__).resolve().parent
_REINSTALL = "The installation is incomplete: install keepcall-conformance again."

Folder = Literal["suites", "schemas", "fixtures"]


def path(folder: Folder, *parts: str) -> Path:
    """The place of a file or folder of ours; whether it exists is for the reader to find out."""
    return _root().joinpath(folder, *parts)


@cache
def load_text(folder: Folder, *parts: str) -> str:
    """The text of one of our files."""
    place = path(folder, *parts)
    try:
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InternalError(f"{place} cannot be read: {error}", _REINSTALL) from error


@cache
def load_json(folder: Folder, *parts: str) -> dict[str, Any]:
    """The object in one of our JSON files."""
    return _table(folder, parts, json.loads(load_text(folder, *parts)))


@cache
def load_toml(folder: Folder, *parts: str) -> dict[str, Any]:
    """The table in one of our TOML files."""
    return _table(folder, parts, tomllib.loads(load_text(folder, *parts)))


@cache
def validator(schema: str) -> Draft202012Validator:
    """What checks a value against one of `schemas/*.schema.json`, formats included."""
    return Draft202012Validator(load_json("schemas", schema), format_checker=_formats)


_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    """A calendar that has no 30 February; jsonschema itself checks dates only with an extra package."""
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@cache
def _root() -> Path:
    bundle = _PACKAGE / "_bundle"
    if bundle.is_dir():
        return bundle
    if (_PACKAGE.parent / "pyproject.toml").is_file():
        return _PACKAGE.parent
    raise InternalError(f"neither {bundle} nor a checkout around {_PACKAGE} was found", _REINSTALL)


def _table(folder: str, parts: tuple[str, ...], value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InternalError(f"{'/'.join((folder, *parts))} holds no table at its top", _REINSTALL)
    return value
