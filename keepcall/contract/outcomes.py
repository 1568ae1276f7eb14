"""How a test ends when it does not pass: exceptions, since a test must not go on.

Each has the verdict that it leads to (contract, verdicts). `BrokenRun` is anything else that is raised: a fault of
the suite or of the lab, never counted as the target's.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from keepcall.contract.counterexample import Counterexample
from keepcall.contract.exchange import Exchange, printable
from keepcall.contract.violation import Violation

Verdict = Literal["pass", "fail", "inconclusive", "broken", "not tested", "not claimed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation with the evidence for it.

    Attributes:
        violation: what is wrong.
        context: the situation in words: what was arranged and how it was asked.
        exchange: the exchange that shows it.
        twin: the exchange of the request's mended twin, if there was one.
    """

    violation: Violation
    context: str
    exchange: Exchange | None = None
    twin: Exchange | None = None


class Outcome(Exception):  # noqa: N818 - not an error of ours
    """A test that ended without passing."""

    verdict: ClassVar[Verdict]

    def __str__(self) -> str:
        return printable(f"{self.verdict}: {self.reason}")

    @property
    def reason(self) -> str:
        """Why, without the verdict."""
        return " ".join(str(argument) for argument in self.args)


class Failure(Outcome, AssertionError):  # noqa: N818 - see Outcome
    """The target broke the requirement."""

    verdict = "fail"

    def __init__(self, findings: tuple[Finding, ...], script: Counterexample | None = None) -> None:
        super().__init__(findings)
        self.findings = findings
        self.script = script
        self.report = ""

    def __str__(self) -> str:
        return self.report or "\n".join(
            f"{f.violation.name}: expected {f.violation.expected}; got {f.violation.got} ({f.context})"
            for f in self.findings
        )


class Inconclusive(Outcome):
    """No judgement is possible: the twin was refused, a time-out, a lost connection."""

    verdict = "inconclusive"


class NotTested(Outcome):
    """The lab or the profile cannot offer what the test needs."""

    verdict = "not tested"


class OutOfScope(NotTested):
    """The lab cannot read calls back, so the effect that the test is about cannot be seen."""


class NotClaimed(Outcome):
    """The profile says that the target does not offer it, or does not give what only the tester can give."""

    verdict = "not claimed"
