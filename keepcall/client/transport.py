"""Below `requests`: connections that keep the exact bytes and stop in time.

`requests` bounds each read, never the whole answer: a server that sends one byte a second holds it for ever. Here
every byte passes a `ExchangeLimits`, which knows when the answer is due and how long it may be.
"""

import io
import logging
import re
import socket
from string import printable
from typing import Any
from urllib.parse import quote

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import BaseHTTPResponse

from keepcall.client.limits import ExchangeLimits, current
from keepcall.client.response_head import StrictResponse
from keepcall.client.route import Route
from keepcall.client.trust import context_of

_UNTOUCHED = "".join(set(printable) - set(" \t\r\n\v\f"))
"""Characters of an address that http.client can send."""

_ORIGIN = re.compile(r"[A-Za-z]+://[^/?#]*")
"""Scheme, host and port of an address."""

# urllib3 would write addresses into somebody's log, API key and token included.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class _Tap(io.RawIOBase):
    """The receiving end of a socket, through the meter."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._meter: ExchangeLimits = current()
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.ended:
            return 0
        self._sock.settimeout(self._meter.remaining())
        count = self._raw.readinto(buffer)
        self._meter.take(memoryview(buffer)[: count or 0])
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TappedResponse(StrictResponse):
    """An answer that is read through a tap."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._tap = _Tap(self.fp.detach(), sock)
        self._whole = True
        self.fp = io.BufferedReader(self._tap)
        current().under_way.set()

    def close(self) -> None:
        """Called where the answer is of no more interest, and may not have been read to its end."""
        self._whole = False
        super().close()

    def _close_conn(self) -> None:
        """Called at the end of the answer: what has come behind it belongs to no request (RFC 9112 section 9.2)."""
        self._tap.ended = True
        if self._whole and not self.will_close and self.fp.peek():
            current().leftover = True
        super()._close_conn()  # type: ignore[misc]


class _Tapped:
    """What both kinds of connection do: send through the meter, receive through a tap."""

    response_class = _TappedResponse

    def connect(self) -> None:
        current().connected = True
        super().connect()  # type: ignore[misc]

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """With the target as it was spelled: urllib3 would write `%2d` as `%2D`, and some `%` as `%25`."""
        exact = quote(current().url, safe=_UNTOUCHED)
        super().putrequest(method, exact if "://" in url else _target(exact), *args, **kwargs)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        meter: ExchangeLimits = current()
        sock: socket.socket | None = getattr(self, "sock", None)
        if sock is not None:
            sock.settimeout(meter.remaining())
            meter.sock = sock
        super().send(data)  # type: ignore[misc]
        if isinstance(data, bytes):
            meter.sent += data


def _target(url: str) -> str:
    """Path and query of an address (RFC 9112 section 3.2.1), as they stand there."""
    start = re.search(r"[/?]", url[url.index("://") + 3 :])
    target = url[url.index("://") + 3 + start.start() :] if start else ""
    return target if target.startswith("/") else f"/{target}"


class _TappedHTTP(_Tapped, HTTPConnection):  # type: ignore[misc]
    pass


class _TappedHTTPS(_Tapped, HTTPSConnection):  # type: ignore[misc]
    pass


