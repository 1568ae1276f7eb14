"""Situations in which the request must be refused over `action`, `apiKey` or `token`, each with its mended twin."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from keepcall.cases.setup import Arrangement, Arrival, Setup
from keepcall.cases.situations.selectors import by_call_id, by_extension
from keepcall.cases.situations.table import SITUATIONS
from keepcall.contract.call import finished, ongoing
from keepcall.contract.masking.derived import (
    CHANGED_EARLY,
    CHANGED_LATE,
    DOUBLED,
    HALF,
    WITH_A_SEMICOLON_BEHIND,
    WITH_A_ZERO_BYTE_BEHIND,
    WITH_SQL_BEHIND,
    Change,
)
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import NotClaimed
from keepcall.contract.request import METHODS, Request

denied = partial(SITUATIONS.row, "denied")


def _spoiled(setup: Setup, spoil: Callable[[Request], Request]) -> Arrangement:
    """A good request by callID, and one that differs in what is spoiled alone."""
    victim, spared = setup.number(ongoing()), setup.number(ongoing())
    return Arrangement(spoil(by_call_id(victim.call)), twin=by_call_id(spared.call), spared=spared.call)


def authenticated(arrange: Callable[[Setup], Arrangement]) -> Callable[[Setup], Arrangement]:
    """Arranges what makes sense only where tokens are checked."""

    def arrange_with_token(setup: Setup) -> Arrangement:
        setup.right_token()
        return arrange(setup)

    return arrange_with_token


def without(name: str) -> Callable[[Setup], Arrangement]:
    """Arranges a request without one parameter."""
    return lambda setup: _spoiled(setup, lambda request: request.without(name))


def having(name: str, value: str) -> Callable[[Setup], Arrangement]:
    """Arranges a request with a wrong value."""
    return lambda setup: _spoiled(setup, lambda request: request.given(**{name: value}))


def like_the_key(change: Change) -> Callable[[Setup], Arrangement]:
    """Arranges a request with a key that only resembles the right one."""
    return lambda setup: _spoiled(setup, lambda request: request.given(apiKey=change.of(setup.given("api_key"))))


def like_the_token(change: Change) -> Callable[[Setup], Arrangement]:
    """Arranges a request with a token that only resembles the right one."""
    return lambda setup: _spoiled(setup, lambda request: request.given(token=change.of(setup.right_token())))


NO_GUID = "00000000-0000-4000-8000-000000000000"
"""Well-formed, of the length of every key, and nobody's."""

denied("no action", "KC-ACT-01", wide=True)(without("action"))
denied("an unknown action", "KC-ACT-02", wide=True)(having("action", "NoSuchAction"))
denied("an action that begins with KeepCall", "KC-ACT-02")(having("action", "KeepCalls"))
denied("an action that ends with KeepCall", "KC-ACT-02")(having("action", "UnKeepCall"))
denied("the beginning of KeepCall as action", "KC-ACT-02")(having("action", "Keep"))
denied("another word around KeepCall as action", "KC-ACT-02")(having("action", "NoKeepCalls"))
denied("angle brackets and ampersands in the action", "KC-ACT-02", spelt=True)(having("action", "<foo>&bar<foo>&bar"))
denied("an empty action", "KC-ACT-02")(having("action", ""))

denied("no apiKey", "KC-AUTH-01", wide=True)(without("apiKey"))
denied("neither apiKey nor token", "KC-AUTH-01")(
    lambda setup: _spoiled(setup, lambda request: request.without("apiKey", "token"))
)

denied("an unknown apiKey", "KC-AUTH-02", wide=True)(having("apiKey", NO_GUID))
denied("an empty apiKey", "KC-AUTH-02")(having("apiKey", ""))
denied("SQL in place of the apiKey", "KC-AUTH-02")(having("apiKey", "' OR '1'='1"))
denied("a pattern in place of the apiKey", "KC-AUTH-02")(having("apiKey", "%"))
denied("the apiKey with SQL behind it", "KC-AUTH-02")(like_the_key(WITH_SQL_BEHIND))
denied("the apiKey with a zero byte and more behind it", "KC-AUTH-02")(like_the_key(WITH_A_ZERO_BYTE_BEHIND))
denied("half of the apiKey", "KC-AUTH-02")(like_the_key(HALF))
denied("the apiKey twice over", "KC-AUTH-02")(like_the_key(DOUBLED))
denied("the apiKey with an early character changed", "KC-AUTH-02")(like_the_key(CHANGED_EARLY))
denied("the apiKey with a late character changed", "KC-AUTH-02")(like_the_key(CHANGED_LATE))

