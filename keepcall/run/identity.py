"""Who a target says it is: its address, its certificate, and what its answers and its lab are made by."""

import hashlib
import json
import ssl
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from keepcall.contract.outlet import Outlet
from keepcall.contract.target import Target
from keepcall.errors import KeepcallError
from keepcall.lab.http_lab import HttpLab
from keepcall.report.digests import Identity
from keepcall.run.harness import lab_of, redactor_of

_MOST = 8
"""Names that are kept; a server that changes its own with each answer has none worth more."""

_LONGEST = 1_000
"""Characters of one of them."""

_PATIENCE = 5.0


def identity_of(target: Target, said: Iterable[str], *, embedded: bool = False) -> Identity:
    """What the target says of itself; what cannot be found out is left empty, and is no fault.

    Args:
        target: the one under test.
        said: what the heads of its answers say.
        embedded: whether it was started for the run, so that its port is of no account.
    """
    outlet = Outlet(redactor_of(target))
    says = sorted({*said} - {""})[:_MOST]
    return Identity(
        address="embedded" if embedded else target.url,
        certificate=_certificate(target),
        says=tuple(outlet.line(each, _LONGEST) for each in (*says, *_lab(target))),
    )


def _certificate(target: Target) -> str:
    """The digest of the certificate; whether it can be trusted is the client's to judge, with every request."""
    parts = urlsplit(target.url)
    if parts.scheme != "https" or not parts.hostname:
        return ""
    with suppress(OSError, ValueError):
        pem = ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=_PATIENCE)
        return f"sha256:{hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()}"
    return ""


def _lab(target: Target) -> tuple[str, ...]:
    if target.lab.kind != "http":
        return ()
    try:
        lab = lab_of(target)
        if not isinstance(lab, HttpLab):
            return ()
        try:
            health = lab.health()
        finally:
            lab.close()
    except KeepcallError:
        return ()  # the tests have said so already
    told = [health.get(name) for name in ("implementation", "version")]
    words = " ".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in told if each)
    return (f"lab: {words}",) if words else ()
