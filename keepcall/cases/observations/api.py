"""All that a test of `suites/observations` may use: `from keepcall.cases.observations.api import …`.

A test is marked with the question that it asks, and returns the answer in the words of `fixtures/observations.toml`::

    @pytest.mark.observation("KC-OBS-061")
    def test_the_action_in_lower_case(observer: Observer) -> str:
        with observer.setup() as setup:
            call = setup.number(ongoing()).call
            return observer.outcome(observer.send(by_call_id(call).given(action="keepcall")), call)
"""

import pytest

from keepcall.cases.observations import call_to_come, encodings, next_window, readings
from keepcall.cases.observations.encodings import Encode
from keepcall.cases.observations.observer import Observer
from keepcall.cases.observations.questions import (
    how_far_back_last_looks,
    key_without_token,
    what_unmark_does,
    which_refusal_wins,
    which_value_counts,
)
from keepcall.cases.situations.denied import NO_GUID
from keepcall.cases.situations.selectors import by_call_id, by_extension, id_of
from keepcall.contract.call import CallSpec, finished, ongoing
from keepcall.contract.masking.derived import IN_THE_OTHER_CASE
from keepcall.contract.operation import RECORD
from keepcall.contract.request import keep

__all__ = [
    "IN_THE_OTHER_CASE",
    "NO_GUID",
    "RECORD",
    "CallSpec",
    "Encode",
    "Observer",
    "asking",
    "by_call_id",
    "by_extension",
    "call_to_come",
    "encodings",
    "finished",
    "how_far_back_last_looks",
    "id_of",
    "keep",
    "key_without_token",
    "next_window",
    "ongoing",
    "readings",
    "what_unmark_does",
    "which_refusal_wins",
    "which_value_counts",
]


def asking(observation_id: str, *values: object) -> object:
    """One row of a parametrized test: the question that it asks, and what the test is given for it."""
    return pytest.param(*values, marks=pytest.mark.observation(observation_id), id=observation_id)
