"""The search for a counter-example by Hypothesis, within bounds: nothing written, nothing printed, no long shrinking.

Hypothesis decides what to try and how to make it smaller. Whatever comes of a try is noted here, and what ends the
search leaves by `conclude` as one of our outcomes, never as an error of Hypothesis.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

from keepcall.errors import KeepcallError
from keepcall.outcomes import Failure, Outcome
from keepcall.properties.session import Example, Findings, Session

_MOST_TRIES = 150
_MOST_SECONDS = 8.0
"""What shrinking may cost, from the first counter-example on."""

_MOST_MISSING = 3
"""Requests without an answer after which the search ends."""


class Provider(HypothesisProvider):
    """Draws evenly, from the seed alone.

    Hypothesis' own way is to repeat and vary what it drew before, and to mix in constants of modules that happen to
    be loaded: in 60 tries it comes to half as many different words, and the same seed may give other requests.
    """

    def _maybe_draw_constant(self, *args: Any, **kwargs: Any) -> None:
        """None at all."""


AVAILABLE_PROVIDERS["keepcall"] = f"{Provider.__module__}.{Provider.__name__}"


def bounded(examples: int, steps: int = 1) -> settings:
    """Settings for a search: repeatable, silent, without a database, whatever the surroundings have set."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        backend="keepcall",
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )


class FoundError(Exception):
    """Tells Hypothesis that a try failed; it never leaves the hunt."""


@dataclass(slots=True)
class Hunt:
    """One search.

    Attributes:
        best: the smallest counter-example so far.
        missing: why requests had no answer.
        error: what ended the search without being the target's doing.
    """

    best: Example | None = None
    missing: list[Outcome] = field(default_factory=list)
    error: Exception | None = None
    _failed: set[Hashable] = field(default_factory=set)
    _tries: int = 0
    _since: float = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing more is to be tried."""
        return self.error is not None or len(self.missing) >= _MOST_MISSING

    @property
    def tired(self) -> bool:
        """Whether shrinking has cost enough: then only what is known to fail still fails."""
        return self.best is not None and (self._tries > _MOST_TRIES or time.monotonic() - self._since > _MOST_SECONDS)

    def attempt(self, key: Hashable, session: Session, act: Callable[[], Findings]) -> bool:
        """Does something of which findings may come, unless it is too late for that; tells whether it was done.

        Args:
            key: what is tried, so that it is known again.
            session: where it is tried.
            act: what is done.

        Raises:
            FoundError: when it fails, for Hypothesis.
        """
        if self.over:
            return False
        if self.tired:
            if key in self._failed:
                _tell()
            return True
        start = time.monotonic()
        self._tries += self.best is not None
        try:
            findings = act()
        except Outcome as outcome:
            self.missing.append(outcome)
            return False
        except KeepcallError as error:
            self.error = error
            return False
        if findings:
            self._note(session.example(findings), start)
            self._failed.add(key)
            _tell()
        return True

    def _note(self, example: Example, start: float) -> None:
        if self.best is None:
            self._since = start
        if self.best is None or example.script.size <= self.best.script.size:
            self.best = example

    def conclude(self, search: Callable[[], object]) -> None:
        """Runs the search, and ends as it ended.

        Raises:
            Failure: with the smallest counter-example, if there is one.
            Outcome: when requests had no answer.
            KeepcallError: when the lab failed.
        """
        try:
            search()
        except Exception:
            if self.best is None:
                raise
        if self.best:
            raise Failure(self.best.findings, self.best.script)
        if self.error:
            raise self.error
        if self.missing:
            raise self.missing[0]


def _tell() -> NoReturn:
    """In one place, since Hypothesis tells failures apart by where they are raised."""
    raise FoundError
