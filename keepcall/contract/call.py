"""A call as the lab knows it, and the states that tests ask for by name.

The JSON form is `schemas/call.schema.json`: what the lab control protocol sends and answers.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, cast

State = Literal["upcoming", "ongoing", "finished"]
Recording = Literal["on-demand", "controlled"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call; times are UTC, to the millisecond.

    Attributes:
        identified: whether `call_id` is the recorder's own; where the lab does not know that one, it is only the
            lab's name for the call, and no request may hold it.
    """

    call_id: str
    calling_party: str
    called_party: str
    state: State
    start_time: datetime
    end_time: datetime | None
    recording: Recording
    kept: bool
    recording_active: bool
    identified: bool = True

    def as_json(self) -> dict[str, object]:
        """The call as the lab control protocol writes it."""
        return {
            "callID": self.call_id,
            "callingParty": self.calling_party,
            "calledParty": self.called_party,
            "state": self.state,
            "startTime": _written(self.start_time),
            "endTime": _written(self.end_time) if self.end_time else None,
            "recording": self.recording,
            "kept": self.kept,
            "recordingActive": self.recording_active,
        }

    def in_words(self) -> str:
        """The call for a message: `ongoing call 9123 → 9456, on-demand, kept`."""
        marks = ["kept"] * self.kept + ["being recorded"] * self.recording_active
        return ", ".join([f"{self.state} call {self.calling_party} → {self.called_party}", self.recording, *marks])


def from_json(data: object) -> Call:
    """A call as a lab answers it.

    Raises:
        ValueError: naming the key, what was found and what is expected.
    """
    if not isinstance(data, dict):
        raise ValueError(f"a call must be a JSON object, not {type(data).__name__}")
    end = data.get("endTime")
    return Call(
        call_id=_text(data, "callID"),
        calling_party=_text(data, "callingParty"),
        called_party=_text(data, "calledParty"),
        state=cast("State", _one_of(data, "state", ("upcoming", "ongoing", "finished"))),
        start_time=_time(data, "startTime"),
        end_time=None if end is None else _time(data, "endTime"),
        recording=cast("Recording", _one_of(data, "recording", ("on-demand", "controlled"))),
        kept=_truth(data, "kept"),
        recording_active=_truth(data, "recordingActive"),
    )


Role = Literal["calling", "called", "both"]


@dataclass(frozen=True, slots=True)
class CallSpec:
    """What a test needs of one call of a number, before there is a call.

    Attributes:
        role: whether the number is the calling party, the called party, or both.
        state: as in a call.
        started: seconds before now at which it started; less than 0 for one that is still to begin.
        ended: seconds before now at which it ended, of a finished call.
        done: whether the call is already in the state that the request under test would bring it to.
        recording: overrides what the operation under test acts on; empty means that.
        same_peer: whether the other party is the same in all calls of the number that say so.
    """

    role: Role = "calling"
    state: State = "ongoing"
    started: float = 60.0
    ended: float = 0.0
    done: bool = False
    recording: Recording | Literal[""] = ""
    same_peer: bool = False

    def call(self, number: str, other: str, now: datetime, recording: Recording) -> Call:
        """A call between the number and another one, without any mark; `recording` unless the spec names one."""
        return Call(
            call_id=str(uuid.uuid4()),
            calling_party=other if self.role == "called" else number,
            called_party=other if self.role == "calling" else number,
            state=self.state,
            start_time=_milliseconds(now - timedelta(seconds=self.started)),
            end_time=_milliseconds(now - timedelta(seconds=self.ended)) if self.state == "finished" else None,
            recording=self.recording or recording,
            kept=False,
            recording_active=False,
        )


def ongoing(
    role: Role = "calling",
    *,
    started: float = 60,
    done: bool = False,
    recording: Recording | Literal[""] = "",
    same_peer: bool = False,
) -> CallSpec:
    """A call that is going on; `started` is seconds before now."""
    return CallSpec(role, "ongoing", started=started, done=done, recording=recording, same_peer=same_peer)


def finished(role: Role = "calling", *, started: float = 600, ended: float = 300, done: bool = False) -> CallSpec:
    """A call that is over; `started` and `ended` are seconds before now."""
    return CallSpec(role, "finished", started=started, ended=ended, done=done)


def upcoming(role: Role = "calling") -> CallSpec:
    """A call that is set up for tomorrow: none of a recorder's clocks has it begin meanwhile."""
    return CallSpec(role, "upcoming", started=-86_400)


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number with the calls that a lab arranged for it, in the order in which they were asked for."""

    text: str
    calls: tuple[Call, ...] = ()

    @property
    def call(self) -> Call:
        """The first of its calls."""
        return self.calls[0]


def _milliseconds(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(data: dict[str, object], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} must be a text, not {value!r}")
    return value


def _one_of(data: dict[str, object], key: str, allowed: tuple[str, ...]) -> str:
    value = data.get(key)
    if value not in allowed:
        raise ValueError(f"{key} must be one of {', '.join(allowed)}, not {value!r}")
    return str(value)


def _truth(data: dict[str, object], key: str) -> bool:
    value = data.get(key)
    if not isinstance(value, bool):
        raise ValueError(f"{key} must be true or false, not {value!r}")
    return value


def _time(data: dict[str, object], key: str) -> datetime:
    text = _text(data, key)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{key} must be a time like 2026-11-23T09:00:00Z, not {text!r}") from None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def marks(call: Call) -> tuple[bool, bool]:
    """What KeepCall can change of a call."""
    return call.kept, call.recording_active


def unchanged(before: Call, after: Call) -> bool:
    """Whether a call is as it was."""
    return marks(before) == marks(after) and same_call(before, after)


def same_call(before: Call, after: Call) -> bool:
    """Whether all that is not a mark is as it was: parties, kind, state and start. Its end may be noted late."""
    return replace(before, kept=False, recording_active=False, end_time=None) == replace(
        after, kept=False, recording_active=False, end_time=None
    )
