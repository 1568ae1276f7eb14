"""Content codings (RFC 9110 section 8.4), undone within a bound: a bomb ends as an error, not as a full memory."""

import zlib

from keepcall.client.limits import TooLargeError

ACCEPTED = "gzip, deflate"

_GZIP = 16 + zlib.MAX_WBITS
_STEP = 1 << 16
_MOST = 8
"""Codings that may be stacked: each costs as much as the body may be long."""


class UndecodableBodyError(ValueError):
    """The body is not in a coding that Content-Encoding names."""


def decode(body: bytes, codings: str, limit: int) -> bytes:
    """The body without its content codings, the last one applied undone first.

    Args:
        body: as it came over the wire.
        codings: the value of Content-Encoding.
        limit: bytes that the result may have.

    Raises:
        TooLargeError: when the result is longer.
        UndecodableBodyError: when the body is not in a coding that it claims.
        ValueError: when the coding is none that was accepted.
    """
    named = [name.strip().lower() for name in codings.split(",") if name.strip()]
    if len(named) > _MOST:
        raise ValueError(f"{len(named)} content codings, one in the other")
    for coding in reversed(named):
        match coding:
            case "identity":
                continue
            case "gzip" | "x-gzip":
                body = _inflate(body, _GZIP, limit)
            case "deflate":
                body = _deflate(body, limit)
            case _:
                raise ValueError(f"Content-Encoding {coding!r} was not among those accepted ({ACCEPTED})")
    if len(body) > limit:
        raise TooLargeError(f"the body has more than {limit} bytes")
    return body


def _deflate(body: bytes, limit: int) -> bytes:
    """The zlib format (RFC 1950), or the bare one (RFC 1951) that some servers send under the same name."""
    try:
        return _inflate(body, zlib.MAX_WBITS, limit)
    except ValueError:
        return _inflate(body, -zlib.MAX_WBITS, limit)


def _inflate(body: bytes, window: int, limit: int) -> bytes:
    """One coding undone; gzip may consist of several members (RFC 1952 section 2.2)."""
    result = bytearray()
    rest = memoryview(body)
    while rest:
        stream = zlib.decompressobj(window)
        try:
            rest = rest[_member(stream, rest, result, limit) :]
        except zlib.error as error:
            text = f"the body is not in the Content-Encoding that it claims: {error}"
            raise UndecodableBodyError(text) from error
        if not stream.eof:
            raise UndecodableBodyError("the compressed body ends too early")
        if window != _GZIP:
            break
    return bytes(result)


def _member(stream: "zlib._Decompress", body: memoryview, result: bytearray, limit: int) -> int:
    """Adds what one compressed stream holds to the result; returns how many bytes of the body it has."""
    used, block, more = 0, b"", b""
    while not stream.eof and (more or block or used < len(body)):
        if not block:
            block = bytes(body[used : used + _STEP])
            used += len(block)
        more = stream.decompress(block, _STEP)  # of nothing, too: zlib may hold back what did not fit
        block = stream.unconsumed_tail
        result += more
        if len(result) > limit:
            raise TooLargeError(f"the body has more than {limit} bytes after decompression")
    return used - len(stream.unused_data)
