"""Requests with both selectors, with a status that nobody needs, and numbers with two kinds of calls."""

import pytest

from keepcall.cases.observations.api import Observer, asking, by_call_id, by_extension, id_of, keep, ongoing


@pytest.mark.observation("KC-OBS-067")
def test_both_selectors_of_a_call_without_status(observer: Observer) -> str:
    """They agree."""
    with observer.setup() as setup:
        number = setup.number(ongoing())
        return observer.outcome(observer.send(by_call_id(number.call).given(extension=number.text)), number.call)


@pytest.mark.observation("KC-OBS-068")
def test_both_selectors_of_a_call_with_status(observer: Observer) -> str:
    """They agree."""
    with observer.setup() as setup:
        number = setup.number(ongoing())
        return observer.outcome(observer.send(by_extension(number).given(callID=id_of(number.call))), number.call)


@pytest.mark.observation("KC-OBS-069")
def test_both_selectors_of_different_calls(observer: Observer) -> str:
    """They disagree."""
    with observer.setup() as setup:
        call, number = setup.number(ongoing()).call, setup.number(ongoing())
        reply = observer.send(by_call_id(call).given(extension=number.text, status="ongoing"))
        return observer.which(reply, {"that of the callID": call, "that of the extension": number.call})


@pytest.mark.observation("KC-OBS-070")
def test_an_extension_without_calls_beside_a_call_id(observer: Observer) -> str:
    """They disagree."""
    with observer.setup() as setup:
        call, nobody = setup.number(ongoing()).call, setup.number()
        reply = observer.send(by_call_id(call).given(extension=nobody.text, status="ongoing"))
        return observer.outcome(reply, call)


@pytest.mark.observation("KC-OBS-071")
def test_an_unknown_call_id_beside_an_extension(observer: Observer) -> str:
    """They disagree."""
    with observer.setup() as setup:
        number = setup.number(ongoing())
        reply = observer.send(keep(callID=setup.unknown_call_id(), extension=number.text, status="ongoing"))
        return observer.outcome(reply, number.call)


@pytest.mark.parametrize(
    "status", [asking("KC-OBS-072", "ongoing"), asking("KC-OBS-073", "last"), asking("KC-OBS-074", "foo")]
)
def test_a_status_beside_a_call_id(observer: Observer, status: str) -> str:
    """Of an ongoing call."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return observer.outcome(observer.send(by_call_id(call).given(status=status)), call)


@pytest.mark.observation("KC-OBS-075")
def test_a_keep_between_two_kinds_of_calls(observer: Observer) -> str:
    """Refused, they are ambiguous."""
    with observer.setup() as setup:
        number = setup.number(ongoing(), ongoing(recording="controlled"))
        reply = observer.send(by_extension(number))
        return observer.which(reply, {"the on-demand call": number.calls[0], "the controlled call": number.calls[1]})


@pytest.mark.observation("KC-OBS-076")
def test_manual_record_between_two_kinds_of_calls(observer: Observer) -> str:
    """Refused, they are ambiguous."""
    with observer.setup() as setup:
        number = setup.number(ongoing(), ongoing(recording="controlled"))
        reply = observer.send(by_extension(number).recording())
        return observer.which(reply, {"the on-demand call": number.calls[0], "the controlled call": number.calls[1]})
