"""The session token: the profile's own, or one asked for by RequestToken, and again before its hour is over."""

import threading
import time
from base64 import b64encode
from collections.abc import Callable

from lxml import etree

from keepcall.client import ask, prepared, session
from keepcall.errors import UsageError
from keepcall.exchange import Answer, printable, readable
from keepcall.meter import Meter
from keepcall.redaction import Redactor
from keepcall.request import Spelling, encode
from keepcall.target import Target
from keepcall.trouble import trouble_of

LIFE = 3600.0
"""Seconds that a token lives (Request Token page)."""

_RENEW_BEFORE = 300.0
_MOST = 1 << 16
_SHOWN = 300


class TokenSource:
    """Gives the token that is good now; threads may share it."""

    def __init__(self, target: Target, redactor: Redactor, clock: Callable[[], float] = time.monotonic) -> None:
        self._target = target
        self._redactor = redactor
        self._clock = clock
        self._token = target.credentials.token.reveal()
        self._renew_at = 0.0
        self._refusal: tuple[str, str] = ("", "")
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
            if any(self._refusal):
                raise UsageError(*self._refusal)  # or each test would wait for another one
            if self._clock() >= self._renew_at:
                self._token = self._ask()
                self._redactor.learn("KEEPCALL_TOKEN", self._token)
                self._renew_at = self._clock() + LIFE - _RENEW_BEFORE
            return self._token

    def _ask(self) -> str:
        """One RequestToken, by GET, with Basic credentials (RFC 7617) or with parameters."""
        try:
            answer = self._answer()
        except Exception as error:  # noqa: BLE001 - whatever a hostile server brings about
            self._refusal = (
                f"{self._target.url} gave no token: {self._shown(trouble_of(error).detail)}",
                "Is the target there, and its address right?",
            )
            raise UsageError(*self._refusal) from None
        if token := token_in(answer.body):
            return token
        self._refusal = (
            (
                f"{self._target.url} answered RequestToken with status {answer.status} and no token: "
                f"{self._shown(readable(answer.body))!r}"
            ),
            "Check credentials.request_token: user, password, `send`, and whether the user has the role for the API.",
        )
        raise UsageError(*self._refusal)

    def _answer(self) -> Answer:
        wanted = self._target.credentials.request_token
        assert wanted is not None  # noqa: S101 - for the type checker; the caller looked
        password = wanted.password.reveal()
        parameters = [("action", "RequestToken"), ("apiKey", self._target.credentials.api_key.reveal())]
        headers = {}
        if wanted.send == "basic":
            headers["Authorization"] = "Basic " + b64encode(f"{wanted.user}:{password}".encode()).decode()
        else:
            parameters += [("userName", wanted.user), ("password", password)]
        spelling = Spelling("GET", encode(parameters), "")
        request = prepared(spelling, f"{self._target.url}?{spelling.query}", "RequestToken", headers)
        limits = self._target.limits
        with session(self._target.url, limits.ca_file, self._redactor) as one:
            return ask(one, request, Meter(limits.timeout, _MOST), _MOST)

    def _shown(self, text: str) -> str:
        return printable(self._redactor.beginning(text, _SHOWN))


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
