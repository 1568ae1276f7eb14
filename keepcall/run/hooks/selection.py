"""Which tests are run: those of the catalogue that our own options ask for, in the order that targets bear best."""

import pytest

from keepcall.contract import requirements
from keepcall.contract.requirements import Requirement
from keepcall.errors import UsageError
from keepcall.resources import path
from keepcall.run import ordering
from keepcall.run.attendance import is_wanted
from keepcall.run.worker import workers_of


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Holds the suites against the catalogue; keeps only what was asked for."""
    suites = path("suites")
    ours = [i for i in items if i.path.is_relative_to(suites) and not i.get_closest_marker("observation")]
    for item in ours:
        requirement_of(item)
    if left_out := [item for item in items if not is_wanted(item)]:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_wanted(item)]
    items[:] = ordering.ordered(items, whole_files=workers_of(config) > 1)


def requirement_of(item: pytest.Item) -> Requirement:
    """The requirement that a test of the suites is about.

    Raises:
        UsageError: when it names none, or one that the catalogue does not have.
    """
    marker = item.get_closest_marker("requirement")
    if marker is None or len(marker.args) != 1:
        raise pytest.UsageError(f"{item.nodeid} names no requirement: add @pytest.mark.requirement(id)")
    try:
        return requirements.load().get(marker.args[0])
    except UsageError as error:
        raise pytest.UsageError(f"{item.nodeid}: {error}") from None
