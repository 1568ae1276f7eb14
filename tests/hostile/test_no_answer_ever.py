"""A server that never gives an answer: the run ends soon, judges nothing, and says what it met."""

import gzip
import ssl
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepcall.contract.target import Target

if TYPE_CHECKING:
    from tests.conftest import RawServer
    from tests.hostile.conftest import Suite

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GRANT = b'<?xml version="1.0"?>\n<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
PEM = Path(__file__).parents[1] / "data" / "loopback.pem"

Script = Callable[[bytes], Iterable[bytes | float]]


def whole(body: bytes, coding: bytes = b"identity") -> bytes:
    return HEAD + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(body)) + body


def saying(*steps: bytes | float) -> Script:
    return lambda _: steps


def dripping(request: bytes) -> Iterator[bytes | float]:
    del request
    return chain.from_iterable((bytes([byte]), 1.0) for byte in whole(GRANT))


def endless(*start: bytes) -> Script:
    return lambda _: chain(start, repeat(b"x" * (1 << 16)))


def bomb(pack: Callable[[bytes], bytes]) -> bytes:
    """As many zeros as nobody wants in memory."""
    return pack(bytes(50_000_000))


KINDS: dict[str, tuple[str, Script]] = {
    "silence": ("timeout", saying(60.0)),
    "silence behind the head": ("timeout", saying(HEAD, 60.0)),
    "one byte a second": ("timeout", dripping),
    "a length that nothing comes up to": ("timeout", saying(HEAD + b"Content-Length: 9\r\n\r\n", 60.0)),
    "closed at once": ("lost", saying()),
    "closed in the status line": ("lost", saying(HEAD[:12])),
    "closed in the head": ("lost", saying(HEAD[:40])),
    "closed behind the head": ("lost", saying(HEAD + b"Content-Length: 9\r\n\r\n")),
    "closed in the body": ("lost", saying(whole(GRANT)[:-1])),
    "closed in a chunk": ("lost", saying(CHUNKED + b"ff\r\n" + GRANT)),
    "closed between chunks": ("lost", saying(CHUNKED + b"%x\r\n%s\r\n" % (len(GRANT), GRANT))),
    "a body without end": ("too large", endless(HEAD + b"\r\n")),
    "a chunk without end": ("too large", endless(CHUNKED + b"ffffffffff\r\n")),
    "a body of 200 MB": ("too large", lambda _: chain([HEAD, b"\r\n"], repeat(b"x" * 100_000, 2_000))),
    "a gzip bomb": ("too large", saying(whole(bomb(gzip.compress), b"gzip"))),
    "a deflate bomb": ("too large", saying(whole(bomb(zlib.compress), b"deflate"))),
    "no status line": ("malformed", saying(b"HTTQ/1.1 200 OK\r\n\r\n" + GRANT)),
    "a bare document": ("malformed", saying(GRANT)),
    "a header of a megabyte": ("malformed", saying(HEAD + b"X: " + b"x" * (1 << 20) + b"\r\n\r\n" + GRANT)),
    "a header without a colon": ("malformed", saying(HEAD + b"nonsense\r\n\r\n" + GRANT)),
    "a malformed chunk": ("malformed", saying(CHUNKED + b"-1\r\n" + GRANT)),
    "a negative length": ("malformed", saying(HEAD + b"Content-Length: -9\r\n\r\n" + GRANT)),
    "a huge length": ("malformed", saying(HEAD + b"Content-Length: " + b"9" * 99 + b"\r\n\r\n" + GRANT)),
    "two lengths": ("malformed", saying(HEAD + b"Content-Length: 9\r\nContent-Length: 8\r\n\r\n" + GRANT)),
    "no gzip": ("malformed", saying(whole(GRANT, b"gzip"))),
    "429 for an hour": ("busy", saying(b"HTTP/1.1 429 No\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n")),
    "429 for ever": ("busy", saying(b"HTTP/1.1 429 No\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")),
    "503 for an hour": ("busy", saying(b"HTTP/1.1 503 No\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n")),
}


@pytest.mark.parametrize(("trouble", "script"), KINDS.values(), ids=KINDS)
def test_a_server_that_never_answers_is_not_judged(
    serve: "Callable[..., RawServer]",
    target: Callable[..., Target],
    suite: "Callable[..., Suite]",
    trouble: str,
    script: Script,
) -> None:
    server = serve(script, keeps_alive=False)
    timeout = 0.1 if trouble == "timeout" else 10.0

    seen = suite(target(server, timeout=timeout))

    assert (seen.verdict, set(seen.tests)) == ("incomplete", {"inconclusive"})
    assert all(f"does not answer: no answer ({trouble})" in message for message in seen.messages)
    assert len(server.requests) <= 20, "the run has to end early"
    # Each may have been sent once more, where its connection had ended and nothing showed it yet.
    assert len(server.requests) <= seen.sent <= 32


def test_a_server_that_is_not_there_is_not_judged(
    serve: "Callable[..., RawServer]", target: Callable[..., Target], suite: "Callable[..., Suite]"
) -> None:
    server = serve([])
    server.__exit__()

    seen = suite(target(server))

    assert (seen.verdict, set(seen.tests)) == ("incomplete", {"inconclusive"})
    assert "does not answer: no answer (unreachable)" in seen.messages[0]


def untrusted() -> ssl.SSLContext:
    """A server's, whose certificate nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_server_whose_certificate_does_not_verify_gets_no_request(
    serve: "Callable[..., RawServer]", target: Callable[..., Target], suite: "Callable[..., Suite]", host: str
) -> None:
    server = serve(saying(whole(GRANT)), tls=untrusted())
    ca_file = str(PEM) if host == "localhost" else ""

    seen = suite(target(server.url.replace("127.0.0.1", host), timeout=10.0, ca_file=ca_file))

    assert (seen.verdict, set(seen.tests)) == ("incomplete", {"inconclusive"})
    assert "does not answer: no answer (tls)" in seen.messages[0]
    assert server.requests == []
