"""Sends requests and records what came back; never judges."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from statistics import median

import requests

from keepcall.client.backoff import Backoff
from keepcall.client.failures import no_answer_for
from keepcall.client.limits import ExchangeLimits
from keepcall.client.quota import RequestQuota
from keepcall.client.redirects import cookie_header, cookies_of, redirect
from keepcall.client.route import Route
from keepcall.client.sending import connections, prepare, transmit
from keepcall.client.wait_budget import WaitBudget
from keepcall.contract.exchange import Answer, Exchange, NoAnswer
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import EncodedRequest, Place, Request, encode_request
from keepcall.errors import InternalError

_HOPS = 5
_FAR_LONGER = 10
_ROOM = 48 << 20
"""Bytes of large bodies that one run keeps; who sends another megabyte each time is not read to the end for ever."""
_LARGE = 1 << 14
_UNRELIABLE = 2
"""Connections that proved to be of no use for another request, after which none is used again."""
_FULL = f"after {_ROOM >> 20} MB of long answers no more than {_LARGE >> 10} kB of each are read"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What the client has to know of the target.

    Attributes:
        url: the address of the API, without a query.
        place: where a POST carries its parameters (KC-HTTP-02).
        timeout: seconds for a whole answer.
        max_body: bytes of a body after decompression.
        ca_file: certificates to trust instead of the system's.
        interval: seconds from one request to the next at the least.
        in_vain: seconds that the run may wait for nothing, all in all.
    """

    url: str
    place: Place = "form"
    timeout: float = 10.0
    max_body: int = 1 << 20
    ca_file: str = ""
    interval: float = 0.0
    in_vain: float = 350.0


