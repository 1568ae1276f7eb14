"""The session token: the profile's own, or one asked for by RequestToken, and again before its hour is over."""

import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing

from lxml import etree

from keepcall.client.backoff import Backoff
from keepcall.client.failures import no_answer_for
from keepcall.client.limits import ExchangeLimits
from keepcall.client.quota import RequestQuota
from keepcall.client.redirects import elsewhere
from keepcall.client.route import AWAY, LOGIN, Route, away_advice, login_advice, route_to
from keepcall.client.sending import connections, prepare, transmit
from keepcall.contract.exchange import Answer, NoAnswer, printable, readable
from keepcall.contract.redaction import Redactor
from keepcall.contract.request import EncodedRequest, encode
from keepcall.contract.target import Target
from keepcall.errors import KeepcallError, UsageError

LIFE = 3600.0
"""Seconds that a token lives (Request Token page)."""

_RENEW_BEFORE = 300.0
_MOST = 1 << 16
_SHOWN = 300

_REFUSED = (
    "Check credentials.request_token: user, password, `send`, and whether the user has the role that may use the API."
)
_WITHOUT = (
    "The request was granted, but its answer has no attribute `token` on the element Response. Does api_key have "
    "authentication configured? If not, leave request_token out; if so, give a token as credentials.token."
)
_REMEDIES = {
    401: "The user is unknown, or the password wrong, or the target wants both the other way: try the other `send`.",
    403: "The user may not do that: give the user the role that the API asks for, or take another user.",
    404: "There is no API at this address: check `url`.",
}
"""What to do, by the status of an answer without a token."""


class TokenSource:
    """Gives the token that is good now; threads may share it."""

    def __init__(
        self,
        target: Target,
        redactor: Redactor,
        clock: Callable[[], float] = time.monotonic,
        *,
        tally: RequestQuota | None = None,
        patience: Backoff | None = None,
    ) -> None:
        self._target = target
        self._redactor = redactor
        self._clock = clock
        self._token = target.credentials.token.reveal()
        self._renew_at = 0.0
        self._refusal: tuple[str, str] = ("", "")
        self._patience = patience or Backoff()
        self._tally = tally or RequestQuota()
        self._given = {self._token} - {""}
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
                self._renew()
            return self._token

    def knows(self, token: str) -> bool:
        """Whether it is the token that is good now, or was before."""
        return token in self._given

    def renewed(self, old: str) -> str:
        """Another token than this one, which the target has refused.

        Raises:
            UsageError: when the target gives none.
        """
        with self._lock:
            if any(self._refusal):
                raise UsageError(*self._refusal)
            if self._token == old:
                self._renew()
            return self._token

    def replaced(self) -> bool:
        """Whether the target gives another token now; that it does not is not remembered, since it may do later."""
        with self._lock:
            try:
                self._renew()
            except UsageError:
                self._refusal = ("", "")
                return False
            return True

    def _renew(self) -> None:
        self._token = self._ask()
        self._given.add(self._token)
        self._redactor.learn("KEEPCALL_TOKEN", self._token)
        self._renew_at = self._clock() + LIFE - _RENEW_BEFORE

    def _ask(self) -> str:
        """One RequestToken, by GET, with Basic credentials (RFC 7617) or with parameters."""
        answer, _ = self._patience.attempts(self._attempt, lambda: True)
        if isinstance(answer, NoAnswer):
            self._refusal = (
                f"{self._target.url} gave no token: {self._shown(answer.detail)}",
                self._route().advice(answer.trouble),
            )
            raise UsageError(*self._refusal)
        if token := token_in(answer.body):
            return token
        self._refusal = (
            (
                f"{self._target.url} answered RequestToken with status {answer.status} and no token: "
                f"{self._shown(readable(answer.body))!r}"
            ),
            self._between(answer)
            or _REMEDIES.get(answer.status)
            or (_WITHOUT if code_in(answer.body) == "0" else _REFUSED),
        )
        raise UsageError(*self._refusal)

    def _route(self) -> Route:
        return route_to(self._target.url, self._target.limits.ca_file)

    def _between(self, answer: Answer) -> str:
        """What to do where the answer may not be the target's own; empty where it may."""
        if answer.status == LOGIN:
            return f"It answers {login_advice(self._route())}."
        if answer.status in AWAY:
            return f"It answers {away_advice(self._route())}."
        place = self._shown(elsewhere(self._target.url, answer))
        return f"It redirects to {place}, another origin: give the address of the API as `url`." if place else ""

    def _attempt(self) -> tuple[Answer | NoAnswer, ExchangeLimits]:
        meter = ExchangeLimits(self._target.limits.timeout, _MOST)
        try:
            return self._answer(meter), meter
        except KeepcallError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a hostile server brings about
            return no_answer_for(error), meter

    def _answer(self, meter: ExchangeLimits) -> Answer:
        wanted = self._target.credentials.request_token
        assert wanted is not None  # noqa: S101 - for the type checker; the caller looked
        password = wanted.password.reveal()
        parameters = [("action", "RequestToken"), ("apiKey", self._target.credentials.api_key.reveal())]
        headers = {}
        if wanted.send == "basic":
            headers["Authorization"] = "Basic " + b64encode(f"{wanted.user}:{password}".encode()).decode()
        else:
            parameters += [("userName", wanted.user), ("password", password)]
        spelling = EncodedRequest("GET", encode(parameters), "")
        request = prepare(spelling, f"{self._target.url}?{spelling.query}", "RequestToken", headers)
        self._tally.take()
        with closing(connections(self._target.url, self._target.limits.ca_file, self._redactor)) as one:
            return transmit(one, request, meter, _MOST)

    def _shown(self, text: str) -> str:
        return printable(self._redactor.beginning(text, _SHOWN))


def token_in(body: bytes) -> str:
    """The attribute `token` of the element `Response`, as the public sample has it; empty where there is none."""
    return _attribute(body, "token")


def code_in(body: bytes) -> str:
    """The attribute `code` of the element `Response`; empty where there is none."""
    return _attribute(body, "code")


def _attribute(body: bytes, name: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    return next((found.get(name, "") for found in root.iter("{*}Response")), "")
