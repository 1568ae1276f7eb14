"""The exchanges of a run on their way into its report: each is told once, and tests refer to it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache

from keepcall.contract.exchange import Exchange, NoAnswer, printable
from keepcall.contract.outlet import Outlet
from keepcall.report.result import Told

MOST = 24
"""Exchanges that one test lists: all of a plain one; of one that draws inputs the last, where what failed is."""

_LONGEST = 3_000
"""Characters of a request and of an answer that a report keeps; what a finding shows is kept in full beside it."""

_LONGEST_NAME = 200

_NAMES = ("Server", "X-Powered-By", "Via")
"""Header fields by which a server says what it is."""


@dataclass(slots=True)
class Book:
    """The exchanges that one process has told so far.

    Attributes:
        name: of the process, so that the ids of several do not meet.
    """

    name: str
    _known: dict[int, tuple[str, Exchange]] = field(default_factory=dict)

    def note(self, seen: Sequence[Exchange]) -> tuple[tuple[str, ...], int, list[dict[str, str]]]:
        """The ids of what a test has seen, how many more there were, and those exchanges that were not told yet."""
        different = list({id(exchange): exchange for exchange in seen}.values())
        listed, new = list[str](), list[dict[str, str]]()
        for exchange in different[-MOST:]:
            if id(exchange) not in self._known:
                number = f"{self.name}-{len(self._known) + 1}"
                self._known[id(exchange)] = (number, exchange)  # held, so that no other object gets its id
                new.append(asdict(told(number, exchange)))
            listed.append(self._known[id(exchange)][0])
        return tuple(listed), max(0, len(different) - MOST), new


def told(number: str, exchange: Exchange) -> Told:
    """One exchange as a report keeps it."""
    request, answer, _ = texts(exchange)
    return Told(number, _short(request.strip()), _short(answer.strip()), _server(exchange))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def _server(exchange: Exchange) -> str:
    if isinstance(exchange.result, NoAnswer):
        return ""
    values = ((name, exchange.result.header(name)) for name in _NAMES)
    outlet = Outlet(exchange.redactor)
    return "; ".join(f"{name}: {outlet.line(value, _LONGEST_NAME)}" for name, value in values if value)


@lru_cache(maxsize=2_048)
def texts(exchange: Exchange) -> tuple[str, str, str]:
    """Request, answer and curl, masked and printable; many tests look at the same exchange."""
    request = exchange.request_text().replace("\r\n", "\n")
    return printable(request), printable(exchange.answer_text()), printable(exchange.as_curl())
