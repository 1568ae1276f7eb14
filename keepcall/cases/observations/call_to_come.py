"""An unmark of a call to come: it may give up a keep that waits, clear the mark of the call, or be refused."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from keepcall.cases.observations.observer import Observer
from keepcall.cases.setup import Arrival
from keepcall.cases.situations.selectors import by_extension
from keepcall.contract.call import ongoing
from keepcall.contract.exchange import Exchange
from keepcall.contract.operation import UNMARK
from keepcall.shutdown import SHUTDOWN

_UNDER_WAY = 0.1
"""Seconds after which a request that has left is taken to wait, on a target that answers at once."""


def gives_up_a_keep_that_waits(observer: Observer) -> str:
    """Whether the next call is kept all the same.

    Raises:
        NotClaimed, NotTested: when it cannot be asked.
    """
    with observer.setup() as setup:
        setup.needs_status("next")
        number = setup.number()
        keeping = by_extension(number, "next")
        with _under_way(observer, lambda: observer.send(keeping, may_wait=True)):
            with _under_way(observer, lambda: observer.send(keeping.unmarking(), may_wait=True)):
                call = setup.begin(Arrival(number, ongoing()))
            return "it is kept" if observer.has_changed(call) else "it is not kept"


def unmark_of_a_call_to_come(observer: Observer, status: str) -> str:
    """What an unmark with this status did to a call that began meanwhile, with a mark.

    Raises:
        NoReplyError: `waits`, where it has not been answered when the call has begun.
        NotClaimed, NotTested: when it cannot be asked.
    """
    with observer.setup(UNMARK) as setup:
        setup.needs_status(status)
        number = setup.number()
        request = by_extension(number, status).unmarking()
        with _under_way(observer, lambda: observer.send(request, may_wait=True)) as answer:
            call = setup.begin(Arrival(number, ongoing()))
        return observer.became(answer.result(), call)


@contextmanager
def _under_way(observer: Observer, send: Callable[[], Exchange]) -> Iterator[Future[Exchange]]:
    """A request that is under way within, and over at the end."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(send)
        over = threading.Event()
        answer.add_done_callback(lambda _: over.set())
        SHUTDOWN.check()
        over.wait(_UNDER_WAY + 3 * observer.driver.client.pace)
        yield answer
