"""The recorder under test: plays situations on it, by the lab and over HTTP, and remembers what it saw.

A play is carried out once for each worker and looked at by every test that is about it; what a test does not
share is its judgement.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, TypeVar

from keepcall.cases.engine.checks import effect_if_seen, nothing_else, outcome
from keepcall.cases.engine.effects import EffectWatch
from keepcall.cases.engine.execution import Play, Way, no_answer, twin_was_refused
from keepcall.cases.engine.intermediaries import led_away
from keepcall.cases.engine.lockout import Trail
from keepcall.cases.engine.next_call import Arriving
from keepcall.cases.engine.next_waits import Kind, Wait, Waits
from keepcall.cases.engine.token_renewal import Admission
from keepcall.cases.generation.budget import Budget
from keepcall.cases.setup import Stage
from keepcall.cases.situations.granted_by_status import next_alone
from keepcall.cases.situations.table import Situation
from keepcall.client.client import Client
from keepcall.client.tokens import TokenSource
from keepcall.contract.call import Call, Number, marks, ongoing
from keepcall.contract.claims import completed as filled_in
from keepcall.contract.claims import unclaimed
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.operation import KEEP, Operation
from keepcall.contract.outcomes import Inconclusive, NotClaimed, NotTested, Outcome, OutOfScope
from keepcall.contract.request import METHODS, Format, Method, Request
from keepcall.contract.target import Target
from keepcall.errors import LabError
from keepcall.expect.decision import says
from keepcall.expect.in_itself import BROKEN_TIMES
from keepcall.expect.parsing.answer import found_format
from keepcall.lab.interface import Lab
from keepcall.lab.placing import ArrangingLab

_GATEWAY = frozenset({407, 502, 504, 511})
"""Statuses by which something between suite and server says that the server did not answer."""

_MOST_REPEATS = 200
"""Requests of a run that are sent only to see whether an answer is broken each time."""

READ_ONLY = "--read-only: what this needs could change a call, so it is not sent"

PLAIN = Kind(next_alone.name, str(KEEP))
"""The simplest wait for a next call."""

_Remembered = TypeVar("_Remembered")


@dataclass(slots=True, repr=False)  # pytest prints what a failed test was given, and this holds all that was seen
class Recorder:
    """One target with its lab, as one worker sees it.

    `trail` is what the run has sent with wrong credentials; `plain` makes a request of a kind that was granted.
    """

    target: Target
    client: Client
    lab: Lab
    tokens: TokenSource
    budget: Budget = field(default_factory=Budget)
    read_only: bool = False
    trail: Trail = field(default_factory=Trail)
    plain: Callable[[Number], Request] | None = None
    test_id: str = ""
    seen: list[Exchange] = field(default_factory=list)
    attempts: int = 1
    admission: Admission = field(init=False)
    _watch: EffectWatch = field(init=False)
    _plays: dict[tuple[str, Way], tuple[Play | Outcome, tuple[Exchange, ...]]] = field(default_factory=dict)
    waits: Waits = field(init=False)
    _repeats: int = _MOST_REPEATS
    _memory: dict[type, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._watch = EffectWatch(self.lab, self.client.vain)
        self.waits = Waits(self.target.limits.next_wait, PLAIN, self.client.vain)
        self.admission = Admission(self.target, self.client, self.tokens, self.trail, self._plainly)

    def begin(self, test_id: str) -> None:
        """Makes ready for a test of this id: what was seen from now on was seen by it."""
        self.test_id = test_id
        self.seen.clear()
        self.attempts = 1

    def plays(
        self,
        situation: Situation,
        *operations: Operation,
        formats: Iterable[Format | Literal[""]] = ("XML",),
        methods: Iterable[Method] = (),
    ) -> tuple[Play | Outcome, ...]:
        """The situation in each of these ways; in place of a play, why there is none.

        Args:
            situation: what to play.
            operations: what to ask for; those for which the situation means nothing are left out, and those of
                `manualRecord` where it is not wide, since they share their selection with the others.
            formats: each of these.
            methods: each of these; without any, those that the target claims, or the first of them where the
                situation is neither wide nor about a keep.

        Raises:
            LabError: when the lab failed.
        """
        claimed = [method for method in METHODS if method in self.target.claims.methods]
        ways = [
            Way(operation, method, format_)
            for operation in operations or (KEEP,)
            if operation in situation.played
            for method in methods or (claimed if situation.wide or operation == KEEP else claimed[:1])
            for format_ in formats
        ]
        return tuple(self._play(situation, way) for way in ways)

    def send(self, request: Request, *, timeout: float = 0.0, under_way: threading.Event | None = None) -> Exchange:
        """Sends a request, completed.

        Raises:
            NotTested: when nothing may be sent but refusals, by `--read-only`.
            NotClaimed: when the profile does not claim what it asks for.
            Inconclusive: when there is no answer to judge.
        """
        if self.read_only:
            raise NotTested(READ_ONLY)
        return self._send(request, timeout, under_way)

    def _send(self, request: Request, timeout: float = 0.0, under_way: threading.Event | None = None) -> Exchange:
        completed = self.complete(request)
        exchange = self.admission.send(completed, self.test_id, timeout=timeout, under_way=under_way)
        self.seen.append(exchange)
        if isinstance(exchange.result, NoAnswer):
            self.repeat(exchange)
            raise no_answer(exchange)
        due = exchange.request.format or "XML"
        if exchange.result.status in _GATEWAY and found_format(exchange.result) != due:
            raise Inconclusive(f"a gateway answered {exchange.result.status}: {exchange.as_curl()}")
        if place := led_away(exchange, within_host=True):
            raise Inconclusive(f"redirected to {place}, another origin, which gets no key: {exchange.as_curl()}")
        return exchange

    def repeat(self, exchange: Exchange) -> None:
        """Sends a request again whose answer was broken, until one is not, or there are three (KC-HTTP-12)."""
        for _ in range(BROKEN_TIMES - 1):
            if not (isinstance(exchange.result, NoAnswer) and exchange.result.broken) or not self._repeats:
                return
            self._repeats -= 1
            exchange = self.client.send(exchange.request, self.test_id)
            self.seen.append(exchange)

    def complete(self, request: Request) -> Request:
        """The request with its method and with the access parameters that it neither names nor omits.

        Raises:
            NotClaimed: see `unclaimed`.
            NotTested: when it names a number that may be somebody's.
        """
        completed = filled_in(request, self.target, self.token())
        if not request.unclaimed and (reason := unclaimed(completed, self.target)):
            raise NotClaimed(f"the profile does not claim {reason}")
        for number in request.values("extension"):
            if reason := self.lab.stranger(number):
                raise NotTested(reason)
        return completed

    def token(self) -> str:
        """The token that is good now; empty where none is needed.

        Raises:
            Inconclusive: when the target gives none.
        """
        return self.admission.token()

    def spares(self, request: Request) -> bool:
        """Whether `--gentle` leaves out a request: it has wrong credentials, and no requirement needs just it."""
        return bool(self.trail.most) and not self.admission.admits(self.complete(request))

    def sees(self, goal: Call) -> bool:
        """Whether the call gets the marks of the goal in time; False where the lab cannot read it back."""
        return self._watch.sees(goal)

    def remember(self, seen: object) -> None:
        """Keeps what one test has seen for others that look at the same."""
        self._memory[type(seen)] = seen

    def recall(self, kind: type[_Remembered]) -> _Remembered | None:
        """What an earlier test has left of this kind."""
        found = self._memory.get(kind)
        return found if isinstance(found, kind) else None

    def secrets(self) -> dict[str, str]:
        """The right key and token, which no answer may repeat (KC-AUTH-08)."""
        key, token = self.target.credentials.api_key.reveal(), self.token()
        return {name: text for name, text in (("KEEPCALL_API_KEY", key), ("KEEPCALL_TOKEN", token)) if text}

    @contextmanager
    def stage(self, operation: Operation) -> Iterator[Stage]:
        """A stage whose calls are removed at the end, also when the test fails."""
        if not isinstance(self.lab, ArrangingLab):
            self.admission.let_in_again()  # such a lab has the target set marks, which would be refused
        stage = Stage(self.lab, self.target, operation, self.token())
        try:
            yield stage
        finally:
            stage.clear()

    @contextmanager
    def _plainly(self) -> Iterator[Callable[[], Exchange] | None]:
        """Sends a plain request about a call of its own, as often as need be; None where none was ever granted."""
        stage = Stage(self.lab, self.target, KEEP)
        try:
            yield self._plain_request(stage)
        finally:
            stage.clear()

    def _plain_request(self, stage: Stage) -> Callable[[], Exchange] | None:
        if self.plain is None:
            return None
        try:
            request = self.plain(stage.number(ongoing()))
        except (NotTested, NotClaimed, LabError):
            return None
        return lambda: self.client.send(self.complete(request), self.test_id)

    def _play(self, situation: Situation, way: Way) -> Play | Outcome:
        key = (situation.name, way)
        if key in self._plays:
            known, exchanges = self._plays[key]
            self.seen += exchanges
        else:
            start = len(self.seen)
            try:
                known = self._carry_out(situation, way)
            except Outcome as outcome:
                known = outcome
            self._plays[key] = known, tuple(self.seen[start:])
        if isinstance(known, Play):
            self.attempts = max(self.attempts, known.attempts)
        return known

    def no_wait(self, kind: Kind) -> str:
        """Why nothing of this kind is waited for in full; empty where it is. The simplest wait is tried first."""
        if kind != PLAIN and not self.waits.reason(kind):
            self._play(next_alone, self._usual(KEEP))
        return self.waits.reason(kind)

    def _usual(self, operation: Operation) -> Way:
        """The way of a situation that the tests of its own requirement look at, so that a full wait tells them."""
        return Way(operation, next(m for m in METHODS if m in self.target.claims.methods), "XML")

    def _carry_out(self, situation: Situation, way: Way) -> Play:
        """The play; once more, and waited for in full, where a call that was to come was not acted on soon."""
        kind = Kind(situation.name, str(way.operation))
        with self.stage(way.operation) as stage:
            play, again = self._on_stage(stage, situation, way, self.waits.first(kind))
        if play and not again:
            return play
        if not self.no_wait(kind) and way != (usual := self._usual(way.operation)):
            self._play(situation, usual)
        if reason := self.waits.reason(kind):
            if not play:
                raise Inconclusive(f"no answer soon after the call had begun, and {reason}")
            return play if self.waits.proven(kind) else replace(play, not_waited=reason)
        with self.stage(way.operation) as stage:
            play, _ = self._on_stage(stage, situation, way, self.waits.full())
        if not play:
            raise Inconclusive(f"no answer within {self.waits.longest:g} s")
        return replace(play, attempts=2)

    def _on_stage(self, stage: Stage, situation: Situation, way: Way, how: Wait) -> tuple[Play | None, bool]:
        """The play, if there was an answer, and whether it deserves another try, which waits in full."""
        kind = Kind(situation.name, str(way.operation))
        self._asked(Request(), way)  # what is not claimed is not arranged
        if self.read_only:
            return self._alone(stage, situation, way), False
        scene = situation.arrange(stage)
        asked = self._asked(scene.request, way)
        for arrival in scene.arrivals:  # a lab that cannot begin it says so now, not with the request under way
            self.lab.rehearsal().begin(arrival.number, arrival.spec, way.operation)
        twin = self._must_grant(scene.twin, way, scene.spared) if scene.twin else None
        for operation in scene.prelude:
            self._must_grant(scene.request, replace(way, operation=operation), scene.selects)
        arrived, words = None, f"“{situation}” ({way}), by {self.test_id}"
        if scene.arrivals:
            arriving = Arriving(stage, scene, way.operation, self.waits.longest, self.lab.reads_back)
            with self.waits.trying(kind, how, words):
                arrived = arriving.carry_out(partial(self._send_waiting, asked), self.client.pace, how)
            if not arrived.exchange:
                return None, True
            exchange, selected = arrived.exchange, arrived.selected or scene.selects
        else:
            with self.waits.asking(kind, words, wary="next" in "".join(asked.values("status"))):
                exchange, selected = self.send(asked), scene.selects
        before = tuple(stage.calls)
        waited = arrived is not None and arrived.selected is not None
        after = self._seen(stage, selected, way.operation, waited=waited) if self.lab.reads_back else None
        play = Play(situation, way, exchange, twin, selected, before, after, scene.spared)
        if _blames(play) and (reason := self.lab.doubt(before)):
            raise Inconclusive(reason)
        if arrived and _may_have_come_too_early(play):
            self.waits.in_vain(kind, how, (arrived.since, arrived.seconds), words)
            return play, True
        if arrived:
            self.waits.came(arrived.seconds)
        return play, False

    def _alone(self, stage: Stage, situation: Situation, way: Way) -> Play:
        """A request that must be refused, about calls that are nowhere, and without its twin."""
        scene = situation.arrange(stage)
        asked = self._asked(scene.request, way)
        if reason := too_much(situation, asked):
            raise NotTested(reason)
        return Play(situation, way, self._send(asked), None, None, (), None, alone=True)

    def _seen(self, stage: Stage, selected: Call | None, operation: Operation, *, waited: bool) -> tuple[Call, ...]:
        """Every call at the end; where the effect is not there yet, after waiting for it if nobody has."""
        calls = stage.read_back()
        goal = operation.after(selected) if selected and not waited else None
        if goal and all(call.call_id != goal.call_id or marks(call) != marks(goal) for call in calls):
            self._watch.sees(goal)
            calls = stage.read_back()
        return calls

    def _send_waiting(self, request: Request, timeout: float, under_way: threading.Event) -> Exchange:
        return self.send(request, timeout=timeout, under_way=under_way)

    def _asked(self, request: Request, way: Way) -> Request:
        """A scene's request in this way, completed."""
        request = way.operation.asked(request)
        request = request if request.method else request.by(way.method)
        return self.complete(request.answered_in(way.format) if way.format else request)

    def _must_grant(self, request: Request, way: Way, call: Call | None) -> Exchange:
        """Sends the twin, or what must go before, which must not be refused (contract, verdicts)."""
        exchange = self.send(self._asked(request, way))
        doubtful = says(exchange) != "granted" and call and self.lab.reads_back
        acted = self._watch.sees(way.operation.after(call)) if doubtful and call else None
        if twin_was_refused(exchange, acted=acted):
            raise Inconclusive(
                "a request that had to be granted first was refused, so that the rest would prove nothing: "
                f"{exchange.answer_text()} — {exchange.as_curl()}"
            )
        return exchange


