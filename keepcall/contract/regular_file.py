"""Files whose bytes are read once, so that what is checked is what is used: regular ones, and bounded."""

import os
import stat
from pathlib import Path

from keepcall.errors import FileError


def read(path: Path, largest: int, *, links: bool = False) -> bytes:
    """All bytes of a file.

    Args:
        path: of the file.
        largest: the most bytes that it may have.
        links: whether it may be a symbolic link to a regular file.

    Raises:
        FileError: when it is not there, a link, a folder, a pipe, a device or too large, or cannot be read.
    """
    # Without O_NONBLOCK, a pipe that nobody writes to would hold us up before we could see what it is.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    if not links:
        if path.is_symlink():
            raise FileError(path, "is a symbolic link, and no file of its own")
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FileError(path, "is no regular file")
            data = file.read(largest + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise FileError(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > largest:
        raise FileError(path, f"is larger than {largest:,} bytes")
    return data
