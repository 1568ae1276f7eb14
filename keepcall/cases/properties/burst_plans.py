"""What is sent at the same time: bursts of requests about different calls, and about the same one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keepcall.cases.generation.values import WRONG_KEYS
from keepcall.cases.setup import Setup
from keepcall.cases.situations.selectors import by_call_id
from keepcall.contract.call import CallSpec, Number, finished, ongoing
from keepcall.contract.request import Format, Method, Request, keep

WIDTH = 13
"""Requests of one burst, where the target is fast enough to answer so many in time."""


@dataclass(frozen=True, slots=True)
class BurstKind:
    """One request of a burst, with the calls of its number.

    Attributes:
        specs: the calls.
        ask: the request about them.
        format: of the answer.
        open_key: whether it is sent with the key that needs no token, where the profile gives one.
    """

    specs: tuple[CallSpec, ...]
    ask: Callable[[Number], Request]
    format: Format = "XML"
    open_key: bool = False


def _by_call_id(number: Number) -> Request:
    return by_call_id(number.call)


def _by_extension(number: Number) -> Request:
    return keep(extension=number.text, status="ongoing")


SEPARATE = (
    BurstKind((ongoing(),), _by_call_id),
    BurstKind((ongoing(),), lambda number: keep(extension=number.text, status="foo"), "TEXT"),
    BurstKind((ongoing("called"),), _by_extension, "HTML"),
    BurstKind((ongoing(done=True),), lambda number: _by_call_id(number).unmarking()),
    BurstKind((ongoing(), ongoing("called")), _by_extension),
    BurstKind((ongoing(),), _by_extension, "TEXT"),
    BurstKind((ongoing(),), lambda number: _by_call_id(number).given(token=WRONG_KEYS[0])),
    BurstKind((ongoing(done=True),), lambda number: _by_extension(number).unmarking()),
    BurstKind((), _by_extension, "HTML"),
    BurstKind((ongoing(),), _by_call_id, "HTML"),
    BurstKind((finished(),), _by_extension),
    BurstKind((ongoing("called"),), _by_call_id, "TEXT"),
    BurstKind((ongoing(),), _by_extension, open_key=True),
)
"""Each about a number of its own: grants and refusals, in all formats."""


TOGETHER = (
    BurstKind((), _by_extension),
    BurstKind((), lambda number: keep(extension=number.text, status="foo")),
    BurstKind((), _by_extension, "HTML"),
    BurstKind((), lambda number: keep(extension=number.text), "TEXT"),
    BurstKind((), _by_extension, "TEXT"),
    BurstKind((), lambda number: keep(extension=number.text, status="foo"), "HTML"),
    BurstKind((), _by_call_id),
    BurstKind((), lambda number: _by_call_id(number).given(apiKey=WRONG_KEYS[0])),
    BurstKind((), _by_call_id, "HTML"),
    BurstKind((), lambda number: keep(callID=number.text), "TEXT"),
)
"""All about one call: whichever of the grants comes first, the call is as they ask afterwards."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What is sent at the same time.

    Attributes:
        kinds: the requests.
        shared: the calls of the one number that all of them are about; none where each has a number of its own.
        unmark: whether all of them are to unmark.
    """

    kinds: tuple[BurstKind, ...]
    shared: tuple[CallSpec, ...] = ()
    unmark: bool = False

    def requests(self, setup: Setup, methods: Sequence[Method]) -> list[Request]:
        """The requests, about calls that are arranged for them."""
        whole = setup.number(*self.shared) if self.shared else None
        asked = []
        for index, kind in enumerate(self.kinds):
            request = kind.ask(whole or setup.number(*kind.specs)).answered_in(kind.format)
            if kind.open_key and (key := setup.credentials.open_api_key.reveal()):
                request = request.given(apiKey=key).without("token")
            asked.append((request.unmarking() if self.unmark else request).by(methods[index % len(methods)]))
        return asked