def too_much(situation: Situation, request: Request) -> str:
    """Why `--read-only` does not send a request; empty where the contract refuses it, whatever calls there are.

    Nor does it send what may wait for a call that comes, nor what a careless server takes for a pattern or for SQL,
    which could be about calls of others.
    """
    named = [value for name in ("callID", "extension") for value in request.values(name)]
    waits = any("next" in status for status in request.values("status"))
    patterns = any(value and not value.replace("-", "").isalnum() for value in named)
    patterns |= any(not name.isalpha() for name in request.names())
    if situation.kind not in ("refused", "denied") or waits or patterns:
        return READ_ONLY
    # A code is no finding where the credentials, which only a grant can show to be good, may be what it is about.
    return "--read-only: the code of a refusal says something only beside a grant" if situation.not_found else ""


def _may_have_come_too_early(play: Play) -> bool:
    """Whether a call that was to come may have come before the request: it was not acted on as it must be."""
    if play.demanded in ("refused", "denied"):
        return False
    return play.outcome() != "granted" or (play.after is not None and not play.acted())


def _blames(play: Play) -> bool:
    """Whether a play speaks against the target in a way that a call which has ended meanwhile would explain."""
    if play.demanded == "denied":
        return False  # nothing may be granted, whatever has become of the calls
    checks = (outcome, effect_if_seen, *([nothing_else] if play.after is not None else []))
    with suppress(OutOfScope):
        return any(violation for check in checks for violation in check(play))
    return False
