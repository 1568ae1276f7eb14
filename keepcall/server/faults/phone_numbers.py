"""Faults of the selection by `extension`: which calls are those of a number."""

# ruff: noqa: ARG002, D102, N801 - see the package

import re
from dataclasses import replace
from urllib.parse import unquote

from keepcall.server.call import Call, Recording, State
from keepcall.server.faults.bases import before_zero_byte
from keepcall.server.faults.table import fault
from keepcall.server.outcome import NOT_FOUND, Granted, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.rules import Rules
from keepcall.server.store import Store

CALLING = "calling_party = :number"
CALLED = "called_party = :number"

# Which party it is


@fault("KC-SEL-05")
class matches_only_the_calling_party(Store):
    """The query was written for outgoing calls, and never extended."""

    def participant(self, number: str) -> str:
        return CALLING


@fault("KC-SEL-04")
class matches_only_the_called_party(Store):
    """The query was written for a call centre, whose calls all come in."""

    def participant(self, number: str) -> str:
        return CALLED


@fault("KC-SEL-05", "KC-UNM-03")
class unmarks_only_calls_that_go_out(Rules):
    """The query for unmark is another one, and has one column only."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        calls = super().ongoing(request)
        return [call for call in calls if call.calling_party == request.extension or not request.is_unmark]


@fault("KC-SEL-05")
class finds_controlled_calls_only_as_calling_party(Store):
    """Manual recording has its own query, made for the agent who calls out."""

    def find(self, number: str, state: State, recording: Recording) -> list[Call]:
        calls = super().find(number, state, recording)
        return [call for call in calls if recording is Recording.ON_DEMAND or call.calling_party == number]


@fault("KC-SEL-05", "KC-STA-03")
class finds_the_last_call_only_as_calling_party(Store):
    """The archive of finished calls is indexed by the calling party alone."""

    def find(self, number: str, state: State, recording: Recording) -> list[Call]:
        calls = super().find(number, state, recording)
        return [call for call in calls if state is State.ONGOING or call.calling_party == number]


# Which numbers are the same


@fault("KC-SEL-06")
class matches_a_number_by_its_beginning(Store):
    """The query ends in LIKE, for a field that completes what the user types."""

    def participant(self, number: str) -> str:
        return "(calling_party LIKE :number || '%' OR called_party LIKE :number || '%')"


@fault("KC-SEL-06")
class matches_a_number_by_its_end(Store):
    """Numbers come with and without their prefix, so that only their ends are compared."""

    def participant(self, number: str) -> str:
        return "(calling_party LIKE '%' || :number OR called_party LIKE '%' || :number)"


@fault("KC-SEL-06")
class takes_a_longer_number_for_an_extension_of_it(Store):
    """A direct dial-in is looked up by the longest trunk number that it begins with."""

    def participant(self, number: str) -> str:
        return "(substr(:number, 1, length(calling_party)) = calling_party OR called_party = :number)"


@fault("KC-SEL-06")
class takes_a_number_for_an_sql_pattern(Store):
    """The query uses LIKE, and the caller's percent sign is as good as its own."""

    def participant(self, number: str) -> str:
        return "(calling_party LIKE :number OR called_party LIKE :number)"


@fault("KC-SEL-06")
class takes_a_star_for_any_digits(Store):
    """Extensions may be given with wildcards in the configuration, and the same function compares them here."""

    def participant(self, number: str) -> str:
        return "(calling_party GLOB :number OR called_party GLOB :number)"


@fault("KC-SEL-06")
class takes_a_star_for_any_digits_of_the_last_call(Store):
    """The archive of finished calls is searched, and a search has wildcards."""

    def find(self, number: str, state: State, recording: Recording) -> list[Call]:
        if state is State.ONGOING or "*" not in number:
            return super().find(number, state, recording)
        condition = "(calling_party GLOB :number OR called_party GLOB :number) AND state = :state"
        return [call for call in self._select(condition, number=number, state=state) if call.recording is recording]


@fault("KC-SEL-06")
class pastes_the_number_into_its_sql(Store):
    """The query is put together from strings."""

    def participant(self, number: str) -> str:
        return f"(calling_party = '{number}' OR called_party = '{number}')"


@fault("KC-SEL-06")
class compares_numbers_as_integers(Store):
    """The column is compared with a number that is not quoted, and the database casts whatever starts with digits."""

    def participant(self, number: str) -> str:
        cast = "CAST({0} AS INTEGER) = CAST(:number AS INTEGER) AND {0} <> ''"
        return f"({cast.format('calling_party')} OR {cast.format('called_party')})"


@fault("KC-SEL-06")
class compares_only_the_last_nine_digits(Store):
    """National and international numbers of the same line agree in their last nine digits."""

    def participant(self, number: str) -> str:
        return "(substr(calling_party, -9) = substr(:number, -9) OR substr(called_party, -9) = substr(:number, -9))"


@fault("KC-SEL-06")
class cuts_a_number_to_fifteen_digits(Rules):
    """E.164 has fifteen digits, and the column has as many characters."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        return super().ongoing(replace(request, extension=request.extension[:15]))


@fault("KC-SEL-06")
class reads_a_number_up_to_its_first_letter(Rules):
    """The number is parsed by a function that stops at what is no digit."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        digits = re.match("[0-9]*", request.extension)
        return super().ongoing(replace(request, extension=digits[0] if digits else ""))


@fault("KC-SEL-06")
class takes_a_list_of_numbers(Rules):
    """The status is a list with commas, and the same function splits the extension."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        look_up = super().ongoing
        return [
            call for number in request.extension.split(",") for call in look_up(replace(request, extension=number))
        ]


@fault("KC-SEL-06")
class compares_numbers_by_their_value(Store):
    """The query compares with a number, and so the database reads what it is given as one."""

    def participant(self, number: str) -> str:
        by_value = "(calling_party + 0 = :number + 0 OR called_party + 0 = :number + 0)"
        return by_value if number.replace(".", "", 1).isdigit() else super().participant(number)


@fault("KC-SEL-06")
class leaves_out_the_star_and_the_hash(Rules):
    """What can be dialled and is no digit starts a service of the exchange, and belongs to no number."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        return super().ongoing(replace(request, extension=request.extension.strip("*#")))


@fault("KC-SEL-06")
class cuts_a_number_at_a_zero_byte(Rules):
    """Numbers are compared by a C library, for which the text ends there."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        return super().ongoing(replace(request, extension=before_zero_byte(request.extension)))


@fault("KC-SEL-06")
class decodes_a_number_twice(Rules):
    """A filter decodes the parameters, and the servlet decodes them once more."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        return super().ongoing(replace(request, extension=unquote(request.extension)))


# A number without calls


@fault("KC-SEL-11", "KC-XML-06")
class grants_a_number_without_calls(Rules):
    """The UPDATE is run, and nobody looks at the number of rows that it changed."""

    async def decide(self, request: ApiRequest) -> Granted | Refused:
        outcome = await super().decide(request)
        return Granted("") if request.extension and outcome == NOT_FOUND else outcome


@fault("KC-SEL-11", "KC-ANY-04")
class takes_the_call_before_for_a_number_without_calls(Rules):
    """The list of calls is a field of the servlet, and is only set where there are some."""

    calls: tuple[Call, ...] = ()

    def ongoing(self, request: ApiRequest) -> list[Call]:
        self.calls = tuple(super().ongoing(request)) or self.calls
        return list(self.calls)
