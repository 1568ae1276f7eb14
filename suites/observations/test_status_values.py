"""Lists of status values that the documentation does not print; and how long `next` waits."""

import pytest

from keepcall.cases.observations.api import (
    CallSpec,
    Observer,
    asking,
    by_extension,
    finished,
    how_far_back_last_looks,
    next_window,
    ongoing,
)


@pytest.mark.parametrize(
    "status",
    [
        asking("KC-OBS-077", " ongoing "),
        asking("KC-OBS-078", "ongoing,ongoing"),
        asking("KC-OBS-079", "ongoing,"),
        asking("KC-OBS-081", "ongoing,foo"),
    ],
)
def test_another_spelling_of_ongoing(observer: Observer, status: str) -> str:
    """Of a number with an ongoing call."""
    with observer.setup() as setup:
        number = setup.number(ongoing())
        return observer.outcome(observer.send(by_extension(number, status)), number.call)


@pytest.mark.parametrize(
    ("status", "spec"),
    [
        asking("KC-OBS-080", "next,ongoing", ongoing()),
        asking("KC-OBS-083", "ongoing,last", finished()),
        asking("KC-OBS-084", "last,next", finished()),
        asking("KC-OBS-085", "ongoing,next,last", finished()),
    ],
)
def test_another_combination(observer: Observer, status: str, spec: CallSpec) -> str:
    """Of which one part finds a call."""
    with observer.setup() as setup:
        number = setup.number(spec)
        return observer.outcome(observer.send(by_extension(number, status), may_wait=True), number.call)


@pytest.mark.observation("KC-OBS-082")
def test_ongoing_and_last(observer: Observer) -> str:
    """Both parts find a call."""
    with observer.setup() as setup:
        number = setup.number(ongoing(), finished())
        reply = observer.send(by_extension(number, "ongoing,last"))
        return observer.which(reply, {"the ongoing call": number.calls[0], "the finished call": number.calls[1]})


@pytest.mark.observation("KC-OBS-086")
def test_next_without_a_call(observer: Observer) -> str:
    """How long it waits."""
    return next_window.asked(observer).without_call


@pytest.mark.observation("KC-OBS-087")
def test_a_call_before_the_end_of_next(observer: Observer) -> str:
    """Just in time."""
    return next_window.asked(observer).before_its_end


@pytest.mark.observation("KC-OBS-088")
def test_a_call_after_the_end_of_next(observer: Observer) -> str:
    """Just too late."""
    return next_window.asked(observer).after_its_end


@pytest.mark.observation("KC-OBS-126")
def test_how_far_back_last_looks(observer: Observer) -> str:
    """Recordings stay in the buffer for up to 48 hours."""
    return how_far_back_last_looks(observer, 1, 4, 12, 24, 36, 47)
