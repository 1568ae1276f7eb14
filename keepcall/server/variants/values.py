"""What values mean, where the documentation leaves it open, or where a SHOULD is taken otherwise."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from keepcall.server.app import KeepCallServer
from keepcall.server.outcome import Refused, missing, unknown
from keepcall.server.request import NO_HEADERS, ApiRequest, RequestReader
from keepcall.server.rules import NEXT, ONGOING, Rules
from keepcall.server.variants.table import variant

STATUSES = ("ongoing", "next", "last", "ongoing,next")

WORDS = {word.lower(): word for word in ("KeepCall", "RequestToken", "manualRecord")}

LONGEST = 3_000
"""Characters of a value that every server must take are 2,000 (KC-ANY-01)."""


class Reinterpreting(RequestReader):
    """Reads a request, and takes some of its values for others."""

    def request(
        self, parameters: Mapping[str, str], method: str = "GET", headers: Headers = NO_HEADERS, client: str = ""
    ) -> ApiRequest:
        """As it is meant."""
        return self.meant(super().request(parameters, method, headers, client))

    def meant(self, request: ApiRequest) -> ApiRequest:
        """The request as the documentation would spell it."""
        raise NotImplementedError


@variant()
class IgnoresTheCaseOfValues(Reinterpreting):
    """A Windows server compares all words without regard to case, and an API key by its value."""

    def meant(self, request: ApiRequest) -> ApiRequest:
        """In the documented case."""
        return replace(
            request,
            action=WORDS.get(request.action.lower(), request.action),
            response_type=request.response_type.upper(),
            status=request.status.lower(),
            type=WORDS.get(request.type.lower(), request.type),
            api_key=request.api_key.lower(),
        )


@variant()
class TakesAnyUnmarkForAnUnmark(Reinterpreting):
    """A server looks whether the parameter is there, whatever its value."""

    def meant(self, request: ApiRequest) -> ApiRequest:
        """Even `0` or nothing."""
        return replace(request, unmark="1" if "unmark" in request.parameters else "")


@variant()
class TakesTrueForAnUnmark(Reinterpreting):
    """Spring converts `1`, `true`, `yes` and `on` to true, and takes everything else for a keep."""

    def meant(self, request: ApiRequest) -> ApiRequest:
        """In any case."""
        return replace(request, unmark="1" if request.unmark.lower() in {"1", "true", "yes", "on"} else "")


@variant()
class AnswersUnknownFormatsInXml(Rules):
    """A server has a switch on the format, with XML as its default, and grants what was asked for."""

    def check_response_type(self, request: ApiRequest) -> None:
        """Any will do."""


@variant()
class RefusesAnEmptyFormat(Rules):
    """A server finds an empty format in no list of formats."""

    def check_response_type(self, request: ApiRequest) -> Refused | None:
        """Empty is not missing."""
        empty = not request.response_type and "responseType" in request.parameters
        return unknown("responseType", "") if empty else super().check_response_type(request)


@variant("KC-STA-09")
class KnowsFourStatuses(Rules):
    """A server compares the status with the four texts that the documentation prints."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        """No spaces, no other order, no comma at the end."""
        wrong = request.status and not request.call_id and request.status not in STATUSES
        return unknown("status", request.status) if wrong else super().check_status(request)


@variant()
class IgnoresUnknownStatusesInAList(Rules):
    """A server picks what it knows from the list, and refuses when nothing is left."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        """One is enough."""
        known = [status for status in self.statuses(request) if status in STATUSES]
        return None if known and not request.call_id else super().check_status(request)


@variant()
class RefusesAStatusBesideACallId(Rules):
    """A server finds that a status makes no sense where a callID names the call."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        """An empty one counts as missing."""
        both = request.call_id and request.status
        return Refused(1, "A status does not go with a callID.") if both else super().check_status(request)


@variant("KC-STA-08")
class RefusesAnEmptyStatus(Rules):
    """A server checks each parameter that is there, and an empty status is none of the valid ones."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        """Beside a callID, too."""
        empty = not request.status and "status" in request.parameters
        return unknown("status", "") if empty else super().check_status(request)


@variant("KC-STA-08")
class TakesAnEmptyStatusForOngoing(Rules):
    """A server has `ongoing` as the default of a status that was sent without a value, as forms do."""

    def statuses(self, request: ApiRequest) -> list[str]:
        """A missing status stays missing."""
        empty = not request.status and "status" in request.parameters
        return [ONGOING] if empty else super().statuses(request)


@variant("KC-STA-10")
class WaitsForNoCallBesideOngoing(Rules):
    """A server takes `ongoing,next` for a way to say that any call will do, and refuses where there is none."""

    def may_wait(self, request: ApiRequest) -> bool:
        """Only for `next` alone."""
        return super().may_wait(request) and ONGOING not in self.statuses(request)

    def statuses(self, request: ApiRequest) -> list[str]:
        """Without `next`, if there is another."""
        statuses = super().statuses(request)
        return [status for status in statuses if status != NEXT] or statuses


@variant("KC-TYPE-03")
class TakesAnUnknownTypeForAKeep(Rules):
    """A server looks for `manualRecord`, and takes whatever else it finds for a keep."""

    def check_type(self, request: ApiRequest) -> None:
        """Any will do."""


@variant()
class RefusesAnEmptyType(Rules):
    """A server finds an empty type in no list of types."""

    def check_type(self, request: ApiRequest) -> Refused | None:
        """Empty is not missing."""
        empty = not request.type and "type" in request.parameters
        return unknown("type", "") if empty else super().check_type(request)


@variant("KC-SEL-10")
class TakesAnEmptyCallIdForACallId(Rules):
    """A server looks whether the callID is there, and finds no call with an empty one."""

    def check_selector(self, request: ApiRequest) -> Refused | None:
        """Whatever else is there."""
        empty = not request.call_id and "callID" in request.parameters
        return missing("callID") if empty else super().check_selector(request)


@variant("KC-SEL-10")
class TakesAnEmptyExtensionForAnExtension(Rules):
    """A server checks each parameter that is there, and an empty extension is no number."""

    def check_selector(self, request: ApiRequest) -> Refused | None:
        """Whatever else is there."""
        empty = not request.extension and "extension" in request.parameters
        return missing("extension") if empty else super().check_selector(request)


@variant("KC-HTTP-10")
class RefusesLongValuesOnAPageOfItsOwn(KeepCallServer):
    """A filter before the API refuses values that no phone number and no ID can have."""

    async def answer(self, request: ApiRequest) -> Response:
        """414, as nginx has it."""
        if max(map(len, request.parameters.values()), default=0) <= LONGEST:
            return await super().answer(request)
        return HTMLResponse("<html><body><center><h1>414 Request-URI Too Large</h1></center></body></html>", 414)
