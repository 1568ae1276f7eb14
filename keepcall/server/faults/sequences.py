"""Faults that only a sequence of requests shows: state that leaks from one into another, and caches."""

# ruff: noqa: D102, N801 - see the package

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from keepcall.server.app import KeepCallServer
from keepcall.server.call import Call
from keepcall.server.faults.table import fault
from keepcall.server.outcome import NOT_FOUND, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules


class _Replaying(KeepCallServer):
    """Gives the outcome of an earlier request to one that looks the same."""

    outcomes: Mapping[object, Outcome] = MappingProxyType({})

    async def decide(self, request: ApiRequest) -> Outcome:
        key = self.key(request)
        if key not in self.outcomes:
            self.outcomes = {**self.outcomes, key: await super().decide(request)}
        return self.outcomes[key]

    def key(self, request: ApiRequest) -> object:
        """What a request is remembered by."""
        return tuple(sorted(request.parameters.items()))


@fault("KC-ANY-04", "KC-UNM-02")
class replays_the_answer_to_an_equal_request(_Replaying):
    """A filter against double clicks remembers requests, and never forgets one."""


@fault("KC-ANY-04", "KC-UNM-01")
class replays_the_answer_of_a_keep_to_an_unmark(_Replaying):
    """The cache has the call for its key, and not what was asked for."""

    def key(self, request: ApiRequest) -> object:
        return (request.call_id, request.extension, request.status, request.api_key, request.token, request.action)


@fault("KC-ANY-04", "KC-SEL-04")
class remembers_that_a_number_has_no_call(Rules):
    """That nothing was found is cached by number, and a call that begins later does not clear it."""

    empty: frozenset[str] = frozenset()

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = [] if request.extension in self.empty else super().ongoing(request)
        self.empty |= set() if calls else {request.extension}
        return calls


@fault("KC-ANY-04", "KC-SEL-01")
class remembers_that_a_call_id_is_unknown(Rules):
    """That nothing was found is cached by callID, and a call that is stored later does not clear it."""

    unknown: frozenset[str] = frozenset()

    def by_call_id(self, request: ApiRequest) -> Call | None:
        call = None if request.call_id in self.unknown else super().by_call_id(request)
        self.unknown |= set() if call else {request.call_id}
        return call


@fault("KC-ANY-04")
class takes_the_ongoing_call_of_a_number_from_its_cache(Rules):
    """The call of a number is cached when it is found, and the next call does not take its place."""

    cache: Mapping[str, str] = MappingProxyType({})

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        if len(calls) == 1:
            self.cache = {request.extension: calls[0].call_id, **self.cache}
            cached = self.store.get(self.cache[request.extension])
            return [cached] if cached and cached.recording is self.recording(request) else calls
        return calls


@fault("KC-ANY-04")
class unmarks_after_a_refused_unmark(Rules):
    """The flag is a field of the servlet, and is only reset when the act is done."""

    unmark = ""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        self.unmark = request.unmark or self.unmark
        outcome = await super().decide(replace(request, unmark=self.unmark))
        self.unmark = self.unmark if isinstance(outcome, Refused) else ""
        return outcome


@fault("KC-ANY-04")
class records_after_a_refused_recording(Rules):
    """The type is a field of the servlet, and is only reset when the act is done."""

    type = ""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        self.type = request.type or self.type
        outcome = await super().decide(replace(request, type=self.type))
        self.type = self.type if isinstance(outcome, Refused) else ""
        return outcome


@fault("KC-ANY-04", "KC-EFF-01")
class marks_the_call_that_was_refused_before(Rules):
    """The ID for the UPDATE is a field of the servlet, and a refusal leaves its own there."""

    waiting = ""

    def select_by_call_id(self, request: ApiRequest) -> Call | Refused:
        selected = super().select_by_call_id(request)
        self.waiting = request.call_id if isinstance(selected, Refused) else self.waiting
        return selected

    def mark(self, request: ApiRequest, call: Call) -> None:
        wrong, self.waiting = self.waiting, ""
        super().mark(request, replace(call, call_id=wrong or call.call_id))


@fault("KC-ANY-04")
class forgets_the_oldest_of_ten_marks(Rules):
    """Marks are held in a cache of ten calls, and the one that falls out is not written back."""

    marks: tuple[str, ...] = ()

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        self.marks = (*(mark for mark in self.marks if mark != call.call_id), call.call_id)
        if len(self.marks) > 10:  # noqa: PLR2004
            self.store.set_kept(self.marks[0], kept=False)
            self.marks = self.marks[1:]


@fault("KC-ANY-04")
class fails_after_a_hundred_refusals(Rules):
    """Each refusal leaves a connection of the database open, and the pool has a hundred."""

    free = 100

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        if not self.free:
            raise TimeoutError("no connection")
        outcome = await super().decide(request)
        self.free -= outcome == NOT_FOUND
        return outcome


@fault("KC-ANY-04")
class keeps_a_call_again_after_an_unmark(Rules):
    """Marks are written once more with the next keep, in a batch, from a list that unmark does not know."""

    batch: frozenset[str] = frozenset()

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        if not request.is_unmark:
            for call_id in self.batch:
                self.store.set_kept(call_id, kept=True)
            self.batch |= {call.call_id}
