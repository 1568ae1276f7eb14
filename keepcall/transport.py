"""Below `requests`: connections that keep the exact bytes and stop in time.

`requests` bounds each read, never the whole answer: a server that sends one byte a second holds it for ever. Here
every byte passes a `Meter`, which knows when the answer is due and how long it may be.
"""

import http.client
import http.cookiejar
import io
import socket
import ssl
import threading
import time
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_HEAD = 1 << 20
"""Bytes of head and framing that an answer may have on top of its body; http.client bounds each line as well."""


class TooLargeError(OSError):
    """More bytes than the limits allow."""


class Meter:
    """The bounds of one exchange, and the bytes that passed.

    Args:
        seconds: until the last byte of the answer must have been read.
        max_bytes: of the body, as it comes over the wire.
        under_way: set when the request has left and the answer is waited for.

    Attributes:
        sent: the bytes of the last request.
        received: the bytes of all answers, redirects included.
        connected: whether a connection was made for it, rather than an old one used again.
    """

    def __init__(self, seconds: float, max_bytes: int, under_way: threading.Event | None = None) -> None:
        self.started = time.monotonic()
        self.sent = bytearray()
        self.received = bytearray()
        self.connected = False
        self.under_way = under_way or threading.Event()
        self._deadline = self.started + seconds
        self._limit = max_bytes + _HEAD

    def remaining(self) -> float:
        """Seconds that are left.

        Raises:
            TimeoutError: when none are.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the whole answer is over")
        return left

    def take(self, data: bytes | memoryview) -> None:
        """Notes received bytes.

        Raises:
            TooLargeError: when they are too many.
        """
        self.received += data
        if len(self.received) > self._limit:
            raise TooLargeError(f"more than {self._limit} bytes came over the wire")


_current = threading.local()


def metered(meter: Meter) -> None:
    """Makes this the meter of all that the calling thread sends and receives from now on."""
    _current.meter = meter


class _Tap(io.RawIOBase):
    """The receiving end of a socket, through the meter."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._meter: Meter = _current.meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._meter.remaining())
        count = self._raw.readinto(buffer)
        self._meter.take(memoryview(buffer)[: count or 0])
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TappedResponse(http.client.HTTPResponse):
    """An answer that is read through a tap, and that waits for the final answer (RFC 9110 section 15.2)."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Tap(self.fp.detach(), sock))
        _current.meter.under_way.set()

    def _read_status(self) -> tuple[str, int, str]:
        """Skips interim answers such as 103, which http.client takes for final ones."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 101 < status < 200:  # noqa: PLR2004
                return version, status, reason
            http.client.parse_headers(self.fp)


class _Tapped:
    """What both kinds of connection do: send through the meter, receive through a tap."""

    response_class = _TappedResponse

    def connect(self) -> None:
        _current.meter.connected = True
        super().connect()  # type: ignore[misc]

    def send(self, data: Any) -> None:
        meter: Meter = _current.meter
        sock: socket.socket | None = getattr(self, "sock", None)
        if sock is not None:
            sock.settimeout(meter.remaining())
        super().send(data)  # type: ignore[misc]
        if isinstance(data, bytes):
            meter.sent += data


class _TappedHTTP(_Tapped, HTTPConnection):  # type: ignore[misc]
    pass


class _TappedHTTPS(_Tapped, HTTPSConnection):  # type: ignore[misc]
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _TappedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _TappedHTTPS


class TappedAdapter(HTTPAdapter):
    """An adapter for `requests` with tapped connections, that trusts the system's certificates or one CA file.

    Args:
        ca_file: certificates to trust instead of the system's; empty for the system's.

    Raises:
        OSError: when the file cannot be read or holds no certificate (`ssl.SSLError` is one).
    """

    def __init__(self, ca_file: str = "", connections: int = 16) -> None:
        self._context = ssl.create_default_context(cafile=ca_file or None)
        super().__init__(pool_connections=4, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Called by `requests`."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self._tap(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> urllib3.ProxyManager:
        """Called by `requests` where a proxy stands between."""
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        self._tap(manager)
        return manager

    def cert_verify(self, *_: Any) -> None:
        """The context verifies; `requests` would add its own list of authorities."""

    @staticmethod
    def _tap(manager: urllib3.PoolManager) -> None:
        manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def bare_session(adapter: HTTPAdapter) -> requests.Session:
    """A session that adds nothing of its own: no cookies, no .netrc, no environment."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    session.cookies.set_policy(_NoCookies())
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _NoCookies(http.cookiejar.DefaultCookiePolicy):
    """Keeps no cookie: each request stands for itself, and thousands of them do no harm."""

    def set_ok(self, cookie: Any, request: Any) -> bool:
        """Never."""
        del cookie, request
        return False
