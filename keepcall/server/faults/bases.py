"""What several faults build on: parts that are sound by themselves, but make a defect easy to show."""

import asyncio
from dataclasses import replace

from keepcall.server.answers import Answers
from keepcall.server.call import Call
from keepcall.server.outcome import NOT_FOUND, Outcome
from keepcall.server.request import ApiRequest
from keepcall.server.rules import ACTION, Rules
from keepcall.server.store import Store


class Talkative(Answers):
    """Says which callID or number was not found, so that the caller's text comes back (a remark by KC-XML-07)."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        """The message, and what was asked for."""
        text = super().message(request, outcome)
        return f"{text} ({request.call_id or request.extension})" if outcome == NOT_FOUND else text


class Hasty(Rules):
    """Can act before it checks."""

    async def act_unchecked(self, request: ApiRequest) -> None:
        """Do what is asked for to the call that is meant, whatever is wrong with the request."""
        selected = await self.select(replace(request, action=ACTION))
        if isinstance(selected, Call):
            self.act(request, selected)

    async def act_in_spite(self, request: ApiRequest, mended: ApiRequest) -> None:
        """Do what the mended request asks for, where what it mends is all that is wrong."""
        if self.check(request) and not self.check(mended):
            await self.act_unchecked(mended)


class Ordering(Rules):
    """Can go on waiting for a call when it has answered."""

    orders: frozenset[asyncio.Task[None]] = frozenset()

    def order_next(self, request: ApiRequest) -> None:
        """Do what is asked for to the next call of the number, too."""
        self.orders |= {asyncio.create_task(self._carry_out(request, self.store.moment()))}

    async def _carry_out(self, request: ApiRequest, since: int) -> None:
        if call := await Rules.next(self, request, since):
            Rules.act(self, request, call)


class AnyNumber(Store):
    """Where no number is given, adds no condition on it."""

    def participant(self, number: str) -> str:
        """The condition, or one that is always true."""
        return super().participant(number) if number else "TRUE"


def before_zero_byte(text: str) -> str:
    """The text as a C program reads it."""
    return text.partition("\0")[0]
