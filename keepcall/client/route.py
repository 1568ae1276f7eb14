"""How requests get to an address: through which proxy, and by whose word TLS trusts the other side.

Whatever is wrong with it is on our side, and known before the first request.
"""

import os
from dataclasses import dataclass

from keepcall.client.proxies import Proxy, proxy_for
from keepcall.client.trust import Trust, context_of, lab_context_of, trust_of
from keepcall.contract.exchange import FailureKind
from keepcall.contract.target import Target

_HTTPS = "https://"


@dataclass(frozen=True, slots=True)
class Route:
    """The way to one address.

    Attributes:
        proxy: what stands between; None where nothing does.
        trust: whom TLS trusts; None where there is no TLS.
    """

    proxy: Proxy | None = None
    trust: Trust | None = None

    def __str__(self) -> str:
        way = f"through {self.proxy}" if self.proxy else "directly"
        return f"{way}; TLS trusts {self.trust}" if self.trust else f"{way}, without TLS"

    def notes(self) -> tuple[str, ...]:
        """What the reader of a report has to know of it, a sentence each."""
        proxy = (f"The target was asked through {self.proxy}.",) if self.proxy else ()
        return (*proxy, *((f"TLS trusted {self.trust}.",) if self.trust else ()))

    def advice(self, trouble: FailureKind) -> str:
        """What to do where there is no answer for this reason."""
        match trouble:
            case "tls":
                return f"TLS trusts {self.trust or 'nobody'}: name others in limits.ca_file or REQUESTS_CA_BUNDLE"
            case "unreachable" | "timeout" | "lost" if self.proxy:
                return f"it is asked through {self.proxy}: is that right, and does it run? NO_PROXY excepts hosts"
            case "busy":
                return "try again later, or set limits.requests_per_second"
            case _:
                return "is it running, and is `url` right?"


def route_to(url: str, ca_file: str) -> Route:
    """The way to an address, tried as far as it is on our side.

    Args:
        url: an http or https address.
        ca_file: the profile's; empty for none.

    Raises:
        UsageError: naming the variable, setting or file that cannot be used.
    """
    proxy = proxy_for(url, os.environ)
    trust = None
    if url.lower().startswith(_HTTPS) or (proxy and proxy.secured):
        trust = trust_of(ca_file, os.environ)
        context_of(trust)
    return Route(proxy, trust)


def route_of(target: Target) -> Route:
    """The way to a target; that to its lab, which is asked directly, is tried too.

    Raises:
        UsageError: see `route_to`.
    """
    route = route_to(target.url, target.limits.ca_file)
    if any(url.lower().startswith(_HTTPS) for url in (target.lab.url, target.lab.read_back)):
        lab_context_of(trust_of(target.limits.ca_file, os.environ))
    elif target.limits.ca_file:
        context_of(trust_of(target.limits.ca_file, os.environ))  # a mistake in the profile, whoever needs it
    return route


LOGIN = 407


AWAY = (502, 503, 504)


def login_advice(route: Route) -> str:
    """What to do about 407, Proxy Authentication Required (RFC 9110 section 15.5.8)."""
    if route.proxy:
        return (
            f"as {route.proxy} wants a user and a password, or others: put them into {route.proxy.variable}, "
            "http://USER:PASSWORD@HOST:PORT, or name the target in NO_PROXY"
        )
    return "as a proxy does that wants a login, and none is set: name it, with user and password, in HTTPS_PROXY"


def away_advice(route: Route) -> str:
    """What to do about 502, 503 and 504 (RFC 9110 section 15.6)."""
    through = f"; it is asked through {route.proxy}, which may be what answers" if route.proxy else ""
    return f"so it is not available now: is it running, and what is in front of it? Try again later{through}"
