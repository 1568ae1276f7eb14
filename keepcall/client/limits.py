"""The bounds of one exchange: when its answer is due, and how long it may be."""

import socket
import threading
import time
from contextlib import suppress

_HEAD = 1 << 20
"""Bytes of head and framing that an answer may have on top of its body; http.client bounds each line as well."""


class TooLargeError(OSError):
    """More bytes than the limits allow."""


class UnderWay(threading.Event):
    """A request that somebody waits for: set when it has left.

    Attributes:
        given_up: whether nobody waits for it any more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.given_up = False
        self._meter: ExchangeLimits | None = None

    def follow(self, meter: "ExchangeLimits") -> None:
        """The request is metered so from now on: the first time, or when it is sent once more."""
        self._meter = meter
        if self.given_up:
            meter.end()

    def give_up(self) -> None:
        """Waits no longer: the request ends as if its time were over."""
        self.given_up = True
        if self._meter:
            self._meter.end()


class ExchangeLimits:
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
        leftover: whether bytes came behind the end of an answer, so that its connection is of no more use.
        own_time: whether the request has a time of its own, and may have none for an answer.
        url: where the last request goes, as it was spelled.
        sock: the connection of the last request, once there is one.
    """

    def __init__(self, seconds: float, max_bytes: int, under_way: threading.Event | None = None) -> None:
        self.started = time.monotonic()
        self.sent = bytearray()
        self.received = bytearray()
        self.connected = self.fresh = self.leftover = False
        self.under_way = under_way or threading.Event()
        self._deadline = self.started + seconds
        self._limit = max_bytes + _HEAD
        self._before = 0
        self.url = ""
        self.own_time = False
        self.sock: socket.socket | None = None
        if isinstance(under_way, UnderWay):
            under_way.follow(self)

    def begin(self, url: str, *, fresh: bool = False) -> None:
        """The next request of the same exchange: the first, another try, or where a redirect led to."""
        self.url = url
        self.sent.clear()
        self.connected, self.fresh, self.sock = False, fresh, None
        self.leftover = False
        self._before = len(self.received)

    def cut(self) -> None:
        """Ends the last request, whoever waits for its answer; below TLS, which no other thread may touch."""
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def end(self) -> None:
        """The time is over, now."""
        self._deadline = self.started
        self.cut()

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
        """Notes received bytes; none where the connection has ended.

        Raises:
            TooLargeError: when they are too many.
            TimeoutError: when it was ended because the time is over.
        """
        if not data:
            self.remaining()
        self.received += data
        if len(self.received) > self._limit:
            raise TooLargeError(f"more than {self._limit} bytes came over the wire")


_current = threading.local()


def metered(meter: ExchangeLimits) -> None:
    """Makes this the meter of all that the calling thread sends and receives from now on."""
    _current.meter = meter


def current() -> ExchangeLimits:
    """The meter of the calling thread."""
    found: ExchangeLimits = _current.meter
    return found
