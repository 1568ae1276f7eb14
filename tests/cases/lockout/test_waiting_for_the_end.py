"""How long the suite waits for a target that has locked it out, by a clock that a test turns."""

from collections.abc import Callable
from typing import Any

import pytest

from keepcall.cases.engine.lockout import Lockout, Trail, says_granted
from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.outcomes import Inconclusive
from keepcall.contract.request import encode_request, keep

GRANTED = b'<VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'


class Target:
    """Locked until a moment; where it slides, each request meanwhile moves that moment."""

    def __init__(self, seconds: float, *, slides: bool = False, **headers: str) -> None:
        self.now, self.until, self.seconds, self.slides = 0.0, seconds, seconds, slides
        self.headers = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.asked = 0

    def ask(self) -> Exchange:
        self.asked += 1
        request = keep(action="KeepCall", callID="1").by("GET")
        if self.now >= self.until:
            answer = Answer(200, "OK", (("Content-Type", "text/xml"),), GRANTED)
        else:
            self.until = self.now + self.seconds if self.slides else self.until
            answer = Answer(403, "Forbidden", self.headers, b"no")
        return Exchange(request, encode_request(request, "form"), "http://127.0.0.1/verba/api", answer)

    def pause(self, seconds: float) -> None:
        self.now += seconds


def waiting(target: Target, budget: float = 60.0) -> Lockout:
    trail = Trail()
    with trail.one():
        pass
    return Lockout(trail, budget, clock=lambda: target.now, pause=target.pause)


def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("target", "most"),
    [
        (Target(0.3), 1.0),
        (Target(2), 4.0),
        (Target(30), 50.0),
        (Target(10, slides=True), 60.0),
        (Target(30, retry_after="30"), 30.0),
    ],
    ids=["0.3 s", "2 s", "30 s", "10 s that slide", "30 s by Retry-After"],
)
def test_a_lockout_is_waited_out_by_few_requests(target: Target, most: float) -> None:
    lockout = waiting(target)

    assert lockout.wait_out(target.ask, says_granted, never)
    assert target.seconds <= target.now <= most
    assert target.asked <= 20
    assert not lockout.suspected()


def test_all_lockouts_of_a_run_together_are_waited_for_no_longer_than_the_limit() -> None:
    target = Target(30)
    lockout = waiting(target)
    lockout.wait_out(target.ask, says_granted, never)
    target.until = target.now + 30

    with pytest.raises(Inconclusive, match="locked out"):
        lockout.wait_out(target.ask, says_granted, never)

    assert target.now <= 60
    with pytest.raises(Inconclusive, match="locked out"):
        lockout.check()


def test_many_short_lockouts_cost_little_more_than_they_last() -> None:
    target = Target(0.3)
    lockout = waiting(target, 600.0)

    for _ in range(100):
        lockout.wait_out(target.ask, says_granted, never)
        target.until = target.now + 0.3

    assert target.now < 100 * 0.3 * 1.7
    assert target.asked < 100 * 8


def test_a_longer_time_than_may_be_waited_is_not_waited_for_at_all() -> None:
    target = Target(3600, retry_after="3600")
    with pytest.raises(Inconclusive):
        waiting(target).wait_out(target.ask, says_granted, never)

    assert (target.asked, target.now) == (1, 0.0)


def test_a_token_that_was_revoked_is_replaced_before_anything_is_waited_for() -> None:
    target = Target(1)

    def renew() -> bool:
        target.until = 0.0
        return True

    assert waiting(target).wait_out(target.ask, says_granted, renew)
    assert target.now == 0.0


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_no_lockout(status: int) -> None:
    target = Target(1)
    ask: Callable[[], Any] = lambda: Exchange(  # noqa: E731
        target.ask().request, encode_request(keep(), "form"), "http://127.0.0.1/", Answer(status, "Oh", (), b"")
    )

    assert not waiting(target).wait_out(ask, says_granted, never)
