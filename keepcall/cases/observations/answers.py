"""Answers in words: short, of one line, without anything secret, and the same from run to run."""

import re
from collections.abc import Callable

from keepcall.cases.observations.catalogue import LONGEST, Observation
from keepcall.contract.exchange import Exchange, FailureKind, printable
from keepcall.contract.outcomes import Inconclusive, NotClaimed, NotTested
from keepcall.contract.redaction import Redactor
from keepcall.errors import LabError

_SHOWN = 160
_READ = 2_000
"""Characters of the target's own text that are looked at."""

_OWN = ("apiKey", "token", "callID", "extension")
"""Parameters whose values differ from run to run, or must not show."""

_RECOGNISED = 8
"""Characters by which such a value is known again: a server may repeat only its beginning."""

_PART = re.compile(r"\(part of \$[^()]*\)")
"""What is shown for a part of a secret: how much a server repeats depends on the secret, too."""

_UNSTEADY = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f-]{4,}"  # a GUID, or the beginning of one
    r"|\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d[\d:.,]*(?:Z|[+-]\d\d:?\d\d)?)?"  # a date, with or without a time
    r"|\b\d\d:\d\d(?::\d\d)?\b|\d{6,}",  # a time; a number that counts something
    re.IGNORECASE,
)


class NoReplyError(Exception):
    """A question that ends with this answer, since the target gave none."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


def no_answer(trouble: FailureKind) -> NoReplyError:
    """There was no answer, because of this."""
    return NoReplyError(f"no answer: {trouble}")


def not_asked(reason: str) -> str:
    """The answer to a question that was not asked."""
    return f"not asked: {_reason(reason)}"


def _reason(text: str) -> str:
    return _one_line(steady(text), _SHOWN) or "for no reason given"


def answered(observation: Observation, ask: Callable[[], object], redactor: Redactor) -> str:
    """What asking came to, fit for a report: one of the question's vocabulary, whatever the target does."""
    answer = _one_line(redactor.text(_asked(ask)), LONGEST)
    return answer if observation.allows(answer) else not_asked("the suite failed: it has no word for what came")


def _asked(ask: Callable[[], object]) -> str:
    """The answer; whatever goes wrong is one, too."""
    try:
        return str(ask())
    except NoReplyError as end:
        return end.answer
    except NotClaimed as outcome:
        return f"not claimed: {_reason(outcome.reason)}"
    except (NotTested, Inconclusive) as outcome:
        return not_asked(outcome.reason)
    except LabError:
        return not_asked("the lab failed")
    except Exception as error:  # noqa: BLE001 - a question that breaks must not end the run, nor change its verdict
        return not_asked(f"the suite failed: {type(error).__name__}")


def exactly(text: str, exchange: Exchange, longest: int = _SHOWN) -> str:
    """Text of the target's, masked before it is cut."""
    return _one_line(exchange.redactor.beginning(text, _READ), longest)


def quoted(text: str, exchange: Exchange) -> str:
    """The same without what differs from run to run: this request's own values, GUIDs, times, long numbers."""
    words = _PART.sub("…", " ".join(exchange.redactor.beginning(text, _READ).split()))
    own = [value for name, value in exchange.request.parameters if name in _OWN and len(value) >= _RECOGNISED]
    for value in own:
        words = re.sub(re.escape(value[:_RECOGNISED]) + r"[\w-]*", "…", words, flags=re.IGNORECASE)
    return _one_line(steady(words), _SHOWN)


def steady(text: str) -> str:
    """Text without GUIDs, times and long numbers."""
    return _UNSTEADY.sub("…", text)


def _one_line(text: str, longest: int) -> str:
    words = " ".join(printable(text).split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
