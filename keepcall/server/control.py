"""The lab control protocol: how a lab brings calls into a state, and reads them back."""

import json
from importlib.metadata import version

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope

from keepcall.server.call import Call, InvalidCallError, read_call
from keepcall.server.endpoint import Endpoint
from keepcall.server.request import RequestReader
from keepcall.server.store import Store

IMPLEMENTATION = "KeepCall reference server"


class LabControl:
    """Answers the lab's requests, in JSON. It is not part of KeepCall, and needs no API key."""

    created = 201
    """The status for a call that is stored."""

    def __init__(self, store: Store, reader: RequestReader) -> None:
        self.store = store
        self.reader = reader

    def routes(self) -> list[BaseRoute]:
        """The protocol's resources."""
        return [
            Route("/lab/health", Endpoint({"GET": self.health})),
            Route("/lab/calls", Endpoint({"POST": self.put})),
            Route("/lab/calls/{call_id}", Endpoint({"GET": self.get, "DELETE": self.delete})),
        ]

    async def health(self, scope: Scope, receive: Receive) -> Response:  # noqa: ARG002 (as any handler)
        """What runs here."""
        return JSONResponse({"implementation": IMPLEMENTATION, "version": version("keepcall-conformance")})

    async def put(self, scope: Scope, receive: Receive) -> Response:  # noqa: ARG002 (as any handler)
        """Store a call, new or known."""
        body = await self.reader.body(receive)
        try:
            call = self.understood(self.document(body))
        except InvalidCallError as error:
            return self.error(400, str(error))
        self.store.put(call)
        stored = self.store.get(call.call_id) or call
        return JSONResponse(self.told(stored), status_code=self.created)

    async def get(self, scope: Scope, receive: Receive) -> Response:  # noqa: ARG002 (as any handler)
        """The call as it is now."""
        call = self.store.get(scope["path_params"]["call_id"])
        return self.error(404, "there is no such call") if call is None else JSONResponse(self.told(call))

    async def delete(self, scope: Scope, receive: Receive) -> Response:  # noqa: ARG002 (as any handler)
        """Forget the call, if it is there."""
        self.store.delete(scope["path_params"]["call_id"])
        return Response(status_code=204)

    def understood(self, document: object) -> Call:
        """The call that a document describes."""
        return read_call(document, self.store.clock())

    def told(self, call: Call) -> dict[str, object]:
        """The document that describes a call."""
        return {**call.to_json()}

    @staticmethod
    def document(body: bytes) -> object:
        """The JSON that the body holds."""
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise InvalidCallError(f"the body is not JSON: {error}") from error

    @staticmethod
    def error(status: int, message: str) -> Response:
        """What is wrong, for the lab's author to read."""
        return JSONResponse({"error": message}, status_code=status)
