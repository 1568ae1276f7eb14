"""Servers that now and then ask to be left alone for a while, and answer then (RFC 9110, section 10.2.3)."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope

from keepcall.server.app import KeepCallServer
from keepcall.server.moment import Clock, utc_now
from keepcall.server.settings import Settings
from keepcall.server.variants.table import variant


class Busy(KeepCallServer):
    """Turns each so manyth request away without looking at it."""

    every = 50
    status = 429

    def __init__(self, settings: Settings | None = None, clock: Clock = utc_now) -> None:
        self.requests = itertools.count(1)
        super().__init__(settings, clock)

    async def api(self, scope: Scope, receive: Receive) -> Response:
        """Turned away, or answered."""
        if next(self.requests) % self.every:
            return await super().api(scope, receive)
        await self.reader.body(receive)
        return HTMLResponse("<html><body><h1>Busy</h1></body></html>", self.status, self.headers())

    def headers(self) -> Mapping[str, str]:
        """How long to wait."""
        return {"retry-after": "0"}


@variant()
class LimitsItsRate(Busy):
    """A gateway has a limit of requests per second, and sends 429 beyond it (RFC 6585, section 4)."""


@variant()
class LimitsItsRateWithoutATime(Busy):
    """A gateway does not say when its limit ends, which it does within a second."""

    every = 400

    def headers(self) -> Mapping[str, str]:
        """Nothing."""
        return {}


@variant()
class IsUnavailableForASecond(Busy):
    """A server is restarted by its watchdog, and its proxy sends 503 until it is there again."""

    every = 400
    status = 503

    def headers(self) -> Mapping[str, str]:
        """In a second."""
        return {"retry-after": "1"}


@variant()
class IsUnavailableUntilAMoment(Busy):
    """A server names the moment from which it can be asked again, which is now."""

    status = 503

    def headers(self) -> Mapping[str, str]:
        """As a date."""
        return {"retry-after": format_datetime(datetime.now(UTC), usegmt=True)}
