"""Moments: when something happens, in UTC, and how the lab protocol writes it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Says what time it is; tests hand in one that they can turn."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def whole_milliseconds(moment: datetime) -> datetime:
    """The moment without what is finer than the protocol's millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def as_text(moment: datetime) -> str:
    """The moment as the lab protocol writes it; such texts sort by time.

    >>> as_text(datetime(2026, 11, 23, 9, tzinfo=UTC))
    '2026-11-23T09:00:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The moment that an ISO 8601 text with an offset names; `ValueError` for any other text."""
    problem = f"{text!r} is not a time like 2026-11-23T09:00:00.000Z"
    try:
        moment = datetime.fromisoformat(text)
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(problem) from error
    if moment.tzinfo is None:
        raise ValueError(f"{problem}: it has no offset")
    return whole_milliseconds(in_utc)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, to compare and to count with."""
    return (moment - EPOCH) // MICROSECOND
