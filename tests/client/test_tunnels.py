"""Requests through proxies that know nothing of HTTP: tunnels by CONNECT and by SOCKS."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from keepcall.client.client import Client
from keepcall.contract.exchange import Answer
from keepcall.contract.request import keep
from keepcall.contract.target import Credentials, Limits, Secret, Target
from keepcall.run.preflight import unreached

if TYPE_CHECKING:
    from tests.conftest import RawServer

HOST = "recorder.invalid"
ASKED = keep(action="KeepCall").by("GET")
OK = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]


class Tunnel:
    """A proxy that connects whoever asks to one server, by CONNECT (RFC 9110) or by SOCKS 5 (RFC 1928)."""

    def __init__(self, port: int, *, socks: bool) -> None:
        self.asked: list[bytes] = []
        self._behind = port
        self._open = self._by_socks if socks else self._by_connect
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._streams: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._listener, *self._streams):
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
            stream.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._start(self._serve, self._listener.accept()[0])

    def _serve(self, stream: socket.socket) -> None:
        self._streams.append(stream)
        with suppress(OSError):
            self.asked.append(self._open(stream))
            behind = socket.create_connection(("127.0.0.1", self._behind), 10)
            self._streams.append(behind)
            self._start(self._pass_on, behind, stream)
            self._pass_on(stream, behind)

    @staticmethod
    def _pass_on(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while block := source.recv(1 << 16):
                sink.sendall(block)

    @staticmethod
    def _by_connect(stream: socket.socket) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += stream.recv(1)
        stream.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return head

    @staticmethod
    def _by_socks(stream: socket.socket) -> bytes:
        with stream.makefile("rb", buffering=0) as reader:
            reader.read(reader.read(2)[1])
            stream.sendall(b"\x05\x00")
            wanted = reader.read(5)
            name = reader.read(wanted[4])
            reader.read(2)
        stream.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        return name


@pytest.fixture
def certified(tmp_path: Path) -> Path:
    """A key, and a certificate for the host that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = (
        builder.not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "own.pem").write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return tmp_path / "own.pem"


@pytest.fixture(params=["http", "https"])
def server(request: pytest.FixtureRequest, serve: "Callable[..., RawServer]", certified: Path) -> "RawServer":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified)
    return serve(OK, tls=context if request.param == "https" else None)


@pytest.fixture
def tunnel(monkeypatch: pytest.MonkeyPatch) -> "Iterator[Callable[[RawServer, str], Tunnel]]":
    """The proxy for everything, before a server: `tunnel(server, "socks5h")`."""
    running: list[Tunnel] = []
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def start(server: "RawServer", scheme: str) -> Tunnel:
        running.append(Tunnel(server.port, socks=scheme != "http").__enter__())
        monkeypatch.setenv("all_proxy", f"{scheme}://127.0.0.1:{running[-1].port}")
        return running[-1]

    yield start
    for each in running:
        each.__exit__()


def address(server: "RawServer") -> str:
    return server.url.replace(f"127.0.0.1:{server.port}", HOST)


def test_socks_carries_plain_http_and_tls(
    server: "RawServer",
    tunnel: "Callable[[RawServer, str], Tunnel]",
    client_of: Callable[..., Client],
    certified: Path,
) -> None:
    pytest.importorskip("socks")
    between = tunnel(server, "socks5h")
    client = client_of(address(server), ca_file=str(certified))

    answers = [client.send(ASKED, "a test").result for _ in range(2)]

    assert [isinstance(answer, Answer) and answer.body for answer in answers] == [b"ok", b"ok"]
    assert server.targets() == ["GET /verba/api?action=KeepCall"] * 2
    assert (between.asked, server.connections) == ([HOST.encode()], 1)


@pytest.mark.parametrize("scheme", ["http", "socks5h"])
def test_that_somebody_is_there_is_seen_through_a_tunnel_without_a_request(
    serve: "Callable[..., RawServer]",
    tunnel: "Callable[[RawServer, str], Tunnel]",
    client_of: Callable[..., Client],
    certified: Path,
    scheme: str,
) -> None:
    pytest.importorskip("socks")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified)
    server = serve(OK, tls=context)
    between = tunnel(server, scheme)
    limits = Limits(ca_file=str(certified))

    assert unreached(Target("x", address(server), Credentials(Secret("k")), limits=limits)) == ""
    assert (server.requests, server.connections) == ([], 1)

    assert client_of(address(server), ca_file=str(certified)).send(ASKED, "a test").answer.body == b"ok"
    assert len(between.asked) == 2
    assert unreached(Target("x", address(server), Credentials(Secret("k")))).startswith(
        f"{address(server)} does not answer: no answer (tls): certificate verify failed: "
    )
