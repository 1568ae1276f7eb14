"""Where a redirect leads, and the cookies that a server gives on the way to where it sends the caller."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urljoin, urlsplit

from keepcall.exchange import Answer

_REDIRECTS = (301, 302, 303, 307, 308)
_COOKIE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*([^\s;]{0,4096})\s*(?:;|\Z)")
_MOST_COOKIES = 50


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
    """Where a redirect on the same host leads; empty where there is none to follow.

    Another host never gets the credentials, nor does plain HTTP after TLS; the redirect is then the answer itself.
    """
    location = answer.header("Location").strip(" \t") if answer.status in _REDIRECTS else ""
    if not location:
        return ""
    try:
        target, old = urlsplit(urljoin(url, _escaped(location))), urlsplit(url)
        same_host = target.hostname == old.hostname
        target.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return ""
    downgrade = old.scheme == "https" and target.scheme != "https"
    if not same_host or downgrade or target.scheme not in {"http", "https"} or "@" in target.netloc:
        return ""
    return target._replace(fragment="").geturl()


def _escaped(location: str) -> str:
    """An address with all that must not be in one percent-encoded, as browsers do; header bytes are Latin-1 to us."""
    return quote(location.encode("latin-1", "replace"), safe="%!#$&'()*+,/:;=?@[]~")
