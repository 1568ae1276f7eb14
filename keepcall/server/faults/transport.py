"""Faults of how a request is read: GET and POST, encoding, order."""

# ruff: noqa: ARG002, D102, N801 - see the package

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope

from keepcall.server.answers import Answers
from keepcall.server.app import KeepCallServer
from keepcall.server.endpoint import Endpoint, Handler
from keepcall.server.faults.table import fault
from keepcall.server.outcome import MORE_THAN_ONE, Outcome, Refused
from keepcall.server.request import ApiRequest, Pair, RequestReader

# Methods


@fault("KC-HTTP-01", "KC-HTTP-03")
class carries_out_no_get(Endpoint):
    """A request that changes something was thought to be a POST."""

    def handler(self, method: str) -> Handler:
        return self.not_allowed if method == "GET" else super().handler(method)


@fault("KC-HTTP-02", "KC-HTTP-03")
class reads_no_body(RequestReader):
    """The framework's parameters are those of the query string."""

    def is_form(self, headers: Headers) -> bool:
        return False


@fault("KC-HTTP-02")
class reads_only_a_form_that_names_its_charset(RequestReader):
    """The type of the body is compared with that of the vendor's own client, as a whole."""

    def is_form(self, headers: Headers) -> bool:
        return "charset" in headers.get("content-type", "").lower() and super().is_form(headers)


@fault("KC-HTTP-02", "KC-HTTP-04")
class reads_only_the_beginning_of_a_body(RequestReader):
    """The buffer for a form has 256 bytes, and nobody had seen a longer one."""

    async def body(self, receive: Receive) -> bytes:
        return (await super().body(receive))[:256]


@fault("KC-HTTP-03")
class has_other_codes_in_a_post(Answers):
    """The POST handler counts its codes from a hundred."""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        code = super().code(request, outcome)
        return f"1{code:0>2}" if request.method == "POST" and isinstance(outcome, Refused) else code


@fault("KC-HTTP-03")
class has_another_code_for_several_calls_in_a_post(Answers):
    """The code was changed in the GET handler, and not in its copy."""

    def code(self, request: ApiRequest, outcome: Outcome) -> str:
        copied = request.method == "POST" and outcome == MORE_THAN_ONE
        return "1" if copied else super().code(request, outcome)


# Encoding


@fault("KC-HTTP-04")
class decodes_no_percent_signs_in_a_body(RequestReader):
    """The container decodes the query string, and the body is split by hand."""

    def form_pairs(self, body: bytes) -> list[Pair]:
        parts = (part.partition("=") for part in body.decode(errors="replace").split("&"))
        return [(name, value.replace("%20", " ")) for name, _, value in parts]


@fault("KC-HTTP-04")
class decodes_only_percent_signs_with_small_letters(RequestReader):
    """The table of hexadecimal digits ends with f, and that of the tests was all digits."""

    def pairs(self, raw: bytes) -> list[Pair]:
        return super().pairs(re.sub(rb"%(?=[0-9]?[A-F])", b"%25", raw))


@fault("KC-HTTP-04")
class splits_the_status_before_it_decodes(RequestReader):
    """The list is split in the raw query string, where a comma may be written as %2C."""

    def pairs(self, raw: bytes) -> list[Pair]:
        return super().pairs(re.sub(rb"(?<=status=)([^&]+)%2[Cc]", rb"\1.", raw))


# Order


@fault("KC-HTTP-05")
class expects_the_action_first(RequestReader):
    """The router takes the value of the first parameter."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        parameters = super().collapse(pairs)
        if pairs and pairs[0][0] != "action":
            parameters.pop("action", None)
        return parameters


@fault("KC-HTTP-05")
class expects_the_token_behind_its_key(RequestReader):
    """The credentials are cut out of the request by one regular expression."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        before = list(takewhile(lambda pair: pair[0] != "apiKey", pairs))
        return super().collapse([pair for pair in pairs if pair[0] != "token" or pair not in before])


@fault("KC-HTTP-05")
class expects_the_status_behind_its_extension(RequestReader):
    """The parser is a loop, and knows which status belongs to which number by what came last."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        before = list(takewhile(lambda pair: pair[0] != "extension", pairs))
        return super().collapse([pair for pair in pairs if pair[0] != "status" or pair not in before])


@fault("KC-HTTP-05")
class expects_the_format_behind_the_action(RequestReader):
    """Parameters are stored in the object of the action, which is made when the action is read."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        before = list(takewhile(lambda pair: pair[0] != "action", pairs))
        return super().collapse([pair for pair in pairs if pair[0] != "responseType" or pair not in before])


@fault("KC-HTTP-05")
class expects_the_unmark_at_the_end(RequestReader):
    """Unmark is recognised by the end of the query string."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        rest = [pair for pair in pairs if pair[0] != "responseType"]
        return super().collapse([pair for pair in pairs if pair[0] != "unmark" or pair == rest[-1]])


# Long requests


class _LongRequests(KeepCallServer):
    """Has a limit on the query string."""

    limit = 2048

    async def api(self, scope: Scope, receive: Receive) -> Response:
        if len(scope["query_string"]) <= self.limit:
            return await super().api(scope, receive)
        return await self.api_of_long(scope, receive)

    async def api_of_long(self, scope: Scope, receive: Receive) -> Response:
        """The answer to a request beyond the limit."""
        return await super().api(scope, receive)


@fault("KC-HTTP-10")
class answers_a_long_request_with_a_page(_LongRequests):
    """The web server in front has a limit of its own, and a page for it."""

    async def api_of_long(self, scope: Scope, receive: Receive) -> Response:
        return Response("<html><body><h1>URI Too Long</h1></body></html>", 414, media_type="text/html")


@fault("KC-HTTP-10")
class cuts_a_long_request(_LongRequests):
    """The query string is copied into a buffer, and what does not fit is lost."""

    async def api_of_long(self, scope: Scope, receive: Receive) -> Response:
        return await super().api_of_long({**scope, "query_string": scope["query_string"][: self.limit]}, receive)


@fault("KC-HTTP-10")
class refuses_a_long_request_in_xml(_LongRequests):
    """Long values are refused by a filter, which writes XML."""

    async def api_of_long(self, scope: Scope, receive: Receive) -> Response:
        request = replace(await self.reader.read(scope, receive), response_type="XML")
        return self.answers.response(request, Refused(1, "The request is too long."))
