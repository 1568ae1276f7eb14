"""Tokens where none is needed, and requests with two faults."""

import pytest

from keepcall.cases.observations.api import (
    NO_GUID,
    Observer,
    asking,
    by_call_id,
    key_without_token,
    ongoing,
    which_refusal_wins,
)


@pytest.mark.wrong_credentials
@pytest.mark.observation("KC-OBS-100")
def test_an_unknown_token_where_none_is_needed(observer: Observer) -> str:
    """The right key alone would do."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        request = by_call_id(call).given(apiKey=key_without_token(setup), token=NO_GUID)
        return observer.outcome(observer.send(request), call)


@pytest.mark.wrong_credentials
@pytest.mark.observation("KC-OBS-101")
def test_a_token_of_another_key_where_none_is_needed(observer: Observer) -> str:
    """The right key alone would do."""
    with observer.setup() as setup:
        call = setup.number(ongoing()).call
        request = by_call_id(call).given(apiKey=key_without_token(setup), token=setup.given("other_token"))
        return observer.outcome(observer.send(request), call)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        asking("KC-OBS-102", "the unknown action", "the unknown apiKey"),
        asking("KC-OBS-103", "the unknown apiKey", "the unknown token"),
        asking("KC-OBS-104", "the unknown token", "the missing selector"),
        asking("KC-OBS-105", "the unknown token", "the unknown type"),
        asking("KC-OBS-106", "the unknown status", "the unknown type"),
        asking("KC-OBS-107", "the unknown status", "the number without calls"),
        asking("KC-OBS-108", "the unknown type", "the number without calls"),
    ],
)
def test_a_request_with_two_faults(observer: Observer, first: str, second: str) -> str:
    """Which of them the answer is about."""
    return which_refusal_wins(observer, first, second)
