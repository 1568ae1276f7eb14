"""The driver of a target: executes situations on it, by the lab and over HTTP, and remembers what it saw.

An execution is carried out once for each worker and looked at by every test that is about it; what a test does not
share is its judgement.
"""

import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from keepcall.cases.engine.access import READ_ONLY, TargetAccess
from keepcall.cases.engine.checks import effect_if_seen, nothing_else, outcome
from keepcall.cases.engine.execution import Execution, Mode, twin_was_refused
from keepcall.cases.engine.next_call import PendingRequest
from keepcall.cases.engine.next_waits import Wait, WaitKind, Waits
from keepcall.cases.setup import Setup
from keepcall.cases.situations.granted_by_status import next_alone
from keepcall.cases.situations.table import Situation
from keepcall.contract.call import Call, marks
from keepcall.contract.exchange import Exchange
from keepcall.contract.operation import KEEP, Operation
from keepcall.contract.outcomes import Inconclusive, NotTested, Outcome, OutOfScope
from keepcall.contract.request import METHODS, Format, Method, Request
from keepcall.expect.decision import decision_of

PLAIN = WaitKind(next_alone.name, str(KEEP))
"""The simplest wait for a next call."""


@dataclass(slots=True, repr=False)  # see TargetAccess
class Driver(TargetAccess):
    """One target with its lab, as one worker sees it: each situation is executed once for all tests."""

    waits: Waits = field(init=False)
    _executions: dict[tuple[str, Mode], tuple[Execution | Outcome, tuple[Exchange, ...]]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        TargetAccess.__post_init__(self)
        self.waits = Waits(self.target.limits.next_wait, PLAIN, self.client.vain)

    def execute(
        self,
        situation: Situation,
        *operations: Operation,
        formats: Iterable[Format | Literal[""]] = ("XML",),
        methods: Iterable[Method] = (),
    ) -> tuple[Execution | Outcome, ...]:
        """The situation in each of these ways; in place of an execution, why there is none.

        Args:
            situation: what to execute.
            operations: what to ask for; those for which the situation means nothing are left out, and those of
                `manualRecord` where it is not wide, since they share their selection with the others.
            formats: each of these.
            methods: each of these; without any, those that the target claims, or the first of them where the
                situation is neither wide nor about a keep.

        Raises:
            LabError: when the lab failed.
        """
        claimed = [method for method in METHODS if method in self.target.claims.methods]
        modes = [
            Mode(operation, method, format_)
            for operation in operations or (KEEP,)
            if operation in situation.executed
            for method in methods or (claimed if situation.wide or operation == KEEP else claimed[:1])
            for format_ in formats
        ]
        return tuple(self._execute(situation, mode) for mode in modes)

    def _execute(self, situation: Situation, mode: Mode) -> Execution | Outcome:
        key = (situation.name, mode)
        if key in self._executions:
            known, exchanges = self._executions[key]
            self.seen += exchanges
        else:
            start = len(self.seen)
            try:
                known = self._carry_out(situation, mode)
            except Outcome as outcome:
                known = outcome
            self._executions[key] = known, tuple(self.seen[start:])
        if isinstance(known, Execution):
            self.attempts = max(self.attempts, known.attempts)
        return known

    def no_wait(self, kind: WaitKind) -> str:
        """Why nothing of this kind is waited for in full; empty where it is. The simplest wait is tried first."""
        if kind != PLAIN and not self.waits.reason(kind):
            self._execute(next_alone, self._usual(KEEP))
        return self.waits.reason(kind)

    def _usual(self, operation: Operation) -> Mode:
        """The way of a situation that the tests of its own requirement look at, so that a full wait tells them."""
        return Mode(operation, next(m for m in METHODS if m in self.target.claims.methods), "XML")

    def _carry_out(self, situation: Situation, mode: Mode) -> Execution:
        """The execution; once more, and waited for in full, where a call that was to come was not acted on soon."""
        kind = WaitKind(situation.name, str(mode.operation))
        with self.setup(mode.operation) as setup:
            execution, again = self._on_setup(setup, situation, mode, self.waits.first(kind))
        if execution and not again:
            return execution
        if not self.no_wait(kind) and mode != (usual := self._usual(mode.operation)):
            self._execute(situation, usual)
        if reason := self.waits.reason(kind):
            if not execution:
                raise Inconclusive(f"no answer soon after the call had begun, and {reason}")
            return execution if self.waits.proven(kind) else replace(execution, not_waited=reason)
        with self.setup(mode.operation) as setup:
            execution, _ = self._on_setup(setup, situation, mode, self.waits.full())
        if not execution:
            raise Inconclusive(f"no answer within {self.waits.longest:g} s")
        return replace(execution, attempts=2)

    def _on_setup(self, setup: Setup, situation: Situation, mode: Mode, how: Wait) -> tuple[Execution | None, bool]:
        """The execution, if there was an answer, and whether it deserves another try, which waits in full."""
        kind = WaitKind(situation.name, str(mode.operation))
        self._asked(Request(), mode)  # what is not claimed is not arranged
        if self.read_only:
            return self._alone(setup, situation, mode), False
        arrangement = situation.arrange(setup)
        asked = self._asked(arrangement.request, mode)
        for arrival in arrangement.arrivals:  # a lab that cannot begin it says so now, not with the request under way
            self.lab.dry().begin(arrival.number, arrival.spec, mode.operation)
        twin = self._must_grant(arrangement.twin, mode, arrangement.spared) if arrangement.twin else None
        for operation in arrangement.preconditions:
            self._must_grant(arrangement.request, replace(mode, operation=operation), arrangement.selects)
        arrived, words = None, f"“{situation}” ({mode}), by {self.test_id}"
        if arrangement.arrivals:
            arriving = PendingRequest(setup, arrangement, mode.operation, self.waits.longest, self.lab.reads_back)
            with self.waits.trying(kind, how, words):
                arrived = arriving.carry_out(partial(self._send_waiting, asked), self.client.pace, how)
            if not arrived.exchange:
                return None, True
            exchange, selected = arrived.exchange, arrived.selected or arrangement.selects
        else:
            with self.waits.asking(kind, words, wary="next" in "".join(asked.values("status"))):
                exchange, selected = self.send(asked), arrangement.selects
        before = tuple(setup.calls)
        waited = arrived is not None and arrived.selected is not None
        after = self._seen(setup, selected, mode.operation, waited=waited) if self.lab.reads_back else None
        execution = Execution(situation, mode, exchange, twin, selected, before, after, arrangement.spared)
        if _blames(execution) and (reason := self.lab.has_lost(before)):
            raise Inconclusive(reason)
        if arrived and _may_have_come_too_early(execution):
            self.waits.in_vain(kind, how, (arrived.since, arrived.seconds), words)
            return execution, True
        if arrived:
            self.waits.came(arrived.seconds)
        return execution, False

    def _alone(self, setup: Setup, situation: Situation, mode: Mode) -> Execution:
        """A request that must be refused, about calls that are nowhere, and without its twin."""
        arrangement = situation.arrange(setup)
        asked = self._asked(arrangement.request, mode)
        if reason := too_much(situation, asked):
            raise NotTested(reason)
        return Execution(situation, mode, self._send(asked), None, None, (), None, alone=True)

    def _seen(self, setup: Setup, selected: Call | None, operation: Operation, *, waited: bool) -> tuple[Call, ...]:
        """Every call at the end; where the effect is not there yet, after waiting for it if nobody has."""
        calls = setup.read_back()
        goal = operation.after(selected) if selected and not waited else None
        if goal and all(call.call_id != goal.call_id or marks(call) != marks(goal) for call in calls):
            self._watch.sees(goal)
            calls = setup.read_back()
        return calls

    def _send_waiting(self, request: Request, timeout: float, under_way: threading.Event) -> Exchange:
        return self.send(request, timeout=timeout, under_way=under_way)

    def _asked(self, request: Request, mode: Mode) -> Request:
        """An arrangement's request in this way, completed."""
        request = mode.operation.asked(request)
        request = request if request.method else request.by(mode.method)
        return self.complete(request.answered_in(mode.format) if mode.format else request)

    def _must_grant(self, request: Request, mode: Mode, call: Call | None) -> Exchange:
        """Sends the twin, or what must go before, which must not be refused (contract, verdicts)."""
        exchange = self.send(self._asked(request, mode))
        doubtful = decision_of(exchange) != "granted" and call and self.lab.reads_back
        acted = self._watch.sees(mode.operation.after(call)) if doubtful and call else None
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


def _may_have_come_too_early(execution: Execution) -> bool:
    """Whether a call that was to come may have come before the request: it was not acted on as it must be."""
    if execution.demanded in ("refused", "denied"):
        return False
    return execution.outcome() != "granted" or (execution.after is not None and not execution.acted())


def _blames(execution: Execution) -> bool:
    """Whether an execution speaks against the target in a way that a call which has ended meanwhile would explain."""
    if execution.demanded == "denied":
        return False  # nothing may be granted, whatever has become of the calls
    checks = (outcome, effect_if_seen, *([nothing_else] if execution.after is not None else []))
    with suppress(OutOfScope):
        return any(violation for check in checks for violation in check(execution))
    return False
