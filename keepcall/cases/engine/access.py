"""One target with its lab: requests are completed, sent and remembered, and calls are set up and cleared away."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from keepcall.cases.engine.effects import EffectWatch
from keepcall.cases.engine.execution import no_answer
from keepcall.cases.engine.intermediaries import led_away
from keepcall.cases.engine.lockout import Trail
from keepcall.cases.engine.token_renewal import RenewingClient
from keepcall.cases.generation.budget import Budget
from keepcall.cases.setup import Setup
from keepcall.client.client import Client
from keepcall.client.tokens import TokenSource
from keepcall.contract.call import Call, Number, ongoing
from keepcall.contract.claims import completed as filled_in
from keepcall.contract.claims import unclaimed
from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.operation import KEEP, Operation
from keepcall.contract.outcomes import Inconclusive, NotClaimed, NotTested
from keepcall.contract.request import Request
from keepcall.contract.target import Target
from keepcall.errors import LabError
from keepcall.expect.in_itself import BROKEN_TIMES
from keepcall.expect.parsing.answer import found_format
from keepcall.lab.interface import Lab
from keepcall.lab.placing import PlacingLab

_GATEWAY = frozenset({407, 502, 504, 511})
"""Statuses by which something between suite and server says that the server did not answer."""

_MOST_REPEATS = 200
"""Requests of a run that are sent only to see whether an answer is broken each time."""

READ_ONLY = "--read-only: what this needs could change a call, so it is not sent"

_Remembered = TypeVar("_Remembered")


@dataclass(slots=True, repr=False)  # pytest prints what a failed test was given, and this holds all that was seen
class TargetAccess:
    """What a test needs to send requests of its own; `Driver` also executes situations.

    Attributes:
        trail: what the run has sent with wrong credentials.
        plain: makes a request of a kind that was granted at the start of the run; None where none was.
        seen: the exchanges of the test that runs.
        attempts: how often the execution that the test looks at was carried out.
    """

    target: Target
    client: Client
    lab: Lab
    tokens: TokenSource
    budget: Budget = field(default_factory=Budget)
    read_only: bool = False
    trail: Trail = field(default_factory=Trail)
    plain: Callable[[Number], Request] | None = None
    test_id: str = ""
    seen: list[Exchange] = field(default_factory=list)
    attempts: int = 1
    renewal: RenewingClient = field(init=False)
    _watch: EffectWatch = field(init=False)
    _repeats: int = _MOST_REPEATS
    _memory: dict[type, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._watch = EffectWatch(self.lab, self.client.vain)
        self.renewal = RenewingClient(self.target, self.client, self.tokens, self.trail, self.plainly)

    def begin(self, test_id: str) -> None:
        """Makes ready for a test of this id: what was seen from now on was seen by it."""
        self.test_id = test_id
        self.seen.clear()
        self.attempts = 1

    def send(self, request: Request, *, timeout: float = 0.0, under_way: threading.Event | None = None) -> Exchange:
        """Sends a request, completed.

        Raises:
            NotTested: when nothing may be sent but refusals, by `--read-only`.
            NotClaimed: when the profile does not claim what it asks for.
            Inconclusive: when there is no answer to judge.
        """
        if self.read_only:
            raise NotTested(READ_ONLY)
        return self._send(request, timeout, under_way)

    def _send(self, request: Request, timeout: float = 0.0, under_way: threading.Event | None = None) -> Exchange:
        completed = self.complete(request)
        exchange = self.renewal.send(completed, self.test_id, timeout=timeout, under_way=under_way)
        self.seen.append(exchange)
        if isinstance(exchange.result, NoAnswer):
            self.repeat(exchange)
            raise no_answer(exchange)
        due = exchange.request.format or "XML"
        if exchange.result.status in _GATEWAY and found_format(exchange.result) != due:
            raise Inconclusive(f"a gateway answered {exchange.result.status}: {exchange.as_curl()}")
        if place := led_away(exchange, within_host=True):
            raise Inconclusive(f"redirected to {place}, another origin, which gets no key: {exchange.as_curl()}")
        return exchange

    def repeat(self, exchange: Exchange) -> None:
        """Sends a request again whose answer was broken, until one is not, or there are three (KC-HTTP-12)."""
        for _ in range(BROKEN_TIMES - 1):
            if not (isinstance(exchange.result, NoAnswer) and exchange.result.broken) or not self._repeats:
                return
            self._repeats -= 1
            exchange = self.client.send(exchange.request, self.test_id)
            self.seen.append(exchange)

    def complete(self, request: Request) -> Request:
        """The request with its method and with the access parameters that it neither names nor omits.

        Raises:
            NotClaimed: see `unclaimed`.
            NotTested: when it names a number that may be somebody's.
        """
        completed = filled_in(request, self.target, self.token())
        if not request.unclaimed and (reason := unclaimed(completed, self.target)):
            raise NotClaimed(f"the profile does not claim {reason}")
        for number in request.values("extension"):
            if reason := self.lab.refuses_number(number):
                raise NotTested(reason)
        return completed

    def token(self) -> str:
        """The token that is good now; empty where none is needed.

        Raises:
            Inconclusive: when the target gives none.
        """
        return self.renewal.token()

    def spares(self, request: Request) -> bool:
        """Whether `--gentle` leaves out a request: it has wrong credentials, and no requirement needs just it."""
        return bool(self.trail.most) and not self.renewal.admits(self.complete(request))

    def sees(self, goal: Call) -> bool:
        """Whether the call gets the marks of the goal in time; False where the lab cannot read it back."""
        return self._watch.sees(goal)

    def remember(self, seen: object) -> None:
        """Keeps what one test has seen for others that look at the same."""
        self._memory[type(seen)] = seen

    def recall(self, kind: type[_Remembered]) -> _Remembered | None:
        """What an earlier test has left of this kind."""
        found = self._memory.get(kind)
        return found if isinstance(found, kind) else None

    def secrets(self) -> dict[str, str]:
        """The right key and token, which no answer may repeat (KC-AUTH-08)."""
        key, token = self.target.credentials.api_key.reveal(), self.token()
        return {name: text for name, text in (("KEEPCALL_API_KEY", key), ("KEEPCALL_TOKEN", token)) if text}

    @contextmanager
    def setup(self, operation: Operation) -> Iterator[Setup]:
        """A setup whose calls are removed at the end, also when the test fails."""
        if not isinstance(self.lab, PlacingLab):
            self.renewal.let_in_again()  # such a lab has the target set marks, which would be refused
        setup = Setup(self.lab, self.target, operation, self.token())
        try:
            yield setup
        finally:
            setup.clear()

    @contextmanager
    def plainly(self) -> Iterator[Callable[[], Exchange] | None]:
        """Sends a plain request about a call of its own, as often as need be; None where none was ever granted."""
        setup = Setup(self.lab, self.target, KEEP)
        try:
            yield self._plain_request(setup)
        finally:
            setup.clear()

    def _plain_request(self, setup: Setup) -> Callable[[], Exchange] | None:
        if self.plain is None:
            return None
        try:
            request = self.plain(setup.number(ongoing()))
        except (NotTested, NotClaimed, LabError):
            return None
        return lambda: self.client.send(self.complete(request), self.test_id)
