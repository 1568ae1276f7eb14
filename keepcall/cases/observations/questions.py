"""Questions that take more than one request: what counts of two values, which of two refusals wins, and the like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from keepcall.cases.observations.observer import Observer
from keepcall.cases.observations.readings import GRANTED, code_and_message, said
from keepcall.cases.setup import Setup
from keepcall.cases.situations.denied import NO_GUID
from keepcall.cases.situations.selectors import by_call_id, by_extension
from keepcall.contract.call import finished, ongoing
from keepcall.contract.outcomes import NotClaimed
from keepcall.contract.request import Request

_HOUR = 3600
_NOBODYS = {"action": "NoSuchAction", "apiKey": NO_GUID, "token": NO_GUID, "status": "foo"}


@dataclass(frozen=True, slots=True)
class Offence:
    """One reason to refuse a request.

    Attributes:
        situation: in which it is the only one.
        commit: spoils a good request with it.
    """

    situation: str
    commit: Callable[[Request, Setup], Request]


def _giving(situation: str, name: str) -> Offence:
    return Offence(situation, lambda request, _: request.given(**{name: _NOBODYS.get(name, "foo")}))


OFFENCES = {
    "the unknown action": _giving("an unknown action", "action"),
    "the unknown apiKey": _giving("an unknown apiKey", "apiKey"),
    "the unknown token": _giving("an unknown token", "token"),
    "the missing selector": Offence(
        "neither callID nor extension", lambda request, _: request.without("extension", "status")
    ),
    "the unknown status": _giving("the status foo", "status"),
    "the unknown type": _giving("an unknown type", "type"),
    "the number without calls": Offence(
        "an extension without any call", lambda request, setup: request.given(extension=setup.number().text)
    ),
}


def which_refusal_wins(observer: Observer, first: str, second: str) -> str:
    """Which of two offences the refusal of a request with both is about, by its code and message, or its code."""
    alone = {name: code_and_message(observer.known(OFFENCES[name].situation)) for name in (first, second)}
    with observer.setup() as setup:
        request = by_extension(setup.number(ongoing()))
        for name in alone:
            request = OFFENCES[name].commit(request, setup)
        together = code_and_message(observer.send(request))
    if together == GRANTED:
        return GRANTED
    alike = _like(together, alone) or _like(_code(together), {name: _code(answer) for name, answer in alone.items()})
    if not alike:
        return "neither: the answer is another one"
    return alike[0] if len(alike) == 1 else "both have the same answer"


def _like(answer: str, others: Mapping[str, str]) -> list[str]:
    return [name for name, other in others.items() if other == answer]


def _code(answer: str) -> str:
    """The code alone: a message may repeat what was asked."""
    return answer.partition(":")[0]


def which_value_counts(observer: Observer, name: str) -> str:
    """Which value of a parameter that comes twice: asked with the right one first, then with it last."""
    first, last = (_granted_with_two_values(observer, name, right_first=first) for first in (True, False))
    if first and last:
        return "either"
    if not first and not last:
        return "the two joined" if name == "status" and _joins(observer) else "refused"
    return "the first" if first else "the last"


def _joins(observer: Observer) -> bool:
    """Whether a status that comes twice makes a list, once it is known that neither value counts by itself."""
    with observer.setup() as setup:
        request = by_extension(setup.number(ongoing())).adding("status", "last")
        return said(observer.send(request)) == GRANTED


def _granted_with_two_values(observer: Observer, name: str, *, right_first: bool) -> bool:
    with observer.setup() as setup:
        request = observer.driver.complete(by_extension(setup.number(ongoing())))
        if not (right := request.values(name)):
            raise NotClaimed(f"the profile gives no {name}")
        values = (right[0], _NOBODYS[name]) if right_first else (_NOBODYS[name], right[0])
        twice = request.without(name).adding(name, values[0]).adding(name, values[1])
        return said(observer.send(twice)) == GRANTED


def what_unmark_does(observer: Observer, value: str) -> str:
    """What this value of `unmark` does, to a call without a mark and to one with it."""
    with observer.setup() as setup:
        fresh, kept = setup.number(ongoing()).call, setup.number(ongoing(done=True)).call
        replies = [observer.send(by_call_id(call).given(unmark=value)) for call in (fresh, kept)]
        granted = [reply for reply in replies if said(reply) == GRANTED]
        return observer.became((granted or replies)[0], fresh, kept)


def key_without_token(setup: Setup) -> str:
    """An API key for which no authentication is configured.

    Raises:
        NotClaimed: when the profile gives none.
    """
    return setup.given("open_api_key" if setup.target.claims.authentication else "api_key")


def how_far_back_last_looks(observer: Observer, *hours: int) -> str:
    """How many hours ago a call may have ended that `last` finds.

    Args:
        observer: asks.
        hours: asked for one after the other, in ascending order, each with a number of its own.
    """
    reached = ""
    with observer.setup() as setup:
        setup.needs_status("last")
        for ago in hours:
            number = setup.number(finished(started=ago * _HOUR + 60, ended=ago * _HOUR))
            if said(observer.send(by_extension(number, "last"))) != GRANTED:
                return f"{reached}, and fewer than {ago}" if reached else f"fewer than {ago}"
            reached = f"{ago} or more"
    return reached
