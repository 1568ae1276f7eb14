"""Notes which tests there are: nothing but our own options decides what runs.

A test is noted as soon as pytest has made it, before any plugin can take it out. Whoever collects the results holds
them against these notes, so that a test that somebody else has left out is missed, by whatever means it was done.
"""

import ast
from dataclasses import dataclass, field
from functools import cache

import pytest

from keepcall.resources import path

_OWN = ("_pytest", "pytest", "keepcall", "allure_pytest", "xdist", "__channelexec__")
"""Whose plugins a run is made of; the last is pytest-xdist in a worker."""

ATTENDANCE = "keepcall_attendance"
"""Where a worker of pytest-xdist tells its notes."""


@dataclass
class Attendance:
    """The tests that pytest has made.

    Attributes:
        wanted: ids of those that our own options do not leave out, in order.
        functions: ids without parameters, of all.
    """

    wanted: dict[str, None] = field(default_factory=dict)
    functions: dict[str, None] = field(default_factory=dict)


_KEY = pytest.StashKey[Attendance]()


def attendance(config: pytest.Config) -> Attendance:
    """The notes of this process."""
    return config.stash.setdefault(_KEY, Attendance())


def is_wanted(item: pytest.Item) -> bool:
    """Whether our own options, `--only` and those about observations, leave the test in."""
    only = item.config.getoption("only")
    if item.get_closest_marker("observation"):
        return not only and not item.config.getoption("no_observations")
    marker = item.get_closest_marker("requirement")
    return not only or marker is None or set(marker.args) <= set(only)


def strangers(config: pytest.Config) -> tuple[str, ...]:
    """The names of plugins that are no part of a run."""
    found = []
    for name, plugin in config.pluginmanager.list_name_plugin():
        module = getattr(plugin, "__name__", "") or type(plugin).__module__
        if plugin is not None and module.partition(".")[0] not in _OWN:
            found.append(module if name.isdigit() else name)
    return tuple(sorted(found))


@cache
def written() -> tuple[str, ...]:
    """The ids, without parameters, of all tests in the files of the suites, whatever pytest makes of them."""
    suites = path("suites")
    return tuple(
        f"{file.relative_to(suites.parent).as_posix()}::{node.name}"
        for file in sorted(suites.rglob("test_*.py"))
        for node in ast.parse(file.read_bytes()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
