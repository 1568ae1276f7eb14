"""The SQLite database below the calls and the API keys: one connection, one lock."""

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

Value = str | int | None
Row = tuple[Value, ...]
Parameters = Mapping[str, Value] | Sequence[Value]

IN_MEMORY = ":memory:"

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    call_id          TEXT PRIMARY KEY COLLATE NOCASE,  -- a GUID is the same in either case (RFC 9562, 4)
    calling_party    TEXT NOT NULL,
    called_party     TEXT NOT NULL,
    state            TEXT NOT NULL,
    start_time       TEXT NOT NULL,
    end_time         TEXT,
    recording        TEXT NOT NULL,
    kept             INTEGER NOT NULL,
    recording_active INTEGER NOT NULL,
    began            INTEGER NOT NULL                  -- when it became ongoing, or will; see store.py
);
CREATE INDEX IF NOT EXISTS calls_by_calling_party ON calls (calling_party);
CREATE INDEX IF NOT EXISTS calls_by_called_party ON calls (called_party);
CREATE INDEX IF NOT EXISTS calls_by_beginning ON calls (began);

-- Calls outlive the server in a file; credentials are made anew by each server.
DROP TABLE IF EXISTS api_keys;
DROP TABLE IF EXISTS tokens;
DROP TABLE IF EXISTS users;
CREATE TABLE api_keys (api_key TEXT PRIMARY KEY, needs_token INTEGER NOT NULL);
CREATE TABLE tokens (token TEXT PRIMARY KEY, api_key TEXT NOT NULL, expires TEXT NOT NULL);
CREATE TABLE users (user TEXT PRIMARY KEY, password TEXT NOT NULL);
"""

_BESIDE = ("", "-journal", "-wal", "-shm")
"""The database, and what SQLite puts beside it, with the permissions of the database (SQLite, "Temporary Files")."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private(path: str) -> tuple[str, ...]:
    """Makes a database's file where there is none, and gives it and those beside it to their owner alone.

    Returns:
        A sentence for each file that others could read before.

    Raises:
        OSError: when the file can be neither opened nor made.
    """
    if path in ("", IN_MEMORY) or os.name != "posix":
        return ()
    return tuple(_closed_to_others(path))


def _closed_to_others(path: str) -> Iterator[str]:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    for name in (f"{path}{ending}" for ending in _BESIDE):
        try:
            file = os.open(name, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            found = os.fstat(file)
            if stat.S_ISREG(found.st_mode) and found.st_mode & _OTHERS:
                os.fchmod(file, stat.S_IMODE(found.st_mode) & ~_OTHERS)
                yield f"others could read or change {name}; from now on only its owner can"
        except PermissionError:
            yield f"others can read or change {name}, which holds keys and tokens: it is not yours to close"
        finally:
            os.close(file)


class Database:
    """Statements in, rows out, from any thread. Each statement is a transaction of its own."""

    def __init__(self, path: str = IN_MEMORY) -> None:
        self.lock = threading.RLock()
        with suppress(OSError):  # SQLite says itself what is wrong with it
            private(path)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A lab's file need not survive a power cut; without this every mark would wait for the disk.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(SCHEMA)

    def rows(self, statement: str, parameters: Parameters = ()) -> list[Row]:
        """What the statement selects."""
        with self.lock:
            return self._connection.execute(statement, parameters).fetchall()

    def run(self, statement: str, parameters: Parameters = ()) -> None:
        """Change what the statement changes."""
        with self.lock:
            self._connection.execute(statement, parameters)

    def close(self) -> None:
        """Let go of the file, or of the memory."""
        with self.lock:
            self._connection.close()
