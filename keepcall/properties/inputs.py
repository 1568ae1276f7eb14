"""Any input (KC-ANY-01 to KC-ANY-03): single requests of every shape, each to calls as they were arranged."""

from dataclasses import dataclass, field

from hypothesis import given, reject, seed

from keepcall.drafts import Draft, UncastError
from keepcall.exchange import NoAnswer
from keepcall.expect.violation import Violation
from keepcall.operation import KEEP
from keepcall.outcomes import Failure, Finding, Inconclusive
from keepcall.properties.hunt import Hunt, bounded
from keepcall.properties.judging import Tried, as_the_contract_says
from keepcall.properties.population import Population
from keepcall.properties.session import Check, Findings, Session
from keepcall.recorder import Recorder
from keepcall.request import Request, keep
from keepcall.strategies import any_requests

_BATCH = 10
"""Inputs after which all calls are read back; only where one has changed is it done after each."""

_OURS = ("unreachable", "busy", "tls")
"""Troubles that no single input brings about."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that was tried in a search that found nothing, for the next test that asks something of any input."""

    tried: tuple[Tried, ...]


def expect_of_any_input(recorder: Recorder, check: Check) -> None:
    """Every answer to any input passes the check.

    Raises:
        Failure: with a shrunk counter-example, when one does not.
        Inconclusive: when there were no answers to judge.
        NotTested: when the lab cannot place calls.
    """
    __tracebackhide__ = True
    known = recorder.recall(Inputs)
    if known and not any(violation for tried in known.tried for violation in check(tried)):
        return
    with recorder.stage(KEEP) as stage:
        population = Population.on(recorder, stage)
        search = Search(Session(population, (check,)), effects=check is as_the_contract_says)
        search.session.must_grant()
        search.run()
        recorder.remember(Inputs(tuple(search.tried)))


@dataclass(slots=True)
class Search:
    """One search among inputs.

    Attributes:
        session: where they are tried.
        effects: whether effects count, and an answer that is missing.
        tried: everything so far.
        changes: what had changed at the end of a batch without a reason.
    """

    session: Session
    effects: bool
    tried: list[Tried] = field(default_factory=list)
    changes: Findings = ()

    def run(self) -> None:
        """Tries as many inputs as the budget allows.

        Raises:
            Outcome: see `expect_of_any_input`.
        """
        __tracebackhide__ = True
        self._hunt(thorough=False)
        self.changes = self.changes or self._aftermath()
        if self.changes:
            self._hunt(thorough=True)
            raise Failure(self.changes)

    def _hunt(self, *, thorough: bool) -> None:
        hunt, session = Hunt(), self.session
        budget = session.population.recorder.budget

        @seed(budget.seed)
        @bounded(budget.examples)
        @given(any_requests())
        def search(draft: Draft) -> None:
            session.begin_anew()
            request = self._request(draft)
            hunt.attempt(draft, session, lambda: self._try(request, thorough=thorough))

        hunt.conclude(search)

    def _request(self, draft: Draft) -> Request:
        try:
            request = draft.request(self.session.population.cast())
        except UncastError:
            reject()
        if not self.session.may_send(request):
            reject()
        return request

    def _try(self, request: Request, *, thorough: bool) -> Findings:
        session = self.session
        findings = ask_surely(session, request) if self.effects else session.ask(request)
        if session.tried:
            self.tried.append(session.tried)
        if thorough:
            return findings or self._aftermath()
        if len(self.tried) % _BATCH == 0 and not self.changes:
            self.changes = self._aftermath()
        return findings

    def _aftermath(self) -> Findings:
        return self.session.aftermath() if self.effects else ()


def ask_surely(session: Session, request: Request) -> Findings:
    """Sends a request; that this one, and no other, has no answer three times of three is a finding (KC-ANY-01).

    Raises:
        Inconclusive: when there was no answer, and it may not be the request's doing.
    """
    try:
        return session.ask(request)
    except Inconclusive as lost:
        exchange = session.population.recorder.seen[-1]
        if isinstance(exchange.result, NoAnswer) and exchange.result.trouble in _OURS:
            raise
        plainest = keep(callID=session.population.spare.call_id).by(request.method or "GET")
        rightly = [_is_answered(session, plainest) and not _is_answered(session, request) for _ in range(2)]
        if not all(rightly) or not _is_answered(session, plainest):
            raise
        expected = "an answer, as to the plain request before and after it"
        violation = Violation("NoAnswer", expected, f"three times out of three: {lost.reason}")
        return (Finding(violation, session.story(), exchange),)


def _is_answered(session: Session, request: Request) -> bool:
    try:
        session.population.recorder.send(request)
    except Inconclusive:
        return False
    return True
