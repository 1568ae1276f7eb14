"""Three digests that tell what a run came from: the procedure, the configuration, the target.

Two runs whose digests are the same were made by the same suite, with the same settings, on a target that said the
same of itself; what is different between their verdicts is then the target's doing. No secret goes into a digest,
since a short one could be guessed from it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from keepcall import resources
from keepcall.contract.requirements import Requirements

_JUDGING = ("contract", "client", "lab", "expect", "cases")
"""Packages of our own code that have a part in what a test comes to."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a target tells of itself.

    Attributes:
        address: where it is; "embedded" for the reference server that a run starts for itself.
        certificate: the digest of its TLS certificate; empty without TLS.
        says: what its answers and its lab say they are made by, each once.
    """

    address: str = ""
    certificate: str = ""
    says: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For a report."""
        return {"address": self.address, "certificate": self.certificate, "says": list(self.says)}


def of(value: object) -> str:
    """The digest of a JSON value: SHA-256 of its one canonical spelling."""
    found = hashlib.sha256()
    for piece in _canonical(value):
        found.update(piece.encode("ascii"))
    return f"sha256:{found.hexdigest()}"


def _canonical(value: object, depth: int = 2) -> Iterator[str]:
    """The canonical spelling, in pieces: a whole report is large."""
    if depth and isinstance(value, Mapping):
        for number, key in enumerate(sorted(value)):
            yield f"{',' if number else '{'}{_spelled(key)}:"
            yield from _canonical(value[key], depth - 1)
        yield "}" if value else "{}"
    elif depth and isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield "," if number else "["
            yield from _canonical(item, depth - 1)
        yield "]" if value else "[]"
    else:
        yield _spelled(value)


def _spelled(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def of_bytes(data: bytes) -> str:
    """The digest of some bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def requirements(catalogue: Requirements) -> str:
    """The digest of what is demanded: ids, levels and statements."""
    return of([[entry.id, str(entry.level), entry.statement] for entry in catalogue])


def procedure(catalogue: Requirements, settings: Mapping[str, object]) -> dict[str, Any]:
    """By what a run was made, each part with its digest.

    Args:
        catalogue: the requirements.
        settings: of the run, those that bear on what is tested; not the seed, which only draws.
    """
    return {
        "suite": _code(),
        "requirements": requirements(catalogue),
        "schemas": _files(resources.path("schemas").iterdir()),
        "settings": dict(settings),
    }


def configuration(profile: Mapping[str, Any]) -> str:
    """The digest of the profile without secrets, and without what is the target's: its name and address.

    A lab at the target's own address moves with it, so that of the two only the path counts.
    """
    rest = {key: value for key, value in profile.items() if key not in ("name", "url")}
    lab = dict(profile.get("lab", {}))
    here, there = urlsplit(str(profile.get("url", ""))), urlsplit(str(lab.get("url", "")))
    if lab.get("url") and (here.scheme, here.netloc) == (there.scheme, there.netloc):
        lab["url"] = there.path
    return of({**rest, "lab": lab})


@cache
def _code() -> str:
    """The digest of the suites, and of that part of our code that executes and judges."""
    package = Path(__file__).parents[1]
    ours = [path for name in _JUDGING for path in (package / name).rglob("*.py")]
    return _files([*ours, *resources.path("suites").rglob("*.py")])


def _files(paths: Iterable[Path]) -> str:
    """The digest of some files, by the names of their folders and their own."""
    return of(sorted([f"{path.parent.name}/{path.name}", of_bytes(path.read_bytes())] for path in paths))
