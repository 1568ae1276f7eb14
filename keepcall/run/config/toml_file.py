"""Files that people write for us in TOML: read with line and column of a mistake, and made plain for a schema."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from math import isnan
from pathlib import Path
from typing import Any

from keepcall.errors import FileError

_POSITION = re.compile(r" *\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")


def parsed(path: Path, remedy: str) -> dict[str, Any]:
    """The table in a file.

    Args:
        path: of the file.
        remedy: what to do where there is no such file.

    Raises:
        FileError: when it cannot be read, or is no TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise FileError(path, "there is no such file", remedy) from None
    except IsADirectoryError:
        raise FileError(path, "this is a folder, not a file", remedy) from None
    except OSError as error:
        raise FileError(path, f"it cannot be read: {error.strerror}", remedy) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FileError(path, "it is not in UTF-8, as TOML has to be", "Save it as UTF-8.", line=line) from None
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number with too many digits for Python
        found = _POSITION.search(str(error))
        if found and found["line"]:
            line, column = int(found["line"]), int(found["column"])
        else:
            line, column = text.count("\n") + 1, 0
        reason = f"it is not TOML: {_POSITION.sub('', str(error))}"
        raise FileError(path, reason, "Mend the syntax there.", line=line, column=column) from None


def plain(value: Any) -> Any:
    """The value with JSON's kinds alone, so that a schema can speak of it."""
    match value:
        case Mapping():
            return {key: plain(child) for key, child in value.items()}
        case list():
            return [plain(child) for child in value]
        case datetime() if value.tzinfo:
            finest = "microseconds" if value.microsecond % 1000 else "milliseconds"
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=finest) + "Z"
        case date() | time():
            return value.isoformat()
        case float() if isnan(value):
            return "nan"
        case _:
            return value
