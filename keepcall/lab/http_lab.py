"""The `http` lab: the lab control protocol, spoken to the target or to an adapter beside it."""

import json
from functools import cached_property
from http.client import HTTPException
from urllib.parse import quote

from keepcall.contract.call import Call, CallSpec, from_json
from keepcall.contract.operation import KEEP
from keepcall.contract.outcomes import NotTested
from keepcall.errors import LabError
from keepcall.lab.connection import LabConnection
from keepcall.lab.placing import PlacingLab
from keepcall.shutdown import SHUTDOWN

_GONE_AFTER = 3
"""Requests in a row without an answer after which the lab has gone: a run must not wait for each one after them."""

_SHOWN = 1_000
"""Characters of an answer that an error quotes."""

_CANNOT = (405, 422, 501)
"""Statuses by which a lab says that it works, and does not offer this."""

_REFUSED = range(400, 500)


class HttpLab(PlacingLab):
    """A client of the lab control protocol.

    Args:
        url: the protocol's base address.
        timeout: seconds for each answer.
        ca_file: certificates to trust beside the system's.
    """

    def __init__(self, url: str, timeout: float = 10.0, ca_file: str = "") -> None:
        super().__init__()
        self._url = url.rstrip("/")
        self._silences = 0
        self._line = LabConnection(url, timeout, ca_file)

    def close(self) -> tuple[str, ...]:
        """Ends the connections."""
        self._line.close()
        return ()

    @cached_property
    def reads_back(self) -> bool:
        """Whether a call that was just placed can be read: asked once, with a call of its own."""
        call = self.number([CallSpec()], KEEP).call
        try:
            status, _ = self._ask("GET", f"/calls/{quote(call.call_id)}")
            if status in {200, 404, *_CANNOT}:
                return status == 200  # noqa: PLR2004
            raise LabError(
                f"the lab answered {status} when a call was read back: GET {self._url}/calls/<callID>",
                "A lab answers 200 with the call, or 404 or 405 where it cannot read calls back.",
            )
        finally:
            self.remove(call)

    def health(self) -> dict[str, object]:
        """What the lab says of itself: `{"implementation": …, "version": …}`.

        Raises:
            LabError: when it is not there, or does not speak the protocol.
        """
        status, data = self._ask("GET", "/health")
        if status != 200 or not isinstance(data, dict):  # noqa: PLR2004
            raise LabError(
                f"the lab at {self._url} answered {status} to GET /health",
                "Give the base address of the lab control protocol; /health must answer 200 with a JSON object.",
            )
        return data

    def put(self, call: Call) -> Call:
        """Places the call (`POST /calls`) and takes it as stored."""
        status, data = self._ask("POST", "/calls", call.as_json())
        if status in _CANNOT or (call.state == "upcoming" and status in _REFUSED):
            raise NotTested(f"the lab cannot place this call ({status}): {call.in_words()}")
        if status not in {200, 201}:
            raise LabError(
                f"the lab answered {status} to POST {self._url}/calls: {_quoted(data)}",
                "A lab answers 201 with the call as stored; see its own log for why it did not.",
            )
        return self._call(data, "POST /calls")

    def read(self, call: Call) -> Call:
        """The call as it is now (`GET /calls/<callID>`)."""
        status, data = self._ask("GET", f"/calls/{quote(call.call_id)}")
        if status != 200:  # noqa: PLR2004
            raise LabError(
                f"the lab answered {status} to GET {self._url}/calls/{call.call_id}, a call that it had stored",
                "A call must be readable until the suite removes it.",
            )
        return self._call(data, "GET /calls/<callID>")

    def remove(self, call: Call) -> None:
        """Takes the call away (`DELETE /calls/<callID>`); where the lab cannot, it stays, and nobody asks for it."""
        status, _ = self._ask("DELETE", f"/calls/{quote(call.call_id)}")
        if status not in {200, 202, 204, 404, 410, *_CANNOT}:
            raise LabError(
                f"the lab answered {status} to DELETE {self._url}/calls/{call.call_id}",
                "Remove the call by hand; a lab answers 204.",
            )

    def _call(self, data: object, request: str) -> Call:
        try:
            return from_json(data)
        except ValueError as error:
            raise LabError(
                f"the lab's answer to {request} is not a call: {error}", "See schemas/call.schema.json."
            ) from error

    def _ask(self, method: str, path: str, body: dict[str, object] | None = None) -> tuple[int, object]:
        SHUTDOWN.beat()
        if self._silences >= _GONE_AFTER:
            raise LabError(f"the lab at {self._url} is asked no more: it did not answer {_GONE_AFTER} times in a row")
        payload = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            status, text = self._line.ask(method, path, payload, headers)
        except (HTTPException, OSError, ValueError) as error:
            self._silences += 1
            raise LabError(
                f"the lab at {self._url} did not answer {method} {path}: {error}",
                "Is the lab running, and is its address right?",
            ) from error
        self._silences = 0
        try:
            return status, json.loads(text) if text.strip() else None
        except (ValueError, RecursionError):
            return status, text.decode("utf-8", "replace")


def _quoted(data: object) -> str:
    """What a lab said, for an error; whoever tells it masks it, for which a cut has to be marked by an ellipsis."""
    text = json.dumps(data, ensure_ascii=False)
    return f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text
