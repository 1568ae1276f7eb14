"""What an exception below the client means: why there is no answer."""

import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as u

from keepcall.exchange import NoAnswer, Trouble
from keepcall.meter import TooLargeError

_LONGEST = 2_000

# The first kind that is found in the chain of causes decides; so the order is from the most telling to the least.
_KINDS: tuple[tuple[tuple[type[BaseException], ...], Trouble], ...] = (
    ((TooLargeError,), "too large"),
    ((ssl.SSLError, u.SSLError, requests.exceptions.SSLError), "tls"),
    ((u.NewConnectionError, u.NameResolutionError, socket.gaierror, u.ConnectTimeoutError), "unreachable"),
    ((requests.exceptions.ProxyError, u.ProxyError), "unreachable"),
    ((TimeoutError, u.ReadTimeoutError), "timeout"),
    ((http.client.RemoteDisconnected, http.client.IncompleteRead, u.IncompleteRead, ConnectionError), "lost"),
    ((http.client.HTTPException,), "malformed"),
    ((u.HTTPError, requests.RequestException, ValueError), "malformed"),
)


def trouble_of(error: BaseException) -> NoAnswer:
    """The trouble that an exception stands for, with its text."""
    chain = list(_chain(error))
    for kinds, trouble in _KINDS:
        causes = [cause for cause in chain if isinstance(cause, kinds)]
        if causes:
            return NoAnswer(trouble, _text(causes[-1]))
    return NoAnswer("malformed", _text(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it was made from; libraries keep it as cause, context, reason or argument."""
    seen: set[int] = set()
    pending = [error]
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        links = (current.__cause__, current.__context__, getattr(current, "reason", None), *current.args)
        pending += [link for link in links if isinstance(link, BaseException)]


def _text(error: BaseException) -> str:
    """One line of bounded length; what a server sent may be part of it, and secrets, which whoever shows it masks."""
    told = f"{type(error).__name__}: {error}"
    return " ".join((told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…").split())
