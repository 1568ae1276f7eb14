"""Which proxy stands between the suite and an address, by the variables that curl, requests and Python know.

A proxy is for what lies outside: whatever means this machine is asked directly, and so is what `no_proxy` names. An
address that cannot be used is an error of the tester's, told by the name of its variable; no address is ever shown
whole, since it may hold a password.
"""

import platform
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from keepcall.errors import UsageError

_HTTP = ("http", "https")
_SOCKS = ("socks4", "socks4a", "socks5", "socks5h")
_PORTS = {"http": 80, "https": 443}
_SYSTEM = "the system's settings"

_FORM = (
    "Write it as http://HOST:PORT (or https, socks5, socks5h), user and password percent-encoded; or name the target "
    "in NO_PROXY."
)
_NO_SOCKS = (
    "Install the library: pip install 'keepcall-conformance[socks]'. Or name an http proxy there, or the target in "
    "NO_PROXY."
)

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that the requests to an address go through.

    Attributes:
        variable: where its address stands.
        place: its scheme, host and port: what may be shown.
        address: the whole of it, with user and password.
        user: empty where it has none.
        password: empty where it has none.
    """

    variable: str
    place: str
    address: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"the proxy {self.place} ({self.variable})"

    @property
    def secured(self) -> bool:
        """Whether the way to the proxy itself is TLS."""
        return self.place.startswith("https:")


def proxy_for(url: str, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for an address; None where it is asked directly.

    Args:
        url: an http or https address.
        environ: the variables.

    Raises:
        UsageError: when the variable that counts holds no address of a proxy, or one that needs a missing library.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    exceptions = _named("no_proxy", environ)[1] or environ.get("NO_PROXY", "")
    if is_this_machine(host) or _is_excepted(host, parts.port or _PORTS[parts.scheme], exceptions):
        return None
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        variable, text = _named(name, environ)
        if text:
            return _parsed(variable, text)
    if platform.system() in {"Darwin", "Windows"} and not proxy_bypass(host):
        text = getproxies().get(parts.scheme, "")
        return _parsed(_SYSTEM, text) if text else None
    return None


def is_this_machine(host: str) -> bool:
    """Whether a host means this machine: localhost (RFC 6761 section 6.3), or a loopback address in any spelling."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and (address.is_loopback or address.is_unspecified)


def _named(name: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """A variable as it is spelled, and its text: in lower case before any other, also where it is empty."""
    if name in environ:
        return name, environ[name].strip()
    return next(((key, text.strip()) for key, text in environ.items() if key.lower() == name and text), (name, ""))


def _address(host: str) -> Address | None:
    """The address that a host is, if it is none that has to be looked up; `127.1` is one, and `::ffff:127.0.0.1`."""
    try:
        address: Address = ip_address(host.partition("%")[0])
    except ValueError:
        try:
            address = ip_address(socket.inet_aton(host))
        except (OSError, ValueError):
            return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_excepted(host: str, port: int, exceptions: str) -> bool:
    """Whether `no_proxy` names the host: by name or domain, address or network, each with a port or without."""
    name = host.lower().rstrip(".")
    return any(_excepts(entry, name, port) for entry in re.split(r"[,\s]+", exceptions.lower()) if entry)


def _excepts(entry: str, name: str, port: int) -> bool:
    if entry == "*":
        return True
    found = re.fullmatch(r"\[([^\]]*)\](/\d+)?(?::(\d+))?", entry) or re.fullmatch(
        r"([^:/]*)(/\d+)?(?::(\d+))?", entry
    )
    wanted, length, only = (found[1], found[2] or "", found[3]) if found else (entry, "", None)
    if only and int(only) != port:
        return False
    address = _address(name)
    if address is None:
        domain = wanted.removeprefix("*").strip(".")
        return bool(domain) and (name == domain or name.endswith(f".{domain}"))
    try:
        return address in ip_network(wanted + length, strict=False)
    except ValueError:
        return _address(wanted) == address


def _parsed(variable: str, text: str) -> Proxy:
    """The proxy that a variable describes; no word of the text is quoted where it cannot be understood."""
    whole = text if "://" in text else f"http://{text}"
    scheme = whole.partition("://")[0].lower()
    if scheme not in _HTTP + _SOCKS:
        raise UsageError(f"{variable}: no address of a proxy; its scheme is none that a proxy has", _FORM)
    try:
        parts = parse_url(whole)
        (parts.host or "").encode("idna")
    except (LocationParseError, UnicodeError):
        raise UsageError(f"{variable}: no address of a proxy; its host or port is malformed", _FORM) from None
    if not parts.host:
        raise UsageError(f"{variable}: no address of a proxy; there is no host in it", _FORM)
    behind = f"{parts.path or ''}{parts.query or ''}{parts.fragment or ''}"
    if "@" in behind or re.search(r"\s", whole) or parts.port == 0:
        raise UsageError(f"{variable}: no address of a proxy; its host or port is malformed", _FORM)
    if scheme in _SOCKS and not _speaks_socks():
        raise UsageError(f"{variable}: a SOCKS proxy, and the library PySocks is not installed", _NO_SOCKS)
    place = f"{scheme}://{parts.host}" + (f":{parts.port}" if parts.port else "")
    user, _, password = (parts.auth or "").partition(":")
    login = f"{parts.auth}@" if parts.auth else ""
    return Proxy(variable, place, place.replace("://", f"://{login}", 1), unquote(user), unquote(password))


def _speaks_socks() -> bool:
    try:
        import_module("socks")
    except ImportError:
        return False
    return True