class _Fresh:
    """What both kinds of pool do: give a connection that is new where the meter demands one, never a spoiled one."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)  # type: ignore[misc]
        if current().fresh:
            connection.close()  # it connects again when it is used
        return connection

    def _put_conn(self, connection: Any) -> None:
        if connection and current().leftover:
            connection.close()
        super()._put_conn(connection)  # type: ignore[misc]


class _HTTPPool(_Fresh, HTTPConnectionPool):
    ConnectionCls = _TappedHTTP


class _HTTPSPool(_Fresh, HTTPSConnectionPool):
    ConnectionCls = _TappedHTTPS


class TappedAdapter(HTTPAdapter):
    """An adapter of `requests` with tapped connections, that goes one route and trusts whom that trusts.

    It is used without a session, which would add cookies, a .netrc and the environment, and follow redirects: here
    each request stands for itself.

    Args:
        route: to the one origin that it is for.
        connections: how many are kept at the most.

    Raises:
        UsageError: when the authorities of the route cannot be used.
    """

    def __init__(self, route: Route, connections: int = 16) -> None:
        self.route = route
        self._context = context_of(route.trust) if route.trust else None
        self._proxies = {"all": route.proxy.address} if route.proxy else {}
        self._latest: tuple[str, Any] = "", None
        super().__init__(pool_connections=4, pool_maxsize=connections, max_retries=0)

    def sent(self, request: requests.PreparedRequest, seconds: float) -> requests.Response:
        """The head of the answer to a request, whose body is still to be read.

        Args:
            request: complete.
            seconds: for the connection, and for each read; the meter bounds them all.
        """
        return self.send(request, stream=True, timeout=(seconds, seconds), verify=True, proxies=self._proxies)

    def connect(self, request: requests.PreparedRequest) -> None:
        """Makes a connection for a request, through the proxy and with TLS where these belong to it, and keeps it.

        Raises:
            Exception: of the same kinds as `sent`, where nobody can be reached.
        """
        pool = self.get_connection_with_tls_context(request, verify=True, proxies=self._proxies)
        connection = pool._get_conn()  # noqa: SLF001 - as its `urlopen` does before it sends
        connection.timeout = current().remaining()
        try:
            if pool.proxy:
                pool._prepare_proxy(connection)  # noqa: SLF001 - a tunnel, where there has to be one
            if connection.is_closed:
                connection.connect()
        except OSError as error:
            connection.close()
            if connection.proxy and not connection.has_connected_to_proxy:
                raise urllib3.exceptions.ProxyError("no way through the proxy", error) from error
            raise
        pool._put_conn(connection)  # noqa: SLF001

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Called by `requests`."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self._tap(self.poolmanager)

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """Called by `requests`; without a proxy the connection knows the target better (`_Tapped.putrequest`)."""
        return super().request_url(request, proxies) if proxies else "/"

    def get_connection_with_tls_context(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Called by `requests`, which would look through the whole address of each request to the same server."""
        found = _ORIGIN.match(request.url or "")
        origin = found[0] if found else ""
        known, pool = self._latest
        if known != origin or not origin:
            pool = super().get_connection_with_tls_context(request, *args, **kwargs)
            self._latest = origin, pool
        return pool

    def close(self) -> None:
        """Ends the connections."""
        self._latest = "", None
        super().close()

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> urllib3.ProxyManager:
        """Called by `requests` where a proxy stands between."""
        more = {"proxy_ssl_context": self._context} if proxy.startswith("https:") else {}
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, ssl_context=self._context, **more, **kwargs)
        if proxy.startswith("socks"):
            self._tap_socks(manager)
        else:
            self._tap(manager)
        return manager

    def build_response(self, req: requests.PreparedRequest, resp: BaseHTTPResponse) -> requests.Response:
        """Called by `requests`, which would look for cookies, and guess at a charset."""
        response = requests.Response()
        response.status_code, response.reason = resp.status, resp.reason or ""
        response.request, response.raw, response.url = req, resp, req.url or ""
        return response

    def cert_verify(self, *_: Any) -> None:
        """The context verifies; `requests` would add its own list of authorities."""

    @staticmethod
    def _tap(manager: urllib3.PoolManager) -> None:
        manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    @staticmethod
    def _tap_socks(manager: urllib3.PoolManager) -> None:
        from urllib3.contrib import socks  # noqa: PLC0415 - its library is there for those alone who need it

        class TappedSOCKS(_Tapped, socks.SOCKSConnection):  # type: ignore[misc]
            pass

        class TappedSOCKSWithTLS(_Tapped, socks.SOCKSHTTPSConnection):  # type: ignore[misc]
            pass

        class Pool(_Fresh, HTTPConnectionPool):
            ConnectionCls = TappedSOCKS

        class PoolWithTLS(_Fresh, HTTPSConnectionPool):
            ConnectionCls = TappedSOCKSWithTLS

        manager.pool_classes_by_scheme = {"http": Pool, "https": PoolWithTLS}
