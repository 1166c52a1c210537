"""The event log in SQLite: the library's recorder with a ledger, checkpoints and triggers, one transaction a batch.

Knows SQL and the library's recorder. Must not know what events mean: it sees ids, versions, topics and bytes.
"""

import json
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)
from typing_extensions import override

from domain.content import content_of, digest_of
from domain.engine import Head, Key, Sent
from infra.eventlog import NO_POSITION, Stored, next_digest, source_number
from infra.sqlite.file import connect, explained
from infra.sqlite.logschema import TABLES, TRIGGERS, prepare

_SENT = """
SELECT keys.value ->> 1, keys.value ->> 2, e.originator_id, e.originator_version, e.state
FROM json_each(?) AS keys
CROSS JOIN ledger AS l ON l.source = keys.value ->> 0 AND l.id = keys.value ->> 2
CROSS JOIN stored_events AS e ON e.rowid = l.position
"""

_HEADS = """
SELECT ids.value, e.originator_version, substr(e.state, 10, 64)
FROM json_each(?) AS ids
CROSS JOIN stored_events AS e ON e.originator_id = ids.value AND e.originator_version =
  (SELECT max(originator_version) FROM stored_events WHERE originator_id = ids.value)
"""


_REST = """
SELECT e.rowid, e.originator_id, e.originator_version, e.state
FROM json_each(?) AS known
CROSS JOIN stored_events AS e ON e.originator_id = known.key AND e.originator_version > known.value
ORDER BY known.id, e.originator_version
"""


_STORED = """
SELECT e.rowid, e.originator_id, e.originator_version, e.topic, e.state, substr(p.state, 10, 64)
FROM stored_events AS e LEFT JOIN stored_events AS p
  ON p.originator_id = e.originator_id AND p.originator_version = e.originator_version - 1
WHERE e.rowid > ? ORDER BY e.rowid LIMIT ?
"""

_POSITIONS = """
SELECT l.source, l.id, l.position FROM json_each(?) AS keys
CROSS JOIN ledger AS l ON l.source = keys.value ->> 0 AND l.id = keys.value ->> 1
"""

# One statement sees one state of the log, whatever other processes add meanwhile.
_CUT_OFF = """
SELECT position FROM checkpoints WHERE position > (SELECT coalesce(max(rowid), 0) FROM stored_events)
"""
_LINES = """
SELECT count(*) FROM ledger
WHERE position <= ? OR position > (SELECT coalesce(max(rowid), 0) FROM stored_events)
"""

_SOURCES = """
SELECT DISTINCT ids.value, CAST(e.state AS TEXT) ->> '$.source'
FROM json_each(?) AS ids
CROSS JOIN stored_events AS e ON e.originator_id = ids.value
"""


# The inner question is answered by the index of records alone: the plus keeps SQLite from walking back over all other events.
_OF_ACCESS = """
SELECT rowid, originator_id, originator_version, state FROM stored_events WHERE rowid IN (SELECT rowid FROM stored_events
  WHERE originator_id >= 'access:' AND originator_id < 'access;' AND +rowid < ? ORDER BY +rowid DESC LIMIT ?)
ORDER BY rowid DESC
"""

# As above: what is sorted is positions, and of the events themselves those are read that are asked for.
_BACKWARDS = """
SELECT rowid, originator_id, originator_version, state FROM stored_events WHERE rowid IN (SELECT rowid FROM stored_events
  WHERE originator_id > ? AND originator_id <= ?)
ORDER BY rowid DESC
"""

_ACCESS_EVENTS = """
SELECT (SELECT coalesce(max(rowid), 0) FROM stored_events), count(*) FROM stored_events
WHERE originator_id >= 'access:' AND originator_id < 'access;'
"""

_ACCESS_EVENTS_AFTER = """
SELECT coalesce(max(rowid), ?1), count(*) FILTER (WHERE originator_id >= 'access:' AND originator_id < 'access;')
FROM stored_events WHERE rowid > ?1
"""


class _Connection(SQLiteConnection):
    """Writers take the lock at once, so that what they read before inserting is still so when they insert."""

    @override
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        connection = self._sqlite_conn
        connection.execute("BEGIN IMMEDIATE" if commit else "BEGIN")
        cursor = self.cursor()
        try:
            with cursor:
                yield cursor
            connection.execute("COMMIT" if commit else "ROLLBACK")
        except sqlite3.IntegrityError as error:
            connection.rollback()
            raise IntegrityError(*error.args) from error
        except BaseException:
            connection.rollback()  # a full disk may have done so already: then this does nothing
            raise


class _Pool(SQLiteConnectionPool):
    @override
    def _create_connection(self) -> SQLiteConnection:
        connection = connect(Path(self.db_name), synchronous="FULL")
        connection.row_factory = sqlite3.Row  # the library's methods read columns by name
        return _Connection(connection, max_age=None)


