"""Warnings are errors here; and servers that say what a test tells them to, byte by byte."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BufferedReader
from typing import Any, Self

import pytest

from keepcall.client.client import Client, ClientSettings
from keepcall.contract.redaction import Redactor

Script = Iterable[bytes | float]
"""What a server says to one request: bytes to send, seconds to be silent."""

_LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)


def pytest_configure(config: pytest.Config) -> None:
    """A warning fails a test of ours; `pytest suites`, which a tester calls, is to die of none, whoever warns."""
    config.addinivalue_line("filterwarnings", "error")


class RawServer:
    """A TCP server on a free port; it notes what it gets, and nothing of it outlives its `with` block.

    Args:
        answer: the script for a request, which it gets as it came over the wire.
        keeps_alive: whether a connection goes on after a script has come to its end.
        tls: for connections that are secured.
    """

    def __init__(
        self, answer: Callable[[bytes], Script], *, keeps_alive: bool = True, tls: ssl.SSLContext | None = None
    ) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._answer = answer
        self._keeps_alive = keeps_alive
        self._kept = 0
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ended = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/verba/api"

    def keeps_alive_for(self, requests: int) -> None:
        """So many requests do not end their connections."""
        self._kept = requests

    def targets(self) -> list[str]:
        """Method and target of each request."""
        return [request.split(b" HTTP/", 1)[0].decode() for request in self.requests]

    def refuse(self) -> None:
        """It has gone: whoever connects from now on is refused."""
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while not self._ended.is_set():
            with suppress(OSError):
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                with self._lock:
                    self.connections += 1
                    self._open.add(connection)
                    self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, self._secured(connection) as stream, stream.makefile("rb") as reader:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while request := _request(reader):
                self.requests.append(request)
                self._say(stream, self._answer(request))
                if self._ended.is_set() or not (self._keeps_alive or len(self.requests) <= self._kept):
                    break
        with self._lock:
            self._open.discard(connection)

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def _say(self, stream: socket.socket, script: Script) -> None:
        for step in script:
            if isinstance(step, bytes):
                stream.sendall(step)
            elif self._ended.wait(step):
                return


def _request(reader: BufferedReader) -> bytes:
    """One request; nothing where the connection has ended."""
    head = b""
    for line in reader:
        head += line
        if line == b"\r\n":
            length = _LENGTH.search(head)
            return head + (reader.read(int(length[1])) if length else b"")
    return b""


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    """Starts a `RawServer`, which ends with the test: `serve(script)`, or with a function from request to script."""
    running: list[RawServer] = []

    def start(
        answer: Script | Callable[[bytes], Script], *, keeps_alive: bool = True, tls: ssl.SSLContext | None = None
    ) -> RawServer:
        said = answer if callable(answer) else lambda _: answer
        server = RawServer(said, keeps_alive=keeps_alive, tls=tls).__enter__()
        running.append(server)
        return server

    yield start
    for server in running:
        server.__exit__()


@pytest.fixture
def client_of() -> Iterator[Callable[..., Client]]:
    """A client of a server or of an address: `client_of(server, timeout=…)`."""
    clients: list[Client] = []

    def make(server: "RawServer | str", redactor: Redactor | None = None, **settings: Any) -> Client:
        url = server if isinstance(server, str) else server.url
        clients.append(Client(ClientSettings(url, **settings), redactor or Redactor({})))
        return clients[-1]

    yield make
    for client in clients:
        client.close()
