"""Faults of `unmark=1`."""

# ruff: noqa: D102, N801 - see the package

from collections.abc import Sequence
from dataclasses import replace

from starlette.types import Receive, Scope

from keepcall.server.answers import SENTENCES, Answers
from keepcall.server.call import Call, Recording, State
from keepcall.server.faults.table import fault
from keepcall.server.outcome import NOT_FOUND, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest, RequestReader
from keepcall.server.rules import Check, Rules

# The mark


@fault("KC-UNM-01")
class grants_an_unmark_and_clears_nothing(Rules):
    """The branch for unmark writes its answer, and the call of the database layer is still to be done."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        if not request.is_unmark:
            super().mark(request, call)


@fault("KC-UNM-01")
class does_not_read_the_unmark_of_a_post(RequestReader):
    """The POST handler was copied before there was an unmark."""

    async def read(self, scope: Scope, receive: Receive) -> ApiRequest:
        request = await super().read(scope, receive)
        return replace(request, unmark="") if request.method == "POST" else request


@fault("KC-UNM-01", "KC-RSP-04")
class keeps_when_it_unmarks_in_text(Rules):
    """The handler for scripts passes the call on, and not the flag."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(replace(request, unmark="") if request.response_type == "TEXT" else request, call)


@fault("KC-UNM-01")
class refuses_every_unmark(Rules):
    """Unmark asks for a permission that no API key can be given."""

    def check_unmark(self, request: ApiRequest) -> Refused | None:
        return super().check_unmark(replace(request, unmark="forbidden" if request.is_unmark else request.unmark))


@fault("KC-UNM-01")
class refuses_an_unmark_of_a_call_that_it_did_not_keep(Rules):
    """Only the marks that this server has set itself, since it was started, are in its list."""

    own: frozenset[str] = frozenset()

    def select_by_call_id(self, request: ApiRequest) -> Call | Refused:
        selected = super().select_by_call_id(request)
        foreign = isinstance(selected, Call) and request.is_unmark and selected.call_id not in self.own
        return NOT_FOUND if foreign else selected

    def mark(self, request: ApiRequest, call: Call) -> None:
        self.own |= {call.call_id}
        super().mark(request, call)


@fault("KC-UNM-02")
class never_keeps_a_call_again(Rules):
    """A call that was unmarked is on a list of calls to be deleted, and a keep does not take it off."""

    unmarked: frozenset[str] = frozenset()

    def mark(self, request: ApiRequest, call: Call) -> None:
        self.unmarked |= {call.call_id} if request.is_unmark else set()
        if request.is_unmark or call.call_id not in self.unmarked:
            super().mark(request, call)


@fault("KC-UNM-02")
class keeps_a_call_only_once(Rules):
    """A set of calls that were kept spares the database a second UPDATE, and unmark does not take out of it."""

    kept: frozenset[str] = frozenset()

    def mark(self, request: ApiRequest, call: Call) -> None:
        if request.is_unmark or call.call_id not in self.kept:
            super().mark(request, call)
        self.kept |= set() if request.is_unmark else {call.call_id}


@fault("KC-UNM-01", "KC-ANY-04")
class unmarks_a_call_only_once(Rules):
    """A set of calls that were unmarked spares the database a second UPDATE, and keep does not take out of it."""

    unmarked: frozenset[str] = frozenset()

    def mark(self, request: ApiRequest, call: Call) -> None:
        if not request.is_unmark or call.call_id not in self.unmarked:
            super().mark(request, call)
        self.unmarked |= {call.call_id} if request.is_unmark else set()


# Other marks


@fault("KC-EFF-05")
class unmarks_all_calls_of_the_number(Rules):
    """The UPDATE for unmark has the number in its condition, and not the call."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        for state in (State.ONGOING, State.FINISHED) if request.is_unmark else ():
            for other in self.store.find(request.extension or call.calling_party, state, Recording.ON_DEMAND):
                super().mark(request, other)


@fault("KC-EFF-05")
class unmarks_the_calls_of_the_other_party(Rules):
    """A call between two extensions is two records, which were looked for by the other number."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        for number in (call.calling_party, call.called_party) if request.is_unmark else ():
            for other in self.store.find(number, State.ONGOING, Recording.ON_DEMAND):
                super().mark(request, other)


