"""A call, as the lab control protocol describes it: JSON outside, a frozen value inside."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from keepcall.server.moment import as_text, from_text, whole_milliseconds

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class InvalidCallError(ValueError):
    """What the lab sent is not a call; the message says what is wrong with it."""


Choice = TypeVar("Choice", bound=StrEnum)


class State(StrEnum):
    """Where a call is in its life."""

    UPCOMING = "upcoming"
    ONGOING = "ongoing"
    FINISHED = "finished"


class Recording(StrEnum):
    """What decides about the call's recording: a mark on the buffered one, or somebody who starts it."""

    ON_DEMAND = "on-demand"
    CONTROLLED = "controlled"


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `kept` is the on-demand mark, `recording_active` tells of a controlled call's recording."""

    call_id: str
    calling_party: str
    called_party: str
    state: State
    start_time: datetime
    end_time: datetime | None
    recording: Recording
    kept: bool
    recording_active: bool

    def to_json(self) -> dict[str, str | bool | None]:
        """The call as the lab reads it back."""
        return {
            "callID": self.call_id,
            "callingParty": self.calling_party,
            "calledParty": self.called_party,
            "state": self.state,
            "startTime": as_text(self.start_time),
            "endTime": None if self.end_time is None else as_text(self.end_time),
            "recording": self.recording,
            "kept": self.kept,
            "recordingActive": self.recording_active,
        }


MEMBERS = {
    "callID": "call_id",
    "callingParty": "calling_party",
    "calledParty": "called_party",
    "state": "state",
    "startTime": "start_time",
    "endTime": "end_time",
    "recording": "recording",
    "kept": "kept",
    "recordingActive": "recording_active",
}
"""The protocol's name of each field of a call."""


def read_call(document: object, now: datetime) -> Call:
    """The call that a JSON document of the lab describes, with the protocol's defaults filled in."""
    if not isinstance(document, dict):
        raise InvalidCallError("a call is a JSON object")
    if unknown := [name for name in document if name not in MEMBERS]:
        raise InvalidCallError(f"a call has no member {unknown[0]!r}; it has {', '.join(MEMBERS)}")
    now = whole_milliseconds(now)
    state = _choice(document, "state", State.ONGOING)
    start_time, end_time = _times(document, state, now)
    return Call(
        call_id=_call_id(document),
        calling_party=_party(document, "callingParty"),
        called_party=_party(document, "calledParty"),
        state=state,
        start_time=start_time,
        end_time=end_time,
        recording=_choice(document, "recording", Recording.ON_DEMAND),
        kept=_flag(document, "kept"),
        recording_active=_flag(document, "recordingActive"),
    )


def _times(document: dict[str, object], state: State, now: datetime) -> tuple[datetime, datetime | None]:
    """When the call starts and has ended: only a finished call has ended, and never before it started."""
    start_time = _time(document, "startTime")
    end_time = _time(document, "endTime")
    if state is not State.FINISHED:
        if end_time is not None:
            raise InvalidCallError(f"a call that is {state} has no endTime: finish it, or leave endTime out")
        return start_time or now, None
    start_time = start_time or min(now, end_time or now)
    end_time = end_time or max(now, start_time)
    if end_time < start_time:
        raise InvalidCallError("endTime is before startTime")
    return start_time, end_time


def _call_id(document: dict[str, object]) -> str:
    call_id = document.get("callID")
    if call_id is None:
        return str(uuid.uuid4())
    if not isinstance(call_id, str) or not GUID.fullmatch(call_id):
        raise InvalidCallError(f"callID is a GUID of 36 characters, not {call_id!r}")
    return call_id


def _party(document: dict[str, object], name: str) -> str:
    party = document.get(name)
    if not isinstance(party, str):
        raise InvalidCallError(f"{name} is a text and has no default; got {party!r}")
    if any("\ud800" <= character <= "\udfff" for character in party):
        raise InvalidCallError(f"{name} holds half of a surrogate pair, which is no character: {party!r}")
    return party


def _choice(document: dict[str, object], name: str, default: Choice) -> Choice:
    value = document.get(name, default)
    values = type(default)
    if not isinstance(value, str) or value not in list(values):
        raise InvalidCallError(f"{name} is one of {', '.join(values)}, not {value!r}")
    return values(value)


def _flag(document: dict[str, object], name: str) -> bool:
    value = document.get(name, False)
    if not isinstance(value, bool):
        raise InvalidCallError(f"{name} is true or false, not {value!r}")
    return value


def _time(document: dict[str, object], name: str) -> datetime | None:
    value = document.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidCallError(f"{name} is a text, not {value!r}")
    try:
        return from_text(value)
    except ValueError as error:
        raise InvalidCallError(f"{name}: {error}") from error
