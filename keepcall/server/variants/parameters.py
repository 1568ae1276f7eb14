"""How parameters are taken from the wire, where the documentation leaves it open."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from keepcall.server.app import API_PATH, KeepCallServer
from keepcall.server.outcome import Refused, unknown
from keepcall.server.request import NO_HEADERS, ApiRequest, Pair, RequestReader
from keepcall.server.rules import Check, Rules
from keepcall.server.variants.table import variant

NAMES = ("action", "apiKey", "token", "responseType", "callID", "extension", "status", "type", "unmark")


@variant()
class IgnoresTheCaseOfNames(RequestReader):
    """ASP.NET looks parameters up without regard to case."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        """By the documented names."""
        documented = {name.lower(): name for name in (*NAMES, "userName", "password")}
        return super().collapse([(documented.get(name.lower(), name), value) for name, value in pairs])


@variant()
class TakesTheLastOfARepeatedParameter(RequestReader):
    """PHP overwrites a parameter by its repetition."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        """The last one wins."""
        return dict(pairs)


@variant()
class JoinsRepeatedParameters(RequestReader):
    """ASP.NET joins the values of a repeated parameter with commas."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        """All of them."""
        joined: dict[str, str] = {}
        for name, value in pairs:
            joined[name] = f"{joined[name]},{value}" if name in joined else value
        return joined


@variant()
class TakesAPlusForAPlus(RequestReader):
    """A hand-written parser knows percent-encoding (RFC 3986), and nothing of forms."""

    def pairs(self, raw: bytes) -> list[Pair]:
        """A space is `%20` only."""
        return super().pairs(raw.replace(b"+", b"%2B"))


@variant()
class ReadsParametersInLatin1(RequestReader):
    """An older Tomcat takes percent-encoded bytes for ISO-8859-1, unless URIEncoding is set."""

    def pairs(self, raw: bytes) -> list[Pair]:
        """Each byte a character."""
        return parse_qsl(raw.decode("latin-1"), keep_blank_values=True, encoding="latin-1")


@variant()
class DropsEmptyParameters(RequestReader):
    """Perl's CGI habits, and many JavaScript front-ends, take an empty parameter for none."""

    def pairs(self, raw: bytes) -> list[Pair]:
        """Without the empty ones."""
        return [(name, value) for name, value in super().pairs(raw) if value]


@variant()
class IgnoresTheQueryOfAPost(RequestReader):
    """A framework reads the parameters of a POST from its body, and only from there."""

    def query_pairs(self, scope: Scope) -> list[Pair]:
        """None of a POST."""
        return [] if scope["method"] == "POST" else super().query_pairs(scope)


@variant()
class TakesParametersInJson(RequestReader):
    """A modern framework binds JSON bodies as well as forms, and a body without a type as a form."""

    def is_form(self, headers: Headers) -> bool:
        """Any body."""
        del headers
        return True

    def form_pairs(self, body: bytes) -> list[Pair]:
        """JSON, if it is an object, else a form."""
        try:
            members = json.loads(body)
        except ValueError:
            return super().form_pairs(body)
        return [(str(name), str(value)) for name, value in members.items()] if isinstance(members, dict) else []


@variant()
class TrimsWhatPeoplePaste(RequestReader):
    """A server trims the values that people type or paste, the number and the status."""

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        """Spaces at both ends."""
        typed = ("extension", "status")
        return super().collapse([(name, value.strip(" ") if name in typed else value) for name, value in pairs])


@variant()
class TakesCredentialsFromHeaders(RequestReader):
    """A gateway's server takes key and token from headers too, and the parameters first."""

    def request(
        self, parameters: Mapping[str, str], method: str = "GET", headers: Headers = NO_HEADERS, client: str = ""
    ) -> ApiRequest:
        """As if they were parameters."""
        given = {"apiKey": headers.get("x-api-key", ""), "token": headers.get("x-token", "")}
        return super().request({**given, **parameters}, method, headers, client)


@variant()
class RefusesUnknownParameters(Rules):
    """A strict framework refuses a request with parameters that the function does not have."""

    def checks(self) -> Sequence[Check]:
        """One more, at the end."""
        return (*super().checks(), self.check_names)

    def check_names(self, request: ApiRequest) -> Refused | None:
        """Only documented names."""
        others = [name for name in request.parameters if name not in NAMES]
        return unknown("name of a", others[0]) if others else None


@variant()
class AnswersAtOtherAddressesToo(KeepCallServer):
    """IIS takes an address in any case, and with a slash at its end."""

    def routes(self) -> list[BaseRoute]:
        """More of them."""
        api = self.endpoint_class({"GET": self.api, "POST": self.api})
        return [*super().routes(), *(Route(f"/{path}", api) for path in ("verba/api/", "Verba/API", "VERBA/API"))]


@variant()
class TakesAnyMethod(KeepCallServer):
    """A servlet overrides `service`, and so carries out whatever the method is."""

    def routes(self) -> list[BaseRoute]:
        """The reference server's, for all methods; a HEAD has no content, whoever answers it."""
        api = self.endpoint_class(dict.fromkeys(("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH"), self.api))
        return [Route(API_PATH, api), *self.control.routes()]