denied("no token", "KC-AUTH-03", wide=True)(authenticated(without("token")))


@denied("no apiKey, by extension", "KC-AUTH-01")
def no_key_by_extension(setup: Setup) -> Arrangement:
    """The other selector."""
    victim, spared = setup.number(ongoing()), setup.number(ongoing())
    return Arrangement(by_extension(victim).without("apiKey"), twin=by_extension(spared), spared=spared.call)


@denied("an unknown apiKey, by extension", "KC-AUTH-02")
def unknown_key_by_extension(setup: Setup) -> Arrangement:
    """The other selector."""
    victim, spared = setup.number(ongoing()), setup.number(ongoing())
    return Arrangement(by_extension(victim).given(apiKey=NO_GUID), twin=by_extension(spared), spared=spared.call)


@denied("no token, by extension", "KC-AUTH-03")
def no_token_by_extension(setup: Setup) -> Arrangement:
    """The other selector."""
    setup.right_token()
    victim, spared = setup.number(ongoing()), setup.number(ongoing())
    return Arrangement(by_extension(victim).without("token"), twin=by_extension(spared), spared=spared.call)


denied("an unknown token", "KC-AUTH-04", wide=True)(authenticated(having("token", NO_GUID)))
denied("an empty token", "KC-AUTH-04")(authenticated(having("token", "")))
denied("SQL in place of the token", "KC-AUTH-04")(authenticated(having("token", "' OR '1'='1")))
denied("a pattern in place of the token", "KC-AUTH-04")(authenticated(having("token", "%")))
denied("the apiKey in place of the token", "KC-AUTH-04")(
    authenticated(lambda setup: _spoiled(setup, lambda request: request.given(token=setup.given("api_key"))))
)
denied("the token with SQL behind it", "KC-AUTH-04")(like_the_token(WITH_SQL_BEHIND))
denied("the token with a zero byte and more behind it", "KC-AUTH-04")(like_the_token(WITH_A_ZERO_BYTE_BEHIND))
denied("the token with a semicolon and more behind it", "KC-AUTH-04")(like_the_token(WITH_A_SEMICOLON_BEHIND))
denied("half of the token", "KC-AUTH-04")(like_the_token(HALF))
denied("the token twice over", "KC-AUTH-04")(like_the_token(DOUBLED))
denied("the token with an early character changed", "KC-AUTH-04")(like_the_token(CHANGED_EARLY))
denied("the token with a late character changed", "KC-AUTH-04")(like_the_token(CHANGED_LATE))


@denied("an unknown token, by extension", "KC-AUTH-04")
def unknown_token_by_extension(setup: Setup) -> Arrangement:
    """The other selector."""
    setup.right_token()
    victim, spared = setup.number(ongoing()), setup.number(ongoing())
    return Arrangement(by_extension(victim).given(token=NO_GUID), twin=by_extension(spared), spared=spared.call)


def _of_the_last_call(setup: Setup, spoil: Callable[[Request], Request]) -> Arrangement:
    setup.right_token()
    victim, spared = setup.number(finished()), setup.number(finished())
    return Arrangement(spoil(by_extension(victim, "last")), twin=by_extension(spared, "last"), spared=spared.call)


def _of_the_next_call(setup: Setup, spoil: Callable[[Request], Request]) -> Arrangement:
    setup.needs_status("next")
    setup.right_token()
    victim, spared = setup.number(), setup.number(ongoing())
    request = spoil(by_extension(victim, "next"))
    return Arrangement(request, twin=by_extension(spared), spared=spared.call, arrivals=(Arrival(victim, ongoing()),))


@denied("no token, for the last call", "KC-AUTH-03")
def no_token_for_last(setup: Setup) -> Arrangement:
    """A look-up of its own may have a check of its own."""
    return _of_the_last_call(setup, lambda request: request.without("token"))


@denied("an unknown token, for the last call", "KC-AUTH-04")
def unknown_token_for_last(setup: Setup) -> Arrangement:
    """A look-up of its own may have a check of its own."""
    return _of_the_last_call(setup, lambda request: request.given(token=NO_GUID))


@denied("no token, for the next call", "KC-AUTH-03")
def no_token_for_next(setup: Setup) -> Arrangement:
    """Neither at once nor when the call comes."""
    return _of_the_next_call(setup, lambda request: request.without("token"))


