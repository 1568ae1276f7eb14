"""Recorders that lock out whoever sends wrong keys or tokens: for so many requests in place of so many seconds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import HTMLResponse, Response

from keepcall.cases.engine.checks import outcome
from keepcall.cases.engine.driver import Driver
from keepcall.cases.engine.expectation import expect
from keepcall.cases.engine.lockout import Trail
from keepcall.cases.situations import SITUATIONS
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import Outcome
from keepcall.contract.target import RequestToken, Secret
from keepcall.run.harness import harness
from keepcall.run.reference import DirectLab, target_of
from keepcall.server import KeepCallServer, RunningServer
from keepcall.server.outcome import Code, Refused, TokenIssued
from keepcall.server.outcome import Outcome as Decision
from keepcall.server.request import ApiRequest

WRONG = frozenset({Code.INVALID_API_KEY, Code.INVALID_TOKEN})
FOR_EVER = 10**9


class Locking(KeepCallServer):
    """Locks everybody out after `tries` wrong keys or tokens, and refuses as many requests as `lasts` then."""

    tries = 1
    lasts = 3
    in_a_row = True
    revokes = False
    answered: Callable[[], Response] | None = None
    told = "The user is locked."

    def __init__(self) -> None:
        super().__init__()
        self.wrong = self.attempts = self.locked = self.turned_away = 0

    async def answer(self, request: ApiRequest) -> Response:
        if not self.locked:
            return await super().answer(request)
        self.locked -= 1
        self.turned_away += 1
        made = type(self).answered
        return made() if made else self.answers.response(request, Refused(Code.INVALID_TOKEN, self.told))

    async def decide(self, request: ApiRequest) -> Decision:
        found = await super().decide(request)
        if isinstance(found, Refused) and found.code in WRONG:
            self.wrong += 1
            self.attempts += 1
        elif self.in_a_row:
            self.attempts = 0
        if self.attempts >= self.tries and not isinstance(found, TokenIssued):
            self.attempts, self.locked = 0, self.lasts
            if self.revokes:
                self.database.run("DELETE FROM tokens WHERE api_key = ?", (self.settings.api_key,))
        return found


def page(status: int, **headers: str) -> Callable[[], Response]:
    """What a filter in front of the API says."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: HTMLResponse("<html><body><h1>No</h1></body></html>", status, named)


Facing = Callable[..., AbstractContextManager[Driver]]


@pytest.fixture
def facing() -> Facing:
    """The suite in front of such a server: `facing(server, gentle=…, asks_for_tokens=…, lockout_wait=…)`."""

    @contextmanager
    def face(
        server: KeepCallServer, *, gentle: int = 0, asks_for_tokens: bool = False, **limits: Any
    ) -> Iterator[Driver]:
        with RunningServer(server) as live:
            target = target_of(live)
            own, limits = live.settings, {"next_wait": 4.0, "timeout": 5.0, **limits}
            if asks_for_tokens:
                login = RequestToken(own.user, Secret(own.password))
                given = replace(target.credentials, token=Secret(), request_token=login)
                target = replace(target, credentials=given)
            target = replace(target, limits=replace(target.limits, **limits))
            with harness(target, lab=DirectLab(server), trail=Trail(gentle)) as ready:
                assert ready.obstacle == ""
                ready.driver.renewal.lockout.pause = lambda _: None
                ready.driver.budget = replace(ready.driver.budget, examples=8)
                yield ready.driver

    return face


Verdicts = Callable[..., dict[str, str]]


@pytest.fixture
def verdicts() -> Verdicts:
    """What the tests of some requirements come to, by situation; with the reason where there is one."""

    def of(driver: Driver, *requirements: str) -> dict[str, str]:
        return {row.name: verdict(driver, row) for row in SITUATIONS(*requirements, operation=KEEP)}

    def verdict(driver: Driver, row: Any) -> str:
        try:
            expect(driver.execute(row, KEEP), outcome)
        except Outcome as ended:
            return str(ended)
        return "pass"

    return of
