"""What escapes from a command: the exit code that it becomes, and what is told of it.

Only 0 to 4 are documented, and 1 is never a failure of ours. This imports nothing that an installation may lack.
"""

import errno
import os
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from keepcall.contract.exchange import printable
from keepcall.errors import FileError, KeepcallError
from keepcall.shutdown import StopError

SUITE_FAILED = 4
INCOMPLETE = 3

_OF_THE_MACHINE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
"""What is wrong with no name of a file: it is full, or it does not work."""

_NOT_THE_TARGET = "This says nothing about the target."
_LONGEST = 300


def exit_code(error: BaseException) -> int:
    """The exit code of a command that an error has ended, whatever its class."""
    if isinstance(error, KeepcallError):
        return error.exit_code
    return INCOMPLETE if isinstance(error, KeyboardInterrupt | StopError) else SUITE_FAILED


def of_a_user(error: OSError, given: Iterable[object]) -> OSError | FileError:
    """The error as one of a file that was named by the user, if it is about such a file, or one below it.

    Args:
        error: what the system says.
        given: values from the command line; those that are paths count.
    """
    if error.errno is None or error.errno in _OF_THE_MACHINE or not isinstance(error.filename, str):
        return error
    path = Path(error.filename)
    if not any(isinstance(each, Path) and path.is_relative_to(each) for each in given):
        return error
    return FileError(path, os.strerror(error.errno), "Name another one, or mend that.")


def told(error: BaseException) -> str:
    """What happened and what to do.

    Of an error that nobody foresaw only the class is told, since its text may hold a secret; KEEPCALL_DEBUG=1 shows
    all of it.
    """
    match error:
        case KeepcallError():
            text = str(error)
        case KeyboardInterrupt() | StopError():
            text = "ended before a report could be written"
        case ImportError() | SyntaxError():
            text = (
                f"the installation cannot be used ({' '.join(str(error).split())[:_LONGEST]}; "
                f"{_place(error.__traceback__)}): install keepcall-conformance again, and see where PYTHONPATH leads"
            )
        case MemoryError():
            text = f"the suite ran out of memory\n{_NOT_THE_TARGET}"
        case OSError(errno=int(number)):
            where = f"{error.filename}: " if isinstance(error.filename, str) else ""
            text = f"the suite cannot go on: {where}{error.strerror or os.strerror(number)}\n{_NOT_THE_TARGET}"
        case _:
            text = (
                f"the suite itself failed: {type(error).__name__}\n"
                "This is a bug of ours, and says nothing about the target. KEEPCALL_DEBUG=1 shows where it is."
            )
    trace = "".join(traceback.format_exception(error)) if _is_to_be_shown(error) else ""
    return f"{trace}keepcall: {printable(text)}\n"


def _is_to_be_shown(error: BaseException) -> bool:
    return bool(os.environ.get("KEEPCALL_DEBUG")) and exit_code(error) == SUITE_FAILED


def _place(trace: TracebackType | None) -> str:
    """The file that could not load something: of the import system itself nobody wants to know."""
    files = [frame.filename for frame in traceback.extract_tb(trace)]
    return next((f"in {file}" for file in reversed(files) if not file.startswith("<")), "place unknown")
