"""The embedded reference server as a target: what `keepcall run` takes where none is named."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from keepcall.contract.call import Call, from_json
from keepcall.contract.target import Claims, Credentials, LabSettings, Limits, Secret, Target
from keepcall.errors import LabError
from keepcall.lab.placing import PlacingLab
from keepcall.server.app import KeepCallServer
from keepcall.server.call import read_call
from keepcall.server.serve import RunningServer

NAME = "reference server"


def target_of(server: RunningServer) -> Target:
    """The running server as a target that claims everything."""
    settings = server.settings
    credentials = Credentials(
        api_key=Secret(settings.api_key),
        token=Secret(settings.token),
        expired_token=Secret(settings.expired_token),
        open_api_key=Secret(settings.open_api_key),
        other_api_key=Secret(settings.other_api_key),
        other_token=Secret(settings.other_token),
    )
    lab = LabSettings(kind="http", url=server.lab_url)
    return Target(NAME, server.url, credentials, Claims(), lab, Limits())


@contextmanager
def embedded_target() -> Iterator[Target]:
    """A fresh reference server on a free port, with credentials of its own."""
    with RunningServer(KeepCallServer()) as server:
        yield target_of(server)


class DirectLab(PlacingLab):
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
