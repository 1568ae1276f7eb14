"""The ASGI end of a handler: which methods it has, and what happens when it breaks."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from keepcall.server.request import BodyTooLargeError

Handler = Callable[[Scope, Receive], Awaitable[Response]]

log = logging.getLogger("keepcall.server")


class Endpoint:
    """Handlers by HTTP method. Whatever goes wrong in one is logged here and never reaches the client (KC-ANY-03)."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self.handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self.handler(scope["method"])(scope, receive)
        except ClientDisconnect:
            return
        except BodyTooLargeError:
            response = PlainTextResponse("Content Too Large", 413, {"connection": "close"})
        except Exception:
            log.exception("%s %s broke the server", scope["method"], scope["path"])
            response = PlainTextResponse("Internal Server Error", 500)
        await response(scope, receive, send)

    def handler(self, method: str) -> Handler:
        """Who answers requests of this method."""
        return self.handlers.get(method, self.not_allowed)

    async def not_allowed(self, scope: Scope, receive: Receive) -> Response:  # noqa: ARG002 (as any handler)
        """The answer to any other method (RFC 9110, section 15.5.6)."""
        return PlainTextResponse("Method Not Allowed", 405, {"allow": ", ".join(self.handlers)})
