"""Content codings among those that the client accepts, applied to every answer (RFC 9110, section 8.4)."""

import gzip
import zlib

from starlette.responses import Response

from keepcall.server.answers import Answers
from keepcall.server.outcome import Outcome
from keepcall.server.request import ApiRequest
from keepcall.server.variants.table import variant


class Coded(Answers):
    """Encodes each answer, and says so."""

    coding = "gzip"

    def response(self, request: ApiRequest, outcome: Outcome) -> Response:
        """With its length after coding; of nothing there is nothing to encode."""
        response = super().response(request, outcome)
        if not response.body:
            return response
        response.body = self.coded(bytes(response.body))
        response.headers["content-length"] = str(len(response.body))
        response.headers["content-encoding"] = self.coding
        response.headers["vary"] = "Accept-Encoding"
        return response

    def coded(self, body: bytes) -> bytes:
        """The body in the coding."""
        return gzip.compress(body, mtime=0)


@variant()
class CompressesWithGzip(Coded):
    """A reverse proxy compresses what it passes on, however short."""


@variant()
class CompressesWithGzipInMembers(Coded):
    """A server compresses each buffer that it flushes, so that there are several members (RFC 1952, section 2.2)."""

    coding = "x-gzip"

    def coded(self, body: bytes) -> bytes:
        """In pieces of 40 bytes, with an empty member between them."""
        pieces = [body[at : at + 40] for at in range(0, len(body), 40)]
        return gzip.compress(b"").join(gzip.compress(piece, compresslevel=at % 10) for at, piece in enumerate(pieces))


@variant()
class DeflatesWithHeader(Coded):
    """A server takes deflate for what the standard takes it for: zlib (RFC 1950)."""

    coding = "deflate"

    def coded(self, body: bytes) -> bytes:
        """With zlib's header."""
        return zlib.compress(body)


@variant()
class DeflatesWithoutHeader(Coded):
    """An old IIS takes deflate for the bare format (RFC 1951), which all clients have come to accept."""

    coding = "DEFLATE"

    def coded(self, body: bytes) -> bytes:
        """Without zlib's header."""
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return deflate.compress(body) + deflate.flush()


@variant()
class CompressesTwice(Coded):
    """A proxy compresses what the server behind it has compressed."""

    coding = "deflate, gzip"

    def coded(self, body: bytes) -> bytes:
        """The last one named was applied last."""
        return super().coded(zlib.compress(body))


@variant()
class SaysThatItDoesNotCompress(Coded):
    """A server has `identity` in Content-Encoding, which needs no undoing."""

    coding = "identity"

    def coded(self, body: bytes) -> bytes:
        """As it is."""
        return body
