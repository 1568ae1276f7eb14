"""What can go wrong on our side of a run, and what to do about it.

A target that breaks the contract is never an exception: that is a verdict. These are for the rest::

    KeepcallError
    ├── UsageError            exit code 2: the tester can mend it
    │   ├── ProfileError      the profile, or the options that stand for one, is wrong
    │   │   ├── WaiverError   a file of waivers is wrong
    │   │   └── ReplayError   a replay file is wrong
    │   ├── FileError         a file cannot be read or parsed
    │   └── CatalogueError    no such requirement, or a broken list of requirements
    ├── LabError              exit code 3: the lab failed, so the test is broken, not the target
    └── InternalError         exit code 4: this suite itself is at fault

All of them can be pickled, because tests also run in worker processes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


class KeepcallError(Exception):
    """Something of ours failed: `what` tells what, where and what was found, `remedy` what to do."""

    exit_code: ClassVar[int] = 4

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return "\n".join(part for part in (self.what, self.remedy) if part)


class UsageError(KeepcallError):
    """What we were given to work with cannot be used."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a profile: where it is, what stands there, what should."""

    place: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.place}: found {self.found}; expected {self.expected}"


class ProfileError(UsageError):
    """A profile with mistakes; all of them are in `problems`, so that one look mends them all."""

    what_it_is: ClassVar[str] = "the description of the target"

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        super().__init__(
            f"{source}: {count} in {self.what_it_is}{lines}",
            "No request was sent. Mend what is listed, then start again.",
        )
        self.args = (source, self.problems)  # what pickle calls this class with


class WaiverError(ProfileError):
    """A file of waivers with mistakes."""

    what_it_is = "the waivers"


class ReplayError(ProfileError):
    """A replay file with mistakes, or one that asks for what no replay does."""

    what_it_is: ClassVar[str] = "the replay file"


class FileError(UsageError):
    """A file that cannot be read, or whose content cannot be parsed; line and column are 0 if unknown."""

    def __init__(self, path: Path, reason: str, remedy: str = "", *, line: int = 0, column: int = 0) -> None:
        self.path = path
        self.reason = reason
        self.line = line
        self.column = column
        where = (f", line {line}" if line else "") + (f", column {column}" if column else "")
        super().__init__(f"{path}{where}: {reason}", remedy)

    def __reduce__(self) -> tuple[object, ...]:
        return _file_error, (self.path, self.reason, self.remedy, self.line, self.column)


def _file_error(path: Path, reason: str, remedy: str, line: int, column: int) -> FileError:
    return FileError(path, reason, remedy, line=line, column=column)


class CatalogueError(UsageError):
    """A requirement that does not exist was named, or the list of requirements is broken."""


class LabError(KeepcallError):
    """The lab did not do what it was asked to: the test that asked is broken."""

    exit_code = 3


class InternalError(KeepcallError):
    """A bug, or an incomplete installation, of this suite."""
