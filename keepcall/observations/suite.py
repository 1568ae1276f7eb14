"""All that a test of `suites/observations` may use: `from keepcall.observations.suite import …`.

A test is marked with the question that it asks, and returns the answer in the words of `fixtures/observations.toml`::

    @pytest.mark.observation("KC-OBS-061")
    def test_the_action_in_lower_case(observer: Observer) -> str:
        with observer.stage() as stage:
            call = stage.number(ongoing()).call
            return observer.outcome(observer.send(by_call_id(call).given(action="keepcall")), call)
"""

import pytest

from keepcall.call import Spec, finished, ongoing
from keepcall.derived import IN_THE_OTHER_CASE
from keepcall.observations import call_to_come, minute, readings, spelling
from keepcall.observations.observer import Observer
from keepcall.observations.questions import (
    how_far_back_last_looks,
    key_without_token,
    what_unmark_does,
    which_refusal_wins,
    which_value_counts,
)
from keepcall.observations.spelling import Spell
from keepcall.operation import RECORD
from keepcall.request import keep
from keepcall.situations.denied import NO_GUID
from keepcall.situations.requests import by_call_id, by_extension, id_of

__all__ = [
    "IN_THE_OTHER_CASE",
    "NO_GUID",
    "RECORD",
    "Observer",
    "Spec",
    "Spell",
    "asking",
    "by_call_id",
    "by_extension",
    "call_to_come",
    "finished",
    "how_far_back_last_looks",
    "id_of",
    "keep",
    "key_without_token",
    "minute",
    "ongoing",
    "readings",
    "spelling",
    "what_unmark_does",
    "which_refusal_wins",
    "which_value_counts",
]


def asking(observation_id: str, *values: object) -> object:
    """One row of a parametrized test: the question that it asks, and what the test is given for it."""
    return pytest.param(*values, marks=pytest.mark.observation(observation_id), id=observation_id)
