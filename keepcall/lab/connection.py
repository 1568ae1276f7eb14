"""Requests to a lab: three of four that a run sends go there, so nothing stands between them and http.client."""

import http.client
import os
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from functools import partial
from typing import cast
from urllib.parse import quote, urlsplit

from urllib3.util import wait_for_read

from keepcall.client.content_coding import decode
from keepcall.client.response_head import StrictResponse
from keepcall.client.trust import lab_context_of, trust_of

_MOST = 1 << 24
"""Bytes of an answer after decompression; a call has three hundred."""

_DEAD = (http.client.RemoteDisconnected, ConnectionError)
"""How a connection fails that the other side has closed meanwhile."""

_PLAIN = "/%:@!$&'()*+,;=~"
"""What a path may hold as it stands (RFC 3986 section 3.3)."""


class _Connection(http.client.HTTPConnection):
    response_class = StrictResponse


class _SecuredConnection(http.client.HTTPSConnection):
    response_class = StrictResponse


class LabConnection:
    """Connections to one address, each kept for the next request. Threads may share it.

    They are direct: a lab is the tester's own, and no variable sends them through a proxy.

    Args:
        url: the base address, `http` or `https`.
        timeout: seconds for the connection, and for each read.
        ca_file: certificates to trust beside the system's; empty for those that the environment names, if any.

    Raises:
        UsageError: when the file of certificates cannot be used.
    """

    def __init__(self, url: str, timeout: float, ca_file: str = "") -> None:
        parts = urlsplit(url)
        self._path = quote(parts.path.rstrip("/"), safe=_PLAIN)
        self._open: Callable[[], http.client.HTTPConnection] = partial(
            _Connection, parts.hostname or "", parts.port, timeout=timeout
        )
        if parts.scheme == "https":
            context = lab_context_of(trust_of(ca_file, os.environ))
            self._open = partial(
                _SecuredConnection, parts.hostname or "", parts.port, timeout=timeout, context=context
            )
        self._idle = deque[http.client.HTTPConnection]()
        weakref.finalize(self, _close, self._idle)  # whoever reads back by a line has nobody to close it

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer.

        Where an old connection turns out to be dead, GET and DELETE are asked once more (RFC 9110 section 9.2.2). A
        POST is not: it would place a call anew that the target may have acted on already.

        Raises:
            OSError: when there is no answer.
            http.client.HTTPException: when it is no HTTP.
            ValueError: when it is not in the coding that it claims.
        """
        connection = self._alive()
        if connection is None:
            return self._asked(self._open(), method, path, body, headers)
        try:
            return self._asked(connection, method, path, body, headers)
        except _DEAD:
            if method == "POST":
                raise
            return self._asked(self._open(), method, path, body, headers)

    def _alive(self) -> http.client.HTTPConnection | None:
        """A connection that is kept, and that the other side has not closed as far as can be seen."""
        with suppress(IndexError):
            while connection := self._idle.pop():
                if connection.sock is None or not wait_for_read(connection.sock, timeout=0):
                    return connection
                connection.close()
        return None

    def _asked(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> tuple[int, bytes]:
        try:
            connection.request(method, self._path + path, body, headers)
            with closing(cast(StrictResponse, connection.getresponse())) as answer:
                content = answer.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)  # one that is to be closed opens again by itself
        return answer.status, decode(content, answer.value("content-encoding"), _MOST)

    def close(self) -> None:
        """Ends the connections."""
        _close(self._idle)


def _close(connections: deque[http.client.HTTPConnection]) -> None:
    while connections:
        connections.pop().close()
