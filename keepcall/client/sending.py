"""One request on the wire and its answer, within bounds: what `requests` is asked to do, and what it is kept from."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import cast
from urllib.parse import quote

import requests
from requests.structures import CaseInsensitiveDict

from keepcall.client.content_coding import ACCEPTED, decode
from keepcall.client.limits import ExchangeLimits, metered
from keepcall.client.response_head import FIELDS, StrictResponse
from keepcall.client.route import route_to
from keepcall.client.transport import TappedAdapter
from keepcall.contract.exchange import Answer
from keepcall.contract.masking.interface import SHORTEST, Learning
from keepcall.contract.request import EncodedRequest
from keepcall.shutdown import SHUTDOWN

TEST_HEADER = "X-Keepcall-Test"
"""Names the test in each request, so that a vendor finds it in the server's log."""

_BLOCK = 1 << 16
_WIRE = 1 << 13
"""Bytes of an answer that are kept as they came; what it says is kept in full."""
_FIELD_BYTES = 1 << 15
"""How long the header fields of an answer may be in all: no server has a use for more."""


def connections(url: str, ca_file: str, redactor: Learning) -> TappedAdapter:
    """Connections that go through the proxy of the environment, if there is one for the address.

    Raises:
        UsageError: when the proxy, or whom TLS is to trust, is named in a way that cannot be used.
    """
    route = route_to(url, ca_file)
    if route.proxy:
        _learn(redactor, route.proxy.user, route.proxy.password)
    return TappedAdapter(route)


def reach(adapter: TappedAdapter, url: str, meter: ExchangeLimits) -> None:
    """Makes sure that somebody can be reached at an address, without a request.

    Raises:
        Exception: of many kinds; `trouble_of` tells what each means.
    """
    request = requests.PreparedRequest()
    request.url = url
    meter.begin(url)
    metered(meter)
    adapter.connect(request)


def _learn(redactor: Learning, user: str, password: str) -> None:
    """The credentials of a proxy; a user without a password is itself one, such as a token."""
    if user or password:
        redactor.learn_pair(user, password)
    secret = password or user
    if len(secret) >= SHORTEST:
        redactor.learn("KEEPCALL_PROXY_SECRET", secret)


def prepare(
    spelling: EncodedRequest, url: str, test_id: str, more: Mapping[str, str] | None = None
) -> requests.PreparedRequest:
    """A request whose address `requests` does not touch: it would decode what a test encoded (KC-HTTP-04)."""
    request = requests.PreparedRequest()
    request.prepare_method(spelling.method)
    request.url = url
    headers = {
        **(more or {}),
        "User-Agent": spelling.agent,
        "Accept": spelling.accept,
        "Accept-Encoding": ACCEPTED,
        TEST_HEADER: quote(test_id, safe=" /:[]-_.,=()"),
    }
    if spelling.method in {"POST", "PUT"}:
        request.body = spelling.body.encode()
        headers["Content-Length"] = str(len(request.body))
        headers["Content-Type"] = spelling.content_type
    request.headers = CaseInsensitiveDict(headers)
    return request


def transmit(
    adapter: TappedAdapter,
    request: requests.PreparedRequest,
    meter: ExchangeLimits,
    max_body: int,
    *,
    fresh: bool = False,
) -> Answer:
    """One request on the wire, and its whole answer within the bounds of the meter.

    Args:
        adapter: sends it.
        request: from `prepare`.
        meter: knows the bounds.
        max_body: bytes of the body after decompression.
        fresh: whether no old connection will do.

    Raises:
        Exception: of many kinds; `trouble_of` tells what each means.
        StopError: when the run is to end.
    """
    meter.begin(request.url or "", fresh=fresh)
    metered(meter)
    with SHUTDOWN.watching(meter.cut), adapter.sent(request, meter.remaining()) as response:
        content = bytearray()
        while block := response.raw.read(_BLOCK, decode_content=False):
            content += block
        head = cast("StrictResponse", response.raw._original_response)  # noqa: SLF001 - urllib3 changes the order
    headers = tuple(_bounded(head.fields))
    body = decode(bytes(content), head.value("content-encoding"), max_body)
    return Answer(response.status_code, response.reason, headers, body, wire=bytes(meter.received[:_WIRE]))


def _bounded(fields: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The fields that are kept: the first ones."""
    room = _FIELD_BYTES
    for name, value in islice(fields, FIELDS):
        room -= len(name) + len(value)
        if room < 0:
            return
        yield _field(name, value)


@lru_cache(maxsize=4096)
def _field(name: str, value: str) -> tuple[str, str]:
    """One field: most answers of a target have the same."""
    return name, value
