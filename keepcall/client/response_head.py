"""The head of an HTTP answer, read strictly.

http.client takes the end of the connection for the end of the head, a negative length for none, an interim answer
such as 103 for the final one (RFC 9110 section 15.2), and leaves out what follows a malformed header. Each of these
would be judged as an answer that the server has not given. It also hands each head to a parser of mails, which takes
longer than all the rest of the exchange.
"""

import http.client
import re
from collections.abc import Iterator
from io import BufferedReader
from itertools import islice

FIELDS = 200
"""Header fields of an answer that are read: no server has a use for more."""

_MOST_FIELDS = 5_000
"""An answer with more is none; how many bytes they have is metered."""

_LONGEST_LINE = 1 << 16

_STATUS_LINE = re.compile(rb"HTTP/1\.([0-9])[ \t]+([1-9][0-9]{2})(?:[ \t]([^\r\n]*))?\r?\n")
_FIELD = re.compile(rb"([!-9;-~]+):([^\r\n]*)\r?\n")
_WELL_FORMED = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*\r?\n)*")
_END = re.compile(rb"\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
"""A line break within a field, which stands for a space (RFC 9112 section 5.2)."""

_FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection"})
"""The fields that say where the answer ends, and whether the connection does."""

_FRAME = re.compile(rb"\n(?=[ckpt])(%s):([^\r\n]*)" % "|".join(_FRAMING).encode(), re.IGNORECASE)
"""One of them behind another field; what it begins with is looked for first, which takes an eighth of the time."""

_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", re.DOTALL)

_WITHOUT_BODY = frozenset({204, 304})


class MalformedError(http.client.HTTPException):
    """What came behind a status line is no HTTP.

    It is told uncut: half a secret would not be known for one, so masking comes first.
    """


class StrictResponse(http.client.HTTPResponse):
    """An answer of which nothing is guessed: what is cut off is incomplete, what is no HTTP is malformed.

    Attributes:
        fields: names and values in the order of sending, repetitions included; the first 200, and those behind them
            that say where the answer ends. These alone are `headers`, too, where http.client and urllib3 look.
    """

    fields: tuple[tuple[str, str], ...] = ()

    def begin(self, **_: object) -> None:
        """Reads the head of the final answer.

        Raises:
            http.client.HTTPException: when it is cut off, or is none.
        """
        self.version, self.status, self.reason = self._final_status()
        self.code = self.status
        self.headers = self.msg = http.client.HTTPMessage()
        self.fields = tuple(_fields(_head(self.fp)))
        for name, value in self.fields:
            if name.lower() in _FRAMING:
                self.headers.set_raw(name, value)
        self._find_end()

    def value(self, name: str) -> str:
        """The value of a field, several joined by a comma; empty where there is none.

        Args:
            name: in lower case.
        """
        return ", ".join(value for found, value in self.fields if found.lower() == name)

    def _final_status(self) -> tuple[int, int, str]:
        """Version, as 10 times its digits, status and reason; interim answers are passed over."""
        while True:
            line = self.fp.readline(_LONGEST_LINE + 1)
            if len(line) > _LONGEST_LINE:
                raise http.client.LineTooLong("status line")
            found = _STATUS_LINE.fullmatch(line)
            if not found:
                raise _no_status(line)
            status = int(found[2])
            if status == http.client.SWITCHING_PROTOCOLS or not 100 <= status < 200:  # noqa: PLR2004
                return 11 if found[1] > b"0" else 10, status, (found[3] or b"").decode("latin-1").strip()
            _head(self.fp)

    def _find_end(self) -> None:
        """Where the body ends; a length or coding that leaves it open is an error (RFC 9112 section 6.3)."""
        codings = ", ".join(self.headers.get_all("Transfer-Encoding", [])).lower()
        if codings not in {"", "identity", "chunked"}:
            raise MalformedError(f"Transfer-Encoding: {codings}")
        given = self.headers.get_all("Content-Length", [])
        lengths = {length.strip() for length in ",".join(given).split(",")} if given else set()
        self.chunked, self.chunk_left, self.length = codings == "chunked", None, None
        if not self.chunked and lengths:
            if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
                raise MalformedError(f"Content-Length: {', '.join(given)}")
            self.length = int(lengths.pop())
        if self.status in _WITHOUT_BODY or self.status < 200 or self._method == "HEAD":  # type: ignore[attr-defined]  # noqa: PLR2004
            self.length = 0
        open_ended = not self.chunked and self.length is None
        self.will_close = open_ended or self._check_close()  # type: ignore[attr-defined]

    def _read_next_chunk_size(self) -> int:
        """http.client takes `-5` and `0x5` for sizes."""
        line = self.fp.readline(_LONGEST_LINE)
        found = _CHUNK_SIZE.fullmatch(line)
        if found:
            return int(found[1], 16)
        if line.endswith(b"\n") or len(line) == _LONGEST_LINE:
            raise MalformedError(f"no size of a chunk: {line!r}")
        raise http.client.IncompleteRead(line)


def _no_status(line: bytes) -> http.client.HTTPException | ConnectionError:
    """What a line is that is no status line: the end of the connection, the beginning of one, or nothing of HTTP."""
    if not line:
        return http.client.RemoteDisconnected("the connection was closed without an answer")
    if not line.endswith(b"\n") and b"HTTP/".startswith(line[:5]):
        return http.client.IncompleteRead(line)
    return http.client.BadStatusLine(line.decode("latin-1"))


def _fields(text: bytes) -> Iterator[tuple[str, str]]:
    """The fields that a head spells, without most of very many."""
    if b"\n " in text or b"\n\t" in text:
        text = _FOLD.sub(b" ", text)
    well_formed = _WELL_FORMED.match(text)
    end = well_formed.end() if well_formed else 0
    if end < len(text):
        line, _, _ = text[end:].partition(b"\n")
        raise MalformedError(f"a malformed header: {line!r}")
    last = 1
    for found in islice(_FIELD.finditer(text), FIELDS):
        last = found.end()
        yield _spelled(found)
    yield from map(_spelled, _FRAME.finditer(text, last - 1))


def _spelled(field: re.Match[bytes]) -> tuple[str, str]:
    return field[1].decode("ascii"), field[2].strip(b" \t").decode("latin-1")


def _head(stream: BufferedReader) -> bytes:
    """The lines of a head up to the empty one; read in pieces, since thousands of lines take a while one by one."""
    head = bytearray(b"\n")
    fields = 0
    while True:
        ahead, last = stream.peek(), bytes(head[-2:])
        end = _END.search(last + ahead)
        piece = stream.read(end.end() - len(last) if end else len(ahead))
        head += piece
        fields += piece.count(b"\n")
        if not piece:
            raise http.client.IncompleteRead(bytes(head[1:]))
        if len(head) > _LONGEST_LINE and _longest(head if end else head[head.rfind(b"\n") :]) > _LONGEST_LINE:
            raise http.client.LineTooLong("header line")
        if fields > _MOST_FIELDS + 1:
            raise MalformedError(f"more than {_MOST_FIELDS} header fields")
        if end:
            return bytes(head[1 : head.rindex(b"\n", 0, -1) + 1])


def _longest(lines: bytearray) -> int:
    """Bytes of the longest line, its end included."""
    return 1 + max(map(len, lines.split(b"\n")))
