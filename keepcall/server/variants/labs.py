"""Labs that keep to the control protocol in their own way."""

import json
from datetime import datetime, timedelta, timezone

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope

from keepcall.server.call import read_call
from keepcall.server.control import LabControl
from keepcall.server.endpoint import Endpoint
from keepcall.server.variants.table import variant

BUDAPEST = timezone(timedelta(hours=1))


@variant()
class HasALabInAnotherZone(LabControl):
    """A lab adapter writes times as its clock on the wall has them, with their offset, and members of its own."""

    async def put(self, scope: Scope, receive: Receive) -> Response:
        """The call as stored, with status 200."""
        return self.in_budapest(await super().put(scope, receive))

    async def get(self, scope: Scope, receive: Receive) -> Response:
        """The call as it is."""
        return self.in_budapest(await super().get(scope, receive))

    @staticmethod
    def in_budapest(response: Response) -> Response:
        """Times with `+01:00`, to the microsecond."""
        call = json.loads(bytes(response.body))
        for name in ("startTime", "endTime"):
            if call.get(name):
                moment = datetime.fromisoformat(call[name]).astimezone(BUDAPEST)
                call[name] = moment.isoformat(timespec="microseconds")
        return JSONResponse({**call, "node": "rec-2", "tags": []}, min(response.status_code, 200))


@variant()
class HasALabThatWritesIdsInCapitals(LabControl):
    """A lab adapter asks the recorder's SQL Server, which writes GUIDs in capital letters."""

    async def put(self, scope: Scope, receive: Receive) -> Response:
        """The call as stored."""
        return self.in_capitals(await super().put(scope, receive))

    async def get(self, scope: Scope, receive: Receive) -> Response:
        """The call as it is."""
        return self.in_capitals(await super().get(scope, receive))

    @staticmethod
    def in_capitals(response: Response) -> Response:
        """The ID."""
        call = json.loads(bytes(response.body))
        return JSONResponse({**call, "callID": call.get("callID", "").upper()}, response.status_code)


@variant()
class HasALabThatCannotReadBack(LabControl):
    """A lab adapter places calls, and has no access to the recorder's database."""

    def routes(self) -> list[BaseRoute]:
        """No GET."""
        return [
            Route("/lab/health", Endpoint({"GET": self.health})),
            Route("/lab/calls", Endpoint({"POST": self.put})),
            Route("/lab/calls/{call_id}", Endpoint({"DELETE": self.delete})),
        ]


@variant()
class HasALabThatKnowsCallsOnceTheyBegin(LabControl):
    """A lab adapter sends INVITEs, and has no word for a call that nobody has dialled yet."""

    async def put(self, scope: Scope, receive: Receive) -> Response:  # noqa: ARG002 (as any handler)
        """Of a call to come it says what it thinks."""
        call = self.document(await self.reader.body(receive))
        if isinstance(call, dict) and call.get("state") == "upcoming":
            return self.error(400, "state: ongoing or finished")
        return await self.placed(call)

    async def placed(self, call: object) -> Response:
        """Any other one is stored."""
        stored = read_call(call, self.store.clock())
        self.store.put(stored)
        return JSONResponse(stored.to_json(), status_code=201)


@variant()
class HasALabWhoseCallsBeginAtOnce(HasALabThatKnowsCallsOnceTheyBegin):
    """A lab adapter dials whatever it is handed, and looks at no state but that of a call that is over."""

    async def put(self, scope: Scope, receive: Receive) -> Response:  # noqa: ARG002 (as any handler)
        """A call to come is there now."""
        call = self.document(await self.reader.body(receive))
        if isinstance(call, dict) and call.get("state") == "upcoming":
            call = {**call, "state": "ongoing"}
        return await self.placed(call)
