"""Faults that were written when the tests were finished, to see how many are caught at once (docs/proof.md)."""

# ruff: noqa: D102, N801 - see the package

import asyncio
import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from starlette.responses import Response

from keepcall.server.answers import NOT_XML, Answers, Format
from keepcall.server.arrivals import Arrivals
from keepcall.server.call import Call, State
from keepcall.server.faults.table import fault
from keepcall.server.keys import Keys, Token
from keepcall.server.outcome import NOT_FOUND, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest, Pair, RequestReader
from keepcall.server.rules import LAST, Rules
from keepcall.server.store import Store


@fault("KC-UNM-04", "KC-STA-02", "KC-HTTP-03")
class unmarks_a_finished_call_for_ongoing_in_a_post(Rules):
    """The condition on the status was added to the query of keep, and in the handler of GET to that of unmark."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        if request.method == "POST" and request.is_unmark:
            calls += self.store.find(request.extension, State.FINISHED, self.recording(request))
        return calls


@fault("KC-XML-01", "KC-ANY-01")
class escapes_only_the_first_ampersand(Answers):
    """A function that replaces a text replaces it once, unless it is given a regular expression."""

    def escape(self, text: str) -> str:
        text = NOT_XML.sub("\ufffd", text).replace("&", "&amp;", 1)
        return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@fault("KC-UNM-03")
class finds_no_kept_call_that_came_in(Rules):
    """The index on the called party holds only calls that are still to be deleted, to be small."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        return [call for call in calls if call.calling_party == request.extension or not call.kept]


@fault("KC-RSP-02")
class tells_in_text_that_there_is_no_last_call(Answers):
    """The search for finished calls has an error path of its own, which knows pages and texts of one kind only."""

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        if outcome == NOT_FOUND and request.status == LAST and request.response_type == "HTML":
            return Response(self.text(request, outcome), media_type="text/plain")
        return super().response(request, outcome)


@fault("KC-SEL-04", "KC-SEL-05")
class finds_no_call_that_has_gone_on_for_two_hours(Rules):
    """The list of active calls drops whatever has not changed for two hours, since hang-ups get lost."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        since = self.store.clock() - timedelta(hours=2)
        return [call for call in super().ongoing(request) if call.start_time > since]


@fault("KC-AUTH-05")
class takes_an_expired_token_for_an_unmark(Rules):
    """Unmark came with a check of its own, made from the one of a version without expiry."""

    def is_valid(self, request: ApiRequest, token: Token) -> bool:
        return self.belongs(request, token) if request.is_unmark else super().is_valid(request, token)


@fault("KC-UNM-01")
class unmarks_no_finished_call(Rules):
    """The mark of a finished call is in the archive, and unmark writes to the table of current ones."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        if not request.is_unmark or call.state is State.ONGOING:
            super().mark(request, call)


@fault("KC-SEL-07")
class does_not_count_a_call_to_itself(Rules):
    """Calls are counted by their other parties, of which a call to itself has none."""

    def is_ambiguous(self, request: ApiRequest, calls: Sequence[Call]) -> bool:  # noqa: ARG002
        return len([call for call in calls if call.calling_party != call.called_party]) > 1


@fault("KC-AUTH-08")
class puts_the_token_into_a_cookie(Answers):
    """The session's cookie is made of what identifies the session, in Base64."""

    def headers(self, form: Format, request: ApiRequest, outcome: Outcome) -> dict[str, str]:
        session = base64.b64encode(f"session:{request.token}".encode(errors="replace")).decode()
        return {**super().headers(form, request, outcome), "set-cookie": f"SID={session}; Path=/; HttpOnly"}


@fault("KC-CONC-01")
class refuses_a_number_for_which_another_request_waits(Rules):
    """A request that waits holds the lock of its number, and others are told that there is no call."""

    def __init__(self, store: Store, keys: Keys, arrivals: Arrivals) -> None:
        super().__init__(store, keys, arrivals)
        self.waiting = Counter[str]()

    async def select(self, request: ApiRequest) -> Call | Refused:
        if self.waiting[request.extension] and not request.call_id:
            return NOT_FOUND
        if request.call_id or not self.may_wait(request):
            return await super().select(request)
        self.waiting[request.extension] += 1
        try:
            return await super().select(request)
        finally:
            self.waiting[request.extension] -= 1


