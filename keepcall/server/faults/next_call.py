"""Faults of `status=next`: the first call that starts within a minute, and of its combination with `ongoing`."""

# ruff: noqa: ARG002, D102, N801 - see the package

from dataclasses import replace

from starlette.responses import Response

from keepcall.server.app import KeepCallServer
from keepcall.server.arrivals import SECOND
from keepcall.server.call import Call, Recording, State
from keepcall.server.faults.bases import Ordering
from keepcall.server.faults.table import fault
from keepcall.server.outcome import NOT_FOUND, Granted, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import NEXT, ONGOING, Rules
from keepcall.server.store import Store

# Which call is the next one


@fault("KC-STA-05")
class takes_an_ongoing_call_for_the_next(Rules):
    """The look-up is a poll of ongoing calls, and the first poll finds those that are there."""

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        return next(iter(self.ongoing(request)), None) or await super().next(request, since)


@fault("KC-STA-05")
class takes_a_call_that_began_just_before_for_the_next(Rules):
    """Clocks differ, so that a call may have begun three seconds before the request."""

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        return await super().next(request, since - 3 * SECOND)


@fault("KC-STA-05")
class takes_the_next_call_of_anybody(Store):
    """The event of a new call is waited for, and the number in it is not compared."""

    def first_begun(self, number: str, recording: Recording, since: int, until: int) -> Call | None:
        calls = self._select("began > :since AND began <= :now ORDER BY began LIMIT 1", since=since)
        return calls[0] if calls else None


@fault("KC-STA-05", "KC-SEL-05")
class takes_only_a_next_call_that_goes_out(Store):
    """The event of a new call is sent when it is dialled, and names the calling party."""

    def first_begun(self, number: str, recording: Recording, since: int, until: int) -> Call | None:
        call = super().first_begun(number, recording, since, until)
        return call if call and call.calling_party == number else None


@fault("KC-STA-05", "KC-SEL-06")
class takes_a_next_call_of_a_longer_number(Store):
    """The subscription to events of a number matches by its beginning."""

    def first_begun(self, number: str, recording: Recording, since: int, until: int) -> Call | None:
        condition = "calling_party LIKE :number || '%' AND began > :since AND began <= :now ORDER BY began LIMIT 1"
        longer = self._select(condition, number=number, since=since)
        return super().first_begun(number, recording, since, until) or next(iter(longer), None)


@fault("KC-STA-05")
class does_not_wait_for_the_next_call(Rules):
    """Next is looked up at once, like the other two."""

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        return None


# What is done with it


@fault("KC-STA-05")
class promises_the_next_call_and_forgets_it(Rules):
    """The answer is given at once, and the order for the call is freed with the request."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        waits = self.may_wait(request) and self.statuses(request) == [NEXT]
        refused = self.check(request)
        return Granted("") if waits and not refused else await super().decide(request)


@fault("KC-STA-05")
class keeps_every_call_of_the_window(Ordering):
    """The order for the next call is removed when its minute is over, and not when the call has come."""

    def act(self, request: ApiRequest, call: Call) -> Granted:
        if self.statuses(request) == [NEXT] and not request.call_id:
            self.order_next(request)
        return super().act(request, call)


@fault("KC-STA-05")
class keeps_the_ongoing_call_beside_the_next(Rules):
    """All calls of the number are marked when the next one has come."""

    def act(self, request: ApiRequest, call: Call) -> Granted:
        for other in self.ongoing(request) if self.statuses(request) == [NEXT] and not request.call_id else ():
            super().act(request, other)
        return super().act(request, call)


@fault("KC-STA-05", "KC-RSP-02")
class answers_in_xml_when_it_has_waited(KeepCallServer):
    """The answer is written by the thread that saw the call, and it knows nothing of the request's format."""

    async def answer(self, request: ApiRequest) -> Response:
        outcome = await self.decide(request)
        waited = not request.call_id and self.rules.statuses(request) == [NEXT]
        return self.answers.response(replace(request, response_type="XML") if waited else request, outcome)


@fault("KC-TYPE-01")
class forgets_the_type_while_it_waits(Rules):
    """The order for the next call is for the on-demand mark, whatever type was asked for."""

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        return await super().next(replace(request, type=""), since)


# Together with ongoing


@fault("KC-EFF-02", "KC-STA-06")
class keeps_the_ongoing_and_the_next_call(Ordering):
    """A list of statuses was read as an and: this call, and the next one too."""

    def act(self, request: ApiRequest, call: Call) -> Granted:
        if self.statuses(request) == [ONGOING, NEXT] and not request.call_id and call.state is State.ONGOING:
            self.order_next(request)
        return super().act(request, call)


@fault("KC-STA-10")
class does_not_wait_where_nothing_is_ongoing(Rules):
    """What next adds to ongoing was forgotten when the two were combined."""

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        return None if ONGOING in self.statuses(request) else await super().next(request, since)


@fault("KC-STA-10")
class takes_a_finished_call_where_nothing_is_ongoing(Rules):
    """Ongoing or next became any status in the condition of the query."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        last = self.last(request) if NEXT in self.statuses(request) else None
        return super().ongoing(request) or ([last] if last else [])


@fault("KC-EFF-03", "KC-ANY-04")
class keeps_the_next_call_of_a_number_that_it_refused(Ordering):
    """What is not found is put on a list of orders, so that the user need not ask again."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        outcome = await super().decide(request)
        if outcome == NOT_FOUND and request.extension and not request.call_id:
            self.order_next(request)
        return outcome


@fault("KC-EFF-03")
class has_the_next_call_kept_before_it_checks_the_token(Ordering):
    """The order for the next call is given when the request is read, and a refusal does not take it back."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        if self.statuses(request) == [NEXT] and not self.check_api_key(request) and self.check_token(request):
            self.order_next(request)
        return await super().decide(request)
