"""Standard input, output and error of this process: none of them can end a command, whatever they are.

A stream that is closed is one that nobody wants; a reader that has gone wants no more. Neither changes what a command
does, nor its exit code. Standard output that is lost for another reason, such as a full disk, is told of at the end.
"""

import errno
import io
import os
import select
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_UNWANTED = frozenset({errno.EPIPE, errno.ECONNRESET, errno.EBADF})
"""Nobody reads any more, or the stream was never open for writing."""


class SafeStream(io.FileIO):
    """A descriptor to write to, which takes everything; what cannot be written is dropped.

    Attributes:
        refusal: why something was dropped; None where nothing was.
        unwanted: whether that is so because nobody is there to read it.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self.refusal: OSError | None = None
        self.unwanted = False
        self._terminal = self.isatty()  # which one that has hung up denies

    def write(self, data: "ReadableBuffer", /) -> int:
        """Writes all of it, or drops what is left of it."""
        rest = whole = memoryview(data).cast("B")
        while rest and self.refusal is None:
            try:
                written = super().write(rest)
                if written is None:  # the descriptor does not block, and its reader is slow
                    select.select((), (self,), ())
                rest = rest[written or 0 :]
            except OSError as error:
                self.refusal = error
                hung_up = error.errno == errno.EIO and self._terminal
                self.unwanted = hung_up or error.errno in _UNWANTED
        return len(whole)


def secure() -> None:
    """Opens the standard streams that are closed, and has none of them raise an error when it is written to.

    A descriptor that is closed must not be left so: the next file or connection that is opened would get its number.
    Streams that somebody has put in the place of the process's own are left as they are.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # this is the lowest number that is free
            os.set_inheritable(descriptor, True)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor, for good
    if sys.stdout is sys.__stdout__:
        sys.stdout = _outlet(1, sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _outlet(2, sys.stderr)


def _outlet(descriptor: int, stream: TextIO | None) -> io.TextIOWrapper:
    """A text stream like the one that is there, for any text."""
    raw = SafeStream(descriptor)
    like = stream if isinstance(stream, io.TextIOWrapper) else None
    through = like is not None and like.write_through
    return io.TextIOWrapper(
        raw if through else io.BufferedWriter(raw),
        encoding=like.encoding if like else "utf-8",
        errors="backslashreplace",
        line_buffering=like is not None and like.line_buffering,
        write_through=through,
    )


def unwritten() -> str:
    """Why somebody who reads standard output has not got all of it, in the system's words; empty where they have."""
    buffer = sys.stdout.buffer if isinstance(sys.stdout, io.TextIOWrapper) else None
    raw = getattr(buffer, "raw", buffer)
    if not isinstance(raw, SafeStream):
        return ""
    with suppress(ValueError):
        sys.stdout.flush()
    if raw.refusal is None or raw.unwanted:
        return ""
    return os.strerror(raw.refusal.errno or 0)
