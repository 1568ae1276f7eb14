"""A lab that puts calls into an embedded server without HTTP: for whoever is about the API, not about the lab."""

from datetime import UTC, datetime

from keepcall.call import Call, from_json
from keepcall.errors import LabError
from keepcall.lab.arranging import ArrangingLab
from keepcall.server import KeepCallServer
from keepcall.server.call import read_call


class DirectLab(ArrangingLab):
    """The store of an embedded server as a lab."""

    reads_back = True

    def __init__(self, server: KeepCallServer) -> None:
        super().__init__()
        self._store = server.store

    def put(self, call: Call) -> Call:
        """Places the call."""
        self._store.put(read_call(call.as_json(), datetime.now(UTC)))
        return call

    def read(self, call: Call) -> Call:
        """The call as it is now."""
        found = self._store.get(call.call_id)
        if found is None:
            raise LabError(f"the call {call.call_id} has gone from the store", "Nobody but the lab removes calls.")
        return from_json(found.to_json())

    def remove(self, call: Call) -> None:
        """Takes the call away."""
        self._store.delete(call.call_id)
