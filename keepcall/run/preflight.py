"""What can be known of a target before a run, by requests that change no call: is it there, and are we let in?"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Literal

from keepcall.cases.engine.answer_shape import NOBODYS, looks
from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.intermediaries import stands_between, unanswered
from keepcall.client.failures import no_answer_for
from keepcall.client.limits import ExchangeLimits
from keepcall.client.route import route_of
from keepcall.client.sending import connections, reach
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.outcomes import Outcome
from keepcall.contract.outlet import Outlet
from keepcall.contract.request import EncodedRequest, Request, keep
from keepcall.contract.target import Target
from keepcall.contract.wording import NOT_FOUND
from keepcall.errors import LabError
from keepcall.expect.decision import decision_of
from keepcall.expect.parsing.answer import parsed
from keepcall.lab.http_lab import HttpLab
from keepcall.lab.offer import Offer
from keepcall.lab.program import name_of, offer_of
from keepcall.lab.resident_program import program_of
from keepcall.run.harness import harness, redactor_of

State = Literal["good", "bad", "unknown"]

_TEST = "keepcall check"
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class ReadinessItem:
    """One thing that was looked at.

    Attributes:
        about: what.
        state: good, bad, or unknown, which stops no run.
        message: what was seen, and what to do where it is bad.
    """

    about: str
    state: State
    message: str


def look(target: Target) -> Iterator[ReadinessItem]:
    """Looks at the target, one thing after another, and no further where that makes no sense.

    Raises:
        UsageError: when the way to it, or to its lab, cannot be used on our side.
    """
    yield ReadinessItem("way", "good", str(route_of(target)))
    with ExitStack() as stack:
        driver = stack.enter_context(harness(target, read_only=True, look=False)).driver
        yield from _at_target(driver)


def unreached(target: Target) -> str:
    """Why nobody can be reached at a target's address; empty where somebody can, or where only a request can tell.

    It makes a connection, through the proxy and with TLS where these belong to it, and sends nothing to the target.

    Raises:
        UsageError: when the way to it cannot be used on our side.
    """
    redactor, limits = redactor_of(target), target.limits
    with closing(connections(target.url, limits.ca_file, redactor)) as adapter:
        try:
            reach(adapter, target.url, ExchangeLimits(limits.timeout, limits.max_body))
        except Exception as error:  # noqa: BLE001 - whatever stands between may bring about anything
            found = no_answer_for(error)
            if found.trouble not in {"unreachable", "tls"}:
                return ""
            nothing = Exchange(Request(), EncodedRequest("GET", "", ""), target.url, found, redactor=redactor)
            return unanswered(nothing, adapter.route)
    return ""


def offered(target: Target) -> Offer:
    """What the program of a command lab says it offers: started for it, and ended; any other lab offers all it can.

    Raises:
        LabError: when it is not there, or fails when it is asked.
    """
    if target.lab.kind != "command":
        return Offer()
    program = program_of(target.lab, Outlet(redactor_of(target)))
    try:
        return offer_of(program)
    finally:
        program.close()


def _at_target(driver: Driver) -> Iterator[ReadinessItem]:
    """Is it there, does it speak KeepCall, and does it know the credentials?"""
    if driver.target.credentials.request_token:
        try:
            driver.token()
        except Outcome as outcome:
            yield ReadinessItem("token", "bad", outcome.reason)
            return
        yield ReadinessItem("token", "good", "the target gave one when it was asked (RequestToken)")
    try:
        ours = _send(driver)
    except Outcome as outcome:
        yield ReadinessItem("target", "bad", outcome.reason)
        return
    if isinstance(ours.result, NoAnswer):
        route = driver.client.route
        yield ReadinessItem("target", "bad", f"{_short(ours.answer_text())}; {route.advice(ours.result.trouble)}")
        return
    if between := stands_between(ours, driver.client.route):
        yield ReadinessItem("target", "bad", between)
        return
    yield ReadinessItem("target", "good", f"answers, with status {ours.result.status}")
    yield _speaks(ours)
    yield _known(driver, ours)


def _send(driver: Driver, **changed: str) -> Exchange:
    """A keep of a call that does not exist, which the contract refuses."""
    request = driver.complete(keep(callID=NOBODYS, responseType="XML")).given(**changed)
    return driver.renewal.send(request, _TEST)


def _speaks(ours: Exchange) -> ReadinessItem:
    reading = parsed(ours)
    if reading.format == "XML" and reading.code is not None and decision_of(ours) == "refused":
        return ReadinessItem(
            "KeepCall", "good", f"it answers in KeepCall's XML; a call that does not exist: code {reading.code}"
        )
    if decision_of(ours) == "granted":
        return ReadinessItem("KeepCall", "bad", "it grants the keep of a call that does not exist; is this a stub?")
    return ReadinessItem(
        "KeepCall", "bad", f"its answer is not the XML of KeepCall: {_short(ours.answer_text())}; check `url`"
    )


def _known(driver: Driver, ours: Exchange) -> ReadinessItem:
    """Whether the credentials are good: with good ones the answer is about the call, and not as to a stranger."""
    if isinstance(ours.result, NoAnswer):
        return ReadinessItem("credentials", "unknown", "there was no answer to tell by")
    if NOT_FOUND.encode() in ours.result.body or parsed(ours).code == "2":
        return ReadinessItem("credentials", "good", "with them, the answer is that the call cannot be found")
    names = ("apiKey", "token") if driver.token() else ("apiKey",)
    for name in names:
        if looks(_send(driver, **{name: NOBODYS})) == looks(ours):
            return ReadinessItem(
                "credentials",
                "bad",
                f"the answer is the same with {'an API key' if name == 'apiKey' else 'a token'} that nobody has: "
                f"{_short(ours.answer_text())}; check [credentials]",
            )
    return ReadinessItem("credentials", "unknown", f"neither known nor unknown: {_short(ours.answer_text())}")


def at_lab(target: Target) -> tuple[ReadinessItem, Offer]:
    """How it is with the lab, and what its program offers, where it has one."""
    if target.lab.kind != "command":
        return _at_other_lab(target), Offer()
    name = name_of(target.lab.command, target.lab.folder)
    try:
        offer = offered(target)
    except LabError as error:
        there = (
            shutil.which(target.lab.command[0], path=None) or (target.lab.folder / target.lab.command[0]).is_file()
        )
        what = f"asked what it offers: {' '.join(str(error).split())}"
        return ReadinessItem("lab", "unknown" if there else "bad", f"{what}{_UNKNOWN if there else ''}"), Offer()
    if offer.declared:
        return ReadinessItem(
            "lab", "good", f"{name} says that it offers {offer.in_words()}; it was asked for no call"
        ), offer
    return ReadinessItem("lab", "unknown", f"{name} does not say what it offers{_UNKNOWN}"), offer


_UNKNOWN = "; so it is taken to do everything, and what it cannot do shows in the run, as not tested"


def _at_other_lab(target: Target) -> ReadinessItem:
    settings = target.lab
    match settings.kind:
        case "http":
            lab = HttpLab(settings.url, settings.timeout, target.limits.ca_file)
            try:
                health = lab.health()
            except LabError as error:
                return ReadinessItem("lab", "bad", " ".join(str(error).split()))
            finally:
                lab.close()
            return ReadinessItem(
                "lab", "good", f"{health.get('implementation', '?')} {health.get('version', '')}".strip()
            )
        case "static":
            calls, free = len(settings.calls), len(settings.numbers_without_calls)
            return ReadinessItem(
                "lab", "unknown", f"{calls} calls and {free} numbers without calls, as the profile has them"
            )
        case _:
            return ReadinessItem("lab", "bad", "the profile names none, so nothing can be granted; add a [lab] table")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
