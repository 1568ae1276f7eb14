"""HTTP statuses: of refusals any that is not for proxies, of grants any from 200 to 299 that goes with content."""

from collections.abc import Mapping

from starlette.responses import Response

from keepcall.server.answers import Answers
from keepcall.server.outcome import Code, Granted, Outcome, Refused
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import variant

BLAMES_ITSELF = "KC-HTTP-07"

REFUSALS = {
    400: "A Spring controller takes every wrong parameter for a bad request.",
    401: "A server asks for credentials by HTTP whenever it refuses anything.",
    403: "A server forbids what it does not do.",
    404: "A REST programmer has not found what was asked for, and so for everything.",
    405: "A server allows no method on a call that does not allow it.",
    409: "A server takes everything that is in the way for a conflict with the state of the call.",
    410: "A server tells that the call has gone from the buffer for good.",
    422: "A Rails programmer understands the request, and cannot process it.",
    300: "A server offers a choice, and no address to choose.",
    499: "A server makes up a status of its own, which clients take for 400 (RFC 9110, section 15).",
    500: "A servlet throws an exception for each refusal, and a handler turns it into the documented answer.",
    501: "A server has not implemented what it refuses.",
    502: "A server is itself a gateway to the recorder, whose refusals it takes for bad answers.",
    503: "A server calls itself unavailable, but does not say until when.",
}

GRANTS = {
    201: "A REST programmer has created a mark, and tells where.",
    202: "A server has accepted the request, and hands it on to the recorder.",
    203: "A proxy has changed the server's answer on its way, and says so.",
    299: "A server makes up a status of its own, which clients take for 200 (RFC 9110, section 15).",
}


class StatusOfRefusals(Answers):
    """Another status for refusals, with the headers that HTTP asks for beside some of them."""

    status = 200

    def status_code(self, request: ApiRequest, outcome: Outcome) -> int:
        """Of a refusal."""
        return self.status_of(outcome) if isinstance(outcome, Refused) else super().status_code(request, outcome)

    def status_of(self, refused: Refused) -> int:  # noqa: ARG002 (for overrides)
        """The same for all."""
        return self.status

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        """With two challenges (RFC 9110, section 11.6.1), or with the methods that there are (section 10.2.1)."""
        response = super().response(request, outcome)
        if response.status_code == 401:  # noqa: PLR2004 (Unauthorized)
            response.headers.append("www-authenticate", 'Basic realm="verba", charset="UTF-8"')
            response.headers.append("www-authenticate", "Negotiate")
        if response.status_code == 405:  # noqa: PLR2004 (Method Not Allowed)
            response.headers["allow"] = "GET, POST"
        return response


class AnotherSuccess(Answers):
    """One status for all grants."""

    status = 200

    def status_code(self, request: ApiRequest, outcome: Outcome) -> int:
        """Of a grant."""
        return self.status if isinstance(outcome, Granted) else super().status_code(request, outcome)

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        """With an address, which is no redirect outside of 3xx (RFC 9110, section 10.2.2)."""
        response = super().response(request, outcome)
        if isinstance(outcome, Granted):
            response.headers["location"] = "/verba/marks/17"
        return response


for _status, _story in REFUSALS.items():
    _remarks = [BLAMES_ITSELF] if _status >= 500 else []  # noqa: PLR2004 (the server errors)
    variant(*_remarks, name=f"refuses_with_{_status}", story=_story)(
        type(f"RefusesWith{_status}", (StatusOfRefusals,), {"status": _status})
    )

for _status, _story in GRANTS.items():
    variant(name=f"grants_with_{_status}", story=_story)(
        type(f"GrantsWith{_status}", (AnotherSuccess,), {"status": _status})
    )


@variant()
class HasAStatusForEachRefusal(StatusOfRefusals):
    """A REST programmer looks for the best status of each refusal."""

    statuses: Mapping[int, int] = {
        Code.NOT_FOUND: 404,
        Code.MORE_THAN_ONE: 409,
        Code.INVALID_API_KEY: 403,
        Code.INVALID_TOKEN: 401,
        Code.INVALID_ACTION: 405,
    }

    def status_of(self, refused: Refused) -> int:
        """By its code."""
        return self.statuses.get(refused.code, 400)
