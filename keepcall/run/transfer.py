"""By what names a worker of pytest hands on what a test came to: user properties of reports, and its last output."""

from collections.abc import Callable, Sequence

import pytest

PROPERTY = "keepcall"
"""The user property of a pytest report that carries a result from the worker to the one who collects."""

ANSWER = "keepcall_answer"
"""The user property that carries the answer to an observation, and what was sent for it."""

SENT = "keepcall_sent"
"""The user property that tells how many requests the worker has sent so far."""

TOLD = "keepcall_told"
"""The user property that carries exchanges that no earlier report of this worker has told."""

LEFT = "keepcall_left"
"""The user property that tells what could not be cleared up when a run was ended."""

ENDED = "keepcall_ended"
"""What a worker tells at its end: why, if that was before its time."""

COUNTED = pytest.StashKey[Callable[[], int]]()
"""Where a pytest process says how many requests it has sent so far."""

LEFT_OVER = pytest.StashKey[Callable[[], Sequence[str]]]()
"""Where a pytest process says what its lab could not put back; known at the end."""
