"""An HTTP request as KeepCall sees it: a method and named texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

FORM = "application/x-www-form-urlencoded"
MAX_BODY = 1024 * 1024

NO_HEADERS = Headers()

Pair = tuple[str, str]


class BodyTooLargeError(Exception):
    """The request's body is larger than anything this API has a use for."""


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One request. A parameter that is missing is the empty text: empty counts as missing (KC-SEL-10, KC-STA-08)."""

    action: str = ""
    api_key: str = ""
    token: str = ""
    response_type: str = ""
    call_id: str = ""
    extension: str = ""
    status: str = ""
    type: str = ""
    unmark: str = ""
    user_name: str = ""
    password: str = ""

    method: str = "GET"
    parameters: Mapping[str, str] = field(default_factory=dict)
    """All of them, known or not, by the names that they have on the wire."""
    headers: Headers = field(default_factory=Headers)
    client: str = ""
    """The address that the request comes from."""

    @property
    def is_manual_record(self) -> bool:
        """Whether a controlled call's recording is meant, not the on-demand mark."""
        return self.type == "manualRecord"

    @property
    def is_unmark(self) -> bool:
        """Whether the opposite of a keep is asked for."""
        return self.unmark == "1"


class RequestReader:
    """Reads the request from the wire."""

    async def read(self, scope: Scope, receive: Receive) -> ApiRequest:
        """The request with its parameters: of a GET in the query, of a POST in query and form (KC-HTTP-01, -02)."""
        headers = Headers(scope=scope)
        pairs = self.query_pairs(scope)
        if scope["method"] == "POST" and self.is_form(headers):
            pairs += self.form_pairs(await self.body(receive))
        client = scope.get("client") or ("",)
        return self.request(self.collapse(pairs), scope["method"], headers, client[0])

    def request(
        self, parameters: Mapping[str, str], method: str = "GET", headers: Headers = NO_HEADERS, client: str = ""
    ) -> ApiRequest:
        """The request that these parameters make. Names are taken exactly."""
        value = parameters.get
        return ApiRequest(
            action=value("action", ""),
            api_key=value("apiKey", ""),
            token=value("token", ""),
            response_type=value("responseType", ""),
            call_id=value("callID", ""),
            extension=value("extension", ""),
            status=value("status", ""),
            type=value("type", ""),
            unmark=value("unmark", ""),
            user_name=value("userName", ""),
            password=value("password", ""),
            method=method,
            parameters=parameters,
            headers=headers,
            client=client,
        )

    def query_pairs(self, scope: Scope) -> list[Pair]:
        """The parameters in the query string, in the order of the request."""
        return self.pairs(scope["query_string"])

    def form_pairs(self, body: bytes) -> list[Pair]:
        """The parameters in the form body, in the order of the request."""
        return self.pairs(body)

    def is_form(self, headers: Headers) -> bool:
        """Whether the body is a form; bodies of other types are left alone."""
        return headers.get("content-type", "").partition(";")[0].strip().lower() == FORM

    def pairs(self, raw: bytes) -> list[Pair]:
        """Names and values, decoded as UTF-8 like any form (KC-HTTP-04; WHATWG URL, 5.1)."""
        return parse_qsl(raw.decode(errors="replace"), keep_blank_values=True, errors="replace")

    def collapse(self, pairs: Sequence[Pair]) -> dict[str, str]:
        """One value a name, in any order of names (KC-HTTP-05). The first wins where a name is repeated."""
        return dict(reversed(pairs))

    async def body(self, receive: Receive) -> bytes:
        """The whole body."""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > MAX_BODY:
                raise BodyTooLargeError
        return bytes(body)
