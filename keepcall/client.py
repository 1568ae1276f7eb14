"""Sends requests and records what came back; never judges."""

import threading
import time
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.utils import get_environ_proxies

from keepcall import __version__
from keepcall.content import ACCEPTED, decode
from keepcall.exchange import Answer, Exchange, NoAnswer
from keepcall.patience import Patience
from keepcall.redaction import Redactor
from keepcall.request import Place, Request, Spelling, spell
from keepcall.transport import Meter, TappedAdapter, bare_session, metered
from keepcall.trouble import trouble_of

_REDIRECTS = (301, 302, 303, 307, 308)
_HOPS = 5
_BLOCK = 1 << 16

TEST_HEADER = "X-Keepcall-Test"
"""Names the test in each request, so that a vendor finds it in the server's log."""


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
    """

    url: str
    place: Place = "form"
    timeout: float = 10.0
    max_body: int = 1 << 20
    ca_file: str = ""
    interval: float = 0.0


class Client:
    """One session with one target; each worker has its own. Threads may share it."""

    def __init__(self, settings: ClientSettings, redactor: Redactor) -> None:
        self._settings = settings
        self._redactor = redactor
        self._session = bare_session(TappedAdapter(settings.ca_file))
        self._session.proxies.update(get_environ_proxies(settings.url))
        self._patience = Patience(settings.interval)
        self.sent = 0
        self.slowest = 0.0

    def close(self) -> None:
        """Ends the connections."""
        self._session.close()

    @property
    def gone(self) -> str:
        """Why the target is asked no more; empty as long as it answers."""
        return self._patience.gone

    def send(
        self, request: Request, test_id: str, *, timeout: float = 0.0, under_way: threading.Event | None = None
    ) -> Exchange:
        """Sends a complete request and records the exchange; what goes wrong is recorded, not raised.

        Args:
            request: with all its parameters and its method.
            test_id: goes into the header `X-Keepcall-Test`.
            timeout: seconds for the whole answer, where the settings' do not fit.
            under_way: set when the request has left.
        """
        spelling = spell(request, self._settings.place)
        if self.gone:
            nothing = NoAnswer("unreachable", f"not asked any more: {self.gone}")
            return self._exchange(request, spelling, nothing, b"", 0.0)
        attempt = partial(self._attempt, spelling, test_id, timeout or self._settings.timeout, under_way)
        result, meter = self._patience.attempts(attempt, alive=self._is_alive)
        elapsed = time.monotonic() - meter.started
        if isinstance(result, Answer):
            self.slowest = max(self.slowest, elapsed if not timeout else 0.0)
        return self._exchange(request, spelling, result, bytes(meter.sent), elapsed)

    def _exchange(
        self, request: Request, spelling: Spelling, result: Answer | NoAnswer, sent: bytes, elapsed: float
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
        result, _ = self._attempt(Spelling("GET", "", ""), "is the target there", self._settings.timeout)
        return isinstance(result, Answer)

    def _attempt(
        self, spelling: Spelling, test_id: str, timeout: float, under_way: threading.Event | None = None
    ) -> tuple[Answer | NoAnswer, Meter]:
        """One request; once more where an old connection turns out to be dead (RFC 9112 section 9.3.1)."""
        while True:
            meter = Meter(timeout, self._settings.max_body, under_way)
            try:
                return self._followed(spelling, test_id, meter), meter
            except Exception as error:  # noqa: BLE001 - whatever a hostile server brings about is recorded
                trouble = trouble_of(error)
                if trouble.trouble != "lost" or meter.connected or meter.received:
                    return trouble, meter

    def _followed(self, spelling: Spelling, test_id: str, meter: Meter) -> Answer:
        """One request, redirects on the same host followed (KC-HTTP-06)."""
        url, visited = _with_query(self._settings.url, spelling.query), list[str]()
        while True:
            answer = self._once(spelling.method, url, spelling.body, test_id, meter)
            target = _redirect(url, answer)
            if not target or len(visited) == _HOPS:
                return replace(answer, redirects=tuple(visited))
            if answer.status in {301, 302, 303} and spelling.method == "POST":
                spelling = Spelling("GET", "", "")  # as browsers do: RFC 9110 section 15.4
            url = target
            visited.append(self._redactor.text(url))
            meter.sent.clear()

    def _once(self, method: str, url: str, form: str, test_id: str, meter: Meter) -> Answer:
        """One request on the wire, and its whole answer."""
        metered(meter)
        self.sent += 1
        left = meter.remaining()
        with self._session.send(
            _prepared(method, url, form, test_id),
            stream=True,
            allow_redirects=False,
            timeout=(left, left),
            verify=True,
        ) as response:
            raw = response.raw
            content = bytearray()
            while block := raw.read(_BLOCK, decode_content=False):
                content += block
            headers = tuple((str(name), str(value)) for name, value in raw.headers.iteritems())
        codings = ", ".join(value for name, value in headers if name.lower() == "content-encoding")
        body = decode(bytes(content), codings, self._settings.max_body)
        return Answer(response.status_code, str(response.reason or ""), headers, body, wire=bytes(meter.received))


def _prepared(method: str, url: str, form: str, test_id: str) -> requests.PreparedRequest:
    """A request whose address `requests` does not touch: it would decode what a test encoded (KC-HTTP-04)."""
    prepared = requests.PreparedRequest()
    prepared.prepare_method(method)
    prepared.url = url
    headers = {
        "User-Agent": f"keepcall-conformance/{__version__}",
        "Accept": "*/*",
        "Accept-Encoding": ACCEPTED,
        TEST_HEADER: quote(test_id, safe=" /:[]-_.,=()"),
    }
    if method == "POST":
        prepared.body = form.encode("ascii")
        headers["Content-Length"] = str(len(prepared.body))
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    prepared.prepare_headers(headers)
    prepared.hooks = requests.hooks.default_hooks()
    return prepared


def _with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _redirect(url: str, answer: Answer) -> str:
    """Where a redirect on the same host leads; empty where there is none to follow.

    Another host never gets the credentials, nor does plain HTTP after TLS; the redirect is then the answer itself.
    """
    location = answer.header("Location")
    if answer.status not in _REDIRECTS or not location:
        return ""
    try:
        target, old = urlsplit(urljoin(url, location)), urlsplit(url)
        same_host = target.hostname == old.hostname
        target.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return ""
    downgrade = old.scheme == "https" and target.scheme != "https"
    if not same_host or downgrade or target.scheme not in {"http", "https"} or target.username:
        return ""
    return target._replace(fragment="").geturl()
