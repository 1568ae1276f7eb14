"""A request that is never answered while plain ones are: three times out of three this is a finding (KC-ANY-01)."""

from keepcall.cases.properties.session import Findings, Session
from keepcall.cases.situations.selectors import plainest
from keepcall.contract.exchange import NoAnswer
from keepcall.contract.outcomes import Finding, Inconclusive
from keepcall.contract.request import Request
from keepcall.contract.violation import Violation

_OURS = ("unreachable", "busy", "tls")
"""Troubles that no single input brings about."""


def ask_surely(session: Session, request: Request) -> Findings:
    """Sends a request; that this one, and no other, has no answer three times of three is a finding (KC-ANY-01).

    Raises:
        Inconclusive: when there was no answer, and it may not be the request's doing.
    """
    try:
        return session.ask(request)
    except Inconclusive as lost:
        exchange = session.call_pool.driver.seen[-1]
        if isinstance(exchange.result, NoAnswer) and exchange.result.trouble in _OURS:
            raise
        plain = plainest(session.call_pool.spare).by(request.method or "GET")
        rightly = [_is_answered(session, plain) and not _is_answered(session, request) for _ in range(2)]
        if not all(rightly) or not _is_answered(session, plain):
            raise
        expected = "an answer, as to the plain request before and after it"
        violation = Violation("NoAnswer", expected, f"three times out of three: {lost.reason}")
        return (Finding(violation, session.story(), exchange),)


def _is_answered(session: Session, request: Request) -> bool:
    try:
        session.call_pool.driver.send(request)
    except Inconclusive:
        return False
    return True
