"""`keepcall verify`: whether a certificate is as it was signed, and by whom."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keepcall import signing
from keepcall.commands.certify import ENVELOPE, KEY
from keepcall.errors import FileError
from keepcall.report import reading, statement
from keepcall.report.phrases import one_line
from keepcall.signing import Public, SignatureError

_MOST_OTHERS = 10


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Checks a signed certificate: its signature, and every file that it covers. Without --key, the public key "
        "that lies beside it shows that nothing was changed, and not who signed."
    )
    parser.epilog = "exit codes: 0 everything is as it was signed; 1 it is not; 2 a file is wrong"
    parser.add_argument("certificate", type=Path, metavar="CERTIFICATE", help=f"its folder, or its {ENVELOPE}")
    parser.add_argument(
        "--key", type=Path, metavar="FILE.pub", help="the public key of whom you expect to have signed"
    )


def main(options: Namespace) -> int:
    """0, or 1 where anything is not as it was signed."""
    signing.needed()
    envelope = options.certificate / ENVELOPE if options.certificate.is_dir() else options.certificate
    folder = envelope.parent
    public = signing.public_key(options.key) if options.key else _beside(folder)
    found = signing.opened(envelope, public)
    parts = _parts(envelope, found, public)
    _told(found, public, known=bool(options.key))
    for name in parts:
        sys.stdout.write(f"  covers  {one_line(name, 200)}\n")
    others = sorted(one_line(path.name, 200) for path in folder.iterdir() if path.name not in {*parts, ENVELOPE})
    for name in others[:_MOST_OTHERS]:
        sys.stdout.write(f"  not signed, and only lies beside it: {name}\n")
    return 0


def _beside(folder: Path) -> Public:
    """The key that lies beside the certificate; what is wrong with it is wrong with the certificate."""
    try:
        return signing.public_key(folder / KEY)
    except FileError as error:
        raise SignatureError(folder / KEY, error.reason) from None


def _parts(envelope: Path, found: Mapping[str, Any], public: Public) -> list[str]:
    """The names of the parts, all there and all as they were signed."""
    if found.get("_type") != statement.STATEMENT or found.get("predicateType") != statement.PREDICATE:
        raise SignatureError(envelope, "is signed, and is no statement about a test result")
    digests = {str(part["name"]): str(part["digest"]["sha256"]) for part in found["subject"]}
    for name, digest in digests.items():
        path = envelope.parent / name
        if "/" in name or not path.is_file():
            raise SignatureError(path, "is part of the certificate, and missing")
        if statement.sha256(path.read_bytes()) != digest:
            raise SignatureError(path, "was changed after it was signed")
    if not {reading.NAME, KEY} <= set(digests) or _beside(envelope.parent).id != public.id:
        raise SignatureError(envelope, "does not cover the report and this key")
    return list(digests)


def _told(found: Mapping[str, Any], public: Public, *, known: bool) -> None:
    said = found["predicate"]["keepcall"]
    what = "certificate" if said["certificate"] else "plain test report, and no certificate"
    verdict = f"{said['verdict']} (scope: {said['scope']})"
    lines = [
        f"{what}: {one_line(said['target']['name'], 300)} at {one_line(said['target']['url'], 300)}",
        f"  verdict {verdict}, tested {one_line(said['started'], 40)}",
        f"  signed  by the key {public.id}" + (", which you named" if known else ", which lies beside it"),
    ]
    if not known:
        lines.append("          whose key that is, only its owner can tell you: name their public key with --key")
    sys.stdout.write("\n".join(lines) + "\n")
