"""Faults of requests that are refused and have an effect all the same."""

# ruff: noqa: D102, N801 - see the package

from dataclasses import replace

from keepcall.server.call import Call
from keepcall.server.faults.bases import Hasty
from keepcall.server.faults.table import fault
from keepcall.server.outcome import NOT_FOUND, Granted, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import ONGOING, Rules


@fault("KC-EFF-03", "KC-ACT-02")
class acts_before_it_reads_the_action(Hasty):
    """A filter marks the call for all functions, and the function only writes the answer."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        await self.act_in_spite(request, replace(request, action="KeepCall"))
        return await super().decide(request)


@fault("KC-EFF-03")
class acts_before_it_checks_the_token(Hasty):
    """The token is validated by another server, and its answer is only looked at when the act is done."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        if not self.check_action(request) and not self.check_api_key(request) and self.check_token(request):
            await self.act_unchecked(request)
        return await super().decide(request)


@fault("KC-EFF-03")
class acts_before_it_checks_the_status(Hasty):
    """The parameters are checked one by one, each when it is needed, and the status is needed for the log."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        await self.act_in_spite(request, replace(request, status=ONGOING))
        return await super().decide(request)


@fault("KC-EFF-03")
class acts_before_it_checks_the_type(Hasty):
    """The type only decides about the answer, and is looked at when the answer is written."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        await self.act_in_spite(request, replace(request, type=""))
        return await super().decide(request)


@fault("KC-EFF-03")
class acts_before_it_checks_the_format(Hasty):
    """The renderer is chosen at the end, and fails where there is none of that name."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        await self.act_in_spite(request, replace(request, response_type=""))
        return await super().decide(request)


@fault("KC-EFF-03")
class refuses_a_finished_call_but_acts_on_it(Rules):
    """The call is changed by its number, and its status is only looked at for the answer."""

    async def select_by_extension(self, request: ApiRequest) -> Call | Refused:
        selected = await super().select_by_extension(request)
        last = self.last(request) if selected == NOT_FOUND and request.status == ONGOING else None
        if last:
            self.act(request, last)
        return selected


@fault("KC-EFF-03", "KC-TYPE-02")
class marks_an_on_demand_call_that_it_refuses_to_record(Rules):
    """The mark is set first, as for every request, and then there is no recording to be started."""

    def is_eligible(self, request: ApiRequest, call: Call) -> bool:
        eligible = super().is_eligible(request, call)
        if not eligible and request.is_manual_record:
            self.mark(request, call)
        return eligible


@fault("KC-EFF-03")
class records_a_controlled_call_that_it_refuses_to_keep(Rules):
    """The command to the recorder is sent first, and what comes back is no on-demand call."""

    def is_eligible(self, request: ApiRequest, call: Call) -> bool:
        eligible = super().is_eligible(request, call)
        if not eligible and not request.is_manual_record:
            self.record(request, call)
        return eligible
