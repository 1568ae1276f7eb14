"""Sends requests with the token that is good now; and once more, with a new one, when the target says it has expired.

No message and no code for that is documented. So what the target answers to a token that nobody has is learnt from
it, as soon as it has granted something with ours; and what looks like that later on is checked by a plain request
before it is believed: a refusal that is about something else must stay what it is.
"""

import re
import threading
from dataclasses import dataclass, field
from hashlib import sha256

from keepcall.client import Client
from keepcall.errors import UsageError
from keepcall.exchange import Exchange, NoAnswer
from keepcall.expect.outcome import says
from keepcall.expect.wording import NOT_FOUND
from keepcall.outcomes import Inconclusive
from keepcall.request import FORMATS, Request, Spelling, keep
from keepcall.target import Target
from keepcall.tokens import TokenSource

NOBODYS = "00000000-0000-4000-8000-000000000000"
"""A token, key or callID that nobody has."""

_EXPIRED = re.compile(
    r"(token|session)[^<>]{0,60}(expired|timed out|no longer valid)|expired[^<>]{0,20}(token|session)", re.IGNORECASE
)

_LONGEST = 16_384
"""Bytes that a refusal of a token may have; in what is longer, nothing is looked for: it is taken as a whole."""

_MOST_IN_VAIN = 3
"""New tokens that change nothing, after which no refusal is taken for one of a token any more."""

Looks = tuple[int, str]
"""What all answers of one kind have in common: the status, and the body without what differs each time."""


def looks(exchange: Exchange) -> Looks | None:
    """What an answer looks like; None where there is none, or where it is about the call."""
    if isinstance(exchange.result, NoAnswer):
        return None
    if len(exchange.result.body) > _LONGEST:
        return exchange.result.status, sha256(exchange.result.body).hexdigest()
    if NOT_FOUND.encode() in exchange.result.body:
        return None
    body = exchange.redactor.text(exchange.result.body.decode("utf-8", "replace"))
    return exchange.result.status, re.sub(rf"\$KEEPCALL_\w+|{NOBODYS}|\d{{2,}}", "…", body)


@dataclass(slots=True)
class Admission:
    """Knows the token, and when it has expired; threads may share it.

    Attributes:
        target: whose token it is.
        client: sends.
        tokens: asks for new ones.
        lapsed: why nothing can be asked any more with the token of the profile.
    """

    target: Target
    client: Client
    tokens: TokenSource
    lapsed: str = ""
    _denials: dict[str, Looks] = field(default_factory=dict, repr=False)  # answers may repeat secrets
    _let_in: Looks | None = field(default=None, repr=False)
    _learnt: bool = False
    _in_vain: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def token(self) -> str:
        """The token that is good now; empty where none is needed.

        Raises:
            Inconclusive: when the target gives none.
        """
        try:
            return self.tokens.current()
        except UsageError as error:
            raise Inconclusive(" ".join(str(error).split())) from None

    def send(
        self,
        request: Request,
        test_id: str,
        *,
        timeout: float = 0.0,
        under_way: threading.Event | None = None,
        spelling: Spelling | None = None,
    ) -> Exchange:
        """Sends a complete request, as `Client.send` does.

        Raises:
            Inconclusive: when the token has expired, and there is no way to another one.
        """
        if self.lapsed and self._carries(request):
            raise Inconclusive(self.lapsed)
        exchange = self.client.send(request, test_id, timeout=timeout, under_way=under_way, spelling=spelling)
        if isinstance(exchange.result, NoAnswer) or not self._carries(request):
            return exchange
        if not self._learnt and says(exchange) == "granted":
            self._learn(test_id)
        if not self._seems_expired(exchange):
            return exchange
        with self._lock:
            new = self._renewed(request, test_id)
        if not new or spelling is not None:
            return exchange
        again = self.client.send(new, test_id, timeout=timeout, under_way=under_way)
        self._in_vain += looks(again) == looks(exchange)
        return again

    def _carries(self, request: Request) -> bool:
        """Whether a request has our key, and a token that is ours or was."""
        ours = request.values("apiKey") == (self.target.credentials.api_key.reveal(),)
        return ours and len(request.values("token")) == 1 and self.tokens.knows(request.values("token")[0])

    def _learn(self, test_id: str) -> None:
        """What a token that nobody has is answered with, in each format, where that differs from other refusals."""
        with self._lock:
            if self._learnt:
                return
            self._learnt = True
            for format_ in FORMATS:
                denied, unknown = (looks(self._plain(token, format_, test_id)) for token in (NOBODYS, self.token()))
                if denied and denied != unknown:
                    self._denials[format_] = denied
                    self._let_in = unknown if format_ == "XML" else self._let_in

    def _plain(self, token: str, format_: str, test_id: str) -> Exchange:
        """A request that is in order but for its call, which does not exist."""
        key, method = self.target.credentials.api_key.reveal(), self.target.claims.methods[0]
        request = keep(action="KeepCall", apiKey=key, token=token, callID=NOBODYS, responseType=format_)
        return self.client.send(request.by("POST" if method == "POST" else "GET"), test_id)

    def _seems_expired(self, exchange: Exchange) -> bool:
        if self._in_vain >= _MOST_IN_VAIN or isinstance(exchange.result, NoAnswer):
            return False
        if len(exchange.result.body) > _LONGEST or says(exchange) == "granted":
            return False
        known = self._denials.get(exchange.request.format or "")
        if known is not None and looks(exchange) == known:
            return True
        return bool(_EXPIRED.search(exchange.result.body.decode("utf-8", "replace")))

    def _renewed(self, request: Request, test_id: str) -> Request | None:
        """The request with another token than it had; None where its own is good, as far as can be told.

        Raises:
            Inconclusive: when it is not, and there is no other.
        """
        old, now = request.values("token")[0], self.token()
        if old == now:
            # An expired token may be answered otherwise than one that nobody has: ours is good if it is let in.
            if self._denials.get("XML") and looks(self._plain(now, "XML", test_id)) == self._let_in:
                self._in_vain += 1
                return None
            now = self._another(old)
        return request.given(token=now) if now != old else None

    def _another(self, old: str) -> str:
        if self.target.credentials.request_token:
            try:
                return self.tokens.renewed(old)
            except UsageError as error:
                raise Inconclusive(" ".join(str(error).split())) from None
        if not self._denials.get("XML"):
            return old  # the target may well say `expired` of something else
        self.lapsed = (
            f"the token of the profile has expired: {self.target.url} granted requests with it before, and now "
            "answers as to a token that nobody has; with credentials.request_token, a run asks for the next one"
        )
        raise Inconclusive(self.lapsed)
