"""What several faults build on: parts that are sound by themselves, but make a defect easy to show."""

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


class AnyNumber(Store):
    """Where no number is given, adds no condition on it."""

    def participant(self, number: str) -> str:
        """The condition, or one that is always true."""
        return super().participant(number) if number else "TRUE"


def before_zero_byte(text: str) -> str:
    """The text as a C program reads it."""
    return text.partition("\0")[0]
