"""Faults of the selection by `callID`, and of requests that name no call at all."""

# ruff: noqa: ARG002, D102, N801 - see the package

from collections.abc import Sequence
from dataclasses import replace

from keepcall.server.app import KeepCallServer
from keepcall.server.call import Call, State
from keepcall.server.faults.bases import AnyNumber, before_zero_byte
from keepcall.server.faults.table import fault
from keepcall.server.outcome import MORE_THAN_ONE, NOT_FOUND, Granted, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import LAST, Rules
from keepcall.server.store import Store

# A call that is there


@fault("KC-SEL-01")
class asks_for_a_status_with_a_call_id(Rules):
    """The check of the status was written for extensions, and is made for every request."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        return super().check_status(replace(request, call_id=""))


@fault("KC-SEL-01")
class finds_only_ongoing_calls_by_call_id(Rules):
    """The callID is looked up in the list of active calls, and not in the database."""

    def by_call_id(self, request: ApiRequest) -> Call | None:
        call = super().by_call_id(request)
        return call if call and call.state is State.ONGOING else None


@fault("KC-SEL-01")
class finds_a_call_id_ambiguous(Rules):
    """The check for more than one call looks at the call's number, whichever way the call was found."""

    def select_by_call_id(self, request: ApiRequest) -> Call | Refused:
        selected = super().select_by_call_id(request)
        if isinstance(selected, Refused):
            return selected
        calls = self.store.find(selected.calling_party, selected.state, selected.recording)
        calls += self.store.find(selected.called_party, selected.state, selected.recording)
        return MORE_THAN_ONE if any(call.call_id != selected.call_id for call in calls) else selected


@fault("KC-SEL-01")
class acts_on_the_youngest_call_of_the_caller(Rules):
    """The callID only leads to the calling party, whose latest call is then taken."""

    def select_by_call_id(self, request: ApiRequest) -> Call | Refused:
        selected = super().select_by_call_id(request)
        if isinstance(selected, Refused):
            return selected
        calls = self.store.find(selected.calling_party, selected.state, selected.recording)
        return max(calls, key=lambda call: call.start_time)


@fault("KC-SEL-01")
class acts_on_the_first_call_of_the_number(Rules):
    """The callID only leads to its parties, and the first row that is joined to them is taken."""

    def select_by_call_id(self, request: ApiRequest) -> Call | Refused:
        selected = super().select_by_call_id(request)
        if isinstance(selected, Refused):
            return selected
        calls = self.store.find(selected.called_party, selected.state, selected.recording)
        return min(calls, key=lambda call: call.start_time)


@fault("KC-SEL-10")
class takes_an_empty_call_id_for_an_unknown_one(Rules):
    """That a callID was sent decides about the way, and not whether there is anything in it."""

    async def select(self, request: ApiRequest) -> Call | Refused:
        return NOT_FOUND if request.parameters.get("callID") == "" else await super().select(request)


@fault("KC-SEL-10")
class compares_an_empty_extension_with_the_parties(Rules):
    """An extension beside a callID has to be one of the parties, and the empty one never is."""

    def agrees(self, request: ApiRequest, call: Call) -> bool:
        return "extension" not in request.parameters or (bool(request.extension) and super().agrees(request, call))


# A call that is not there


@fault("KC-SEL-02")
class matches_a_call_id_by_its_beginning(Store):
    """The query was made for the short IDs that the user interface shows."""

    def get(self, call_id: str) -> Call | None:
        calls = self._select("call_id LIKE :call_id || '%'", call_id=call_id)
        return calls[0] if calls else None


@fault("KC-SEL-02")
class takes_a_call_id_for_a_pattern(Store):
    """The query is the one for numbers, and ends in LIKE."""

    def get(self, call_id: str) -> Call | None:
        calls = self._select("call_id LIKE :call_id", call_id=call_id)
        return calls[0] if calls else None


@fault("KC-SEL-02")
class finds_a_call_id_by_its_end(Store):
    """Only the last block of an ID is stored, as the node of the recorder counts its calls there."""

    def get(self, call_id: str) -> Call | None:
        calls = self._select("substr(call_id, -12) = substr(:call_id, -12)", call_id=call_id)
        return calls[0] if calls and len(call_id) == len(calls[0].call_id) else None


@fault("KC-SEL-02")
class pastes_the_call_id_into_its_sql(Store):
    """The query is put together from strings."""

    def get(self, call_id: str) -> Call | None:
        calls = self._select(f"call_id = '{call_id}'")
        return calls[0] if calls else None


