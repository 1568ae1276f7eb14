"""Faults that only requests under way together show. Each has an await where a real server waits for its database."""

# ruff: noqa: D102, N801 - see the package

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from starlette.responses import Response

from keepcall.server.app import KeepCallServer
from keepcall.server.arrivals import Arrivals
from keepcall.server.call import Call, Recording
from keepcall.server.faults.table import fault
from keepcall.server.outcome import Code, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules

DATABASE = 0.003
"""Seconds that the database takes."""


@fault("KC-CONC-01")
class keeps_the_request_in_a_field(KeepCallServer):
    """The request is a field of the servlet, and there is one servlet for all threads."""

    request = ApiRequest()

    async def decide(self, request: ApiRequest) -> Outcome:
        self.request = request
        await asyncio.sleep(DATABASE)
        return await super().decide(self.request)


@fault("KC-CONC-01")
class keeps_the_call_in_a_field(Rules):
    """The call is a field of the servlet, and is set by whoever comes last."""

    call: Call | None = None

    async def select(self, request: ApiRequest) -> Call | Refused:
        selected = await super().select(request)
        if isinstance(selected, Refused):
            return selected
        self.call = selected
        await asyncio.sleep(DATABASE)
        return self.call


@fault("KC-CONC-01")
class keeps_the_outcome_in_a_field(KeepCallServer):
    """The answer is built in a buffer of the servlet."""

    outcome: Outcome = Granted("")

    async def answer(self, request: ApiRequest) -> Response:
        self.outcome = await self.decide(request)
        await asyncio.sleep(DATABASE)
        return self.answers.response(request, self.outcome)


@fault("KC-CONC-01")
class keeps_the_format_in_a_field(KeepCallServer):
    """The renderer is a field of the servlet, and is chosen when the request is read."""

    response_type = ""

    async def answer(self, request: ApiRequest) -> Response:
        self.response_type = request.response_type
        outcome = await self.decide(request)
        await asyncio.sleep(DATABASE)
        return self.answers.response(replace(request, response_type=self.response_type), outcome)


@fault("KC-CONC-01")
class keeps_the_unmark_in_a_field(KeepCallServer):
    """The flag is a static variable, as in the sample that the code was copied from."""

    unmark = ""

    async def decide(self, request: ApiRequest) -> Outcome:
        self.unmark = request.unmark
        await asyncio.sleep(DATABASE)
        return await super().decide(replace(request, unmark=self.unmark))


@fault("KC-CONC-01")
class shares_the_login_of_a_request_under_way(Rules):
    """Who is logged in is a field of the servlet, and stays there as long as a request of his is under way."""

    logged_in = 0

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        known = not (self.check_action(request) or self.check_api_key(request) or self.check_token(request))
        self.logged_in += known
        await asyncio.sleep(DATABASE)
        outcome = await super().decide(request)
        self.logged_in -= known
        return outcome

    def check_token(self, request: ApiRequest) -> Refused | None:
        return None if self.logged_in else super().check_token(request)


@fault("KC-CONC-01", "KC-EFF-01")
class loses_a_mark_that_is_written_meanwhile(Rules):
    """All marks are read, one is changed, and all are written back."""

    marks: Mapping[str, bool] = MappingProxyType({})

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        read = self.marks
        await asyncio.sleep(DATABASE)
        outcome = await super().decide(request)
        if isinstance(outcome, Granted) and not request.is_manual_record:
            for call_id in self.marks.keys() - read.keys() - {outcome.call_id}:
                self.store.set_kept(call_id, not self.marks[call_id])
            self.marks = {**read, outcome.call_id: not request.is_unmark}
        return outcome


@fault("KC-CONC-01")
class refuses_a_request_while_another_is_under_way(Rules):
    """A lock keeps requests apart, and whoever does not get it is told that the call cannot be kept."""

    busy = False

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        if self.busy:
            return Refused(Code.INVALID_PARAMETER, "The recorder is busy.")
        self.busy = True
        try:
            await asyncio.sleep(DATABASE)
            return await super().decide(request)
        finally:
            self.busy = False


@fault("KC-CONC-01", "KC-EFF-01")
class drops_a_mark_while_another_is_written(Rules):
    """The second of two threads finds the table locked, and its exception is logged."""

    writing = 0

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        self.writing += 1
        await asyncio.sleep(DATABASE)
        outcome = await super().decide(request)
        self.writing -= 1
        return outcome

    def mark(self, request: ApiRequest, call: Call) -> None:
        if self.writing == 1:
            super().mark(request, call)


@fault("KC-CONC-01")
class takes_two_requests_for_one_number_for_one(Rules):
    """A request that comes while another for the same number is under way is a double click, and gets its answer."""

    under_way: Mapping[str, asyncio.Task[Granted | Refused]] = MappingProxyType({})

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        number = request.extension
        if not number:
            return await super().decide(request)
        if number not in self.under_way:
            self.under_way = {**self.under_way, number: asyncio.create_task(self.decide_slowly(request))}
        return await self.under_way[number]

    async def decide_slowly(self, request: ApiRequest) -> Granted | Refused:
        """The outcome, after a while."""
        await asyncio.sleep(DATABASE)
        outcome = await super().decide(request)
        self.under_way = {number: task for number, task in self.under_way.items() if number != request.extension}
        return outcome


@fault("KC-CONC-01", "KC-STA-05")
class lets_only_the_latest_request_wait(Arrivals):
    """There is one place for the request that waits, and the next one takes it."""

    latest = 0

    async def first(self, number: str, recording: Recording, since: int) -> Call | None:
        self.latest += 1
        mine = self.latest
        call = await super().first(number, recording, since)
        return call if mine == self.latest else None
