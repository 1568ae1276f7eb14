"""Values of `unmark` and `type`, and calls that they have nothing to do with."""

from dataclasses import replace

import pytest

from keepcall.cases.observations.api import (
    RECORD,
    Observer,
    asking,
    by_call_id,
    call_to_come,
    finished,
    ongoing,
    readings,
    what_unmark_does,
)


@pytest.mark.parametrize(
    "value",
    [asking("KC-OBS-089", "0"), asking("KC-OBS-090", ""), asking("KC-OBS-091", "true"), asking("KC-OBS-092", "2")],
)
def test_another_value_of_unmark(observer: Observer, value: str) -> str:
    """In place of 1."""
    return what_unmark_does(observer, value)


@pytest.mark.observation("KC-OBS-093")
def test_an_unmark_of_a_call_without_a_mark(observer: Observer) -> str:
    """There is nothing to clear."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return readings.said(observer.send(by_call_id(call).unmarking()))


@pytest.mark.observation("KC-OBS-094")
def test_a_keep_of_a_kept_call(observer: Observer) -> str:
    """There is nothing to do."""
    return readings.said(observer.known("a call that was kept, by callID"))


@pytest.mark.observation("KC-OBS-095")
def test_a_keep_of_a_controlled_call(observer: Observer) -> str:
    """It has no on-demand mark."""
    with observer.setup(RECORD) as setup:
        call = setup.number(ongoing()).call
        return observer.became(observer.send(by_call_id(call)), call)


@pytest.mark.parametrize("type_", [asking("KC-OBS-096", "manualRecord"), asking("KC-OBS-097", "")])
def test_a_type_for_an_on_demand_call(observer: Observer, type_: str) -> str:
    """It is recorded anyway."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return observer.became(observer.send(by_call_id(call).given(type=type_)), call)


@pytest.mark.observation("KC-OBS-098")
def test_manual_record_of_a_finished_call(observer: Observer) -> str:
    """There is nothing left to record."""
    with observer.setup(RECORD) as setup:
        call = setup.number(replace(finished(), recording="controlled")).call
        return observer.became(observer.send(by_call_id(call).recording()), call)


@pytest.mark.observation("KC-OBS-099")
def test_manual_record_of_a_call_that_is_being_recorded(observer: Observer) -> str:
    """There is nothing to start."""
    with observer.setup(RECORD) as setup:
        call = setup.number(ongoing(done=True)).call
        return readings.said(observer.send(by_call_id(call).recording()))


@pytest.mark.observation("KC-OBS-123")
def test_an_unmark_of_a_call_to_come_while_a_keep_waits_for_it(observer: Observer) -> str:
    """It may give up the keep."""
    return call_to_come.gives_up_a_keep_that_waits(observer)


@pytest.mark.parametrize("status", [asking("KC-OBS-124", "next"), asking("KC-OBS-125", "ongoing,next")])
def test_an_unmark_of_a_call_to_come(observer: Observer, status: str) -> str:
    """The call begins with a mark."""
    return call_to_come.unmark_of_a_call_to_come(observer, status)
