"""The session token: the profile's own, or one asked for by RequestToken, and again before its hour is over."""

import threading
import time
from base64 import b64encode
from collections.abc import Callable

import requests
from lxml import etree

from keepcall import __version__
from keepcall.errors import UsageError
from keepcall.redaction import Redactor
from keepcall.request import encode
from keepcall.target import Target
from keepcall.transport import Meter, TappedAdapter, bare_session, metered
from keepcall.trouble import trouble_of

LIFE = 3600.0
"""Seconds that a token lives (Request Token page)."""

_RENEW_BEFORE = 300.0
_MOST = 1 << 16


class TokenSource:
    """Gives the token that is good now; threads may share it."""

    def __init__(self, target: Target, redactor: Redactor, clock: Callable[[], float] = time.monotonic) -> None:
        self._target = target
        self._redactor = redactor
        self._clock = clock
        self._token = target.credentials.token.reveal()
        self._renew_at = 0.0
        self._lock = threading.Lock()

    def current(self) -> str:
        """The token; empty where authentication is not claimed.

        Raises:
            UsageError: when the target gives none.
        """
        if not self._target.claims.authentication:
            return ""
        if not self._target.credentials.request_token:
            return self._token
        with self._lock:
            if self._clock() >= self._renew_at:
                self._token = self._ask()
                self._redactor.learn("KEEPCALL_TOKEN", self._token)
                self._renew_at = self._clock() + LIFE - _RENEW_BEFORE
            return self._token

    def _ask(self) -> str:
        """One RequestToken, by GET, with Basic credentials (RFC 7617) or with parameters."""
        wanted = self._target.credentials.request_token
        assert wanted is not None  # noqa: S101 - for the type checker; the caller looked
        password = wanted.password.reveal()
        parameters = [("action", "RequestToken"), ("apiKey", self._target.credentials.api_key.reveal())]
        headers = {"User-Agent": f"keepcall-conformance/{__version__}"}
        if wanted.send == "basic":
            headers["Authorization"] = "Basic " + b64encode(f"{wanted.user}:{password}".encode()).decode()
        else:
            parameters += [("userName", wanted.user), ("password", password)]
        request = requests.PreparedRequest()
        request.prepare(method="GET", url=f"{self._target.url}?{encode(parameters)}", headers=headers)
        limits = self._target.limits
        metered(Meter(limits.timeout, _MOST))
        try:
            with bare_session(TappedAdapter(limits.ca_file)) as session:
                answer = session.send(request, timeout=limits.timeout, allow_redirects=False)
                body = answer.content
        except Exception as error:  # noqa: BLE001 - whatever a hostile server brings about
            raise UsageError(
                self._redactor.text(f"{self._target.url} gave no token: {trouble_of(error).detail}"),
                "Is the target there, and its address right?",
            ) from None
        if token := token_in(body):
            return token
        shown = self._redactor.text(body[:300].decode("utf-8", "backslashreplace"))
        raise UsageError(
            f"{self._target.url} answered RequestToken with status {answer.status_code} and no token: {shown!r}",
            "Check credentials.request_token: user, password, `send`, and whether the user has the role for the API.",
        )


def token_in(body: bytes) -> str:
    """The attribute `token` of the element `Response`, as the public sample has it; empty where there is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    return next((found.get("token", "") for found in root.iter("{*}Response")), "")
