"""All that a test of the suites may use: `from keepcall.suite import …`.

A test is marked with the requirement that it is about, executes situations and says what it expects of them::

    @pytest.mark.requirement("KC-SEL-07")
    @situations("KC-SEL-07")
    def test_an_extension_with_more_than_one_call_is_refused(driver, situation):
        expect(driver.execute(situation, KEEP, RECORD), outcome)
"""

from collections.abc import Iterable

import pytest

from keepcall.cases.engine.checks import (
    answer,
    both_answers,
    effect,
    effect_if_seen,
    nothing_changed,
    nothing_else,
    outcome,
    readable,
    same_effect,
    same_message,
    same_outcome,
    selection,
    unescaped,
)
from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.expectation import expect, expect_alike
from keepcall.cases.properties.any_input import expect_of_any_input
from keepcall.cases.properties.any_sequence import expect_of_any_sequence
from keepcall.cases.properties.bursts import expect_of_bursts
from keepcall.cases.properties.checks import as_the_contract_says, closed, escaped
from keepcall.cases.properties.concurrent_next import expect_of_waiting_requests
from keepcall.cases.properties.durability import expect_of_a_while
from keepcall.cases.situations import SITUATIONS, Situation, granted_by_status
from keepcall.cases.situations.table import DEMANDS, Demand
from keepcall.contract.operation import KEEP, OPERATIONS, RECORD, STOP_RECORDING, UNMARK, Operation
from keepcall.contract.request import FORMATS
from keepcall.expect import html, http, insides, leaks, text, unmark, xml

__all__ = [
    "FORMATS",
    "KEEP",
    "ONGOING_NEXT_WITHOUT_ONGOING",
    "OPERATIONS",
    "RECORD",
    "STOP_RECORDING",
    "UNMARK",
    "Driver",
    "Operation",
    "Situation",
    "answer",
    "as_the_contract_says",
    "both_answers",
    "closed",
    "effect",
    "effect_if_seen",
    "escaped",
    "expect",
    "expect_alike",
    "expect_of_a_while",
    "expect_of_any_input",
    "expect_of_any_sequence",
    "expect_of_bursts",
    "expect_of_waiting_requests",
    "html",
    "http",
    "insides",
    "leaks",
    "nothing_changed",
    "nothing_else",
    "outcome",
    "readable",
    "same_effect",
    "same_message",
    "same_outcome",
    "selection",
    "situations",
    "text",
    "unescaped",
    "unmark",
    "xml",
]


ONGOING_NEXT_WITHOUT_ONGOING = granted_by_status.ongoing_next_without_ongoing


def situations(
    *requirements: str,
    kinds: Iterable[Demand] = DEMANDS,
    operation: Operation | None = KEEP,
    wide: bool = False,
    spelt: bool = False,
    not_found: bool = False,
    binding: bool = False,
) -> pytest.MarkDecorator:
    """Parametrizes a test with `situation`: see `Table.__call__` for what is chosen.

    Raises:
        ValueError: when nothing is chosen, since such a test would never run.
    """
    rows = SITUATIONS(
        *requirements,
        kinds=kinds,
        operation=operation,
        wide=wide,
        spelt=spelt,
        not_found=not_found,
        binding=binding,
    )
    if not rows:
        raise ValueError(f"no situation fits {requirements}, {kinds}")
    return pytest.mark.parametrize("situation", rows, ids=str)
