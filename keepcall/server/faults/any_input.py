"""Faults that only unusual input shows: the server stumbles over a value."""

# ruff: noqa: D102, N801 - see the package

import asyncio
import re
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope

from keepcall.server.answers import Answers, Format
from keepcall.server.app import KeepCallServer
from keepcall.server.call import Call
from keepcall.server.faults.bases import Talkative
from keepcall.server.faults.table import fault
from keepcall.server.outcome import Outcome, Refused
from keepcall.server.request import ApiRequest, Pair, RequestReader
from keepcall.server.rules import Rules
from keepcall.server.store import Store


@fault("KC-ANY-01")
class breaks_at_a_quote_in_a_number(Rules):
    """The query is put together from strings, and the database throws."""

    def ongoing(self, request: ApiRequest) -> list[Call]:
        if "'" in request.extension:
            raise ValueError("unbalanced quote")
        return super().ongoing(request)


@fault("KC-ANY-01")
class breaks_at_a_number_that_is_none(Rules):
    """The extension is parsed as a number, by a function that throws."""

    def check_selector(self, request: ApiRequest) -> Refused | None:
        if request.extension and not request.call_id:
            int(request.extension.strip(" +"))
        return super().check_selector(request)


@fault("KC-ANY-01")
class breaks_at_a_number_beyond_64_bits(Store):
    """The number is bound as an integer, and the driver throws where it does not fit."""

    def participant(self, number: str) -> str:
        if number.isdecimal() and int(number) >= 1 << 63:
            raise OverflowError("number too large")
        return super().participant(number)


@fault("KC-ANY-01")
class breaks_at_a_call_id_that_is_no_guid(Rules):
    """The callID is parsed as a GUID, by a function that throws."""

    def by_call_id(self, request: ApiRequest) -> Call | None:
        if not re.fullmatch("[0-9A-Fa-f-]{36}", request.call_id):
            raise ValueError("no GUID")
        return super().by_call_id(request)


@fault("KC-ANY-01")
class breaks_at_a_value_of_more_than_255_characters(Rules):
    """Each request is written to a log table, whose columns have 255 characters."""

    def check_selector(self, request: ApiRequest) -> Refused | None:
        if max(map(len, (request.extension, request.call_id, request.status, request.type))) > 255:  # noqa: PLR2004
            raise ValueError("value too long for its column")
        return super().check_selector(request)


@fault("KC-ANY-01")
class breaks_at_a_status_of_commas(Rules):
    """The list is split and its first value taken, of which there is none."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        if request.status and not request.call_id:
            _ = self.statuses(request)[0]
        return super().check_status(request)


@fault("KC-ANY-01")
class breaks_at_a_status_of_many_values(Rules):
    """The list is parsed by recursion, a value at a time."""

    def check_status(self, request: ApiRequest) -> Refused | None:
        if request.status.count(",") > 200:  # noqa: PLR2004
            raise RecursionError("stack overflow")
        return super().check_status(request)


@fault("KC-ANY-01")
class breaks_at_what_latin_1_cannot_write(Talkative):
    """The message is encoded for the log, which is in Latin-1."""

    def encode(self, form: Format, body: str) -> bytes:
        body.encode("latin-1")
        return super().encode(form, body)


@fault("KC-ANY-01")
class breaks_at_braces(Answers):
    """The message is a format string by the time that it is written."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        return super().message(request, outcome).format(request.extension)


@fault("KC-ANY-01")
class breaks_at_a_percent_sign(Answers):
    """The message is passed to printf, with the caller's text in it."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        message = super().message(request, outcome)
        return message % () if "%" in message else message


@fault("KC-ANY-01")
class breaks_at_bytes_that_are_not_utf_8(RequestReader):
    """The decoder is a strict one, and nobody catches what it throws."""

    def pairs(self, raw: bytes) -> list[Pair]:
        unquote_to_bytes(raw).decode()
        return super().pairs(raw)


@fault("KC-ANY-01")
class breaks_at_an_unmark_that_is_no_number(Rules):
    """The flag is parsed as a number, by a function that throws."""

    def check_unmark(self, request: ApiRequest) -> Refused | None:
        return super().check_unmark(replace(request, unmark=str(int(request.unmark or "0"))))


@fault("KC-ANY-01")
class hangs_at_many_digits_and_a_letter(KeepCallServer):
    """The number is checked by a regular expression that tries every way to split the digits."""

    async def delay(self, request: ApiRequest) -> None:
        await asyncio.sleep(3600 * bool(re.fullmatch(r"[0-9]{24,}[A-Za-z]", request.extension)))


@fault("KC-ANY-01")
class breaks_at_an_open_bracket(Answers):
    """The number is looked for in the log by a pattern, which is the number itself."""

    def message(self, request: ApiRequest, outcome: Outcome) -> str:
        re.compile(request.extension)
        return super().message(request, outcome)


@fault("KC-ANY-01")
class hangs_at_a_backslash_at_the_end(KeepCallServer):
    """Behind a backslash the parser of values reads on for the character that it escapes, and none comes."""

    async def delay(self, request: ApiRequest) -> None:
        await asyncio.sleep(3600 * (request.extension or request.call_id).endswith("\\"))


class _Guarded(KeepCallServer):
    """Has a guard in front, with a page of its own."""

    suspicious = re.compile("$^")

    async def api(self, scope: Scope, receive: Receive) -> Response:
        request = await self.reader.read(scope, receive)
        if any(map(self.suspicious.search, request.parameters.values())):
            return HTMLResponse("<html><body><h1>Request rejected</h1></body></html>", 403)
        return await self.answer(request)


@fault("KC-ANY-01", "KC-RSP-02")
class rejects_mark_up_by_a_page(_Guarded):
    """The framework validates requests, and takes each angle bracket for an attack."""

    suspicious = re.compile("<[a-z!/?]", re.IGNORECASE)


@fault("KC-ANY-01", "KC-RSP-02")
class rejects_words_of_sql_by_a_page(_Guarded):
    """A firewall in front looks for words that a query may have."""

    suspicious = re.compile(r"\b(select|union|drop|insert|or\s+1=1)\b|--", re.IGNORECASE)


@fault("KC-ANY-01", "KC-RSP-02")
class rejects_control_characters_by_a_page(_Guarded):
    """The container refuses what it cannot print."""

    suspicious = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@fault("KC-ANY-01", "KC-SEL-11")
class takes_a_number_of_nothing_but_blanks_for_any(Store):
    """The number is trimmed behind the check, and what is empty then adds no condition."""

    def participant(self, number: str) -> str:
        return super().participant(number) if number.strip() else "TRUE"
