"""Values in another case."""

import pytest

from keepcall.cases.observations.api import (
    IN_THE_OTHER_CASE,
    RECORD,
    Observer,
    by_call_id,
    by_extension,
    id_of,
    ongoing,
)


@pytest.mark.observation("KC-OBS-061")
def test_the_action_in_lower_case(observer: Observer) -> str:
    """In place of `KeepCall`."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return observer.outcome(observer.send(by_call_id(call).given(action="keepcall")), call)


@pytest.mark.observation("KC-OBS-063")
def test_the_status_with_a_capital_letter(observer: Observer) -> str:
    """In place of `ongoing`."""
    with observer.setup() as setup:
        number = setup.number(ongoing())
        return observer.outcome(observer.send(by_extension(number, "Ongoing")), number.call)


@pytest.mark.observation("KC-OBS-064")
def test_the_type_in_lower_case(observer: Observer) -> str:
    """In place of `manualRecord`; who does not know it may take it for a keep."""
    with observer.setup(RECORD) as setup:
        call = setup.number(ongoing()).call
        return observer.became(observer.send(by_call_id(call).given(type="manualrecord")), call)


@pytest.mark.observation("KC-OBS-065")
def test_a_call_id_in_the_other_case(observer: Observer) -> str:
    """It is a GUID, whose letters count alike (RFC 9562 section 4)."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        return observer.outcome(observer.send(by_call_id(call).given(callID=id_of(call).swapcase())), call)


@pytest.mark.wrong_credentials
@pytest.mark.observation("KC-OBS-066")
def test_an_api_key_in_the_other_case(observer: Observer) -> str:
    """It is a GUID, too."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        key = IN_THE_OTHER_CASE.of(setup.given("api_key"))
        return observer.outcome(observer.send(by_call_id(call).given(apiKey=key)), call)
