"""The vault's keys and readings in `vault.sqlite`: the role `Keys`.

Knows SQL. Must not know what a key opens.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from sqlite3 import Connection
from typing import Final

from infra.errors import CannotRun
from infra.sqlite.file import connect, explained
from infra.vault import altered

_SCHEMA: Final = 1
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS keys (dossier TEXT PRIMARY KEY, wrapped BLOB) WITHOUT ROWID",
)
_READINGS: Final = {
    "readings": "CREATE TABLE readings (number INTEGER PRIMARY KEY AUTOINCREMENT, dossier TEXT NOT NULL,"
    " reader TEXT NOT NULL, at TEXT NOT NULL)",
    "readings_no_update": "CREATE TRIGGER readings_no_update BEFORE UPDATE ON readings"
    " BEGIN SELECT raise(ABORT, 'readings are only added'); END",
    "readings_no_delete": "CREATE TRIGGER readings_no_delete BEFORE DELETE ON readings"
    " BEGIN SELECT raise(ABORT, 'readings are only added'); END",
}
"""Who read what, and when; a vault of an earlier version gets them when it is opened."""


class SqliteKeys:
    """Keys in a file of their own, made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.place = str(path)

    def exist(self) -> bool:
        """Whether the file is there."""
        return self._path.exists()

    def wrapped(self, dossiers: Sequence[str]) -> dict[str, bytes | None]:
        """The keys of those of the dossiers that are known; None where it was erased."""
        query = "SELECT dossier, wrapped FROM keys JOIN json_each(?) ON dossier = value"
        with explained(self.place):
            return dict(self._connection.execute(query, (json.dumps(list(dossiers)),)).fetchall())

    def add(self, fresh: Mapping[str, bytes]) -> None:
        """Store new keys at once; where another process was faster, its key stays."""
        with explained(self.place):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(
                    "INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING", fresh.items()
                )
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise

    def erase(self, dossier: str) -> bool:
        """Delete a key for good and leave its row; whether there was one."""
        with explained(self.place):
            done: int = self._connection.execute(
                "UPDATE keys SET wrapped = NULL WHERE dossier = ? AND wrapped IS NOT NULL",
                (dossier,),
            ).rowcount
            self._connection.execute(
                "INSERT INTO keys VALUES (?, NULL) ON CONFLICT DO NOTHING", (dossier,)
            )
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return done > 0

    def check(self) -> bytes | None:
        """The check value of the master key."""
        with explained(self.place):
            query = "SELECT value FROM meta WHERE key = 'check'"
            row = self._connection.execute(query).fetchone()
        if row is not None and not isinstance(row[0], bytes):
            raise altered(self.place)
        return None if row is None else row[0]

    def keep_check(self, value: bytes) -> bytes | None:
        """Store it, unless there is one; the one that is there now."""
        with explained(self.place):
            self._connection.execute(
                "INSERT INTO meta VALUES ('check', ?) ON CONFLICT DO NOTHING", (value,)
            )
        return self.check()

    def record_reading(self, dossier: str, reader: str, at: str) -> None:
        """Add a reading."""
        with explained(self.place):
            self._connection.execute(
                "INSERT INTO readings (dossier, reader, at) VALUES (?, ?, ?)",
                (dossier, reader, at),
            )

    def readings(self) -> list[tuple[str, str, str]]:
        """Every reading in its order."""
        with explained(self.place):
            query = "SELECT dossier, reader, at FROM readings ORDER BY number"
            return list(self._connection.execute(query))

    def broken_readings(self) -> list[str]:
        """What shows that readings were taken away or changed."""
        found = []
        with explained(self.place):
            there = dict(self._connection.execute("SELECT name, sql FROM sqlite_master"))
            for name, sql in _READINGS.items():
                if there.get(name) != sql:
                    found.append(
                        f"{name} of the vault is not as the program made it: readings could be changed"
                    )
            (left,) = self._connection.execute("SELECT count(*) FROM readings").fetchone()
            (made,) = self._connection.execute(
                "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'readings'"
            ).fetchone()
        if left != made:
            found.append(f"the vault has {left} readings of personal data, there were {made}")
        return found

    @cached_property
    def _connection(self) -> Connection:
        with explained(self.place):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = connect(self._path, synchronous="FULL")
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _prepare(self, connection: Connection) -> None:
        """Make what is missing. CannotRun where it was altered, or made by a later version."""
        connection.execute("PRAGMA secure_delete=ON")
        for statement in _TABLES:
            connection.execute(statement)
        for statement in _READINGS.values():
            kind, name, rest = statement.removeprefix("CREATE ").split(" ", 2)
            connection.execute(f"CREATE {kind} IF NOT EXISTS {name} {rest}")
        connection.execute(
            "INSERT INTO meta VALUES ('schema', ?) ON CONFLICT DO NOTHING", (_SCHEMA,)
        )
        (schema,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        if not isinstance(schema, int):
            raise altered(self.place)
        if schema > _SCHEMA:
            raise CannotRun(
                f"{self.place} was written by a newer version of dunghen; install the newer version",
                code="newer_version",
                path=self.place,
            )

    def close(self) -> None:
        """Close the file."""
        if "_connection" in self.__dict__:
            self._connection.close()
