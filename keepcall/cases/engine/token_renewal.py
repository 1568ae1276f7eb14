"""Sends requests with the token that is good now; once more where it has expired, or where the target keeps us out.

No message and no code for that is documented. How the target answers a plain request with our token is learnt as soon
as it has granted something. What looks unlike any refusal of before is checked by that request before it is believed:
a refusal that is about something else must stay what it is. A token that nobody has is sent only where nothing else
tells, since a target may lock out whoever sends one.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial

from keepcall.cases.engine.answer_shape import EXPIRED, LONGEST, NOBODYS, Looks, looks, without_echoes
from keepcall.cases.engine.lockout import SERVER_ERROR, Lockout, Trail, says_granted
from keepcall.client.client import Client
from keepcall.client.tokens import TokenSource
from keepcall.contract.exchange import Answer, Exchange, NoAnswer
from keepcall.contract.outcomes import Inconclusive, NotTested
from keepcall.contract.request import EncodedRequest, Request, keep
from keepcall.contract.target import Target
from keepcall.errors import UsageError

_MOST_IN_VAIN = 3
"""New tokens that change nothing, after which no refusal is taken for one of a token any more."""

Sender = partial[Exchange]
"""Sends a request by `Client.send`."""

AskPlainly = Callable[[], AbstractContextManager[Callable[[], Exchange] | None]]
"""Arranges for a plain request that must be granted, to be sent as often as need be; None where there can be none."""


def nowhere() -> AbstractContextManager[Callable[[], Exchange] | None]:
    """Where no plain request is known that must be granted."""
    return nullcontext(None)


@dataclass(slots=True)
class RenewingClient:
    """Knows the token, when it has expired, and whether the target keeps us out; threads may share it.

    Attributes:
        tokens: asks for new tokens of the target.
        trail: what this run has sent with wrong credentials.
        plainly: asks for what must be granted.
        lockout: whether we are kept out.
        lapsed: why nothing can be asked any more with the token of the profile.
    """

    target: Target
    client: Client
    tokens: TokenSource
    trail: Trail = field(default_factory=Trail)
    plainly: AskPlainly = nowhere
    lapsed: str = ""
    lockout: Lockout = field(init=False)
    _usual: Looks | None = field(default=None, repr=False)  # answers may repeat secrets
    _strangers: Looks | None = field(default=None, repr=False)
    _refusals: set[tuple[str, Looks]] = field(default_factory=set, repr=False)
    _learnt: bool = False
    _steady: bool = False
    _in_vain: int = 0
    _undisturbed: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.lockout = Lockout(self.trail, self.target.limits.lockout_wait)

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
        spelling: EncodedRequest | None = None,
    ) -> Exchange:
        """Sends a complete request, as `Client.send` does.

        Raises:
            Inconclusive: when the token has expired, and there is no way to another one; when the target keeps us
                out, and waiting was in vain.
            NotTested: when it has wrong credentials, and `--gentle` allows no more of them.
        """
        self.lockout.check()
        one = partial(self.client.send, test_id=test_id, timeout=timeout, spelling=spelling)
        if not self.admits(request):
            with self.trail.one():
                exchange = one(request, under_way=under_way)
            self._meet_a_stranger(exchange)
            return exchange
        if self.lapsed and self._carries(request):
            raise Inconclusive(self.lapsed)
        if under_way:  # who waits for a call cannot be asked again when it has come
            self.let_in_again()
        waits = self.lockout.waits
        exchange = self._noted(one, request, under_way)
        if says_granted(exchange):
            if not self._learnt and self._has_our_key(request):
                self._learn(test_id)
            return exchange
        if isinstance(exchange.result, NoAnswer) and exchange.result.trouble != "busy":
            return exchange
        if self.lockout.suspected():
            return self._once_more(one, exchange, waits, waiting=under_way is not None)
        return self._with_a_good_token(one, exchange, test_id, under_way)

    def _noted(self, one: Sender, request: Request, under_way: threading.Event | None = None) -> Exchange:
        """What comes of a request with the right credentials; that it was granted is noted."""
        mark = self.trail.mark()
        exchange = one(request, under_way=under_way)
        if says_granted(exchange):
            self.lockout.let_in(mark)
        return exchange

    def admits(self, request: Request) -> bool:
        """Whether a request has a key and a token that belong together, as far as the profile tells."""
        keys, tokens = request.values("apiKey"), request.values("token")
        if len(keys) != 1 or len(tokens) > 1:
            return False
        key, token, given = keys[0], "".join(tokens), self.target.credentials
        if key == given.api_key.reveal():
            needed = self.target.claims.authentication and bool(given.token or given.request_token)
            return self.tokens.knows(token) if needed else not tokens
        if key == given.open_api_key.reveal():
            return not tokens
        return key == given.other_api_key.reveal() and token == given.other_token.reveal()

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Within, nothing is sent but what is asked for: what is under way together must not change."""
        self.let_in_again()
        self._undisturbed += 1
        try:
            yield
        finally:
            self._undisturbed -= 1

    def let_in_again(self) -> bool:
        """Waits until the target lets us in, where it may not; whether it does, as far as can be told.

        Raises:
            Inconclusive: when waiting was in vain.
        """
        with self._lock:
            self.lockout.check()
            if not self.lockout.suspected():
                return True
            with self.plainly() as ask:
                if ask:
                    return self.lockout.wait_out(ask, says_granted, self._takes_another)
            return self._steady and self.lockout.wait_out(self._ask_in_vain, self._is_as_usual, self._takes_another)

    def _ask_in_vain(self) -> Exchange:
        """Asks for a call that does not exist, where no call can be had for it."""
        return self._plain(self.token(), "are we let in")

    def _takes_another(self) -> bool:
        """Whether there is another token now: a target may revoke the one that it gave, and give no other yet."""
        return bool(self.target.credentials.request_token) and self.tokens.replaced()

    def _once_more(self, one: Sender, exchange: Exchange, waits: int, *, waiting: bool) -> Exchange:
        """What comes of the same request when the target lets us in, and nobody sends wrong credentials meanwhile.

        One that has waited for a call, or was under way with others, is not sent again for nothing.
        """
        with self._lock, self.trail.quiet():
            may_be_sent, kept_out = self.let_in_again(), self.lockout.waits > waits
            if waiting and kept_out:
                raise Inconclusive("the target kept us out over wrong credentials, while a request waited for a call")
            if not may_be_sent or waiting or (self._undisturbed and not kept_out):
                return exchange
            return self._noted(one, self._with_token(exchange.request))

    def _with_token(self, request: Request) -> Request:
        """The request with the token that is good now, in place of an earlier one."""
        return request.given(token=self.token()) if self._carries(request) else request

    def _with_a_good_token(
        self, one: Sender, exchange: Exchange, test_id: str, under_way: threading.Event | None
    ) -> Exchange:
        """What comes of the same request with another token, where its own has expired."""
        if not self._carries(exchange.request) or not self._seems_expired(exchange, test_id):
            return exchange
        with self._lock:
            new = self._renewed(exchange.request, test_id)
        if not new or one.keywords["spelling"] is not None:
            return exchange
        again = self._noted(one, new, under_way)
        self._in_vain += looks(again) == looks(exchange)
        return again

    def _carries(self, request: Request) -> bool:
        """Whether a request has our key, and a token that is ours or was."""
        tokens = request.values("token")
        return self._has_our_key(request) and len(tokens) == 1 and self.tokens.knows(tokens[0])

    def _has_our_key(self, request: Request) -> bool:
        return request.values("apiKey") == (self.target.credentials.api_key.reveal(),)

    def _learn(self, test_id: str) -> None:
        """What a plain request with a good token is answered with, about a call that does not exist."""
        with self._lock:
            if not self._learnt:
                self._learnt = True
                self._usual, again = (looks(self._plain(self.token(), test_id)) for _ in range(2))
                self._steady = self._usual == again

    def _plain(self, token: str, test_id: str) -> Exchange:
        """A request that is in order but for its call, which does not exist."""
        key, method = self.target.credentials.api_key.reveal(), self.target.claims.methods[0]
        login = {"apiKey": key, "token": token} if token else {"apiKey": key}
        request = keep(action="KeepCall", **login, callID=NOBODYS, responseType="XML")
        return self.client.send(request.by("POST" if method == "POST" else "GET"), test_id)

    def _is_as_usual(self, plain: Exchange) -> bool:
        """Whether a token is answered as a good one was."""
        return isinstance(plain.result, Answer) and looks(plain) == self._usual

    def _is_as_to_nobody(self, plain: Exchange, test_id: str) -> bool:
        """Whether our token is answered as one that nobody has; only where nothing else tells is one sent."""
        if isinstance(plain.result, NoAnswer) or plain.answer.status >= SERVER_ERROR:
            return False
        if self.target.credentials.request_token or EXPIRED.search(plain.answer.body.decode("utf-8", "replace")):
            return True
        if self._strangers is None:
            with suppress(NotTested), self.trail.one():
                self._meet_a_stranger(self._plain(NOBODYS, test_id))
        return self._strangers is None or self._strangers == looks(plain)

    def _meet_a_stranger(self, exchange: Exchange) -> None:
        """Notes what a token that nobody has is answered with, which tests send anyway."""
        request = exchange.request
        if self._has_our_key(request) and any(request.values("token")) and request.format == "XML":
            self._strangers = self._strangers or looks(exchange)

    def _seems_expired(self, exchange: Exchange, test_id: str) -> bool:
        """Whether a refusal may be about the token: by its words; or since it is a new one, and ours is not good."""
        if not self._learnt or self._in_vain >= _MOST_IN_VAIN or isinstance(exchange.result, NoAnswer):
            return False
        if len(exchange.result.body) > LONGEST or (looked := looks(exchange)) is None:
            return False
        if EXPIRED.search(exchange.result.body.decode("utf-8", "replace")):
            return True
        kind = (exchange.request.format or "", without_echoes(looked, exchange.request))
        if kind in self._refusals:
            return False
        with self._lock:
            plain = self._plain(self.token(), test_id)
            if isinstance(plain.result, NoAnswer):
                return False
            if self._is_as_usual(plain):
                self._refusals.add(kind)
        return kind not in self._refusals

    def _renewed(self, request: Request, test_id: str) -> Request | None:
        """The request with a token that is good; None where its own is, as far as can be told.

        Raises:
            Inconclusive: when it is not, and there is no other.
        """
        old, now = request.values("token")[0], self.token()
        if old != now:
            return request.given(token=now)
        plain = self._plain(now, test_id)
        if self._is_as_usual(plain) or self._is_granted_plainly() or not self._is_as_to_nobody(plain, test_id):
            self._in_vain += 1
            return None
        return request.given(token=self._another(old))

    def _is_granted_plainly(self) -> bool:
        """Whether what was granted before is granted now."""
        with self.plainly() as ask:
            return ask is not None and says_granted(ask())

    def _another(self, old: str) -> str:
        if self.target.credentials.request_token:
            try:
                return self.tokens.renewed(old)
            except UsageError as error:
                raise Inconclusive(" ".join(str(error).split())) from None
        self.lapsed = (
            f"the token of the profile has expired: {self.target.url} granted requests with it before, and now "
            "answers as to a token that nobody has; with credentials.request_token, a run asks for the next one"
        )
        raise Inconclusive(self.lapsed)
