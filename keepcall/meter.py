"""The bounds of one exchange: when its answer is due, and how long it may be."""

import socket
import threading
import time
from contextlib import suppress

_HEAD = 1 << 20
"""Bytes of head and framing that an answer may have on top of its body; http.client bounds each line as well."""


class TooLargeError(OSError):
    """More bytes than the limits allow."""


class Meter:
    """The bounds of one exchange, and the bytes that passed.

    Args:
        seconds: until the last byte of the answer must have been read.
        max_bytes: of the body, as it comes over the wire.
        under_way: set when the request has left and the answer is waited for.

    Attributes:
        sent: the bytes of the last request.
        received: the bytes of all answers, redirects included.
        connected: whether a connection was made for the last request, rather than an old one used again.
        fresh: whether one has to be made.
        url: where the last request goes, as it was spelled.
        sock: the connection of the last request, once there is one.
    """

    def __init__(self, seconds: float, max_bytes: int, under_way: threading.Event | None = None) -> None:
        self.started = time.monotonic()
        self.sent = bytearray()
        self.received = bytearray()
        self.connected = self.fresh = False
        self.under_way = under_way or threading.Event()
        self._deadline = self.started + seconds
        self._limit = max_bytes + _HEAD
        self._before = 0
        self.url = ""
        self.sock: socket.socket | None = None

    def begin(self, url: str, *, fresh: bool = False) -> None:
        """The next request of the same exchange: the first, another try, or where a redirect led to."""
        self.url = url
        self.sent.clear()
        self.connected, self.fresh, self.sock = False, fresh, None
        self._before = len(self.received)

    def cut(self) -> None:
        """Ends the last request, whoever waits for its answer; below TLS, which no other thread may touch."""
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    @property
    def answered(self) -> bool:
        """Whether any byte came in answer to the last request."""
        return len(self.received) > self._before

    def remaining(self) -> float:
        """Seconds that are left.

        Raises:
            TimeoutError: when none are.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the whole answer is over")
        return left

    def take(self, data: bytes | memoryview) -> None:
        """Notes received bytes.

        Raises:
            TooLargeError: when they are too many.
        """
        self.received += data
        if len(self.received) > self._limit:
            raise TooLargeError(f"more than {self._limit} bytes came over the wire")


_current = threading.local()


def metered(meter: Meter) -> None:
    """Makes this the meter of all that the calling thread sends and receives from now on."""
    _current.meter = meter


def current() -> Meter:
    """The meter of the calling thread."""
    found: Meter = _current.meter
    return found
