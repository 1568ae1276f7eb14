"""Servers that refuse everything for a moment after wrong keys or tokens, since somebody may be guessing them.

Real ones do so for minutes. These do so for moments, since a run has some hundred of such requests.
"""

import time

from starlette.responses import HTMLResponse, Response

from keepcall.server.app import KeepCallServer
from keepcall.server.moment import Clock, utc_now
from keepcall.server.outcome import Code, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.settings import Settings
from keepcall.server.variants.table import variant

WRONG = frozenset({Code.INVALID_API_KEY, Code.INVALID_TOKEN})


class Locking(KeepCallServer):
    """Refuses everything for some time after so many wrong keys or tokens in a row.

    Attributes:
        tries: so many.
        seconds: the time.
        slides: whether each request meanwhile has the time begin anew.
    """

    tries = 1
    seconds = 0.03
    slides = False

    def __init__(self, settings: Settings | None = None, clock: Clock = utc_now) -> None:
        self.wrong = 0
        self.until = 0.0
        super().__init__(settings, clock)

    async def decide(self, request: ApiRequest) -> Outcome:
        """As ever, unless it is locked."""
        if time.monotonic() < self.until:
            self.until = time.monotonic() + self.seconds if self.slides else self.until
            return self.locked(request)
        outcome = await super().decide(request)
        self.wrong = self.wrong + 1 if isinstance(outcome, Refused) and outcome.code in WRONG else 0
        if self.wrong >= self.tries:
            self.wrong, self.until = 0, time.monotonic() + self.seconds
        return outcome

    def locked(self, request: ApiRequest) -> Refused:
        """What is said meanwhile."""
        del request
        return Refused(Code.INVALID_TOKEN, "The user is locked.")


@variant()
class LocksAUserForAMoment(Locking):
    """A server locks a user after each wrong key or token, and says so."""


@variant()
class AnswersALockedUserAsAStranger(Locking):
    """A server does not tell a stranger that a user is locked, and each request meanwhile makes it longer."""

    slides = True

    def locked(self, request: ApiRequest) -> Refused:
        """As to a wrong token."""
        del request
        return Refused(Code.INVALID_TOKEN, "The token is invalid or has expired.")


@variant()
class LocksAnAddressAfterThreeInARow(Locking):
    """A filter in front of the API has three tries for each address, and then a page and status 423 for it."""

    tries = 3
    seconds = 0.3

    async def answer(self, request: ApiRequest) -> Response:
        """A page, if the address is locked."""
        if time.monotonic() < self.until:
            return HTMLResponse("<html><body><h1>Locked</h1></body></html>", 423)
        return await super().answer(request)
