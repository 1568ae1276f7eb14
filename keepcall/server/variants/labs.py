"""Labs that keep to the control protocol in their own way."""

from datetime import datetime, timedelta, timezone

from starlette.routing import BaseRoute, Route

from keepcall.server.call import Call, InvalidCallError
from keepcall.server.control import LabControl
from keepcall.server.endpoint import Endpoint
from keepcall.server.variants.table import variant

BUDAPEST = timezone(timedelta(hours=1))


@variant()
class HasALabInAnotherZone(LabControl):
    """A lab adapter writes times as its clock on the wall has them, with their offset, and members of its own."""

    created = 200

    def told(self, call: Call) -> dict[str, object]:
        """Times with `+01:00`, to the microsecond."""
        told = super().told(call)
        for name in ("startTime", "endTime"):
            if moment := told.get(name):
                told[name] = (
                    datetime.fromisoformat(str(moment)).astimezone(BUDAPEST).isoformat(timespec="microseconds")
                )
        return {**told, "node": "rec-2", "tags": []}


@variant()
class HasALabThatWritesIdsInCapitals(LabControl):
    """A lab adapter asks the recorder's SQL Server, which writes GUIDs in capital letters."""

    def told(self, call: Call) -> dict[str, object]:
        """The ID, too."""
        return {**super().told(call), "callID": call.call_id.upper()}


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

    def understood(self, document: object) -> Call:
        """Of a call to come it says what it thinks."""
        if isinstance(document, dict) and document.get("state") == "upcoming":
            raise InvalidCallError("state: ongoing or finished")
        return super().understood(document)


@variant()
class HasALabWhoseCallsBeginAtOnce(LabControl):
    """A lab adapter dials whatever it is handed, and looks at no state but that of a call that is over."""

    def understood(self, document: object) -> Call:
        """A call to come is there now."""
        if isinstance(document, dict) and document.get("state") == "upcoming":
            document = {**document, "state": "ongoing"}
        return super().understood(document)
