"""Content codings (RFC 9110 section 8.4), undone within a bound: a bomb ends as an error, not as a full memory."""

import zlib

from keepcall.transport import TooLargeError

ACCEPTED = "gzip, deflate"

_GZIP = 16 + zlib.MAX_WBITS
_STEP = 1 << 16


def decode(body: bytes, codings: str, limit: int) -> bytes:
    """The body without its content codings, the last one applied undone first.

    Args:
        body: as it came over the wire.
        codings: the value of Content-Encoding.
        limit: bytes that the result may have.

    Raises:
        TooLargeError: when the result is longer.
        ValueError: when the body is not in a coding that it claims, or the coding is none that was accepted.
    """
    for coding in reversed([name.strip().lower() for name in codings.split(",") if name.strip()]):
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
    while body:
        stream = zlib.decompressobj(window)
        try:
            while body and not stream.eof:
                result += stream.decompress(body, _STEP)
                body = stream.unconsumed_tail
                if len(result) > limit:
                    raise TooLargeError(f"the body has more than {limit} bytes after decompression")
        except zlib.error as error:
            raise ValueError(f"the body is not in the Content-Encoding that it claims: {error}") from error
        if not stream.eof:
            raise ValueError("the compressed body ends too early")
        body = stream.unused_data if window == _GZIP else b""
    return bytes(result)
