"""Requests to a call pool, one after another: each is judged by what the model says of the state that it meets."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from keepcall.cases.engine.execution import twin_was_refused
from keepcall.cases.generation.naming import SECRETS
from keepcall.cases.properties.call_pool import CallPool
from keepcall.cases.properties.checks import Tried
from keepcall.cases.properties.narrative import asked_in_words, story
from keepcall.cases.situations.selectors import plainest
from keepcall.contract.call import Call, Role, marks, ongoing
from keepcall.contract.claims import unclaimed
from keepcall.contract.counterexample import Counterexample, PlaceCall, SendRequests
from keepcall.contract.exchange import Exchange
from keepcall.contract.model import Ruling, may_wait, rule
from keepcall.contract.model.rule import LONGEST
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import Finding, Inconclusive
from keepcall.contract.request import ACCESS, Request, plain
from keepcall.contract.violation import Violation
from keepcall.expect.decision import decision_of, well_formed_refusal

RequestCheck = Callable[[Tried], Iterable[Violation]]
Findings = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """What was found wrong, and the script that shows it."""

    findings: Findings
    script: Counterexample


@dataclass(slots=True)
class Session:
    """What happens on one call pool, from one mending to the next.

    Attributes:
        call_pool: who is there.
        checks: what is asked of each answer.
        script: what was arranged, and done so far.
        lines: what was done, in words, with expected beside got.
        tried: the last request.
    """

    call_pool: CallPool
    checks: tuple[RequestCheck, ...]
    script: Counterexample = field(default_factory=lambda: Counterexample(()))
    lines: list[str] = field(default_factory=list)
    tried: Tried | None = None
    _stirred: set[str] = field(default_factory=set)

    def begin_anew(self) -> None:
        """Everything as it was arranged, and nothing done yet."""
        self.call_pool.mend()
        self.call_pool.nobodys.clear()
        self.script = Counterexample(self.call_pool.world.calls)
        self.lines.clear()
        self._stirred.clear()
        self.tried = None

    def may_send(self, request: Request) -> bool:
        """Whether a request is within what is claimed and promised, names no stranger and waits for no call."""
        driver = self.call_pool.driver
        if not self._names_ours(request):
            return False
        values = sum(len(plain(value)) for name, value in request.parameters if name not in ACCESS)
        if values > LONGEST or unclaimed(request, driver.target) or driver.spares(request):
            return False
        return not may_wait(self.call_pool.world, driver.complete(request))

    def _names_ours(self, request: Request) -> bool:
        """Whether it could be read from a replay file, too: it names no strangers, and no other function."""
        naming = self.call_pool.naming()
        secrets = {secret.reveal() for _, secret in self.call_pool.driver.target.credentials.given()}
        return all(
            naming.knows(name, value) or (name in SECRETS and value in secrets) for name, value in request.parameters
        )

    def ask(self, request: Request) -> Findings:
        """Sends a request, and tells what is wrong with what came of it.

        Raises:
            Inconclusive: when there is no answer.
        """
        driver = self.call_pool.driver
        asked = driver.complete(request)
        self.call_pool.world = self.call_pool.world.asked_with(driver.token())
        ruling = rule(self.call_pool.world, asked)
        self.script = self.script.followed_by(SendRequests((request,)))
        try:
            exchange = driver.send(asked)
        except Inconclusive:
            self._note(request, ruling, "no answer")
            self._lose(ruling)
            raise
        self._note(request, ruling, decision_of(exchange))
        self.tried = Tried(ruling, exchange, self._acted(ruling, exchange))
        self._follow(ruling, exchange)
        return self._judged(self.tried)

    def _note(self, request: Request, ruling: Ruling, got: str) -> None:
        self.lines.append(f"{asked_in_words(request)}: expected {ruling.in_words()}; got {got}")

    def _acted(self, ruling: Ruling, exchange: Exchange) -> bool | None:
        """Whether the call is as it must be; waited for, unless the answer says that there is nothing to wait for."""
        driver, goal = self.call_pool.driver, ruling.goal
        if goal is None or not driver.lab.reads_back:
            return None
        if ruling.word == "granted" and decision_of(exchange) == "refused":
            return marks(driver.lab.read(goal)) == marks(goal)
        return driver.sees(goal)

    def _follow(self, ruling: Ruling, exchange: Exchange) -> None:
        """The world after a request.

        What no effect shows of may yet have one: within two seconds of the answer, and so after later requests.
        """
        call_pool = self.call_pool
        if ruling.goal:
            call_pool.world = call_pool.world.having(ruling.goal)
            call_pool.use(ruling.goal.call_id)
            self._stirred |= {ruling.goal.call_id} if ruling.word == "undetermined" else set()
        elif not well_formed_refusal(exchange):
            self._lose(ruling)

    def _lose(self, ruling: Ruling) -> None:
        """Nobody knows what a request did."""
        lost = ruling.touchable | ({ruling.goal.call_id} if ruling.goal else set())
        self.call_pool.use(*lost)
        self.call_pool.world = self.call_pool.world.doubting(frozenset(lost))

    def _judged(self, tried: Tried) -> Findings:
        found = dict.fromkeys(violation for check in self.checks for violation in check(tried))
        return self._sure(tuple(Finding(violation, self.story(), tried.exchange) for violation in found))

    def _sure(self, findings: Findings) -> Findings:
        """The findings, if the calls are still there.

        Raises:
            Inconclusive: when one may be gone.
        """
        call_pool = self.call_pool
        if findings and (reason := call_pool.driver.lab.has_lost(call_pool.calls())):
            raise Inconclusive(reason)
        return findings

    def story(self) -> str:
        """What was arranged and done, for a message."""
        return story(self.script.calls, self.lines)

    def must_grant(self) -> None:
        """Sends the plainest request, which must not be refused, or the rest proves nothing (contract, verdicts).

        Raises:
            Inconclusive: when it is, or has no answer.
        """
        driver, spare = self.call_pool.driver, self.call_pool.setup.number(ongoing()).call
        exchange = driver.send(plainest(spare))
        doubtful = decision_of(exchange) != "granted" and driver.lab.reads_back
        acted = driver.sees(KEEP.after(spare)) if doubtful else None
        if twin_was_refused(exchange, acted=acted):
            raise Inconclusive(
                "a request that had to be granted first was refused, so that the rest would prove nothing: "
                f"{exchange.answer_text()} — {exchange.as_curl()}"
            )

    def begin(self, number: str, role: Role) -> None:
        """A call begins."""
        call = self.call_pool.begin(number, role)
        self.script = self.script.followed_by(PlaceCall(call))
        self.lines.append(f"a call begins: the {call.in_words()} ({call.call_id})")

    def end(self, call: Call) -> None:
        """A call ends."""
        ended = self.call_pool.end(call)
        self.script = self.script.followed_by(PlaceCall(ended))
        self.lines.append(f"a call ends: the {ended.in_words()} ({ended.call_id})")

    def aftermath(self, focus: tuple[int, ...] = ()) -> Findings:
        """The calls, of these parts or all, that have changed although nothing was asked for that changes them."""
        return self._sure(tuple(self._changes(focus))) if self.call_pool.driver.lab.reads_back else ()

    def _changes(self, focus: tuple[int, ...]) -> Iterator[Finding]:
        exchange = self.tried.exchange if self.tried else None
        for before, after in self.call_pool.changed(focus):
            if before.call_id not in self._stirred:
                self.call_pool.use(before.call_id)
                expected = f"the {before.in_words()} ({before.call_id}) as it was"
                yield Finding(Violation("ChangedCall", expected, f"the {after.in_words()}"), self.story(), exchange)

    def example(self, findings: Findings) -> Example:
        """The script so far as a counter-example; all that it is about is used."""
        self.call_pool.use(*(call.call_id for call in self.call_pool.world.calls))
        call_pool = self.call_pool
        nobodys = (*call_pool.numbers, *call_pool.nobodys, call_pool.coming)
        return Example(findings, replace(self.script, nobodys=nobodys))
