"""What Allure shows of an observation: the question, the answer, and what was sent for it."""

import html
from collections.abc import Sequence
from typing import Any

import allure

from keepcall.cases.observations.catalogue import Observation
from keepcall.contract.exchange import Exchange
from keepcall.report.allure.results import attach

_TEST: Any = allure.dynamic  # the running test; it has no types


def show(observation: Observation, answer: str, exchanges: Sequence[Exchange]) -> None:
    """Says in Allure's words what the running test asked, and what came of it."""
    _TEST.title(f"{observation.id} {observation.question}")
    _TEST.description_html(f"<p>{html.escape(answer)}</p><p>Asked and written down, never judged.</p>")
    _TEST.severity("trivial")
    _TEST.epic("KeepCall")
    _TEST.feature("Observations")
    _TEST.story(observation.group)
    _TEST.tag(observation.id, "observation")
    attach(exchanges)