class _UnmarksAll(Rules):
    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        for other in self.store.find("", State.ONGOING, Recording.ON_DEMAND) if request.is_unmark else ():
            super().mark(request, other)


@fault("KC-EFF-05")
class stops_the_recordings_of_the_number_with_the_mark(Rules):
    """Unmark was thought to mean that the user wants none of his calls recorded."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        for other in self.store.find(call.calling_party, State.ONGOING, Recording.CONTROLLED):
            if request.is_unmark:
                self.record(request, other)


# Selection and refusal


@fault("KC-UNM-03")
class unmarks_only_by_call_id(Rules):
    """The branch for unmark reads the callID, and nothing else."""

    async def select_by_extension(self, request: ApiRequest) -> Call | Refused:
        return NOT_FOUND if request.is_unmark else await super().select_by_extension(request)


@fault("KC-UNM-03")
class unmarks_the_wrong_one_of_two_statuses(Rules):
    """The branch for unmark looks at finished calls first, whose marks are the older ones."""

    async def select_by_extension(self, request: ApiRequest) -> Call | Refused:
        last = self.last(request) if request.is_unmark else None
        return last or await super().select_by_extension(request)


@fault("KC-UNM-03")
class looks_for_a_call_to_unmark_in_every_status(Rules):
    """A mark is looked for wherever it may be, so that the status is left out of the query."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        over = self.store.find(request.extension, State.FINISHED, self.recording(request))
        return [*super().ongoing(request), *(over if request.is_unmark else [])]


@fault("KC-UNM-04")
class unmarks_without_the_checks_of_the_parameters(Rules):
    """Unmark is branched off before the parameters are checked, with defaults for those that are missing."""

    def checks(self) -> Sequence[Check]:
        return (self.check_action, self.check_api_key, self.check_token, self.check_others)

    def check_others(self, request: ApiRequest) -> Refused | None:
        """The other checks, for a keep."""
        others = (
            self.check_response_type,
            self.check_selector,
            self.check_status,
            self.check_type,
            self.check_unmark,
        )
        return None if request.is_unmark else next((refused for check in others if (refused := check(request))), None)

    def statuses(self, request: ApiRequest) -> list[str]:
        return super().statuses(request) or (["ongoing"] if request.is_unmark else [])


@fault("KC-UNM-04")
class grants_an_unmark_of_an_unknown_call(Rules):
    """What is not there is not kept, and so there is nothing to be refused."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        outcome = await super().decide(request)
        return Granted("") if request.is_unmark and outcome == NOT_FOUND else outcome


@fault("KC-UNM-04")
class unmarks_all_of_several_calls(Rules):
    """To clear one mark too many was thought to do no harm."""

    async def select_by_extension(self, request: ApiRequest) -> Call | Refused:
        calls = self.ongoing(request) if request.is_unmark and request.status == "ongoing" else []
        for call in calls:
            self.act(request, call)
        return calls[0] if calls else await super().select_by_extension(request)


@fault("KC-UNM-04")
class counts_only_kept_calls_for_an_unmark(Rules):
    """The query for unmark has the mark in its condition, so that of two calls the kept one is meant."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        return [call for call in calls if call.kept] or calls if request.is_unmark else calls


# The answer


@fault("KC-UNM-05")
class says_that_an_unmarked_call_was_marked(Answers):
    """The sentence stands in the template, and there is one template for both."""

    def sentence(self, request: ApiRequest) -> str:
        return SENTENCES[False, request.is_manual_record]


@fault("KC-UNM-05")
class says_that_an_unmarked_call_was_marked_in_text(Answers):
    """The renderer for scripts has one constant for success."""

    def text(self, request: ApiRequest, outcome: Outcome) -> str:
        return (
            SENTENCES[False, False]
            if request.is_unmark and isinstance(outcome, Granted)
            else super().text(request, outcome)
        )


@fault("KC-UNM-05")
class says_that_the_call_was_marked_in_the_title(Answers):
    """The title of the page was forgotten when the paragraph was changed."""

    def html(self, request: ApiRequest, outcome: Outcome) -> str:
        title = f"<head><title>{SENTENCES[False, False]}</title></head>\n<body>"
        granted = isinstance(outcome, Granted)
        return super().html(request, outcome).replace("<body>", title) if granted else super().html(request, outcome)