class _Datastore(SQLiteDatastore):
    """The library's, with connections of ours and its errors told as what they mean here."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), originator_id_type="text")
        self.pool.close()
        self.pool = _Pool(db_name=str(path), lock_timeout=None)

    @override
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with explained(self.pool.db_name), super().transaction(commit=commit) as cursor:
            yield cursor


class SqliteLog(SQLiteApplicationRecorder):
    """The role `EventLog` in a file. Opening creates what is missing."""

    def __init__(self, path: Path) -> None:
        """CannotRun when the file cannot be opened or created, is none of ours, or of a later version."""
        self.path = path
        self.place = str(path)
        with explained(str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = connect(path, synchronous="FULL")
            try:
                prepare(connection, str(path))
            finally:
                connection.close()
        super().__init__(_Datastore(path))
        self._access: tuple[int, int] | None = None

    @property
    def reopened(self) -> Callable[[], "SqliteLog"]:
        """What opens it once more, in another process too."""
        return partial(SqliteLog, self.path)

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @override
    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        sent: Sequence[Key] = (),
        **_: Any,
    ) -> Sequence[int] | None:
        """Events, their keys in the ledger and a checkpoint. Positions follow the last one: nobody else writes now."""
        if not stored_events:
            return []
        c.execute("SELECT max(rowid) FROM stored_events")
        first = (c.fetchone()[0] or 0) + 1
        positions = range(first, first + len(stored_events))
        c.executemany(
            "INSERT INTO stored_events VALUES (?,?,?,?)",
            [(str(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events],
        )
        c.executemany(
            "INSERT INTO ledger VALUES (?,?,?)",
            [
                (source_number(source), id_, at)
                for (source, id_), at in zip(sent, positions, strict=False)
            ],
        )
        c.execute("SELECT digest FROM checkpoints ORDER BY position DESC LIMIT 1")
        last = c.fetchone()
        digests = b"".join([digest_of(e.state) for e in stored_events])
        c.execute(
            "INSERT INTO checkpoints VALUES (?,?)",
            (positions[-1], next_digest(last[0] if last else b"", digests)),
        )
        c.execute("SELECT max(rowid) FROM stored_events")
        assert c.fetchone()[0] == positions[-1]
        return list(positions)

    # ── what the engine asks ────────────────────────────────────────────────────────────────────────────────────────

    def sent(self, keys: Sequence[Key], /) -> Mapping[Key, Sent]:
        """Those of the events that are stored already, in one query."""
        wanted = json.dumps([(source_number(source), source, id_) for source, id_ in keys])
        with self.datastore.transaction(commit=False) as c:
            c.execute(_SENT, (wanted,))
            return {
                (source, id_): Sent(record, version, content_of(state))
                for source, id_, record, version, state in c.fetchall()
            }

    def heads(self, record_ids: Sequence[str], /) -> Mapping[str, Head]:
        """The ends of those of the records that exist, in one query."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(_HEADS, (json.dumps(list(record_ids)),))
            return {
                id_: Head(version, bytes(digest).decode()) for id_, version, digest in c.fetchall()
            }

    def sources(self, record_ids: Iterable[str], /) -> set[tuple[str, str]]:
        """(record id, source) of all events of these records."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(_SOURCES, (json.dumps(list(record_ids)),))
            return {(id_, source) for id_, source in c.fetchall()}

    def of(self, record_id: str, /) -> Sequence[tuple[int, bytes]]:
        """(version, state) of a record's events, in order; empty when there is no such record."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT originator_version, state FROM stored_events WHERE originator_id = ? ORDER BY originator_version",
                (record_id,),
            )
            return [tuple(row) for row in c.fetchall()]

    def alone(self) -> AbstractContextManager[None]:
        """Nothing: SQLite's writers wait for one another anyway, and hardly lose twice."""
        return nullcontext()

    # ── what the loops ask ──────────────────────────────────────────────────────────────────────────────────────────

    def max_position(self) -> int:
        """The last position, 0 in an empty log."""
        return self.max_notification_id() or 0

    def select(self, after: int, limit: int) -> Sequence[tuple[int, str, int, bytes]]:
        """(position, record id, version, state) in order of position, raw, `after` excluded."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT rowid, originator_id, originator_version, state FROM stored_events"
                " WHERE rowid > ? ORDER BY rowid LIMIT ?",
                (after, limit),
            )
            return c.fetchall()  # type: ignore[no-any-return]

    def rest(self, versions: Mapping[str, int]) -> Sequence[tuple[int, str, int, bytes]]:
        """(position, record id, version, state) of the events of these records after these versions, in order."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(_REST, (json.dumps(versions),))
            return c.fetchall()  # type: ignore[no-any-return]

    def record_ids(self, after: str) -> Iterator[str]:
        """The ids of all records after one, in order."""
        for row in self.rows(
            "SELECT originator_id FROM stored_events WHERE originator_version = 1 AND originator_id > ?"
            " ORDER BY originator_id",
            after,
        ):
            yield row[0]

    def records(self, after: str, last: str) -> Sequence[tuple[int, str, int, bytes]]:
        """(position, record id, version, state) of the records after one up to another, each one's events together."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT rowid, originator_id, originator_version, state FROM stored_events"
                " WHERE originator_id > ? AND originator_id <= ? ORDER BY originator_id, originator_version",
                (after, last),
            )
            return [tuple(row) for row in c.fetchall()]

    def backwards(self, after: str, last: str) -> Generator[tuple[int, str, int, bytes]]:
        """The events of the records after one up to another, the newest first; a part at a time, in one walk."""
        yield from self.rows(_BACKWARDS, after, last)

    def not_dossiers(self) -> Sequence[tuple[int, str, int, bytes]]:
        """The events of the directory, of petitions and of access: their records' ids begin with a lower-case word."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT rowid, originator_id, originator_version, state FROM stored_events"
                " WHERE originator_id >= 'a' AND originator_id < '{' ORDER BY rowid"
            )
            return [tuple(row) for row in c.fetchall()]

    def of_access(self, before: int | None, limit: int) -> Sequence[tuple[int, str, int, bytes]]:
        """Some events of access, the newest first: their records' ids begin with `access:`."""
        return [tuple(row) for row in self.rows(_OF_ACCESS, before or NO_POSITION, limit)]

    def access_events(self) -> int:
        """How many of these there are, counted on from where they were counted last: nothing stored is ever changed."""
        if self._access is None:
            ((at, events),) = self.rows(_ACCESS_EVENTS)
        else:
            known_at, known = self._access
            ((at, more),) = self.rows(_ACCESS_EVENTS_AFTER, known_at)
            events = known + more
        self._access = at, events
        return int(events)

    def topics(self, after: str, last: str) -> Mapping[str, int]:
        """How many events of each topic the records after one up to another have."""
        sql = (
            "SELECT topic, count(*) FROM stored_events WHERE originator_id > ? AND originator_id <= ?"
            " GROUP BY topic"
        )
        return dict(self.rows(sql, after, last))

    def ending_with(self, tail: str) -> Sequence[str]:
        """Ids of the records that end with a text; looks at every record."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT originator_id FROM stored_events WHERE originator_version = 1"
                " AND substr(originator_id, -length(?1)) = ?1",
                (tail,),
            )
            return [row[0] for row in c.fetchall()]

    # ── for proof ───────────────────────────────────────────────────────────────────────────────────────────────────

    def damage(self) -> Iterator[str]:
        """What is not as the program made it: tables, triggers, and SQLite's own check."""
        # What SQLite makes for itself (the indexes of primary keys) has no SQL.
        there = dict(self.rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        for name, sql in {**TABLES, **TRIGGERS}.items():
            if there.pop(name, None) != sql:
                yield f"{name} is not as the program made it: the log was open to changes"
        for name in there:
            yield f"{name} is none of the log's tables, triggers or indexes"
        for (found,) in self.rows("PRAGMA integrity_check(100)"):
            if found != "ok":
                yield f"SQLite finds the file inconsistent: {found}"

    def stored(self, after: int, limit: int) -> Sequence[Stored]:
        """The next events after a position, with what they are chained to."""
        return [Stored(*row) for row in self.rows(_STORED, after, limit)]

    def ledger(self, keys: Sequence[tuple[int, str]]) -> Mapping[tuple[int, str], int]:
        """(source number, id) -> position, of those that are in the ledger."""
        return {
            (source, id_): at for source, id_, at in self.rows(_POSITIONS, json.dumps(list(keys)))
        }

    def checkpoints(self, after: int, last: int) -> Mapping[int, Any]:
        """Position -> running digest, after one position up to another."""
        query = "SELECT position, digest FROM checkpoints WHERE position > ? AND position <= ?"
        return dict(self.rows(query, after, last))

    def cut_off(self) -> Sequence[int]:
        """Positions of checkpoints behind the last event."""
        return [row[0] for row in self.rows(_CUT_OFF)]

    def ledger_lines(self, last: int) -> int:
        """How many lines the ledger has for positions up to one, or for positions that are not there."""
        ((lines,),) = self.rows(_LINES, last)
        return int(lines)

    def ledger_whole(self) -> Iterator[tuple[int, str, int, Any]]:
        """Every line of the ledger: source number, id, position, and the state of the event there."""
        lines: Iterator[Any] = self.rows(
            "SELECT l.source, l.id, l.position, e.state FROM ledger AS l"
            " LEFT JOIN stored_events AS e ON e.rowid = l.position"
        )
        return lines

    def rows(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        """The answer to a question of a reader that knows the tables, a part at a time."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(sql, parameters)
            while rows := c.sqlite_cursor.fetchmany(1000):
                yield from map(tuple, rows)

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()
