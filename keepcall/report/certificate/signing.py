"""Keys and signatures: Ed25519 in a DSSE envelope around an in-toto statement, by securesystemslib.

What verifies a certificate is the public key that the reader has from its owner. One that lies beside the certificate
shows that nothing was changed since, and not who signed.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keepcall.contract import regular_file
from keepcall.contract.exchange import printable
from keepcall.errors import FileError, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from securesystemslib.signer import CryptoSigner, SSlibKey

PASSWORD = "KEEPCALL_KEY_PASSWORD"  # noqa: S105 - the name of a variable
"""The variable that encrypts a private key, if it is set."""

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_LARGEST = 20_000_000
_INSTALL = "Install it with `pip install 'keepcall-conformance[certificate]'`."


class SignatureError(FileError):
    """A signature, or an envelope around one, that does not hold."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Public:
    """A public key.

    Attributes:
        key: as the library has it.
        pem: as it stands in a file.
    """

    key: "SSlibKey"
    pem: bytes

    @property
    def id(self) -> str:
        """What it is known by: a digest of the key."""
        return str(self.key.keyid)


@dataclass(frozen=True, slots=True)
class Pair:
    """A private key that can sign, and its public key; it shows neither in a message."""

    signs: "CryptoSigner" = field(repr=False)
    public: Public


def needed() -> None:
    """Makes sure that there is what signs.

    Raises:
        UsageError: when it is not installed.
    """
    try:
        import cryptography  # noqa: F401, PLC0415 - an extra
        import securesystemslib.dsse  # noqa: F401, PLC0415 - an extra
    except ImportError:
        raise UsageError(
            "signatures need securesystemslib and cryptography, which are not installed", _INSTALL
        ) from None


def generate(place: Path) -> Public:
    """Makes a key pair: the private key in this file, for its owner alone, and the public one beside it, in `.pub`.

    Raises:
        FileError: when one of the files is there already, or cannot be written.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra

    private = Ed25519PrivateKey.generate()
    password = os.environ.get(PASSWORD, "").encode()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption(),
    )
    public = _pem(private)
    beside = place.with_name(place.name + ".pub")
    if beside.exists():
        raise FileError(beside, "is there already", "Keys are never overwritten: name another file.")
    for path, data, mode in ((place, pem, 0o600), (beside, public, 0o644)):
        _create(path, data, mode)
    return public_key(beside)


def _pem(private: "Ed25519PrivateKey") -> bytes:
    """The public key, as its file has it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - an extra

    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _create(path: Path, data: bytes, mode: int) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
    except FileExistsError:
        raise FileError(path, "is there already", "Keys are never overwritten: name another file.") from None
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror}", "Name another file.") from None


def pair(path: Path) -> Pair:
    """The private key in a file, with its public key.

    Raises:
        FileError: it cannot be read, is encrypted, or is no Ed25519 key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - an extra
    from securesystemslib.signer import CryptoSigner  # noqa: PLC0415 - an extra

    data, remedy = regular_file.read(path, _LARGEST, links=True), "Name the private key that `keepcall keygen` made."
    try:
        private = load_pem_private_key(data, os.environ.get(PASSWORD, "").encode() or None)
    except TypeError:
        raise FileError(
            path, f"cannot be opened with what ${PASSWORD} holds", f"Set ${PASSWORD} as it was."
        ) from None
    except ValueError:
        raise FileError(path, f"is no private key, or ${PASSWORD} does not open it", remedy) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise FileError(path, "is no Ed25519 key", remedy)
    return Pair(CryptoSigner(private), public_of(_pem(private), path))


def public_key(path: Path, *, links: bool = True) -> Public:
    """The public key in a file.

    Args:
        path: of the file.
        links: whether it may be a symbolic link.

    Raises:
        FileError: it cannot be read, or is no Ed25519 public key.
    """
    return public_of(regular_file.read(path, _LARGEST, links=links), path)


def public_of(pem: bytes, path: Path) -> Public:
    """The public key in PEM; the path is for whoever reads the error."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 - an extra
    from securesystemslib.signer import SSlibKey  # noqa: PLC0415 - an extra

    try:
        key = load_pem_public_key(pem)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise FileError(path, "is no Ed25519 public key", "Name the `.pub` file that `keepcall keygen` made.")
    return Public(SSlibKey.from_crypto(key), pem)


def sign(statement: Mapping[str, Any], key: Pair) -> bytes:
    """The envelope around a statement, in its one spelling."""
    from securesystemslib.dsse import Envelope  # noqa: PLC0415 - an extra

    payload = json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()
    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(key.signs)
    return _spelled(envelope.to_dict())


def _spelled(envelope: Mapping[str, Any]) -> bytes:
    return json.dumps(envelope, indent=1, sort_keys=True).encode() + b"\n"


def opened(path: Path, public: Public) -> dict[str, Any]:
    """The statement in an envelope that this key has signed.

    Raises:
        SignatureError: when it is not signed by the key, or was changed in any byte.
        FileError: when it is no regular file, or cannot be read.
    """
    from securesystemslib.dsse import Envelope  # noqa: PLC0415 - an extra
    from securesystemslib.exceptions import Error, VerificationError  # noqa: PLC0415 - an extra

    data = regular_file.read(path, _LARGEST)
    try:
        envelope = Envelope.from_dict(json.loads(data))
        statement = json.loads(envelope.payload)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Error):
        raise SignatureError(path, "is no signed envelope: it was cut off or changed") from None
    if _spelled(envelope.to_dict()) != data:
        raise SignatureError(path, "was changed: it is not spelled as it was signed")
    if envelope.payload_type != PAYLOAD_TYPE:
        raise SignatureError(path, f"holds {envelope.payload_type[:80]!r} and no in-toto statement")
    try:
        envelope.verify([public.key], 1)
    except VerificationError:
        signed = ", ".join(printable(str(key)[:16]) for key in list(envelope.signatures)[:3]) or "nobody"
        raise SignatureError(
            path, f"is not signed by the key {public.id[:16]}…, or was changed (it names {signed}…)"
        ) from None
    if len(envelope.signatures) != 1 or not isinstance(statement, dict):
        raise SignatureError(path, "has other signatures than the one that was made")
    return statement
