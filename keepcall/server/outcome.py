"""What a request comes to: granted or refused, and why."""

from dataclasses import dataclass
from enum import IntEnum

SHOWN = 32
"""How much of a caller's value a message repeats: less than a GUID, so that no message can hold a key or token,
and less than the success sentence, so that no refusal can be read as a success."""


class Code(IntEnum):
    """The answer's code. The documentation gives 0 and 2; the others are this server's own."""

    GRANTED = 0
    INVALID_PARAMETER = 1
    NOT_FOUND = 2
    MORE_THAN_ONE = 3
    INVALID_API_KEY = 4
    INVALID_TOKEN = 5
    INVALID_ACTION = 6
    INVALID_CREDENTIALS = 7


@dataclass(frozen=True, slots=True)
class Granted:
    """The call has been found, and what was asked for is done."""

    call_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing has changed."""

    code: int
    message: str


@dataclass(frozen=True, slots=True)
class TokenIssued:
    """The caller has a session now."""

    token: str
    session_id: str


Outcome = Granted | Refused | TokenIssued

NOT_FOUND = Refused(Code.NOT_FOUND, "Unable to keep the call, because the call cannot be found.")
MORE_THAN_ONE = Refused(Code.MORE_THAN_ONE, "Unable to keep the call, because more than one call has been found.")


def missing(name: str, code: int = Code.INVALID_PARAMETER) -> Refused:
    """A parameter that has to be there is missing or empty."""
    return Refused(code, f"The {name} parameter is missing.")


def unknown(name: str, value: str, code: int = Code.INVALID_PARAMETER) -> Refused:
    """A parameter has a value that the contract does not give it."""
    return Refused(code, f"The {name} parameter has an unknown value: {quoted(value)}")


def quoted(value: str) -> str:
    """The beginning of a caller's value, fit to be read: what cannot be printed is replaced."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in value[:SHOWN])
    return f'"{shown}…"' if len(value) > SHOWN else f'"{shown}"'
