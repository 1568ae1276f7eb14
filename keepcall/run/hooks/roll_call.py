"""The part of the pytest plugin that notes each test as soon as there is one, and lets `-k` find it."""

import pytest

from keepcall.run.attendance import ATTENDANCE, attendance, is_wanted, strangers


class _Quiet:
    """Has a worker print no traceback: what it has died of, pytest-xdist tells to the process that started it."""

    def pytest_internalerror(self) -> bool:
        """It is taken care of."""
        return True


def pytest_configure(config: pytest.Config) -> None:
    """Only in workers."""
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(_Quiet())


def pytest_itemcollected(item: pytest.Item) -> None:
    """Notes a test, and lets `-k` find it by the id of what it is about."""
    for marker in (*item.iter_markers("requirement"), *item.iter_markers("observation")):
        item.extra_keyword_matches.update(map(str, marker.args))
    notes = attendance(item.config)
    notes.functions[item.nodeid.partition("[")[0]] = None
    if is_wanted(item):
        notes.wanted[item.nodeid] = None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tells the notes of a worker to the one who collects."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        notes = attendance(session.config)
        output[ATTENDANCE] = (list(notes.wanted), list(notes.functions), list(strangers(session.config)))
