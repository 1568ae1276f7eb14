"""How answers are framed and sent: by fronts, on the wire (RFC 9112)."""

import itertools
import re
from collections.abc import Iterable

from keepcall.server.front import Field, Front, Reply
from keepcall.server.variants.table import variant

NO_CONTENT = frozenset({204, 304})


def without(name: str, fields: Iterable[Field]) -> list[Field]:
    """The header fields but those of this name."""
    return [field for field in fields if field[0] != name]


class Closing(Front):
    """Each connection is for one request."""

    def stays_open(self, served: int) -> bool:
        """Never."""
        del served
        return False


@variant()
class AnswersByHttp10(Closing):
    """An embedded device of the nineties speaks HTTP/1.0: no length, the content ends with the connection."""

    def status_line(self, reply: Reply) -> str:
        """Version 1.0."""
        return f"HTTP/1.0 {reply.status} {reply.reason}"

    def fields(self, reply: Reply) -> list[Field]:
        """No length."""
        return without("content-length", reply.fields)


@variant()
class KeepsAliveByHttp10(Front):
    """An old proxy speaks HTTP/1.0, and keeps connections open in the way that became usual then."""

    def status_line(self, reply: Reply) -> str:
        """Version 1.0."""
        return f"HTTP/1.0 {reply.status} {reply.reason}"

    def fields(self, reply: Reply) -> list[Field]:
        """Said in every answer."""
        return [*reply.fields, ("connection", "Keep-Alive")]


@variant()
class EndsAnswersWithTheConnection(Closing):
    """A CGI program knows no length; the content ends with the connection, in HTTP/1.1 too."""

    def fields(self, reply: Reply) -> list[Field]:
        """No length."""
        return [*without("content-length", reply.fields), ("connection", "close")]


@variant()
class ClosesEachConnection(Closing):
    """A load balancer closes after each answer, and says so."""

    def fields(self, reply: Reply) -> list[Field]:
        """With the length."""
        return [*reply.fields, ("connection", "close")]


@variant()
class ClosesConnectionsUnannounced(Closing):
    """A server that is short of memory closes each connection as soon as it is idle, and says nothing."""


@variant()
class ClosesAfterThreeRequests(Front):
    """A pre-forking Apache with MaxKeepAliveRequests 3 closes without a word after the third answer."""

    def stays_open(self, served: int) -> bool:
        """For three."""
        return served < 3  # noqa: PLR2004 (as many)


class Chunked(Front):
    """Content in chunks (RFC 9112, section 7.1)."""

    sizes: tuple[int, ...] = (64,)
    extension = ""
    trailers: tuple[Field, ...] = ()

    def fields(self, reply: Reply) -> Iterable[Field]:
        """A coding in place of the length."""
        if reply.status in NO_CONTENT:
            return reply.fields
        return [*without("content-length", reply.fields), ("transfer-encoding", "chunked")]

    def content(self, reply: Reply) -> bytes:
        """The chunks, the last one, the trailers."""
        if reply.status in NO_CONTENT:
            return reply.body
        return b"".join([*self.chunks(reply.body), f"{self.size(0)}\r\n".encode(), self.end()])

    def chunks(self, body: bytes) -> Iterable[bytes]:
        """In these sizes, in turn."""
        at = 0
        for size in itertools.cycle(self.sizes):
            if at >= len(body):
                return
            chunk = body[at : at + size]
            yield f"{self.size(len(chunk))}\r\n".encode() + chunk + b"\r\n"
            at += size

    def size(self, length: int) -> str:
        """The size as it is written."""
        return f"{length:x}{self.extension}"

    def end(self) -> bytes:
        """The trailers, and the end."""
        return "".join(f"{name}: {value}\r\n" for name, value in self.trailers).encode() + b"\r\n"


@variant()
class SendsChunks(Chunked):
    """A servlet whose buffer is flushed before it ends cannot know the length."""


@variant()
class SendsOddChunks(Chunked):
    """A stream of many small writes comes in chunks of one to seventeen bytes, with capitals and zeros in sizes."""

    sizes = (1, 17, 2, 11, 3)

    def size(self, length: int) -> str:
        """In capital letters, of three digits."""
        return f"{length:03X}"


@variant()
class SendsChunksWithExtensions(Chunked):
    """A signing gateway has extensions with each chunk, and trailers behind the last one."""

    sizes = (100, 33)
    extension = ';chunk-signature="a;b";flag'
    trailers = (("X-Checksum", "d41d8cd98f00b204"), ("Server-Timing", "db;dur=3"))


@variant()
class SendsInterimAnswers(Front):
    """A front-end sends 100, 102 and 103 before each answer, unasked (RFC 9110, section 15.2)."""

    def interim(self, reply: Reply) -> bytes:
        """Early hints look like an answer with headers."""
        del reply
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nContent-Type: text/html\r\n\r\n"
        return b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + hints + hints


@variant()
class SpellsHeaderNamesOddly(Front):
    """A server that is nobody's work any more writes the names of headers as it has always done."""

    def field_line(self, name: str, value: str) -> str:
        """`cOnTeNt-TyPe`."""
        return "".join(c.upper() if i % 2 else c for i, c in enumerate(name)) + f": {value}"


@variant()
class SpacesHeadersOddly(Front):
    """A server has no space before some values, and tabs and spaces around others (RFC 9112, section 5.1)."""

    def field_line(self, name: str, value: str) -> str:
        """By the name's length."""
        return f"{name}:{value}" if len(name) % 2 else f"{name}:\t  {value} \t "


@variant()
class HasNoReasonPhrase(Front):
    """A server that speaks HTTP/2 elsewhere has no words for its statuses, only the space before them."""

    def status_line(self, reply: Reply) -> str:
        """RFC 9112, section 4."""
        return f"HTTP/1.1 {reply.status} "


@variant()
class HasReasonsOfItsOwn(Front):
    """A Hungarian server says in Hungarian how the request went, whatever the status."""

    def status_line(self, reply: Reply) -> str:
        """It means nothing to a client."""
        return f"HTTP/1.1 {reply.status} 404 Nincs hiba, minden rendben \xe9s k\xe9sz"


@variant()
class SendsNoDate(Front):
    """A device without a clock sends no Date (RFC 9110, section 6.6.1), and as few headers as it can."""

    def fields(self, reply: Reply) -> list[Field]:
        """Length and type are left."""
        return [field for field in reply.fields if field[0] in {"content-length", "content-type", "location"}]


@variant()
class LivesIn1970(Front):
    """A device's clock was never set."""

    def fields(self, reply: Reply) -> list[Field]:
        """At the beginning of its time."""
        return [*without("date", reply.fields), ("date", "Thu, 01 Jan 1970 00:00:07 GMT")]


@variant()
class DribblesItsAnswers(Front):
    """A server writes to its socket word by word, without any buffer."""

    def pieces(self, data: bytes) -> Iterable[bytes]:
        """Each a segment of its own, since Nagle's algorithm is off."""
        return re.findall(rb"\W*\w{0,12}", data)


@variant()
class SendsTheHeadAhead(Front):
    """A server sends its head, and the content in a second write, the last byte in a third."""

    def pieces(self, data: bytes) -> Iterable[bytes]:
        """In three."""
        head, end, body = data.partition(b"\r\n\r\n")
        return [piece for piece in (head + end, body[:-1], body[-1:]) if piece]
