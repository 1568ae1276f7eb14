"""Faults of `status`: its values, and what `ongoing` finds."""

# ruff: noqa: D102, N801 - see the package

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from keepcall.server.call import Call, State
from keepcall.server.faults.table import fault
from keepcall.server.outcome import Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import LAST, NEXT, ONGOING, Rules

# None at all


@fault("KC-STA-01")
class takes_ongoing_where_no_status_is_given(Rules):
    """The function has a default for its parameter, as the editor proposed."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return super().statuses(request) if "status" in request.parameters else [ONGOING]


@fault("KC-STA-01", "KC-STA-08")
class looks_at_all_calls_where_no_status_is_given(Rules):
    """The condition on the status is only added to the query where there is a status."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        return super().check_status(request) if request.status else None

    async def select(self, request: ApiRequest) -> Call | Refused:
        status = request.status or f"{ONGOING},{LAST}"
        return await super().select(replace(request, status=status))


@fault("KC-STA-01")
class records_without_a_status(Rules):
    """Only an ongoing call can be recorded, so that manual recording does not ask."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return super().statuses(request) or ([ONGOING] if request.is_manual_record else [])


@fault("KC-STA-01", "KC-ANY-04")
class takes_the_status_of_the_request_before(Rules):
    """The status is a field of the servlet, and is only set where one is given."""

    before = ""

    def statuses(self, request: ApiRequest) -> list[str]:
        self.before = request.status or self.before
        return super().statuses(replace(request, status=self.before))


@fault("KC-STA-08")
class takes_ongoing_for_an_empty_status(Rules):
    """The first entry of the list in the user interface is ongoing, and its value is empty."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return super().statuses(request) or ([ONGOING] if "status" in request.parameters else [])


@fault("KC-STA-08")
class takes_an_empty_status_for_an_unknown_one(Rules):
    """A status beside a callID is checked where there is one, and the empty one is none of the list."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        if request.parameters.get("status") == "":
            return super().check_status(replace(request, call_id="", status="empty"))
        return super().check_status(request)


# One that there is not


@fault("KC-STA-07")
class takes_ongoing_for_an_unknown_status(Rules):
    """The switch over the values has a default."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return [status if status in (ONGOING, LAST, NEXT) else ONGOING for status in super().statuses(request)]


@fault("KC-STA-07")
class matches_a_status_by_its_beginning(Rules):
    """The values are compared by startsWith, because some clients pad them."""

    def statuses(self, request: ApiRequest) -> list[str]:
        known = {status: status for status in (ONGOING, LAST, NEXT)}
        found = super().statuses(request)
        return [next((known[name] for name in known if text.startswith(name)), text) for text in found]


@fault("KC-STA-07")
class finds_a_status_anywhere_in_its_value(Rules):
    """The list is not split: each status is looked for in the whole value, as a word."""

    def statuses(self, request: ApiRequest) -> list[str]:
        found = [status for status in (ONGOING, LAST, NEXT) if re.search(rf"\b{status}\b", request.status)]
        return found or super().statuses(request)


@fault("KC-STA-07")
class takes_its_own_names_of_states_for_statuses(Rules):
    """The value is parsed as the enumeration of the database, whose names are others."""

    def statuses(self, request: ApiRequest) -> list[str]:
        own = {"finished": LAST, "active": ONGOING, "upcoming": NEXT}
        return [own.get(status, status) for status in super().statuses(request)]


@fault("KC-STA-07")
class knows_a_status_for_all_calls(Rules):
    """The list in the user interface has a first entry for all of them, and the API takes whatever that takes."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return [ONGOING, LAST] if request.status == "all" else super().statuses(request)


@fault("KC-STA-07")
class takes_an_ordinal_for_a_status(Rules):
    """The value is parsed as an enumeration, by a parser that takes numbers as well as names."""

    def statuses(self, request: ApiRequest) -> list[str]:
        own = {"0": ONGOING, "1": NEXT, "2": LAST}
        return [own.get(status, status) for status in super().statuses(request)]


# What ongoing finds


@fault("KC-STA-02")
class finds_a_finished_call_for_ongoing(Rules):
    """Users press the button too late, so the last call is taken where none is ongoing."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        last = self.last(request)
        return super().ongoing(request) or ([last] if last else [])


@fault("KC-STA-02")
class finds_a_call_for_ongoing_that_has_just_ended(Rules):
    """The status is updated by a job that runs every ten seconds."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        since = self.store.clock() - timedelta(seconds=10)
        over = self.store.find(request.extension, State.FINISHED, self.recording(request))
        return [*super().ongoing(request), *(call for call in over if call.end_time and call.end_time > since)]


@fault("KC-UNM-04", "KC-STA-02")
class unmarks_a_finished_call_for_ongoing(Rules):
    """A mark is looked for wherever it may be, so that the status makes no difference."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        last = self.last(request) if request.is_unmark else None
        return super().ongoing(request) or ([last] if last else [])


@fault("KC-STA-02", "KC-ANY-04")
class finds_a_call_for_ongoing_that_was_ongoing_before(Rules):
    """The result of the look-up is cached by number, and the end of a call does not clear the cache."""

    cache: Mapping[str, str] = MappingProxyType({})

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        if len(calls) == 1:
            self.cache = {**self.cache, request.extension: calls[0].call_id}
        cached = self.store.get(self.cache.get(request.extension, ""))
        return calls or ([cached] if cached and self.is_eligible(request, cached) else [])


# The list


@fault("KC-STA-10")
class looks_only_at_the_first_status(Rules):
    """The parameter was one value once, and the code still takes the first."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return super().statuses(request)[:1]


@fault("KC-STA-06")
class looks_only_at_the_last_status(Rules):
    """Each value of the list overwrites the one before it."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return super().statuses(request)[-1:]


@fault("KC-STA-09")
class refuses_a_space_in_a_list_of_statuses(Rules):
    """The list is split at its commas, and a space belongs to the value behind it."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return [status for status in request.status.split(",") if status]


@fault("KC-STA-09")
class drops_a_status_after_a_space(Rules):
    """The value is read up to its first white space, as scanf does."""

    def statuses(self, request: ApiRequest) -> list[str]:
        return super().statuses(replace(request, status=request.status.partition(" ")[0]))
