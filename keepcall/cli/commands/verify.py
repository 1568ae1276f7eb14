"""`keepcall verify`: whether a certificate is as it was signed, and by whom."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from keepcall.cli.commands.certify import ENVELOPE, KEY
from keepcall.contract import regular_file
from keepcall.errors import FileError
from keepcall.report import reading
from keepcall.report.certificate import signing, statement
from keepcall.report.certificate.signing import Public, SignatureError
from keepcall.report.certificate.statement import Said

_MOST_OTHERS = 10
_LARGEST = 256_000_000
"""Bytes of one part."""


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
    if envelope.is_symlink():
        raise SignatureError(envelope, "is a symbolic link, and no file of its own")
    folder = envelope.parent
    public = signing.public_key(options.key) if options.key else _beside(folder)
    found = signing.opened(envelope, public)
    try:
        said = statement.said(found)
    except ValueError as error:
        raise SignatureError(envelope, f"is signed, and is no certificate of this suite: {error}") from None
    _check(envelope, said, public)
    _told(said, public, known=bool(options.key))
    for name in said.parts:
        sys.stdout.write(f"  covers  {statement.shown(name)}\n")
    others = sorted(
        statement.shown(path.name) for path in folder.iterdir() if path.name not in {*said.parts, ENVELOPE}
    )
    for name in others[:_MOST_OTHERS]:
        sys.stdout.write(f"  not signed, and only lies beside it: {name}\n")
    if len(others) > _MOST_OTHERS:
        sys.stdout.write(f"  not signed, and only lie beside it: {len(others) - _MOST_OTHERS} more\n")
    return 0


def _beside(folder: Path) -> Public:
    """The key that lies beside the certificate; what is wrong with it is wrong with the certificate."""
    try:
        return signing.public_key(folder / KEY, links=False)
    except FileError as error:
        raise SignatureError(folder / KEY, error.reason) from None


def _check(envelope: Path, said: Said, public: Public) -> None:
    """Every part is there, a file of its own, and as it was signed; each is read once."""
    for name, digest in said.parts.items():
        path = envelope.parent / name
        try:
            data = regular_file.read(path, _LARGEST)
        except FileError as error:
            missing = not path.is_symlink() and not path.exists()
            why = "is part of the certificate, and missing" if missing else error.reason
            raise SignatureError(path, why) from None
        if statement.sha256(data) != digest:
            raise SignatureError(path, "was changed after it was signed")
        if name == reading.NAME and not reading.says(data, said.verdict):
            raise SignatureError(path, "has another verdict than the signed statement")
    if not {reading.NAME, KEY} <= set(said.parts) or _beside(envelope.parent).id != public.id:
        raise SignatureError(envelope, "does not cover the report and this key")


def _told(said: Said, public: Public, *, known: bool) -> None:
    what = "certificate" if said.certificate else "plain test report, and no certificate"
    lines = [
        f"{what}: {said.name} at {said.url}",
        f"  verdict {said.verdict} (scope: {said.scope}), tested {said.started}",
        f"  signed  by the key {public.id}" + (", which you named" if known else ", which lies beside it"),
        "          that the run took place as it is told is their word: see docs/certificates.md",
    ]
    if not known:
        lines.append("          whose key that is, only its owner can tell you: name their public key with --key")
    sys.stdout.write("\n".join(lines) + "\n")
