"""What other people have set for pytest and its kin, which has no say in a run of ours.

A CI job has variables for its own tests: a test plan of Allure, options of pytest, plugins, profiles of Hypothesis.
Each of them may leave tests out or change what they draw, and a run that obeys may call a faulty server conformant.
"""

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

_FAMILIES = ("PYTEST_", "ALLURE_", "HYPOTHESIS_", "EXECNET_")
"""What the names of their variables begin with: pytest and its workers, Allure, Hypothesis, execnet below them."""

_PYTHON = ("PYTHONWARNINGS",)
"""No run dies of a warning: not even where somebody has made errors of them for all Python programs."""

_OURS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "HYPOTHESIS_NO_PLUGINS": "1", "PYTHONWARNINGS": "ignore"}
"""Without plugins that happen to be installed; workers inherit this."""


@contextmanager
def shut_out(environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Within, nobody else's settings are there, for this process and those that it starts; afterwards they are again.

    Hypothesis reads some of them when it is imported first, so that belongs within.
    """
    kept = {name: environ.pop(name) for name in _of_others(environ)}
    environ.update(_OURS)
    try:
        yield
    finally:
        for name in _of_others(environ):
            del environ[name]
        environ.update(kept)


def _of_others(environ: MutableMapping[str, str]) -> list[str]:
    return [name for name in environ if name.startswith(_FAMILIES) or name in _PYTHON]