@denied("an unknown token, for the next call", "KC-AUTH-04")
def unknown_token_for_next(setup: Setup) -> Arrangement:
    """Neither at once nor when the call comes."""
    return _of_the_next_call(setup, lambda request: request.given(token=NO_GUID))


@denied("an expired token", "KC-AUTH-05")
def expired_token(setup: Setup) -> Arrangement:
    """Only where the profile gives one."""
    setup.right_token()
    return _spoiled(setup, lambda request: request.given(token=setup.given("expired_token")))


@denied("an expired token, by extension", "KC-AUTH-05")
def expired_token_by_extension(setup: Setup) -> Arrangement:
    """The other selector."""
    setup.right_token()
    token = setup.given("expired_token")
    victim, spared = setup.number(ongoing()), setup.number(ongoing())
    return Arrangement(by_extension(victim).given(token=token), twin=by_extension(spared), spared=spared.call)


@denied("a token of another apiKey, by extension", "KC-AUTH-07")
def token_of_another_key_by_extension(setup: Setup) -> Arrangement:
    """The other selector."""
    setup.right_token()
    victim, spared = setup.number(ongoing()), setup.number(ongoing())
    token = setup.given("other_token")
    mended = by_extension(spared).given(apiKey=setup.given("other_api_key"), token=token)
    return Arrangement(by_extension(victim).given(token=token), twin=mended, spared=spared.call)


@denied("a token of another apiKey", "KC-AUTH-07")
def token_of_another_key(setup: Setup) -> Arrangement:
    """Only where the profile gives both; that they are good together is shown by the twin."""
    setup.right_token()
    victim, spared = setup.number(ongoing()), setup.number(ongoing())
    token = setup.given("other_token")
    mended = by_call_id(spared.call).given(apiKey=setup.given("other_api_key"), token=token)
    return Arrangement(by_call_id(victim.call).given(token=token), twin=mended, spared=spared.call)


def _not_claimed(what: str, *, claimed: bool) -> None:
    if claimed:
        raise NotClaimed(f"the profile claims {what}, so there is nothing to be refused")


unclaimed = partial(SITUATIONS.row, "denied", requirement="KC-CLAIM-01", operations=(KEEP,))


@unclaimed("a method that the profile does not claim")
def unclaimed_method(setup: Setup) -> Arrangement:
    """The other one of GET and POST."""
    others = [method for method in METHODS if method not in setup.target.claims.methods]
    _not_claimed("both methods", claimed=not others)
    return _spoiled(setup, lambda request: replace(request.by(others[0]), unclaimed=True))


@unclaimed("status=last, which the profile does not claim")
def unclaimed_last(setup: Setup) -> Arrangement:
    """Of a number with a finished call."""
    _not_claimed("status=last", claimed="last" in setup.target.claims.statuses)
    victim, spared = setup.number(finished()), setup.number(ongoing())
    request = replace(by_extension(victim, "last"), unclaimed=True)
    return Arrangement(request, twin=by_extension(spared), spared=spared.call)


@unclaimed("status=next, which the profile does not claim")
def unclaimed_next(setup: Setup) -> Arrangement:
    """Of a number with a call to come."""
    _not_claimed("status=next", claimed="next" in setup.target.claims.statuses)
    victim, spared = setup.number(), setup.number(ongoing())
    request = replace(by_extension(victim, "next"), unclaimed=True)
    return Arrangement(request, twin=by_extension(spared), spared=spared.call, arrivals=(Arrival(victim, ongoing()),))


@unclaimed("unmark, which the profile does not claim")
def unclaimed_unmark(setup: Setup) -> Arrangement:
    """Of a kept call."""
    _not_claimed("unmark", claimed=setup.target.claims.unmark)
    victim, spared = setup.number(ongoing(done=True)), setup.number(ongoing())
    request = replace(by_call_id(victim.call).unmarking(), unclaimed=True)
    return Arrangement(request, twin=by_call_id(spared.call), spared=spared.call)


@unclaimed("type=manualRecord, which the profile does not claim")
def unclaimed_type(setup: Setup) -> Arrangement:
    """Of a controlled call."""
    _not_claimed("type=manualRecord", claimed="manualRecord" in setup.target.claims.types)
    victim, spared = setup.number(ongoing(recording="controlled")), setup.number(ongoing())
    request = replace(by_call_id(victim.call).recording(), unclaimed=True)
    return Arrangement(request, twin=by_call_id(spared.call), spared=spared.call)
