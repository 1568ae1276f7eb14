"""Answers made by hand, for tables of what a check accepts and what it sees."""

from collections.abc import Callable, Iterable, Mapping

import pytest

from keepcall.contract.exchange import Answer, Exchange
from keepcall.contract.request import EncodedRequest, Request, keep
from keepcall.contract.violation import Violation

_ACCESS = {"action": "KeepCall", "apiKey": "74c8eea0-50c6-40b2-9f3e-252ed501c3c8"}


def _answered(
    body: str | bytes,
    content_type: str = "",
    *,
    request: Request | None = None,
    asked: Mapping[str, str] | None = None,
    status: int = 200,
    headers: Iterable[tuple[str, str]] = (),
) -> Exchange:
    complete = request or keep(**{**_ACCESS, "extension": "8856", "status": "ongoing", **(asked or {})})
    content = body.encode() if isinstance(body, str) else body
    typed = (("Content-Type", content_type),) if content_type else ()
    answer = Answer(status, "", (*typed, *headers), content)
    return Exchange(complete, EncodedRequest("GET", "", ""), "http://recorder.example/verba/api", answer)


@pytest.fixture
def answered() -> Callable[..., Exchange]:
    """An exchange with this answer to a request, or to a keep with these parameters asked for besides."""
    return _answered


@pytest.fixture
def asking() -> Callable[..., Request]:
    """A complete request with these parameters; without any, a plain keep."""

    def ask(**parameters: str) -> Request:
        return keep(**_ACCESS, **(parameters or {"extension": "8856", "status": "ongoing"}))

    return ask


@pytest.fixture
def names() -> Callable[[Iterable[Violation]], list[str]]:
    """The names of violations, in order."""
    return lambda violations: [violation.name for violation in violations]