class Client:
    """One session with one target; each worker has its own. Threads may share it."""

    def __init__(self, settings: ClientSettings, redactor: Redactor, tally: RequestQuota | None = None) -> None:
        self._settings = settings
        self._redactor = redactor
        self._adapter = connections(settings.url, settings.ca_file, redactor)
        self._patience = Backoff(settings.interval)
        self.vain = WaitBudget(settings.in_vain)
        self._unreliable = 0
        self._room = _ROOM
        self._bodies: dict[bytes, bytes] = {}
        self.tally = tally or RequestQuota()
        self.listeners: list[Callable[[Exchange], None]] = []
        self.slowest = 0.0
        self._elapsed = deque[float](maxlen=1000)

    def close(self) -> None:
        """Ends the connections."""
        self._adapter.close()

    @property
    def route(self) -> Route:
        """How requests get to the target."""
        return self._adapter.route

    @property
    def redactor(self) -> Redactor:
        """Knows the secrets of this run."""
        return self._redactor

    @property
    def sent(self) -> int:
        """Requests that the target got."""
        return self.tally.sent

    @property
    def gone(self) -> str:
        """Why the target is asked no more; empty as long as it answers."""
        return self._patience.gone or self.vain.gone

    @property
    def pace(self) -> float:
        """Seconds that a slow answer takes; one that took far longer than the others has waited for something."""
        return min(self.slowest, _FAR_LONGER * median(self._elapsed)) if self._elapsed else 0.0

    def send(
        self,
        request: Request,
        test_id: str,
        *,
        timeout: float = 0.0,
        under_way: threading.Event | None = None,
        spelling: EncodedRequest | None = None,
    ) -> Exchange:
        """Sends a complete request and records the exchange; what goes wrong is recorded, not raised.

        Args:
            request: with all its parameters and its method.
            test_id: goes into the header `X-Keepcall-Test`.
            timeout: seconds for the whole answer, where the settings' do not fit.
            under_way: set when the request has left.
            spelling: how the request goes over the wire, where that is not as the settings have it.
        """
        try:
            self._redactor.hear(request.parameters)
            exchange = self._send(
                request, test_id, timeout, under_way, spelling or encode_request(request, self._settings.place)
            )
            for hear in self.listeners:
                hear(exchange)
        except Exception as error:  # noqa: BLE001 - a bug of ours, and its message may hold what it was about
            what = self._redactor.text(f"the client failed: {type(error).__name__}: {error}")
            raise InternalError(what, "This is a bug of ours, and says nothing about the target.") from None
        return exchange

    def _send(
        self,
        request: Request,
        test_id: str,
        timeout: float,
        under_way: threading.Event | None,
        spelling: EncodedRequest,
    ) -> Exchange:
        if self.gone:
            nothing = NoAnswer("unreachable", f"not asked any more: {self.gone}")
            return self._exchange(request, spelling, nothing, b"", 0.0)
        attempt = partial(self._attempt, spelling, test_id, timeout, under_way)
        start = time.monotonic()
        result, meter = self._patience.attempts(attempt, alive=self._is_alive)
        if isinstance(result, NoAnswer):
            self._note_vain(start, result)
        elapsed = time.monotonic() - meter.started
        if isinstance(result, Answer):
            self._time(elapsed, waited=bool(timeout))
        return self._exchange(request, spelling, result, bytes(meter.sent), elapsed)

    def _note_vain(self, start: float, result: NoAnswer) -> None:
        """Time that went by without an answer; the report says if it was the last that was to spare."""
        what = self._redactor.text(f"no answer ({result.trouble}): {result.detail}")
        self.vain.add(start, time.monotonic(), what)
        if self.gone:
            self.tally.tell(f"The target was not asked to the end, and what was left is inconclusive: {self.gone}.")

    def _time(self, elapsed: float, *, waited: bool) -> None:
        if not waited:
            self.slowest = max(self.slowest, elapsed)
            self._elapsed.append(elapsed)

    def _exchange(
        self, request: Request, spelling: EncodedRequest, result: Answer | NoAnswer, sent: bytes, elapsed: float
    ) -> Exchange:
        return Exchange(
            request,
            spelling,
            self._settings.url,
            result,
            sent=sent,
            place=self._settings.place,
            redactor=self._redactor,
            elapsed=elapsed,
        )

    def _is_alive(self) -> bool:
        """Whether anything at all answers at the target's address."""
        result, _ = self._attempt(EncodedRequest("GET", "", ""), "is the target there")
        return isinstance(result, Answer) or result.broken

    def _attempt(
        self, spelling: EncodedRequest, test_id: str, timeout: float = 0.0, under_way: threading.Event | None = None
    ) -> tuple[Answer | NoAnswer, ExchangeLimits]:
        """One request, and why it has no answer if it has none."""
        meter = ExchangeLimits(timeout or self._settings.timeout, self._max_body, under_way)
        meter.own_time = bool(timeout)
        try:
            return self._followed(spelling, test_id, meter), meter
        except Exception as error:  # noqa: BLE001 - whatever a hostile server brings about is recorded
            found = no_answer_for(error)
            full = found.trouble == "too large" and self._room <= 0
            return (replace(found, detail=f"{found.detail}; {_FULL}") if full else found), meter

    def _followed(self, spelling: EncodedRequest, test_id: str, meter: ExchangeLimits) -> Answer:
        """One request, redirects within the same origin followed (KC-HTTP-06)."""
        url = _with_query(self._settings.url + spelling.behind_path, spelling.query)
        visited = list[str]()
        cookies = dict[str, str]()
        while True:
            answer = self._once(prepare(spelling, url, test_id, cookie_header(cookies)), meter)
            target = redirect(url, answer)
            if not target or len(visited) == _HOPS:
                return replace(answer, redirects=tuple(visited)) if visited else answer
            if answer.status in {301, 302, 303} and spelling.method == "POST":
                spelling = EncodedRequest("GET", "", "")  # as browsers do: RFC 9110 section 15.4
            cookies |= cookies_of(answer)
            url = target
            visited.append(self._redactor.text(url))

    def _once(self, request: requests.PreparedRequest, meter: ExchangeLimits) -> Answer:
        """One request; once more where an old connection turns out to be dead (RFC 9112 section 9.3.1)."""
        start = time.monotonic()
        try:
            return self._sent(request, meter)
        except Exception as error:
            found = no_answer_for(error)
            if not meter.connected and not meter.own_time and _of_its_connection(found):
                self._doubt_connections()
            if meter.connected or meter.answered or found.trouble != "lost":
                raise
            self._note_vain(start, found)
        return self._sent(request, meter, fresh=True)

    def _doubt_connections(self) -> None:
        """One more that was of no use for another request; after two of them, each request gets one of its own."""
        self._unreliable += 1
        if self._unreliable == _UNRELIABLE:
            self.tally.tell(
                f"{_UNRELIABLE} connections that had been used before were of no use for another request, or bytes "
                "came behind an answer: each request after that had a connection of its own."
            )

    def _sent(self, request: requests.PreparedRequest, meter: ExchangeLimits, *, fresh: bool = False) -> Answer:
        self.tally.take()
        fresh = fresh or self._unreliable >= _UNRELIABLE
        answer = transmit(self._adapter, request, meter, self._max_body, fresh=fresh)
        if meter.leftover:
            self._doubt_connections()
        return replace(answer, body=self._kept(answer.body)) if len(answer.body) > _LARGE else answer

    @property
    def _max_body(self) -> int:
        """Bytes of the next body: as long as there is room, what the profile allows."""
        return self._settings.max_body if self._room > 0 else min(_LARGE, self._settings.max_body)

    def _kept(self, body: bytes) -> bytes:
        """The same bytes: a target that answers a megabyte each time is likely to answer the same one."""
        known = self._bodies.setdefault(body, body)
        if known is body:
            self._room -= len(body)
        return known


def _of_its_connection(found: NoAnswer) -> bool:
    """Whether a trouble may come of what happened on the connection before: bytes stand where an answer begins."""
    return found.trouble in ("lost", "timeout") or found.detail.startswith("BadStatusLine")


def _with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url