@fault("KC-SEL-02")
class ignores_the_last_digit_of_a_call_id(Store):
    """The column is one character too narrow, and both sides are cut to it."""

    def get(self, call_id: str) -> Call | None:
        calls = self._select("substr(call_id, 1, 35) = substr(:call_id, 1, 35)", call_id=call_id)
        return calls[0] if calls else None


@fault("KC-SEL-02")
class ignores_what_follows_a_call_id(Rules):
    """The value is cut to the 36 characters of a GUID before it is looked up."""

    def by_call_id(self, request: ApiRequest) -> Call | None:
        return self.store.get(request.call_id[:36])


@fault("KC-SEL-02")
class cuts_a_call_id_at_a_zero_byte(Rules):
    """The look-up is made by a C library, for which the text ends there."""

    def by_call_id(self, request: ApiRequest) -> Call | None:
        return self.store.get(before_zero_byte(request.call_id))


@fault("KC-SEL-02")
class takes_a_number_for_a_call_id(Rules):
    """What is no GUID is looked up as a number, since users mixed the two fields up."""

    def by_call_id(self, request: ApiRequest) -> Call | None:
        calls = self.store.find(request.call_id, State.ONGOING, self.recording(request))
        return super().by_call_id(request) or (calls[0] if len(calls) == 1 else None)


@fault("KC-SEL-02", "KC-XML-06")
class grants_an_unknown_call_id(Rules):
    """The UPDATE is run, and nobody looks at the number of rows that it changed."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        outcome = await super().decide(request)
        return Granted(request.call_id) if request.call_id and outcome == NOT_FOUND else outcome


@fault("KC-SEL-02", "KC-ANY-04")
class takes_the_call_before_for_an_unknown_call_id(Rules):
    """The call is a field of the servlet, and is only set where one is found."""

    call: Call | None = None

    def by_call_id(self, request: ApiRequest) -> Call | None:
        self.call = super().by_call_id(request) or self.call
        return self.call


# No call at all


@fault("KC-SEL-03", "KC-ANY-04")
class takes_the_call_before_where_none_is_named(Rules):
    """The session remembers the call of the request before, for the buttons of the user interface."""

    call: Call | None = None

    def check_selector(self, request: ApiRequest) -> Refused | None:
        return None if self.call else super().check_selector(request)

    def check_status(self, request: ApiRequest) -> Refused | None:
        return super().check_status(request) if request.extension else None

    async def select(self, request: ApiRequest) -> Call | Refused:
        if self.call and not request.call_id and not request.extension:
            return self.call
        selected = await super().select(request)
        self.call = selected if isinstance(selected, Call) else self.call
        return selected


@fault("KC-SEL-03")
class grants_a_request_without_a_selector(Rules):
    """With no condition there is nothing to do, and that nothing succeeds."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        nothing = not request.call_id and not request.extension
        refused = self.check_action(request) or self.check_api_key(request) or self.check_token(request)
        return Granted("") if nothing and not refused else await super().decide(request)


class _LastWithoutExtension(Rules):
    def check_selector(self, request: ApiRequest) -> Refused | None:
        return None if self.statuses(request) == [LAST] else super().check_selector(request)


@fault("KC-SEL-03")
class takes_the_last_call_of_anybody(KeepCallServer):
    """The condition on the number is only added to the query where there is a number."""

    rules_class = _LastWithoutExtension
    store_class = AnyNumber


class _OngoingWithoutSelector(Rules):
    def check_selector(self, request: ApiRequest) -> Refused | None:
        return None

    def check_status(self, request: ApiRequest) -> Refused | None:
        return super().check_status(request) if request.extension else None

    async def select(self, request: ApiRequest) -> Call | Refused:
        if request.call_id or request.extension:
            return await super().select(request)
        return max(self.ongoing(request), key=lambda call: call.start_time, default=NOT_FOUND)


class _WithOperators(Rules):
    def check_selector(self, request: ApiRequest) -> Refused | None:
        return None if "extension[$ne]" in request.parameters else super().check_selector(request)

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:
        return bool(request.extension) and super().is_ambiguous(request, calls)


@fault("KC-SEL-03")
class takes_an_operator_for_a_number(KeepCallServer):
    """Names with brackets become objects, and an object in the query is one of the database's own operators."""

    rules_class = _WithOperators
    store_class = AnyNumber


@fault("KC-SEL-03")
class acts_on_the_youngest_call_where_none_is_named(KeepCallServer):
    """A query of ORDER BY start DESC LIMIT 1, to which a condition is added for each parameter that is there."""

    rules_class = _OngoingWithoutSelector
    store_class = AnyNumber
