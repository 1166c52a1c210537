"""SQLite files of ours: how they are opened, and what their errors mean to the person who runs the command.

Knows sqlite3. Must not know any table.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from infra.errors import CannotRun
from infra.files import readable

BUSY_SECONDS: Final = 10.0
"""How long one process waits for another's transaction, which takes a fraction of a second in an import."""

CACHE_KIB: Final = 64 * 1024
"""Page cache of a connection; the inner pages of the indexes of ten million events fit in it."""


def connect(
    path: Path, *, synchronous: Literal["FULL", "NORMAL"], there: bool = False
) -> sqlite3.Connection:
    """A connection in autocommit mode with write-ahead log. Transactions are begun explicitly. `there`: no file is made."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw" if there else path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        uri=there,
    )
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Errors of the place (locked, full, read-only, damaged, missing) as CannotRun; nothing was stored then."""
    try:
        with readable(path):
            yield
    except sqlite3.DatabaseError as error:
        cannot = _cannot_run(error, path)
        if cannot is None:
            raise
        raise cannot from error


def _cannot_run(error: sqlite3.DatabaseError, path: str) -> CannotRun | None:
    said = str(error)
    for part, code, told in (
        (
            "locked",
            "database_locked",
            "is locked by another process; try again when it has finished",
        ),
        (
            "disk is full",
            "disk_full",
            "the disk is full; nothing of this batch was stored: make room and run again",
        ),
        ("readonly", "no_access", "cannot be written; check the rights of the folder"),
        ("unable to open", "no_access", "cannot be opened; check the folder and its rights"),
        (
            "disk I/O error",
            "disk_error",
            "the disk reports an error; nothing of this batch was stored",
        ),
        ("malformed", "damaged", "is damaged; restore it from a backup, then run `dunghen verify`"),
        (
            "not a database",
            "damaged",
            "is no SQLite file; restore it from a backup or name another data folder",
        ),
    ):
        if part in said:
            return CannotRun(
                f"{path} {told}" if not told.startswith("the ") else f"{path}: {told}",
                code=code,
                path=path,
            )
    return None
