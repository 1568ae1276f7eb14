"""What an answer looks like, by which those of one kind are known again."""

import re
from hashlib import sha256

from keepcall.contract.exchange import Exchange, NoAnswer
from keepcall.contract.request import Request
from keepcall.contract.wording import NOT_FOUND

NOBODYS = "00000000-0000-4000-8000-000000000000"
"""A token, key or callID that nobody has."""

LONGEST = 16_384
"""Bytes that a refusal of a token may have; in what is longer, nothing is looked for: it is taken as a whole."""

_ECHO = 3
"""Characters of a value of the request that is taken for an echo where an answer holds it."""

Looks = tuple[int, str]
"""What all answers of one kind have in common: the status, and the body without what differs each time."""


def looks(exchange: Exchange) -> Looks | None:
    """What an answer looks like; None where there is none, or where it is about the call."""
    if isinstance(exchange.result, NoAnswer):
        return None
    if len(exchange.result.body) > LONGEST:
        return exchange.result.status, sha256(exchange.result.body).hexdigest()
    if NOT_FOUND.encode() in exchange.result.body:
        return None
    body = exchange.redactor.text(exchange.result.body.decode("utf-8", "replace"))
    return exchange.result.status, re.sub(rf"\$KEEPCALL_\w+|{NOBODYS}|\d{{2,}}", "…", body)


def without_echoes(looked: Looks, request: Request) -> Looks:
    """What an answer looks like without what it repeats of its request."""
    status, body = looked
    for _, value in request.parameters:
        if len(value) >= _ECHO:
            body = body.replace(value, "…")
    return status, body


EXPIRED = re.compile(
    r"(token|session)[^<>]{0,60}(expired|timed out|no longer valid)|expired[^<>]{0,20}(token|session)", re.IGNORECASE
)
