"""Where a redirect leads, and the cookies that a server gives on the way to where it sends the caller."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from keepcall.contract.exchange import Answer

_REDIRECTS = (301, 302, 303, 307, 308)
_COOKIE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*([^\s;]{0,4096})\s*(?:;|\Z)")
_MOST_COOKIES = 50
_PORTS = {"http": 80, "https": 443}


def cookies_of(answer: Answer) -> dict[str, str]:
    """The cookies that an answer sets, by name (RFC 6265 section 4.1.1); what is spelled otherwise is none.

    They last for one exchange: a server that sends the caller on may want to know it again (section 5), but no test
    may depend on what came before it.
    """
    given = [value for name, value in answer.headers if name.lower() == "set-cookie"][:_MOST_COOKIES]
    return {found[1]: found[2] for found in map(_COOKIE.match, given) if found}


def cookie_header(cookies: Mapping[str, str]) -> dict[str, str]:
    """The header that gives cookies back; none where there are none."""
    pairs = [f"{name}={value}" for name, value in cookies.items()][:_MOST_COOKIES]
    return {"Cookie": "; ".join(pairs)} if pairs else {}


def redirect(url: str, answer: Answer) -> str:
    """Where a redirect within the same origin leads; empty where there is none to follow.

    The origin is scheme, host and port (RFC 6454 section 4): behind another port may be anybody, and TLS is another
    one than plain HTTP. None but its own gets the credentials; the redirect is then the answer itself.
    """
    target = _target(url, answer)
    if target is None or _origin(target) != _origin(urlsplit(url)) or "@" in target.netloc:
        return ""
    return target.geturl()


def elsewhere(url: str, answer: Answer) -> str:
    """The address at another origin that a redirect leads to, without its query; empty where there is none."""
    target = _target(url, answer)
    if target is None or _origin(target) == _origin(urlsplit(url)) or "@" in target.netloc:
        return ""
    return target._replace(query="").geturl()


def same_host(url: str, other: str) -> bool:
    """Whether two addresses are of one host, whatever their schemes and ports."""
    return urlsplit(url).hostname == urlsplit(other).hostname


def _target(url: str, answer: Answer) -> SplitResult | None:
    """What a redirect names, without its fragment; None where that is no address of HTTP."""
    location = answer.header("Location").strip(" \t") if answer.status in _REDIRECTS else ""
    if not location:
        return None
    try:
        target = urlsplit(urljoin(url, _escaped(location)))._replace(fragment="")
        _origin(target)
    except ValueError:
        return None
    return target if target.scheme in _PORTS and target.hostname else None


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    """Scheme, host and port, a default port included.

    Raises:
        ValueError: where the port is no number.
    """
    return parts.scheme, parts.hostname or "", _PORTS.get(parts.scheme) if parts.port is None else parts.port


def _escaped(location: str) -> str:
    """An address with all that must not be in one percent-encoded, as browsers do; header bytes are Latin-1 to us."""
    return quote(location.encode("latin-1", "replace"), safe="%!#$&'()*+,/:;=?@[]~")
