"""Faults of `status=last`: the last finished call."""

# ruff: noqa: D102, N801 - see the package

from datetime import datetime

from keepcall.server.call import Call, State
from keepcall.server.faults.table import fault
from keepcall.server.outcome import MORE_THAN_ONE, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import LAST, Rules


def ended(call: Call) -> datetime:
    """When a finished call ended."""
    return call.end_time or call.start_time


class LastRules(Rules):
    """Rules that differ in which of several finished calls is the last one."""

    def finished(self, request: ApiRequest) -> list[Call]:
        """The finished calls of the number, in the order of the database."""
        return self.store.find(request.extension, State.FINISHED, self.recording(request))


# What is no finished call


@fault("KC-STA-03")
class finds_an_ongoing_call_for_last(LastRules):
    """The last call is the one that began last, and whether it is over is not asked."""

    def last(self, request: ApiRequest) -> Call | None:
        calls = [*self.finished(request), *self.ongoing(request)]
        return max(calls, key=lambda call: call.start_time, default=None)


@fault("KC-STA-03")
class finds_no_last_call_during_another_one(LastRules):
    """Last is only looked at where there is nothing ongoing."""

    def last(self, request: ApiRequest) -> Call | None:
        return None if self.ongoing(request) else super().last(request)


@fault("KC-UNM-03", "KC-STA-03")
class finds_no_last_call_for_unmark(LastRules):
    """A finished call is on its way to the archive, whose marks are not to be cleared."""

    def last(self, request: ApiRequest) -> Call | None:
        return None if request.is_unmark else super().last(request)


# Which one is the last


@fault("KC-STA-04")
class takes_the_last_call_by_its_start(LastRules):
    """The query sorts by the start, as all lists of the user interface do."""

    def last(self, request: ApiRequest) -> Call | None:
        return max(self.finished(request), key=lambda call: call.start_time, default=None)


@fault("KC-STA-04")
class takes_the_call_stored_first_for_the_last(LastRules):
    """The query has a LIMIT of one row, and no ORDER BY."""

    def last(self, request: ApiRequest) -> Call | None:
        return next(iter(self.finished(request)), None)


@fault("KC-STA-04")
class takes_the_longest_call_for_the_last(LastRules):
    """The sort is by the column next to the end: the duration."""

    def last(self, request: ApiRequest) -> Call | None:
        calls = self.finished(request)
        return max(calls, key=lambda call: ended(call) - call.start_time, default=None)


@fault("KC-STA-04")
class compares_ends_by_the_time_of_day(LastRules):
    """Date and time are two columns, and the sort is by the second one."""

    def last(self, request: ApiRequest) -> Call | None:
        return max(self.finished(request), key=lambda call: ended(call).time(), default=None)


@fault("KC-STA-04")
class compares_ends_by_the_minute(LastRules):
    """Ends are stored without their seconds, and among those of one minute the first row is taken."""

    def last(self, request: ApiRequest) -> Call | None:
        def minute(call: Call) -> datetime:
            return ended(call).replace(second=0, microsecond=0)

        return max(self.finished(request), key=minute, default=None)


@fault("KC-STA-04", "KC-EFF-04")
class skips_calls_that_are_kept_for_last(LastRules):
    """A call that is kept already need not be kept, and so the query leaves it out."""

    def last(self, request: ApiRequest) -> Call | None:
        calls = [call for call in self.finished(request) if request.is_unmark or not call.kept]
        return max(calls, key=ended, default=None)


@fault("KC-UNM-03", "KC-STA-04")
class unmarks_the_last_kept_call_for_last(LastRules):
    """Only a kept call can be unmarked, so that the query looks for one."""

    def last(self, request: ApiRequest) -> Call | None:
        calls = [call for call in self.finished(request) if call.kept or not request.is_unmark]
        return max(calls, key=ended, default=None)


@fault("KC-STA-04")
class refuses_several_finished_calls(LastRules):
    """More than one call is an error for ongoing, and the check is made for every status."""

    async def select(self, request: ApiRequest) -> Call | Refused:
        several = request.status == LAST and len(self.finished(request)) > 1
        return MORE_THAN_ONE if several and not request.call_id else await super().select(request)
