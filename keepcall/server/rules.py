"""The decision on a KeepCall request. Each rule is one method, and names the requirements that it serves."""

from collections.abc import Callable, Sequence

from keepcall.server.arrivals import Arrivals
from keepcall.server.call import Call, Recording, State
from keepcall.server.keys import Keys, Token
from keepcall.server.outcome import (
    MORE_THAN_ONE,
    NOT_FOUND,
    Code,
    Granted,
    Refused,
    missing,
    unknown,
)
from keepcall.server.request import ApiRequest
from keepcall.server.store import Store

ACTION = "KeepCall"
ONGOING, LAST, NEXT = "ongoing", "last", "next"

Check = Callable[[ApiRequest], Refused | None]


class Rules:
    """Decides on requests: first the checks of the request alone, then the call it means, then the act."""

    def __init__(self, store: Store, keys: Keys, arrivals: Arrivals) -> None:
        self.store = store
        self.keys = keys
        self.arrivals = arrivals

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        """What the request comes to."""
        if refused := self.check(request):
            return refused
        selected = await self.select(request)
        if isinstance(selected, Refused):
            return selected
        return self.act(request, selected)

    # The checks

    def check(self, request: ApiRequest) -> Refused | None:
        """The first rule that the request breaks by itself; it changes nothing then (KC-EFF-03)."""
        for check in self.checks():
            if refused := check(request):
                return refused
        return None

    def checks(self) -> Sequence[Check]:
        """All checks, in the order in which they are made."""
        return (
            self.check_action,
            self.check_api_key,
            self.check_token,
            self.check_response_type,
            self.check_selector,
            self.check_status,
            self.check_type,
            self.check_unmark,
        )

    def check_action(self, request: ApiRequest) -> Refused | None:
        """The action is there and known (KC-ACT-01, KC-ACT-02)."""
        if not request.action:
            return missing("action", Code.INVALID_ACTION)
        if request.action != ACTION:
            return unknown("action", request.action, Code.INVALID_ACTION)
        return None

    def check_api_key(self, request: ApiRequest) -> Refused | None:
        """The API key is there and known (KC-AUTH-01, KC-AUTH-02)."""
        if not request.api_key:
            return missing("apiKey", Code.INVALID_API_KEY)
        if not self.keys.is_key(request.api_key):
            return Refused(Code.INVALID_API_KEY, "The API key is unknown.")
        return None

    def check_token(self, request: ApiRequest) -> Refused | None:
        """The token is there and valid, where the key needs one (KC-AUTH-03, KC-AUTH-04, KC-AUTH-06)."""
        if not self.needs_token(request):
            return None
        if not request.token:
            return missing("token", Code.INVALID_TOKEN)
        if not any(self.is_valid(request, token) for token in self.keys.tokens(request.token)):
            return Refused(Code.INVALID_TOKEN, "The token is invalid or has expired.")
        return None

    def needs_token(self, request: ApiRequest) -> bool:
        """Whether authentication is configured for the key (KC-AUTH-03, KC-AUTH-06)."""
        return self.keys.needs_token(request.api_key)

    def is_valid(self, request: ApiRequest, token: Token) -> bool:
        """Whether a token that exists is good for this request."""
        return self.belongs(request, token) and self.keys.is_alive(token)

    def belongs(self, request: ApiRequest, token: Token) -> bool:
        """Whether the token was issued for this API key (KC-AUTH-07)."""
        return token.api_key == request.api_key

    def check_response_type(self, request: ApiRequest) -> Refused | None:
        """The response type, where there is one, is known (KC-RSP-01, KC-RSP-02)."""
        if request.response_type in ("", "XML", "HTML", "TEXT"):
            return None
        return unknown("responseType", request.response_type)

    def check_selector(self, request: ApiRequest) -> Refused | None:
        """There is a callID or an extension (KC-SEL-03, KC-SEL-10)."""
        return None if request.call_id or request.extension else missing("callID or extension")

    def check_status(self, request: ApiRequest) -> Refused | None:
        """An extension has a status, of valid values; a callID needs none (KC-SEL-01, KC-STA-01, -07, -08)."""
        if request.call_id:
            return None
        statuses = self.statuses(request)
        if not statuses:
            return missing("status")
        for status in statuses:
            if status not in (ONGOING, LAST, NEXT):
                return unknown("status", status)
        return None

    def statuses(self, request: ApiRequest) -> list[str]:
        """The values of the status list, without the spaces around them (KC-STA-09)."""
        values = (value.strip(" ") for value in request.status.split(","))
        return [value for value in values if value]

    def check_type(self, request: ApiRequest) -> Refused | None:
        """The type, where there is one, is known (KC-TYPE-03)."""
        return unknown("type", request.type) if request.type and not request.is_manual_record else None

    def check_unmark(self, request: ApiRequest) -> Refused | None:
        """Unmark is 1, or it is 0 or empty and asks for a keep."""
        return None if request.unmark in ("", "0", "1") else unknown("unmark", request.unmark)

    # The call that is meant

    async def select(self, request: ApiRequest) -> Call | Refused:
        """The one call that the request means, for a keep and for an unmark alike (KC-UNM-03, KC-UNM-04)."""
        if request.call_id:
            return self.select_by_call_id(request)
        return await self.select_by_extension(request)

    def select_by_call_id(self, request: ApiRequest) -> Call | Refused:
        """The call of this ID, whatever its status (KC-SEL-01, KC-SEL-02)."""
        call = self.by_call_id(request)
        if call is None or not self.is_eligible(request, call):
            return NOT_FOUND
        if not self.agrees(request, call):
            return Refused(Code.INVALID_PARAMETER, "The callID and the extension are not of the same call.")
        return call

    def by_call_id(self, request: ApiRequest) -> Call | None:
        """The call whose ID is the whole callID (KC-SEL-02)."""
        return self.store.get(request.call_id)

    def is_eligible(self, request: ApiRequest, call: Call) -> bool:
        """Whether the call is of the requested recording and has started: the recorder knows no other."""
        return call.recording is self.recording(request) and call.state is not State.UPCOMING

    def agrees(self, request: ApiRequest, call: Call) -> bool:
        """Whether an extension that is given beside the callID is a party of the call."""
        return not request.extension or request.extension in (call.calling_party, call.called_party)

    def recording(self, request: ApiRequest) -> Recording:
        """Which calls are looked at: on-demand ones for the mark, controlled ones for manualRecord (KC-TYPE-02)."""
        return Recording.CONTROLLED if request.is_manual_record else Recording.ON_DEMAND

    async def select_by_extension(self, request: ApiRequest) -> Call | Refused:
        """What the requested statuses find, in the order ongoing, last, next (KC-STA-06, KC-STA-10)."""
        since = self.store.moment()  # before anything is looked at: a call that starts meanwhile is a next one
        statuses = self.statuses(request)
        if ONGOING in statuses and (calls := self.ongoing(request)):
            return MORE_THAN_ONE if self.is_ambiguous(request, calls) else calls[0]
        if LAST in statuses and (last := self.last(request)):
            return last
        if NEXT in statuses and (arrived := await self.next(request, since)):
            return arrived
        return NOT_FOUND

    def ongoing(self, request: ApiRequest) -> list[Call]:
        """The ongoing calls of the number, and no others (KC-SEL-04, -05, -06, -08, -11, KC-STA-02)."""
        return self.store.find(request.extension, State.ONGOING, self.recording(request))

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:  # noqa: ARG002 (for overrides)
        """More than one call is an error (KC-SEL-07)."""
        return len(calls) > 1

    def last(self, request: ApiRequest) -> Call | None:
        """The finished call that ended last; of several, the one that started last (KC-STA-03, KC-STA-04)."""
        calls = self.store.find(request.extension, State.FINISHED, self.recording(request))
        return max(calls, key=lambda call: (call.end_time or call.start_time, call.start_time), default=None)

    async def next(self, request: ApiRequest, since: int) -> Call | None:
        """The first call of the number that starts after `since`, within the window (KC-STA-05)."""
        return await self.arrivals.first(request.extension, self.recording(request), since)

    def may_wait(self, request: ApiRequest) -> bool:
        """Whether the answer may have to wait for a call."""
        return not request.call_id and NEXT in self.statuses(request)

    # The act

    def act(self, request: ApiRequest, call: Call) -> Granted:
        """Do what is asked for, to this call and to no other (KC-EFF-01, KC-EFF-02)."""
        if request.is_manual_record:
            self.record(request, call)
        else:
            self.mark(request, call)
        return Granted(call.call_id)

    def mark(self, request: ApiRequest, call: Call) -> None:
        """Set the on-demand mark, or clear it (KC-EFF-01, -04, -05, KC-UNM-01, KC-UNM-02)."""
        self.store.set_kept(call.call_id, not request.is_unmark)

    def record(self, request: ApiRequest, call: Call) -> None:
        """Start the recording of a controlled call, or stop it (KC-TYPE-01, KC-UNM-06)."""
        self.store.set_recording_active(call.call_id, not request.is_unmark)
