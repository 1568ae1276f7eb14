"""From a finding to text that may be shown: secrets masked, nothing that acts, nothing of unbounded length."""

from dataclasses import replace

from keepcall.contract.exchange import Exchange, printable
from keepcall.contract.outcomes import Failure, Finding
from keepcall.contract.outlet import Outlet
from keepcall.contract.requirements import Requirement
from keepcall.report.result import Evidence

MOST = 20
"""Findings of one test that are kept in full; the rest is the same again."""


def of_failure(failure: Failure) -> tuple[Evidence, ...]:
    """The evidence of a failed test."""
    return tuple(of_finding(finding) for finding in failure.findings[:MOST])


def of_finding(finding: Finding) -> Evidence:
    """One finding as text."""
    exchange = finding.exchange
    outlet = Outlet(exchange.redactor) if exchange else Outlet()
    return Evidence(
        name=finding.violation.name,
        expected=outlet.text(finding.violation.expected),
        got=outlet.text(finding.violation.got),
        context=outlet.text(finding.context),
        curl=exchange.as_curl() if exchange else "",
        request=printable(exchange.request_text().replace("\r\n", "\n")) if exchange else "",
        answer=exchange.answer_text() if exchange else "",
    )


def let_out(evidence: Evidence, outlet: Outlet) -> Evidence:
    """The same by way of an outlet that knows more secrets; the exchange has been masked by its own."""
    told = {name: outlet.text(getattr(evidence, name)) for name in ("name", "expected", "got", "context")}
    return replace(evidence, **told)


def one_line(evidence: Evidence, more: int = 0) -> str:
    """A finding in a line, for the message of a test."""
    rest = f" (and {more} more)" if more else ""
    return f"{evidence.name}: expected {evidence.expected}; got {evidence.got}{rest}"


def bug_report(requirement: Requirement, failure: Failure) -> str:
    """A failed test as a vendor wants to read it."""
    lines = [f"{requirement.id} ({requirement.level}): {requirement.statement}"]
    for evidence in of_failure(failure)[:3]:
        lines += [
            "",
            f"{evidence.name}, {evidence.context}",
            f"  expected  {evidence.expected}",
            f"  got       {evidence.got}",
            f"  repeat    {evidence.curl}",
        ]
    if len(failure.findings) > 3:  # noqa: PLR2004 - three are enough to understand it
        lines += ["", f"… and {len(failure.findings) - 3} more"]
    return "\n".join(lines)


def exchanges_of(failure: Failure) -> list[Exchange]:
    """The exchanges that show the findings, each once."""
    found: list[Exchange] = []
    for finding in failure.findings[:3]:
        found += [exchange for exchange in (finding.exchange,) if exchange and exchange not in found]
    return found
