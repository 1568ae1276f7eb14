"""Faults of counting: more than one call is an error, and only calls that match are counted."""

# ruff: noqa: ARG002, D102, N801 - see the package

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from keepcall.server.call import Call, Recording, State
from keepcall.server.faults.table import fault
from keepcall.server.outcome import MORE_THAN_ONE, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import NEXT, Rules
from keepcall.server.store import STATE, Store

# Two calls that are taken for one


@fault("KC-SEL-07")
class takes_the_first_of_several_calls(Rules):
    """The result of the query is read with next(), and only once."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return False


@fault("KC-SEL-07")
class takes_the_latest_of_calls_that_began_apart(Rules):
    """A second call is only looked for among those that began in the same minute, as the legs of a transfer do."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        latest = max((call.start_time for call in calls), default=None)
        return [call for call in calls if latest is None or latest - call.start_time < timedelta(minutes=1)]


@fault("KC-SEL-07")
class misses_two_calls_in_different_roles(Rules):
    """Calling and called party are two queries, and each result is counted by itself."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        calling = sum(call.calling_party == request.extension for call in calls)
        return max(calling, len(calls) - calling) > 1


@fault("KC-SEL-07")
class looks_for_a_called_party_only_where_there_is_no_calling_one(Rules):
    """The second query is only run when the first one has found nothing."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        return [call for call in calls if call.calling_party == request.extension] or calls


@fault("KC-SEL-07")
class refuses_two_calls_but_not_three(Rules):
    """The condition was written with the only case in mind that had been seen."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return len(calls) == 2  # noqa: PLR2004


@fault("KC-SEL-07")
class does_not_count_calls_that_are_done(Rules):
    """A call that is kept already need not be kept, and so is left out of the query."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return sum(call.kept == request.is_unmark for call in calls) > 1


@fault("KC-SEL-07", "KC-HTTP-03")
class misses_a_second_call_in_a_post(Rules):
    """The count was added to the GET handler, and not to its copy."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return request.method == "GET" and super().is_ambiguous(request, calls)


@fault("KC-SEL-07", "KC-RSP-04")
class misses_a_second_call_in_html(Rules):
    """The page was meant to offer a choice, and takes the first call until there is one."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return request.response_type != "HTML" and super().is_ambiguous(request, calls)


@fault("KC-SEL-07")
class misses_a_second_call_with_a_list_of_statuses(Rules):
    """A combined status is another branch, which takes the first call that comes along."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return "," not in request.status and super().is_ambiguous(request, calls)


@fault("KC-SEL-07")
class records_the_first_of_several_calls(Rules):
    """Manual recording has a look-up of its own, which stops at the first call."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return not request.is_manual_record and super().is_ambiguous(request, calls)


@fault("KC-UNM-04")
class unmarks_the_first_of_several_calls(Rules):
    """To clear one mark too many was thought to do no harm, so that nobody counts."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return not request.is_unmark and super().is_ambiguous(request, calls)


@fault("KC-SEL-07")
class counts_two_calls_between_the_same_numbers_once(Rules):
    """The query is a SELECT DISTINCT of the parties, against rows that came twice from a join."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return len({frozenset((call.calling_party, call.called_party)) for call in calls}) > 1


@fault("KC-SEL-07")
class waits_for_the_next_call_where_two_are_ongoing(Rules):
    """Ambiguous is one of the cases in which ongoing has no result, and so the next status of the list is tried."""

    async def select(self, request: ApiRequest) -> Call | Refused:
        selected = await super().select(request)
        if selected == MORE_THAN_ONE and NEXT in self.statuses(request):
            return await super().select(replace(request, status=NEXT))
        return selected


@fault("KC-SEL-07", "KC-ANY-04")
class counts_the_calls_of_a_number_once(Rules):
    """The count is cached by number, to spare the database, and for as long as the server runs."""

    counts: Mapping[str, int] = MappingProxyType({})

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        self.counts = {request.extension: len(calls), **self.counts}
        return self.counts[request.extension] > 1


# An ambiguity that is refused, and acted on all the same


@fault("KC-EFF-03")
class refuses_several_calls_but_acts_on_the_first(Rules):
    """Each row is acted on as it is read, and the second one throws."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        self.act(request, calls[0])
        return super().is_ambiguous(request, calls)


@fault("KC-EFF-03")
class refuses_three_calls_but_acts_on_the_first(Rules):
    """Two are compared before the act, and a third one is only seen when the loop goes on."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        if len(calls) > 2:  # noqa: PLR2004
            self.act(request, calls[0])
        return super().is_ambiguous(request, calls)


# Calls that do not count


@fault("KC-SEL-08")
class counts_finished_calls(Rules):
    """How many calls a number has is asked before their status is looked at."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        over = self.store.find(request.extension, State.FINISHED, self.recording(request))
        return len(calls) + len(over) > 1


@fault("KC-SEL-08", "KC-STA-06")
class counts_finished_calls_with_a_list_of_statuses(Rules):
    """With several statuses the condition is left out, as if they were all of them."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        over = self.store.find(request.extension, State.FINISHED, self.recording(request))
        return len(calls) + len(over) * ("," in request.status) > 1


@fault("KC-SEL-08", "KC-STA-03")
class counts_ongoing_calls_for_last(Rules):
    """The number of calls is checked once for all statuses."""

    def last(self, request: ApiRequest) -> Call | None:
        return None if len(self.ongoing(request)) > 1 else super().last(request)


@fault("KC-SEL-08", "KC-ANY-04")
class looks_only_at_the_ten_latest_calls(Store):
    """The query has a LIMIT, and its rows are filtered by status when they have been read."""

    def find(self, number: str, state: State, recording: Recording) -> list[Call]:
        condition = f"{self.participant(number)} AND {STATE} <> 'upcoming' ORDER BY start_time DESC LIMIT 10"
        calls = self._select(condition, number=number)
        return [call for call in calls if call.state is state and call.recording is recording]


# Both parties the same


@fault("KC-SEL-09")
class counts_a_call_to_itself_twice(Rules):
    """Calling and called party are two queries, and their results are joined by UNION ALL."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        return [c for c in calls for _ in range(1 + (c.calling_party == c.called_party == request.extension))]


@fault("KC-SEL-09")
class finds_no_call_to_itself(Store):
    """Who the other party is has to be told, and so one of the two must not be the number."""

    def participant(self, number: str) -> str:
        return "((calling_party = :number) <> (called_party = :number))"
