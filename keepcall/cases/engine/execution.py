"""An execution: one situation, carried out in one way, with all that was seen. Values and pure functions only."""

from dataclasses import dataclass
from typing import Literal

from keepcall.cases.situations.table import Demand, Situation
from keepcall.contract.call import Call, marks, unchanged
from keepcall.contract.exchange import Exchange
from keepcall.contract.operation import Operation
from keepcall.contract.outcomes import Inconclusive, NotTested, OutOfScope
from keepcall.contract.request import Format, Method
from keepcall.expect.decision import decision_of, grants_in_any_form, well_formed_refusal


@dataclass(frozen=True, slots=True)
class Mode:
    """How a situation is executed: what is asked for, by which method, in which format (empty: none is named)."""

    operation: Operation
    method: Method
    format: Format | Literal[""]

    def __str__(self) -> str:
        return f"{self.operation}, {self.method}, {self.format or 'no responseType'}"


@dataclass(frozen=True, slots=True)
class Execution:
    """What happened.

    Attributes:
        situation: what was arranged.
        mode: how it was asked.
        exchange: the request under test and its answer.
        twin: the mended request and its answer, where the situation has one.
        selected: the call that the request must act on, as it was before; None where it must be refused.
        before: every call as it was before the request under test.
        after: every call as it was at the end, in the same order; None where the lab cannot read back.
        spared: the call that the twin acted on.
        attempts: how often it was carried out, since calls that arrive may come too early.
        alone: whether the request was sent without its twin, beside which alone a refusal counts.
        not_waited: why the effect was not waited for as long as the contract allows; empty where it was.
    """

    situation: Situation
    mode: Mode
    exchange: Exchange
    twin: Exchange | None
    selected: Call | None
    before: tuple[Call, ...]
    after: tuple[Call, ...] | None
    spared: Call | None = None
    attempts: int = 1
    alone: bool = False
    not_waited: str = ""

    @property
    def demanded(self) -> Demand:
        """The outcome that the contract demands."""
        return self.situation.kind

    @property
    def context(self) -> str:
        """The execution in words, for a message."""
        calls = "; ".join(call.in_words() for call in self.before) or "no calls"
        return f"{self.situation} ({self.mode}); calls: {calls}"

    def seen(self) -> tuple[Call, ...]:
        """The calls at the end.

        Raises:
            OutOfScope: where the lab cannot read them back.
        """
        if self.after is None:
            raise OutOfScope("the lab cannot read a call back, so its effect cannot be seen")
        return self.after

    def acted(self) -> bool:
        """Whether the selected call was acted on, or any call where none must be.

        Raises:
            OutOfScope: where the lab cannot read calls back.
            Inconclusive: where it was not, and was not waited for.
        """
        after = self.seen()
        if self.selected is None:
            return bool(self.changes())
        goal = self.mode.operation.after(self.selected)
        acted = any(call.call_id == goal.call_id and marks(call) == marks(goal) for call in after)
        if self.not_waited and not acted:
            raise Inconclusive(f"the {self.selected.in_words()} was not acted on soon, and {self.not_waited}")
        return acted

    def changes(self) -> tuple[tuple[Call, Call], ...]:
        """The calls that are not as they were, before and after; without the selected one and the twin's.

        The twin's call may be acted on late, and a granted request's own is looked at by itself.
        """
        aside = {call.call_id for call in (self.selected, self.spared) if call}
        return tuple(
            (before, after)
            for before, after in zip(self.before, self.seen(), strict=True)
            if before.call_id not in aside and not unchanged(before, after)
        )

    def outcome(self) -> Literal["granted", "refused"]:
        """What the target did, by its answer; by the effect where the answer's format has no word for it.

        Raises:
            OutOfScope: where only the effect could tell, and it cannot be seen.
            NotTested: where it was refused and had no twin.
        """
        outcome = self._outcome()
        if self.alone and outcome == "refused":
            raise NotTested("--read-only: a refusal counts only beside its twin, which could change a call")
        return outcome

    def _outcome(self) -> Literal["granted", "refused"]:
        if self.demanded == "denied":
            return "granted" if grants_in_any_form(self.exchange) else "refused"
        said = decision_of(self.exchange)
        if said == "unsaid":
            return "granted" if self.acted() else "refused"
        return said


def twin_was_refused(exchange: Exchange, *, acted: bool | None) -> bool:
    """Whether a request that must be granted was refused, whatever else is wrong with its answer.

    Args:
        exchange: of the twin.
        acted: whether its call was acted on; None where that cannot be seen.
    """
    said = decision_of(exchange)
    if said == "granted":
        return False
    if acted is None:
        return said == "refused" and (exchange.request.format != "XML" or well_formed_refusal(exchange))
    return not acted or (said == "refused" and well_formed_refusal(exchange))


def no_answer(exchange: Exchange) -> Inconclusive:
    """The outcome of a test whose exchange has no answer."""
    return Inconclusive(f"{exchange.answer_text()} — {exchange.as_curl()}")
