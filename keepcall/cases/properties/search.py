"""The search for a counter-example: Hypothesis draws what to try, and nothing of it is written, printed or repeated.

Making a counter-example smaller is our own work: Hypothesis would try hundreds of times, and a try here is a dozen of
requests to somebody's server. Whatever ends a search leaves as one of our outcomes, never as an error of Hypothesis.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

from keepcall.cases.generation.budget import MOST_TRIES
from keepcall.cases.properties.session import Findings
from keepcall.contract.outcomes import Outcome
from keepcall.errors import KeepcallError

_Tried = TypeVar("_Tried")

_MOST_SECONDS = 8.0
"""How long making a counter-example smaller may take, the try that found it included."""

_MOST_MISSING = 3
"""Requests without an answer after which a search ends."""


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
        phases=(Phase.generate,),
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )


class SearchEndError(BaseException):
    """Takes us out of Hypothesis at once: it lets through what is no `Exception`."""


@dataclass(slots=True)
class Search:
    """What came of the tries of one search.

    Attributes:
        missing: why requests had no answer.
        error: what ended the search without being the target's doing.
    """

    missing: list[Outcome] = field(default_factory=list)
    error: KeepcallError | None = None
    _since: float = 0.0

    def attempt(self, act: Callable[[], Findings]) -> Findings | None:
        """What is found by doing this; None where it could not be done."""
        start = time.monotonic()
        try:
            findings = act()
        except Outcome as outcome:
            self.missing.append(outcome)
        except KeepcallError as error:
            self.error = error
        else:
            self._since = self._since or (start if findings else 0.0)
            return findings
        return None

    @property
    def over(self) -> bool:
        """Whether nothing more is to be tried."""
        return self.error is not None or len(self.missing) >= _MOST_MISSING

    def search(self, try_all: Callable[[], object]) -> None:
        """Runs a search until it ends, or until somebody calls `end`."""
        with suppress(SearchEndError):
            try_all()

    def smallest(
        self,
        found: _Tried,
        simpler: Callable[[_Tried], Iterable[_Tried]],
        fails: Callable[[_Tried], Findings],
    ) -> _Tried:
        """The simplest that still fails, by steps of which each fails, as far as time allows."""
        deadline, tries = self._since + _MOST_SECONDS, 0
        going_on = True
        while going_on:
            going_on = False
            for candidate in simpler(found):
                if self.over or tries >= MOST_TRIES or time.monotonic() > deadline:
                    return found
                tries += 1
                if self.attempt(partial(fails, candidate)):
                    found, going_on = candidate, True
                    break
        return found

    def conclude(self) -> None:
        """Ends as the search ended, where it found nothing.

        Raises:
            Outcome: when requests had no answer.
            KeepcallError: when the lab failed.
        """
        __tracebackhide__ = True
        if self.error:
            raise self.error
        if self.missing:
            raise self.missing[0]


def end() -> NoReturn:
    """Ends the search."""
    raise SearchEndError
