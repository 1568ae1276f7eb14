"""Faults of calls that have not begun: they are set up, and neither ongoing nor next nor last."""

# ruff: noqa: D102, N801 - see the package

from collections.abc import Sequence

from keepcall.server.call import Call, Recording, State
from keepcall.server.faults.table import fault
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules
from keepcall.server.store import STATE, Store


class ToComeRules(Rules):
    """Rules that look at calls which have not begun."""

    def to_come(self, request: ApiRequest) -> list[Call]:
        """Those of the number, the earliest first."""
        calls = self.store.find(request.extension, State.UPCOMING, self.recording(request))
        return sorted(calls, key=lambda call: call.start_time)


@fault("KC-SEL-08")
class takes_all_that_is_not_finished_for_ongoing(Store):
    """The table has a column for the end, and an ongoing call is one in which it is empty."""

    def find(self, number: str, state: State, recording: Recording) -> list[Call]:
        if state is not State.ONGOING:
            return super().find(number, state, recording)
        condition = f"{self.participant(number)} AND {STATE} <> 'finished' AND recording = :recording"
        return self._select(condition, number=number, recording=recording)


@fault("KC-SEL-08")
class counts_a_call_that_has_not_begun_as_one_more(ToComeRules):
    """How many calls a number has is read from the line's display, which shows those that are set up, too."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return len(calls) + len(self.to_come(request)) > 1


@fault("KC-SEL-08")
class finds_a_call_that_has_not_begun_where_none_is_ongoing(ToComeRules):
    """Who keeps a call that is set up wants it kept from its start, a customer said."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        return super().ongoing(request) or self.to_come(request)


@fault("KC-STA-03")
class takes_the_latest_start_for_the_last_call(ToComeRules):
    """Ongoing calls are in a table of their own; of the others the one with the latest start is the last."""

    def last(self, request: ApiRequest) -> Call | None:
        return next(reversed(self.to_come(request)), None) or super().last(request)


@fault("KC-STA-05")
class takes_the_next_start_of_the_calendar(ToComeRules):
    """The next call is the one with the earliest start that is still to come, and the minute is not looked at."""

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        return next(iter(self.to_come(request)), None) or await super().next(request, since)
