"""What stands between client and server on the wire, and frames the server's answers in its own way.

A front takes connections, hands each request on as it is, and sends the answer as its seams word it.
"""

import re
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from keepcall.server.listening import base_url, listen

Field = tuple[str, str]

LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]+)", re.IGNORECASE | re.MULTILINE)
END_OF_HEAD = (b"\r\n", b"")


@dataclass(frozen=True, slots=True)
class Reply:
    """The server's answer, taken apart."""

    status: int
    reason: str
    fields: tuple[Field, ...]
    """Names in lower case, as uvicorn writes them, and values."""
    body: bytes


class Direct:
    """Nothing in between: the server's own address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def start(self) -> None:
        """There is nothing to start."""

    def stop(self) -> None:
        """There is nothing to stop."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Front(Direct):
    """A small TCP server before the server, for the length of a `with` block; `url` is where clients reach it.

    Without an override it changes no byte. Each connection has a thread, and a connection of its own to the server.
    """

    def __init__(self, url: str) -> None:
        behind = urlsplit(url)
        self.behind = url
        self._server = (behind.hostname or "", behind.port or 80)
        self._listener = listen("127.0.0.1", 0)
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, name="keepcall-front", daemon=True)]
        super().__init__(base_url(self._listener) + behind.path)

    # What a front may do in its own way

    def interim(self, reply: Reply) -> bytes:  # noqa: ARG002 (for overrides)
        """What is sent ahead of the answer (RFC 9110, section 15.2)."""
        return b""

    def status_line(self, reply: Reply) -> str:
        """The first line (RFC 9112, section 4)."""
        return f"HTTP/1.1 {reply.status} {reply.reason}"

    def fields(self, reply: Reply) -> Iterable[Field]:
        """The header fields, those that frame the content included."""
        return reply.fields

    def field_line(self, name: str, value: str) -> str:
        """A header field as it is written (RFC 9112, section 5)."""
        return f"{name}: {value}"

    def content(self, reply: Reply) -> bytes:
        """The content as it is framed (RFC 9112, section 6)."""
        return reply.body

    def pieces(self, data: bytes) -> Iterable[bytes]:
        """The answer in the pieces in which it is handed to TCP."""
        return (data,)

    def stays_open(self, served: int) -> bool:  # noqa: ARG002 (for overrides)
        """Whether the connection takes another request after this many."""
        return True

    def reply(self, request: bytes, server: socket.socket, answers: BufferedReader) -> Reply:
        """The answer to a request, by the server."""
        server.sendall(request)
        return read_reply(answers)

    # The wire

    def start(self) -> None:
        """Take connections."""
        self._threads[0].start()

    def stop(self) -> None:
        """End all connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        """Until the listener is closed, which makes `accept` fail."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.add(client)
                self._threads = [thread for thread in self._threads if thread.is_alive()]
                thread = threading.Thread(target=self._serve, args=(client,), name="keepcall-front", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        """One connection; whoever ends it, the other end learns of it."""
        try:
            with client, suppress(OSError), socket.create_connection(self._server) as server:
                self._open.add(server)
                self._carry(client, server)
                self._open.discard(server)
        finally:
            self._open.discard(client)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        for connection in (client, server):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        served = 0
        with client.makefile("rb") as requests, server.makefile("rb") as answers:
            while request := read_message(requests):
                served += 1
                reply = self.reply(request, server, answers)
                head = [self.status_line(reply), *(self.field_line(*field) for field in self.fields(reply)), "", ""]
                answer = "\r\n".join(head).encode("latin-1") + self.content(reply)
                for piece in self.pieces(self.interim(reply) + answer):
                    client.sendall(piece)
                if not self.stays_open(served):
                    return


def read_message(stream: BufferedReader) -> bytes:
    """A request or an answer, whole: its content ends where Content-Length says, or there is none."""
    lines = []
    while (line := stream.readline()) not in END_OF_HEAD:
        lines.append(line)
    if not lines:
        return b""
    head = b"".join(lines) + line
    length = LENGTH.search(head)
    return head + (stream.read(int(length[1])) if length else b"")


def read_reply(stream: BufferedReader) -> Reply:
    """The next answer of the server."""
    head, _, body = read_message(stream).partition(b"\r\n\r\n")
    if not head:
        raise ConnectionResetError("the server has closed the connection")
    first, *lines = head.decode("latin-1").split("\r\n")
    _, status, reason = first.split(" ", 2)
    fields = (line.partition(":") for line in lines)
    return Reply(int(status), reason, tuple((name.lower(), value.strip()) for name, _, value in fields), body)
