"""Whom TLS trusts on the way to a target or a lab.

The profile's `ca_file` comes first; then the variables that requests and curl know, REQUESTS_CA_BUNDLE and
CURL_CA_BUNDLE; then OpenSSL's own, SSL_CERT_FILE and SSL_CERT_DIR, which stand for the system's authorities; then
these. A file that cannot be used is an error of the tester's, told by the name of what names it: OpenSSL would pass
over some of them without a word, and each certificate would then look like a fault of the target.
"""

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from keepcall.errors import UsageError

_CA_FILE = "limits.ca_file"
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_FILE, _FOLDERS = "SSL_CERT_FILE", "SSL_CERT_DIR"
_KEY_LOG = "SSLKEYLOGFILE"
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""How a file is named in a folder of authorities: `openssl rehash` makes such names."""

_PEM = "Give a PEM file with the certificates of the authorities to trust."
_DER = "Make a PEM file of it: openssl x509 -inform der -in FILE -out FILE.pem"
_REHASH = "Give a PEM file, or prepare the folder with `openssl rehash`."


@dataclass(frozen=True, slots=True)
class Trust:
    """Where the authorities come from.

    Attributes:
        name: the setting or variable that names them; empty for the system's.
        place: the file or folder; empty for the system's.
    """

    name: str = ""
    place: str = ""

    def __str__(self) -> str:
        """In words; without the folder, which is no business of who reads a report."""
        return f"what {self.name} names ({Path(self.place).name})" if self.name else "the system's authorities"


def trust_of(ca_file: str, environ: Mapping[str, str]) -> Trust:
    """Where the authorities come from, by the profile and the variables; an empty variable is none."""
    if ca_file:
        return Trust(_CA_FILE, ca_file)
    named = (Trust(name, environ[name]) for name in (*_BUNDLES, _FILE, _FOLDERS) if environ.get(name))
    return next(named, Trust())


def context_of(trust: Trust) -> ssl.SSLContext:
    """What verifies the certificate of a target, or of a proxy: by these authorities and no others.

    Raises:
        UsageError: when there are none, or the file for the keys of TLS cannot be written.
    """
    return _context(trust, _variables())


def lab_context_of(trust: Trust) -> ssl.SSLContext:
    """What verifies the certificate of a lab: by the system's authorities, and by these.

    Raises:
        UsageError: see `context_of`.
    """
    return _lab_context(trust, _variables())


def _variables() -> tuple[str, ...]:
    """What OpenSSL and `ssl` read of the environment by themselves: with others, a context is another one."""
    return tuple(os.environ.get(name, "") for name in (_KEY_LOG, _FILE, _FOLDERS))


@cache
def _context(trust: Trust, variables: tuple[str, ...]) -> ssl.SSLContext:
    """Reading all the system's authorities takes a while: once is enough."""
    _check_key_log(variables[0])
    if trust.name not in (_CA_FILE, *_BUNDLES):
        return _of_system(variables)
    _check(trust)
    folder = Path(trust.place).is_dir()
    try:
        context = ssl.create_default_context(
            cafile=None if folder else trust.place, capath=trust.place if folder else None
        )
    except (OSError, ValueError) as error:
        raise _unusable(trust.name, trust.place, error) from None
    if not folder and not context.cert_store_stats()["x509"]:
        raise UsageError(f"{trust.name}: {trust.place}: there is no certificate in it", _PEM)
    return context


@cache
def _lab_context(trust: Trust, variables: tuple[str, ...]) -> ssl.SSLContext:
    own = _context(trust, variables)
    if trust.name not in (_CA_FILE, *_BUNDLES):
        return own
    both = ssl.create_default_context()
    folder = Path(trust.place).is_dir()
    both.load_verify_locations(cafile=None if folder else trust.place, capath=trust.place if folder else None)
    return both


def _of_system(variables: tuple[str, ...]) -> ssl.SSLContext:
    """By the system's authorities, in whose place OpenSSL takes those of its variables."""
    _, file, folders = variables
    if file:
        _check(Trust(_FILE, file))
    if folders and not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
        raise UsageError(f"{_FOLDERS}: {folders}: no such folder", "Name a folder of certificates, or unset it.")
    try:
        context = ssl.create_default_context()
        if file:
            context.load_verify_locations(file)  # once more: it passes over what it cannot read
    except (OSError, ValueError) as error:
        raise _unusable(_FILE, file, error) from None
    folder = ssl.get_default_verify_paths().capath
    if not context.cert_store_stats()["x509"] and not (folder and _is_hashed(Path(folder))):
        named = ", ".join(name for name in (_FILE, _FOLDERS) if name in os.environ)
        raise UsageError(
            f"{named or 'the system'}: there are no certificate authorities to trust",
            "Unset such variables, install the system's (ca-certificates), or name a PEM file in limits.ca_file or "
            f"{_BUNDLES[0]}.",
        )
    return context


def _check(trust: Trust) -> None:
    """Names what is wrong with a file or folder before OpenSSL does, whose words say little."""
    path = Path(trust.place)
    where = f"{trust.name}: {trust.place}"
    if path.is_dir():
        if trust.name not in _BUNDLES:
            raise UsageError(f"{where}: a folder, and no file", _PEM)
        if not _is_hashed(path):
            raise UsageError(f"{where}: a folder without certificates under hashed names", _REHASH)
        return
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unusable(trust.name, trust.place, error) from None
    if not content.strip():
        raise UsageError(f"{where}: an empty file", _PEM)
    if b"-----BEGIN " not in content:
        binary = content.startswith(b"\x30")  # a SEQUENCE (X.690 section 8.9), as each certificate is
        raise UsageError(f"{where}: {'DER' if binary else 'something else'}, and not PEM", _DER if binary else _PEM)


def _is_hashed(folder: Path) -> bool:
    try:
        return any(_HASHED.fullmatch(file.name) for file in folder.iterdir())
    except OSError:
        return False


def _check_key_log(file: str) -> None:
    """`ssl` writes the keys of each session there, for who looks into the traffic."""
    try:
        if file:
            Path(file).open("ab").close()
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{_KEY_LOG}: {file}: {getattr(error, 'strerror', None) or error}",
            "Name a file that can be written, or unset the variable.",
        ) from None


def _unusable(name: str, place: str, error: Exception) -> UsageError:
    if isinstance(error, ssl.SSLError):
        return UsageError(f"{name}: {place}: no certificate in it that can be read ({error.reason})", _PEM)
    return UsageError(f"{name}: {place}: {getattr(error, 'strerror', None) or error}", _PEM)
