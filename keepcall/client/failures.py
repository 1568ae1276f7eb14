"""What an exception below the client means: why there is no answer."""

import http.client
import re
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as u

from keepcall.client.content_coding import UndecodableBodyError
from keepcall.client.limits import TooLargeError
from keepcall.client.response_head import MalformedError
from keepcall.contract.exchange import FailureKind, NoAnswer

_LONGEST = 2_000

_OBJECT = re.compile(r"<?\b[\w.]{1,80}(?:\(host=[^()]{0,300}\)| object)(?: at 0x[0-9a-f]+>)?[:,]? ?")
"""How libraries write which connection of theirs it was: of no use to a reader."""

_STRICT = range(80, 95)
"""Codes by which OpenSSL (x509_vfy.h) names what RFC 5280 forbids, and what it looks at since Python 3.13 alone."""

# The first kind that is found in the chain of causes decides; so the order is from the most telling to the least.
_KINDS: tuple[tuple[tuple[type[BaseException], ...], FailureKind], ...] = (
    ((TooLargeError,), "too large"),
    ((ssl.SSLError, u.SSLError, requests.exceptions.SSLError), "tls"),
    ((u.NewConnectionError, u.NameResolutionError, socket.gaierror, u.ConnectTimeoutError), "unreachable"),
    ((requests.exceptions.ProxyError, u.ProxyError), "unreachable"),
    ((TimeoutError, u.ReadTimeoutError), "timeout"),
    ((http.client.RemoteDisconnected, http.client.IncompleteRead, u.IncompleteRead, ConnectionError), "lost"),
    ((http.client.HTTPException,), "malformed"),
    ((u.HTTPError, requests.RequestException, ValueError), "malformed"),
)


_FORBIDDEN = "RFC 5280 forbids such a certificate, and Python 3.13 refuses it: have it issued anew"
_TUNNEL = "Tunnel connection failed"
"""How http.client begins what it says of a proxy that answers CONNECT with anything but success."""


def no_answer_for(error: BaseException) -> NoAnswer:
    """The trouble that an exception stands for, with its text."""
    chain = list(_chain(error))
    for kinds, trouble in _KINDS:
        causes = [cause for cause in chain if isinstance(cause, kinds)]
        if causes:
            broken = any(isinstance(cause, MalformedError | UndecodableBodyError) for cause in chain)
            return NoAnswer(trouble, _reason(chain, trouble) or _text(causes[-1]), broken and trouble == "malformed")
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


def _reason(chain: list[BaseException], trouble: FailureKind) -> str:
    """What the system or OpenSSL says of it, in the words that a reader knows; empty where neither says anything."""
    for error in chain:
        if trouble == "tls" and isinstance(error, ssl.SSLCertVerificationError):
            strict = error.verify_code in _STRICT
            return f"certificate verify failed: {error.verify_message}" + (f" ({_FORBIDDEN})" if strict else "")
        if trouble == "unreachable" and isinstance(error, OSError):
            if error.strerror:
                return error.strerror
            if str(error).startswith(_TUNNEL):
                return f"the proxy answered{str(error).removeprefix(_TUNNEL)}"
    late = trouble == "unreachable" and any(isinstance(error, TimeoutError) for error in chain)
    return "no connection came about in time" if late else ""


def _text(error: BaseException) -> str:
    """One line of bounded length; what a server sent may be part of it, and secrets, which whoever shows it masks."""
    told = f"{type(error).__name__}: {error}"
    whole = told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
    return " ".join(_OBJECT.sub("", whole).split())
