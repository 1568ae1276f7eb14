"""The embedded reference server as a target: what `keepcall run` takes where none is named."""

from collections.abc import Iterator
from contextlib import contextmanager

from keepcall.server.app import KeepCallServer
from keepcall.server.serve import RunningServer
from keepcall.target import Claims, Credentials, LabSettings, Limits, Secret, Target

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
