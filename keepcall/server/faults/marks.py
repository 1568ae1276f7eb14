"""Faults of what a keep does to the calls."""

# ruff: noqa: ARG002, D102, N801 - see the package

import asyncio
from dataclasses import replace

from keepcall.server.call import Call, Recording, State
from keepcall.server.faults.table import fault
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules
from keepcall.server.store import Store

# Marks that are missing


@fault("KC-EFF-01")
class grants_a_keep_and_marks_nothing(Rules):
    """The transaction is never committed."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        if request.is_unmark:
            super().mark(request, call)


@fault("KC-EFF-01", "KC-RSP-04")
class loses_the_mark_in_text(Rules):
    """The handler for scripts returns before the call of the database layer."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        if request.is_unmark or request.response_type != "TEXT":
            super().mark(request, call)


@fault("KC-EFF-01")
class loses_the_mark_of_a_post_by_extension(Rules):
    """The POST handler marks by callID, which is empty in a request by extension."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        if request.is_unmark or request.method == "GET" or request.call_id:
            super().mark(request, call)


@fault("KC-EFF-01")
class loses_the_mark_of_a_call_to_itself(Rules):
    """The UPDATE asks for calls whose other party is another one."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        if request.is_unmark or call.calling_party != call.called_party:
            super().mark(request, call)


@fault("KC-EFF-01")
class marks_five_seconds_late(Rules):
    """Marks are collected and written by a job that runs now and then."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        asyncio.get_running_loop().call_later(5, super().mark, request, call)


@fault("KC-EFF-01")
class loses_the_mark_after_a_second(Rules):
    """A job that copies calls between two databases overwrites the mark with what it had read before."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        asyncio.get_running_loop().call_later(1, self.store.set_kept, call.call_id, call.kept)


@fault("KC-EFF-01")
class loses_the_mark_after_three_seconds(Rules):
    """Marks are entries of a cache, which drops them unless the writer of the database comes in time."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        asyncio.get_running_loop().call_later(3, self.store.set_kept, call.call_id, call.kept)


@fault("KC-EFF-01", "KC-SEL-01")
class marks_the_wrong_call(Rules):
    """The UPDATE is by calling party, and takes the first row."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        calls = self.store.find(call.calling_party, call.state, Recording.ON_DEMAND)
        super().mark(request, min(calls, key=lambda other: other.start_time, default=call))


# Keeping twice


@fault("KC-EFF-04", "KC-UNM-01")
class toggles_the_mark(Rules):
    """The function behind it is that of the button on the phone, which toggles."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        self.store.set_kept(call.call_id, not call.kept)


@fault("KC-EFF-04")
class unkeeps_a_finished_call_that_is_kept_again(Rules):
    """The second keep of a call in the archive restores it from there, without its mark."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        again = call.kept and call.state is State.FINISHED
        super().mark(replace(request, unmark="1") if again else request, call)


# Marks too many


@fault("KC-EFF-02")
class marks_all_calls_of_the_number(Rules):
    """The UPDATE has the number in its condition, and not the call."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        for state in () if request.is_unmark else (State.ONGOING, State.FINISHED):
            for other in self.store.find(request.extension or call.calling_party, state, Recording.ON_DEMAND):
                super().mark(request, other)


@fault("KC-EFF-02")
class marks_the_calls_of_the_other_party(Rules):
    """A call between two extensions is two records, which are looked for by the other number."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        for number in () if request.is_unmark else (call.calling_party, call.called_party):
            for other in self.store.find(number, State.ONGOING, Recording.ON_DEMAND):
                super().mark(request, other)


class _MarksAll(Rules):
    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        for other in () if request.is_unmark else self.store.find("", State.ONGOING, Recording.ON_DEMAND):
            super().mark(request, other)


@fault("KC-EFF-02", "KC-ANY-04")
class keeps_one_call_at_a_time(Rules):
    """The kept call is a field of the recorder channel, and the mark of the one before is cleared."""

    before = ""

    def mark(self, request: ApiRequest, call: Call) -> None:
        if self.before != call.call_id and not request.is_unmark:
            self.store.set_kept(self.before, kept=False)
            self.before = call.call_id
        super().mark(request, call)


@fault("KC-EFF-02")
class keeps_one_call_of_a_number_at_a_time(Rules):
    """The mark was thought to move from call to call."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        for state in (State.ONGOING, State.FINISHED) if not request.is_unmark else ():
            for other in self.store.find(request.extension or call.calling_party, state, Recording.ON_DEMAND):
                self.store.set_kept(other.call_id, kept=False)
        super().mark(request, call)


@fault("KC-EFF-02")
class records_the_call_that_it_marks(Rules):
    """Mark and recording are switched on by one command to the recorder."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        self.record(request, call)


@fault("KC-EFF-02")
class records_the_controlled_calls_of_the_number_that_it_marks(Rules):
    """The command to the recorder names the number, and so reaches its controlled calls as well."""

    def mark(self, request: ApiRequest, call: Call) -> None:
        super().mark(request, call)
        for other in self.store.find(call.calling_party, State.ONGOING, Recording.CONTROLLED):
            if not request.is_unmark:
                self.record(request, other)


class _Overwriting(Store):
    """Writes more of a call than its mark."""

    change = ""

    def set_kept(self, call_id: str, kept: bool) -> None:
        super().set_kept(call_id, kept)
        if kept:
            self._database.run(f"UPDATE calls SET {self.change} WHERE call_id = ?", (call_id,))  # noqa: S608


@fault("KC-EFF-02")
class writes_the_parties_the_wrong_way_round(_Overwriting):
    """The row is written back as a whole, and two columns of the statement are swapped."""

    change = "calling_party = called_party, called_party = calling_party"


@fault("KC-EFF-02")
class turns_a_kept_call_into_a_controlled_one(_Overwriting):
    """That a call is to be recorded is stored in the column that says how it is recorded."""

    change = "recording = 'controlled'"


@fault("KC-EFF-02")
class ends_the_call_that_it_keeps(_Overwriting):
    """A kept call is moved to the archive at once, and there all calls are finished."""

    change = "state = 'finished', end_time = start_time"


@fault("KC-EFF-02")
class sets_the_start_of_a_kept_call_to_its_mark(_Overwriting):
    """What comes before the button was pressed is not kept, and so the call begins there."""

    change = "start_time = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
