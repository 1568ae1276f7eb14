"""Answers behind redirects within the same origin: a canonical address for the request, or a page with its result."""

import itertools

from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope

from keepcall.server.app import API_PATH, KeepCallServer
from keepcall.server.settings import Settings
from keepcall.server.variants.table import variant

CANONICAL = API_PATH + "/v2/"
RESULTS = "/verba/results/"


def host_of(scope: Scope) -> str:
    """Host and port as the caller knows them (RFC 9110, section 7.2), whatever stands in between."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")


class CanonicalAddress(KeepCallServer):
    """The documented address sends each request, as it is, to another one."""

    status = 307

    def routes(self) -> list[BaseRoute]:
        """Both addresses."""
        moved = self.endpoint_class({"GET": self.moved, "POST": self.moved})
        api = self.endpoint_class({"GET": self.api, "POST": self.api})
        return [Route(API_PATH, moved), Route(CANONICAL, api), *self.control.routes()]

    async def moved(self, scope: Scope, receive: Receive) -> Response:
        """A redirect that keeps method and body (RFC 9110, sections 15.4.8 and 15.4.9)."""
        await self.reader.body(receive)
        query = scope["query_string"].decode("latin-1")
        return Response(
            status_code=self.status, headers={"location": self.address(scope) + "?" * bool(query) + query}
        )

    def address(self, scope: Scope) -> str:  # noqa: ARG002 (for overrides)
        """Where the request is to be sent."""
        return CANONICAL


@variant()
class RedirectsToItsCanonicalAddress(CanonicalAddress):
    """A web server adds the version and the slash that its rules ask for."""


@variant()
class HasMovedForGood(CanonicalAddress):
    """A vendor moved the API, and left a permanent redirect with an absolute address behind."""

    status = 308

    def address(self, scope: Scope) -> str:
        """Scheme and host of the request."""
        return f"http://{host_of(scope)}{CANONICAL}"


class ResultPages(KeepCallServer):
    """Each request is carried out at once, and its answer is fetched from an address of its own by GET."""

    status = 303

    def __init__(self, settings: Settings | None = None) -> None:
        self.results: dict[str, Response] = {}
        self.numbers = itertools.count(1)
        super().__init__(settings)

    def routes(self) -> list[BaseRoute]:
        """The API, and the results."""
        result = self.endpoint_class({"GET": self.result})
        return [*super().routes(), Route(RESULTS + "{number}", result)]

    async def api(self, scope: Scope, receive: Receive) -> Response:
        """Carry the request out, and tell where the answer is."""
        number = str(next(self.numbers))
        self.results[number] = await super().api(scope, receive)
        return Response(
            "<html><body>See <a href='/verba/'>there</a></body></html>",
            status_code=self.status,
            headers={"location": self.location(number)},
            media_type="text/html",
        )

    def location(self, number: str) -> str:
        """The address of an answer."""
        return RESULTS + number

    async def result(self, scope: Scope, receive: Receive) -> Response:
        """The answer, once."""
        del receive
        return self.results.pop(scope["path_params"]["number"], Response(status_code=404))


@variant()
class AnswersOnAPageOfResults(ResultPages):
    """A web framework follows Post/Redirect/Get, for GET too (RFC 9110, section 15.4.4)."""


@variant()
class PadsTheAddressOfItsResults(ResultPages):
    """A server pads its headers, an address among them, with the blanks that HTTP allows (RFC 9112, section 5.1)."""

    def location(self, number: str) -> str:
        """With blanks that are no part of it."""
        return f"{RESULTS}{number} \t"


@variant()
class AnswersOnAPageThatWasFound(ResultPages):
    """An old servlet calls sendRedirect, with an address relative to its own and a fragment."""

    status = 302

    def location(self, number: str) -> str:
        """One folder up, and down again."""
        return f"../verba/results/{number}#top"


@variant()
class AnswersOnAPageThatHasMoved(ResultPages):
    """A server calls every move permanent, and ends each address with a question mark."""

    status = 301

    def location(self, number: str) -> str:
        """Beside the API, with an empty query."""
        return f"./results/{number}?"


@variant()
class RedirectsWithItsSchemeInCapitals(CanonicalAddress):
    """A device writes its own address in capitals: neither scheme nor host tells them apart (RFC 3986, 6.2.2.1)."""

    def address(self, scope: Scope) -> str:
        """The same origin all the same."""
        return f"HTTP://{host_of(scope)}{CANONICAL}"
