"""Checks on executions: whether the outcome is the one that the contract demands, and what became of the calls.

Each is a pure function from an execution to violations. `answer(check)` turns a check on an exchange into one.
"""

from collections.abc import Callable, Iterable, Iterator

from keepcall.cases.engine.execution import Execution
from keepcall.contract.call import Call, marks, same_call
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.request import Request
from keepcall.contract.violation import Violation, quoted
from keepcall.expect import html, text
from keepcall.expect.check import Check
from keepcall.expect.markup import unescaped_markup
from keepcall.expect.parsing.answer import parsed

ExecutionCheck = Callable[[Execution], Iterable[Violation]]
PairCheck = Callable[[Execution, Execution], Iterable[Violation]]

_ECHO = 4
"""Characters of a value that is taken for an echo where a message holds it."""

_SHORT = 8_192
"""Bytes of an answer that are looked through for secrets, to show some of them."""

_OUTCOMES = {"granted": "a granted request", "refused": "a refusal", "denied": "a refusal, in whatever form"}


def answer(check: Check) -> ExecutionCheck:
    """The check on the answer of an execution."""
    return lambda execution: check(execution.exchange)


def readable(execution: Execution) -> Iterator[Violation]:
    """There is an answer (KC-HTTP-12): without one there is no execution, and `expectation.end_of` says why."""
    if not isinstance(execution.exchange.result, Answer):
        yield Violation("NoAnswer", "an answer", "none")


def both_answers(check: Callable[[Exchange, Exchange], Iterable[Violation]]) -> PairCheck:
    """The check on the answers of two executions."""
    return lambda first, second: check(first.exchange, second.exchange)


def same_message(in_xml: Execution, other: Execution) -> Iterable[Violation]:
    """The page or text of a refusal holds the message that XML gives (KC-HTML-03, KC-TEXT-03).

    The two executions are about different calls: what a message repeats of its request differs, and nothing else may.
    """
    holds = html.holds_message if other.mode.format == "HTML" else text.holds_message
    for message in parsed(in_xml.exchange).messages[:1]:
        yield from holds(_as_if(message, in_xml.exchange.request, other.exchange.request))(other.exchange)


def _as_if(message: str, request: Request, other: Request) -> str:
    """A message on one request as it would be on another one."""
    for name, value in request.parameters:
        if len(value) >= _ECHO and other.values(name):
            message = message.replace(value, other.values(name)[0])
    return message


def unescaped(execution: Execution) -> Iterable[Violation]:
    """No mark-up that the request carried comes back as mark-up (KC-ANY-02)."""
    planted = [value for _, value in execution.exchange.request.parameters if "<" in value]
    for value in planted:
        yield from unescaped_markup(value)(execution.exchange)


def outcome(execution: Execution) -> Iterator[Violation]:
    """The request is granted or refused as the contract demands, not as the answer would have it."""
    demanded = "refused" if execution.demanded == "denied" else execution.demanded
    if demanded in ("granted", "refused") and execution.outcome() != demanded:
        name = "RefusedRequest" if demanded == "granted" else "GrantedRequest"
        yield Violation(name, _OUTCOMES[execution.demanded], in_short(execution.exchange))


def selection(execution: Execution) -> Iterator[Violation]:
    """A granted request acts on the right call: another one that was acted on in its place is the wrong one.

    A call that nothing happened to is KC-EFF-01's; where calls cannot be read back, nothing can be said.
    """
    if execution.selected is None or execution.after is None or execution.acted():
        return
    for _, call in execution.changes():
        yield Violation("WrongCall", f"the {execution.selected.in_words()} to be selected", f"the {call.in_words()}")


def effect(execution: Execution) -> Iterator[Violation]:
    """The selected call is as the request asked for (KC-EFF-01, KC-UNM-01, KC-TYPE-01, KC-UNM-06)."""
    if execution.selected is None or execution.acted():
        return
    goal = execution.mode.operation.after(execution.selected)
    found = next(call for call in execution.seen() if call.call_id == goal.call_id)
    yield Violation("MissingEffect", goal.in_words(), found.in_words())


def effect_if_seen(execution: Execution) -> Iterator[Violation]:
    """The same, where calls can be read back: a request that is granted and not carried out (KC-HTTP-01)."""
    if execution.after is not None:
        yield from effect(execution)


def same_outcome(first: Execution, second: Execution) -> Iterator[Violation]:
    """What is spelled in two ways that mean the same is granted in both or refused in both (KC-STA-09)."""
    if first.outcome() != second.outcome():
        expected = f"{first.outcome()}, like the first request"
        yield Violation("DifferentOutcome", expected, second.outcome())


def same_effect(first: Execution, second: Execution) -> Iterator[Violation]:
    """What differs in method or format alone acts alike (KC-HTTP-03, KC-RSP-04), as far as effects are seen."""
    if first.after is None or second.after is None or first.acted() == second.acted():
        return
    did = ("left the calls as they were", "acted on a call")
    yield Violation(
        "DifferentEffect", f"the same as of the first request, which {did[first.acted()]}", did[second.acted()]
    )


def nothing_else(execution: Execution) -> Iterator[Violation]:
    """No other call has changed, and of the selected one nothing but what was asked for (KC-EFF-02, KC-EFF-05)."""
    yield from _changed(execution.changes())
    if execution.selected is None:
        return
    goal = execution.mode.operation.after(execution.selected)
    found = next(call for call in execution.seen() if call.call_id == goal.call_id)
    untouched = (1, 0)[bool(execution.mode.operation.type)]  # the mark that this operation is not about
    if marks(found)[untouched] != marks(execution.selected)[untouched]:
        yield Violation("OtherMarkChanged", goal.in_words(), found.in_words())
    if not same_call(execution.selected, found):
        yield Violation("ChangedCall", _whole(goal), _whole(found))


def _whole(call: Call) -> str:
    return f"the {call.in_words()}, started {call.start_time.isoformat()}"


def nothing_changed(execution: Execution) -> Iterator[Violation]:
    """A refused request changes no call (KC-EFF-03); where it was granted instead, its own requirement fails."""
    if execution.outcome() == "refused":
        yield from _changed(execution.changes())


def _changed(changes: Iterable[tuple[Call, Call]]) -> Iterator[Violation]:
    for before, after in changes:
        yield Violation("ChangedCall", f"the {before.in_words()} as it was", f"the {after.in_words()}")


def in_short(exchange: Exchange) -> str:
    """The answer in one line, for a message."""
    body, length = exchange.answer.body, len(exchange.answer.body)
    text = body[:_SHORT].decode(errors="backslashreplace")
    if length <= _SHORT:
        return f"status {exchange.answer.status} with {quoted(_one_line(exchange.redactor.text(text)))}"
    beginning = quoted(_one_line(exchange.redactor.beginning(f"{text}…", len(text))))
    return f"status {exchange.answer.status} with {beginning}, the beginning of {length} bytes"


def _one_line(text: str) -> str:
    return " ".join(text.split())
