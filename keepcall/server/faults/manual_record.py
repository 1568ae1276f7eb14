"""Faults of `type`: the recording of controlled calls."""

# ruff: noqa: ARG002, D102, N801 - see the package

from dataclasses import replace

from keepcall.server.call import Call, Recording, State
from keepcall.server.faults.table import fault
from keepcall.server.outcome import NOT_FOUND, Granted, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules

# The recording


@fault("KC-TYPE-01")
class starts_no_recording(Rules):
    """The command goes to the recorder's director over a socket that nobody reads."""

    def record(self, request: ApiRequest, call: Call) -> None:
        if request.is_unmark:
            super().record(request, call)


@fault("KC-TYPE-01")
class starts_no_recording_of_a_call_that_came_in(Rules):
    """The recorder is told the calling party, and finds nothing to start where that is not its own."""

    def record(self, request: ApiRequest, call: Call) -> None:
        if request.is_unmark or call.called_party != request.extension:
            super().record(request, call)


@fault("KC-TYPE-01")
class looks_for_on_demand_calls_to_record_by_extension(Rules):
    """The query by number was copied with its condition on on-demand calls."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        return super().ongoing(replace(request, type=""))


@fault("KC-UNM-06")
class stops_no_recording(Rules):
    """What unmark means for a recording was never decided, and so it does nothing."""

    def record(self, request: ApiRequest, call: Call) -> None:
        if not request.is_unmark:
            super().record(request, call)


@fault("KC-UNM-06")
class stops_a_recording_only_by_call_id(Rules):
    """A recording is looked up by its call, and the number is not in that table."""

    async def select_by_extension(self, request: ApiRequest) -> Call | Refused:
        stop = request.is_manual_record and request.is_unmark
        return NOT_FOUND if stop else await super().select_by_extension(request)


# The mark


@fault("KC-TYPE-02")
class marks_the_call_that_it_records(Rules):
    """A recording that was started by hand is meant to be kept, so that both flags are set."""

    def record(self, request: ApiRequest, call: Call) -> None:
        super().record(request, call)
        self.store.set_kept(call.call_id, kept=True)


@fault("KC-TYPE-02")
class marks_the_on_demand_calls_of_the_number_that_it_records(Rules):
    """Whoever records one of his calls was thought to want all of them."""

    def record(self, request: ApiRequest, call: Call) -> None:
        super().record(request, call)
        for other in self.store.find(call.calling_party, State.ONGOING, Recording.ON_DEMAND):
            self.mark(request, other)


@fault("KC-TYPE-02")
class stops_by_clearing_all_marks_of_the_number(Rules):
    """The clean-up after a recording goes over all calls of its number."""

    def record(self, request: ApiRequest, call: Call) -> None:
        super().record(request, call)
        for state in (State.ONGOING, State.FINISHED) if request.is_unmark else ():
            for other in self.store.find(call.calling_party, state, Recording.ON_DEMAND):
                self.mark(request, other)


# Other types


@fault("KC-TYPE-03")
class ignores_an_unknown_type(Rules):
    """What is not manualRecord is a keep."""

    def check_type(self, request: ApiRequest) -> Refused | None:
        return None


@fault("KC-TYPE-03")
class ignores_an_unknown_type_of_an_unmark(Rules):
    """The branch for unmark reads no type."""

    def check_type(self, request: ApiRequest) -> Refused | None:
        return None if request.is_unmark and not request.is_manual_record else super().check_type(request)


@fault("KC-TYPE-03", "KC-RSP-04")
class ignores_an_unknown_type_in_text(Rules):
    """The handler for scripts does without the checks of the user's input."""

    def check_type(self, request: ApiRequest) -> Refused | None:
        return None if request.response_type == "TEXT" else super().check_type(request)


class _AnyTypeRecords(Rules):
    def check(self, request: ApiRequest) -> Refused | None:
        return super().check(self.recording_request(request))

    async def select(self, request: ApiRequest) -> Call | Refused:
        return await super().select(self.recording_request(request))

    def act(self, request: ApiRequest, call: Call) -> Granted:
        return super().act(self.recording_request(request), call)

    def recording_request(self, request: ApiRequest) -> ApiRequest:
        """The request as this server understands it."""
        return replace(request, type=request.type and "manualRecord")


@fault("KC-TYPE-03")
class takes_any_type_for_manual_record(_AnyTypeRecords):
    """That there is a type is all that is asked for, since there is only one."""


@fault("KC-TYPE-03")
class takes_a_longer_type_for_manual_record(_AnyTypeRecords):
    """The type is compared by its beginning."""

    def recording_request(self, request: ApiRequest) -> ApiRequest:
        return super().recording_request(request) if request.type.startswith("manualRecord") else request
