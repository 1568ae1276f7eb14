"""Servers that offer less than everything, or take parameters elsewhere, and whose profile says so."""

from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from keepcall.server.app import API_PATH, KeepCallServer
from keepcall.server.outcome import Refused, unknown
from keepcall.server.request import ApiRequest, Pair, RequestReader
from keepcall.server.rules import LAST, NEXT, ONGOING, Rules
from keepcall.server.variants.table import variant


class FewerStatuses(Rules):
    """Takes only some of the statuses, exactly as they are listed."""

    known: tuple[str, ...] = ()

    def check_status(self, request: ApiRequest) -> Refused | None:
        """Only what is claimed."""
        status = ",".join(self.statuses(request))
        wrong = status and not request.call_id and status not in self.known
        return unknown("status", request.status) if wrong else super().check_status(request)


@variant(claims={"statuses": ("ongoing", "next", "ongoing,next")})
class KnowsNothingOfLast(FewerStatuses):
    """A recorder deletes what nobody marked when the call ends, so that there is no last call."""

    known = (ONGOING, NEXT, "ongoing,next")


@variant(claims={"statuses": ("ongoing", "last")})
class KnowsNothingOfNext(FewerStatuses):
    """A recorder cannot wait for calls."""

    known = (ONGOING, LAST)


@variant(claims={"statuses": ("ongoing", "next", "last")})
class KnowsNoCombination(FewerStatuses):
    """A server takes one status at a time."""

    known = (ONGOING, NEXT, LAST)


@variant(claims={"types": ()})
class KnowsNothingOfTypes(Rules):
    """A recorder has no controlled recording, and refuses all types."""

    def check_type(self, request: ApiRequest) -> Refused | None:
        """None is known."""
        return unknown("type", request.type) if request.type else None


@variant(claims={"unmark": False})
class KnowsNothingOfUnmark(Rules):
    """A recorder keeps what was marked once, for reasons of law, and refuses to unmark."""

    def check_unmark(self, request: ApiRequest) -> Refused | None:
        """None is known."""
        return unknown("unmark", request.unmark) if request.unmark else None


@variant(claims={"authentication": False})
class NeedsNoTokens(Rules):
    """A server in a closed network has no authentication configured for any key, and ignores tokens."""

    def needs_token(self, request: ApiRequest) -> bool:
        """Never."""
        del request
        return False


@variant(claims={"statuses": ("ongoing",), "types": (), "unmark": False, "methods": ("GET",)})
class OffersTheLeast(KeepCallServer):
    """The first version of a server has nothing but GET, `ongoing` and a mark to set."""

    class TheLeast(FewerStatuses):
        """A keep of an ongoing call."""

        known = (ONGOING,)

        def check_type(self, request: ApiRequest) -> Refused | None:
            """None is known."""
            return unknown("type", request.type) if request.type else None

        def check_unmark(self, request: ApiRequest) -> Refused | None:
            """None is known."""
            return unknown("unmark", request.unmark) if request.unmark else None

    rules_class = TheLeast

    def routes(self) -> list[BaseRoute]:
        """GET alone."""
        return [Route(API_PATH, self.endpoint_class({"GET": self.api})), *self.control.routes()]


@variant("KC-CLAIM-01", claims={"statuses": ("ongoing",), "types": (), "unmark": False, "methods": ("GET",)})
class OffersMoreThanItClaims(KeepCallServer):
    """A tester was careful, and claimed the least of a server that offers everything."""


@variant(claims={"methods": ("GET",)})
class TakesGetAlone(KeepCallServer):
    """A hand-written server reads the first line of a request, and nothing after it."""

    def routes(self) -> list[BaseRoute]:
        """Any other method is not allowed."""
        return [Route(API_PATH, self.endpoint_class({"GET": self.api})), *self.control.routes()]


@variant(claims={"methods": ("POST",)})
class TakesPostAlone(KeepCallServer):
    """A careful server changes nothing by GET (RFC 9110, section 9.2.1), and has credentials in no log."""

    def routes(self) -> list[BaseRoute]:
        """Any other method is not allowed."""
        return [Route(API_PATH, self.endpoint_class({"POST": self.api})), *self.control.routes()]


@variant(claims={"post": "query"})
class TakesTheQueryOfAPost(RequestReader):
    """A server looks into the query, whatever the method, and leaves bodies alone."""

    def form_pairs(self, body: bytes) -> list[Pair]:
        """None; the body is read all the same, so that the connection can be used again."""
        del body
        return []


@variant(claims={"post": "mixed"})
class TakesTheActionFromTheQuery(RequestReader):
    """A server has its dispatcher on the query, and the function's parameters of a POST in the form."""

    def query_pairs(self, scope: Scope) -> list[Pair]:
        """Of a POST nothing but the action."""
        return [(n, value) for n, value in super().query_pairs(scope) if scope["method"] != "POST" or n == "action"]

    def form_pairs(self, body: bytes) -> list[Pair]:
        """No action."""
        return [(name, value) for name, value in super().form_pairs(body) if name != "action"]