# The second ten


@fault("KC-STA-06", "KC-SEL-08")
class counts_a_call_that_has_just_ended_with_a_list_of_statuses(Rules):
    """For a list of statuses a view is asked, which is brought up to date once a minute."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        if "," not in request.status or not calls:
            return calls
        since = self.store.clock() - timedelta(minutes=1)
        finished = self.store.find(request.extension, State.FINISHED, self.recording(request))
        return calls + [call for call in finished if call.end_time and call.end_time > since]


@fault("KC-AUTH-05")
class takes_an_expired_token_in_a_post(Rules):
    """The handler of POST was copied before tokens came to expire."""

    def is_valid(self, request: ApiRequest, token: Token) -> bool:
        return self.belongs(request, token) if request.method == "POST" else super().is_valid(request, token)


@fault("KC-EFF-02")
class writes_the_end_of_a_finished_call_over_its_start(Rules):
    """A finished call is written back whole when it is kept, from a form that has one field for its time."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        if call.end_time and not request.is_unmark:
            self.store.put(replace(call, kept=True, start_time=call.end_time))


@fault("KC-HTTP-05")
class expects_the_type_behind_its_call(RequestReader):
    """The parser makes the command when it has read the call, and a type that came before belongs to no command."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        names = [name for name, _ in pairs]
        calls = [names.index(name) for name in ("callID", "extension") if name in names]
        lost = calls and "type" in names[: min(calls)]
        return super().collapse([pair for pair in pairs if pair[0] != "type" or not lost])


@fault("KC-XML-06")
class has_another_code_for_an_unknown_call_id_in_a_post(Answers):
    """The handler of POST checks the callID first, with the code for a wrong parameter."""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        wrong = outcome == NOT_FOUND and request.method == "POST" and request.call_id
        return "1" if wrong else super().code(request, outcome)


@fault("KC-RSP-03")
class denies_an_empty_token_in_xml(Answers):
    """An empty token is found by the validation of the input, whose errors are always XML."""

    def form(self, request: ApiRequest) -> Format:
        empty = "token" in request.parameters and not request.token
        return Format.XML if empty else super().form(request)


@fault("KC-EFF-05")
class clears_the_marks_of_older_calls_of_the_caller(Rules):
    """Unmark means the customer wants to be forgotten, or so it was understood: what he said before goes with it."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        if request.is_unmark and call.state is State.FINISHED:
            for older in self.store.find(call.calling_party, State.FINISHED, call.recording):
                self.store.set_kept(older.call_id, kept=False)


@fault("KC-TEXT-02", "KC-RSP-02")
class refuses_an_unknown_status_in_text_with_nothing(Answers):
    """The name of the status is put into a pattern by a function that returns an empty text for one it lacks."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        lacks = isinstance(outcome, Refused) and outcome.message.startswith("The status")
        return "" if lacks else super().text(request, outcome)


@fault("KC-EFF-01", "KC-ANY-04")
class marks_only_the_first_hundred_calls(Rules):
    """The trial licence has a hundred kept calls, and says so in the log alone."""

    kept = 0

    def mark(self, request: ApiRequest, call: Call) -> None:
        self.kept += not request.is_unmark
        if request.is_unmark or self.kept <= 100:  # noqa: PLR2004
            super().mark(request, call)


@fault("KC-CONC-01")
class takes_the_key_of_another_request_for_the_rights(Rules):
    """Whether the key needs a token is a field of the servlet, from the look-up to the check."""

    needs = True

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        self.needs = self.keys.needs_token(request.api_key)
        await asyncio.sleep(0)
        return await super().decide(request)

    def needs_token(self, request: ApiRequest) -> bool:
        del request
        return self.needs
