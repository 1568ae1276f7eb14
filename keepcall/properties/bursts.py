"""Many at once (KC-CONC-01): bursts of requests about different calls, about one call, and for calls yet to come.

What is asked for at the same time differs in its format, its outcome and its call, so that an answer or an effect that
belongs to another request shows.
"""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from keepcall.call import Call, Number, Spec, finished, ongoing
from keepcall.exchange import Exchange
from keepcall.expect.outcome import says
from keepcall.expect.violation import Violation
from keepcall.model import Ruling, World, rule
from keepcall.operation import KEEP
from keepcall.outcomes import Failure, Finding, Inconclusive, NotTested, Outcome
from keepcall.play import marks, unchanged
from keepcall.properties.judging import Tried, form, outcome
from keepcall.properties.population import world_of
from keepcall.properties.session import Findings
from keepcall.properties.telling import asked_in_words, story
from keepcall.recorder import Recorder
from keepcall.request import METHODS, Format, Request, keep
from keepcall.script import Asking, Script
from keepcall.vocabulary import WRONG_KEYS

WIDTH = 12
"""Requests of one burst, where the target is fast enough to answer so many in time."""

_ROUNDS = 3
_PAIRS = 8
"""Pairs that are tried in search of a smaller burst that fails."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One request of a burst, with the calls of its number.

    Attributes:
        specs: the calls.
        ask: the request about them.
        format: of the answer.
    """

    specs: tuple[Spec, ...]
    ask: Callable[[Number], Request]
    format: Format = "XML"


def _by_call_id(number: Number) -> Request:
    return keep(callID=number.call.call_id)


def _by_extension(number: Number) -> Request:
    return keep(extension=number.text, status="ongoing")


SEPARATE = (
    Kind((ongoing(),), _by_call_id),
    Kind((ongoing(),), lambda number: keep(extension=number.text, status="foo"), "TEXT"),
    Kind((ongoing("called"),), _by_extension, "HTML"),
    Kind((ongoing(done=True),), lambda number: _by_call_id(number).unmarking()),
    Kind((ongoing(), ongoing("called")), _by_extension),
    Kind((ongoing(),), _by_extension, "TEXT"),
    Kind((ongoing(),), lambda number: _by_call_id(number).given(token=WRONG_KEYS[0])),
    Kind((ongoing(done=True),), lambda number: _by_extension(number).unmarking()),
    Kind((), _by_extension, "HTML"),
    Kind((ongoing(),), _by_call_id, "HTML"),
    Kind((finished(),), _by_extension),
    Kind((ongoing("called"),), _by_call_id, "TEXT"),
)
"""Each about a number of its own: grants and refusals, in all formats."""

TOGETHER = (
    Kind((), _by_call_id),
    Kind((), lambda number: keep(extension=number.text, status="foo")),
    Kind((), _by_extension, "HTML"),
    Kind((), lambda number: keep(extension=number.text), "TEXT"),
    Kind((), _by_call_id, "TEXT"),
    Kind((), lambda number: _by_call_id(number).given(apiKey=WRONG_KEYS[0])),
    Kind((), _by_extension),
    Kind((), lambda number: keep(callID=number.text), "HTML"),
)
"""All about one call: whichever of the grants comes first, the call is as they ask afterwards."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What is sent at the same time.

    Attributes:
        kinds: the requests.
        shared: the calls of the one number that all of them are about; none where each has a number of its own.
        unmark: whether all of them are to unmark.
    """

    kinds: tuple[Kind, ...]
    shared: tuple[Spec, ...] = ()
    unmark: bool = False

    def requests(self, stage: Stage, methods: Sequence[Method]) -> list[Request]:
        """The requests, about calls that are arranged for them."""
        whole = stage.number(*self.shared) if self.shared else None
        asked = []
        for index, kind in enumerate(self.kinds):
            request = kind.ask(whole or stage.number(*kind.specs)).answered_in(kind.format)
            asked.append((request.unmarking() if self.unmark else request).by(methods[index % len(methods)]))
        return asked


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of a burst with what came of it."""

    ruling: Ruling
    exchange: Exchange

    @property
    def line(self) -> str:
        """In words."""
        return f"{asked_in_words(self.exchange.request)}: expected {self.ruling.in_words()}; got {says(self.exchange)}"


def expect_of_bursts(recorder: Recorder) -> None:
    """Requests under way together each get their own answer and have their own effect.

    Raises:
        Failure: with the smallest burst that shows it, when they do not.
        Inconclusive: when there were no answers to judge.
        NotTested: when the lab cannot place calls, or the profile keeps requests apart.
    """
    __tracebackhide__ = True
    run_alone(recorder, Burst(SEPARATE[:1]))  # so that it is known how fast the target is
    width = _width(recorder)
    chance = random.Random(recorder.budget.seed)  # noqa: S311 - nothing secret
    together = tuple(kind for kind in TOGETHER[:width])
    bursts = [Burst(tuple(chance.sample(_claimed(recorder, SEPARATE), width))) for _ in range(_ROUNDS)]
    bursts += [Burst(together, (ongoing(),)) for _ in range(_ROUNDS)]
    bursts += [Burst(together, (ongoing(done=True),), unmark=True)] * recorder.target.claims.unmark
    for burst in bursts:
        if failed := _run(recorder, burst):
            raise _smallest(recorder, burst, failed)
