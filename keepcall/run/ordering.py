"""The order of tests: those that send wrong credentials run last, since a target may lock out whoever sends them."""

import re
from collections.abc import Sequence

import pytest

from keepcall.cases.situations import Situation

MARK = "wrong_credentials"
"""The marker of tests that send some among other requests, or whose parameters do not tell."""

_ACCESS = re.compile("apikey|token", re.IGNORECASE)
"""What the parameters of a question name that is about keys and tokens."""


def ordered(items: Sequence[pytest.Item], *, whole_files: bool) -> list[pytest.Item]:
    """The same tests, those with wrong credentials last; else in their order.

    What is judged stays before what is only asked.

    Args:
        items: in the order of their collection.
        whole_files: whether the tests of one file stay together, as they do where workers share the files. A file is
            then as late as its latest test, so that no worker begins with it.
    """
    latest: dict[object, int] = {}
    for item in items:
        latest[item.path] = max(latest.get(item.path, 0), lateness(item))
    if whole_files:
        return sorted(items, key=lambda item: (_is_asked(item), latest[item.path], str(item.path), lateness(item)))
    return sorted(items, key=lambda item: (_is_asked(item), lateness(item)))


def lateness(item: pytest.Item) -> int:
    """0 for a test without wrong credentials, 1 for one that sends some, 2 for one that is about nothing else."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if any(isinstance(value, Situation) and value.lacks_access for value in parameters):
        return 2
    named = any(isinstance(value, str) and _ACCESS.search(value) for value in parameters)
    return int(named or item.get_closest_marker(MARK) is not None)


def _is_asked(item: pytest.Item) -> bool:
    return item.get_closest_marker("observation") is not None
