"""What answers in place of a target: a proxy that wants a login, a gateway behind which nobody is, another origin.

None of it is about the credentials, so none of it may be taken for a word on them.
"""

from keepcall.client.redirects import elsewhere, same_host
from keepcall.client.route import AWAY, LOGIN, Route, away_advice, login_advice
from keepcall.contract.exchange import Exchange, NoAnswer, printable
from keepcall.expect.parsing.answer import found_format

_SHOWN = 200


def stands_between(exchange: Exchange, route: Route) -> str:
    """What answered in place of the target, and what to do; empty where the answer may well be the target's own."""
    result = exchange.result
    if isinstance(result, NoAnswer) or found_format(result) == (exchange.request.format or "XML"):
        return ""
    if result.status == LOGIN:
        return f"answers {result.status}, {login_advice(route)}"
    if result.status in AWAY:
        return f"answers {result.status}, {away_advice(route)}"
    if place := led_away(exchange):
        return f"redirects to {place}, another origin, which gets no key; if the API is there, give that as `url`"
    return ""


def unanswered(exchange: Exchange, route: Route) -> str:
    """That a target does not answer, why, and what to do; for an exchange that has no answer."""
    assert isinstance(exchange.result, NoAnswer)  # noqa: S101 - for the type checker; the caller looked
    return f"{exchange.url} does not answer: {exchange.answer_text()}; {route.advice(exchange.result.trouble)}"


def led_away(exchange: Exchange, *, within_host: bool = False) -> str:
    """The address at another origin to which an answer sends its caller; empty where there is none.

    Args:
        exchange: the request and its answer.
        within_host: whether only another port or scheme of the same host counts.
    """
    if isinstance(exchange.result, NoAnswer):
        return ""
    place = elsewhere(exchange.url, exchange.result)
    if not place or (within_host and not same_host(exchange.url, place)):
        return ""
    return printable(exchange.redactor.text(place))[:_SHOWN]
