"""The event log in PostgreSQL: the library's recorder with a ledger, checkpoints and triggers, one transaction a batch.

Knows SQL and the library's recorder. Must not know what events mean: it sees ids, versions, topics and bytes.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from threading import local
from typing import Any, Final

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import (
    ConnectionPool,
    PostgresApplicationRecorder,
    PostgresDatastore,
)
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg_pool import PoolTimeout
from typing_extensions import override

from consumers.writing import Line
from domain.content import content_of, digest_of
from domain.engine import Head, Key, Sent
from domain.errors import Contended
from infra.errors import CannotRun
from infra.eventlog import NO_POSITION, Stored, next_digest, source_number
from infra.postgres.schema import FUNCTIONS, TABLES, TRIGGERS, WRITING, version_of
from infra.postgres.server import (
    CONNECT_SECONDS,
    checked,
    connect,
    explained,
    in_parts,
    not_connected,
    place_of,
    settled,
)

_POOL: Final = 8
"""Connections that one process may have at most: its threads wait for one another beyond that."""

_PART: Final = 1_000

_LINE: Final = "notification_id, originator_id, originator_version, state"

_SENT: Final = """
SELECT k.source, k.id, e.originator_id, e.originator_version, e.state
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS k (number, source, id)
JOIN log.ledger AS l ON l.source = k.number AND l.id = k.id
JOIN log.stored_events AS e ON e.notification_id = l.position
"""

_HEADS: Final = """
SELECT k.id, e.originator_version, substring(e.state FROM 10 FOR 64) FROM unnest(%s::text[]) AS k (id)
CROSS JOIN LATERAL (SELECT originator_version, state FROM log.stored_events
  WHERE originator_id = k.id ORDER BY originator_version DESC LIMIT 1) AS e
"""

_REST: Final = """
SELECT e.notification_id, e.originator_id, e.originator_version, e.state
FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS k (id, version, number)
JOIN log.stored_events AS e ON e.originator_id = k.id AND e.originator_version > k.version
ORDER BY k.number, e.originator_version
"""

_STORED: Final = """
SELECT e.notification_id, e.originator_id, e.originator_version, e.topic, e.state, substring(p.state FROM 10 FOR 64)
FROM log.stored_events AS e LEFT JOIN log.stored_events AS p
  ON p.originator_id = e.originator_id AND p.originator_version = e.originator_version - 1
WHERE e.notification_id > %s ORDER BY e.notification_id LIMIT %s
"""

_LEDGER: Final = """
SELECT l.source, l.id, l.position FROM unnest(%s::bigint[], %s::text[]) AS k (source, id)
JOIN log.ledger AS l ON l.source = k.source AND l.id = k.id
"""

_LAST: Final = "(SELECT coalesce(max(notification_id), 0) FROM log.stored_events)"
_ACCESS: Final = "originator_id >= 'access:' AND originator_id < 'access;'"


class _Datastore(PostgresDatastore):
    """The library's, with connections of ours and errors told as what they mean here."""

    def __init__(self, url: str) -> None:
        super().__init__("", "", "", "", "", schema="log", originator_id_type="text")
        self.place = place_of(url)
        self._url = url
        self._held = local()
        pool: ConnectionPool[psycopg.Connection[DictRow]] = ConnectionPool(
            checked(url),
            connection_class=psycopg.Connection[DictRow],
            kwargs={"row_factory": dict_row},
            min_size=1,
            max_size=_POOL,
            open=False,
            configure=settled,
            check=ConnectionPool.check_connection,
            timeout=CONNECT_SECONDS,
        )
        self.pool = pool
        self.pool_open_timeout = CONNECT_SECONDS

    @override
    @contextmanager
    def get_connection(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with explained(self.place), self._pooled() as connection:
                yield connection
        except Contended as error:  # the engine decides anew, as with any recorder of the library
            raise IntegrityError(str(error)) from error

    @contextmanager
    def _pooled(self) -> Iterator[psycopg.Connection[DictRow]]:
        self.pool.open()
        try:
            with self.pool.connection() as connection:
                yield connection
        except PoolTimeout as error:
            # Of the attempts that failed meanwhile it says nothing: what one more says is why.
            connect(self._url).close()
            raise not_connected(self._url, error) from error

    @override
    @contextmanager
    def transaction(self, *, commit: bool = False) -> Iterator[psycopg.Cursor[Any]]:
        """A transaction of its own, or a part of the one that this thread holds."""
        held: psycopg.Cursor[Any] | None = getattr(self._held, "cursor", None)
        if held is not None:
            yield held
        else:
            with super().transaction(commit=commit) as cursor:
                yield cursor

    @contextmanager
    def asking(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection for single statements, which need no transaction: two round trips less. Or the one that this thread holds."""
        held: psycopg.Cursor[Any] | None = getattr(self._held, "cursor", None)
        if held is not None:
            yield held.connection
        else:
            with self.get_connection() as connection:
                yield connection

    @contextmanager
    def holding(self) -> Iterator[psycopg.Cursor[Any]]:
        """A transaction that everything this thread asks until the block ends is part of."""
        with super().transaction(commit=True) as cursor:
            self._held.cursor = cursor
            try:
                yield cursor
            finally:
                self._held.cursor = None

    @override
    def register_type_adapters(self) -> None:
        """None: events are inserted as arrays of the columns' own types."""


class PostgresLog(PostgresApplicationRecorder):
    """The role `EventLog` in the schema `log` of a database that was migrated."""

    def __init__(self, url: str) -> None:
        """CannotRun when it cannot be reached, was not migrated, or by a later version."""
        self.place = place_of(url)
        self._url = url
        self._store = _Datastore(url)
        super().__init__(self._store)
        self._access: tuple[int, int] | None = None
        try:
            self._migrated()
        except BaseException:
            self.close()
            raise

    def _migrated(self) -> None:
        with self._rows() as c:
            if version_of(c, self.place) is None:
                raise CannotRun(
                    f"{self.place} has not the tables of this version; run `dunghen migrate` first",
                    code="not_migrated",
                    path=self.place,
                )

    @property
    def reopened(self) -> Callable[[], "PostgresLog"]:
        """What opens it once more, in another process too."""
        return partial(PostgresLog, self._url)

    @contextmanager
    def _rows(self) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        """For single statements."""
        with self._store.asking() as connection:
            yield connection.cursor(row_factory=tuple_row)

    def _asked(self, sql: str, *parameters: object) -> list[Any]:
        with self._rows() as c:
            return c.execute(sql, parameters).fetchall()

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, sent: Sequence[Key] = (), **_: Any
    ) -> Sequence[int] | None:
        """Events, their keys in the ledger and a checkpoint, in one transaction; nobody else appends meanwhile."""
        if not stored_events:
            return []
        with self.datastore.transaction(commit=True) as cursor:
            c = cursor.connection.cursor(row_factory=tuple_row)
            c.execute("SELECT pg_advisory_xact_lock(%s)", (WRITING,))
            c.execute(
                f"SELECT {_LAST}, (SELECT digest FROM log.checkpoints ORDER BY position DESC LIMIT 1)"
            )
            found = c.fetchone()
            assert found is not None
            last, digest = found
            positions = range(last + 1, last + 1 + len(stored_events))
            c.execute(
                "INSERT INTO log.stored_events SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::bigint[])",
                (
                    [str(e.originator_id) for e in stored_events],
                    [e.originator_version for e in stored_events],
                    [e.topic for e in stored_events],
                    [e.state for e in stored_events],
                    list(positions),
                ),
            )
            lines = list(zip(sent, positions, strict=False))
            c.execute(
                "INSERT INTO log.ledger SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])",
                (
                    [source_number(source) for (source, _), _ in lines],
                    [id_ for (_, id_), _ in lines],
                    [position for _, position in lines],
                ),
            )
            digests = b"".join([digest_of(e.state) for e in stored_events])
            c.execute(
                "INSERT INTO log.checkpoints VALUES (%s, %s)",
                (positions[-1], next_digest(digest or b"", digests)),
            )
        return list(positions)

    # ── what the engine asks ────────────────────────────────────────────────────────────────────────────────────────

    def sent(self, keys: Sequence[Key], /) -> Mapping[Key, Sent]:
        """Those of the events that are stored already, in one query."""
        numbers = [source_number(source) for source, _ in keys]
        found = self._asked(_SENT, numbers, [s for s, _ in keys], [i for _, i in keys])
        return {
            (source, id_): Sent(record, version, content_of(state))
            for source, id_, record, version, state in found
        }

    def heads(self, record_ids: Sequence[str], /) -> Mapping[str, Head]:
        """The ends of those of the records that exist, in one query."""
        return {
            id_: Head(version, bytes(digest).decode())
            for id_, version, digest in self._asked(_HEADS, list(record_ids))
        }

    def sources(self, record_ids: Iterable[str], /) -> set[tuple[str, str]]:
        """(record id, source) of all events of these records."""
        sql = (
            "SELECT DISTINCT originator_id, convert_from(state, 'UTF8')::json ->> 'source'"
            " FROM log.stored_events WHERE originator_id = ANY(%s::text[])"
        )
        return {tuple(row) for row in self._asked(sql, list(record_ids))}

    def of(self, record_id: str, /) -> Sequence[tuple[int, bytes]]:
        """(version, state) of a record's events, in order; empty when there is no such record."""
        return self._asked(
            "SELECT originator_version, state FROM log.stored_events WHERE originator_id = %s ORDER BY 1",
            record_id,
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Until the block ends nobody else appends; what is asked and stored in it is one transaction."""
        with self._store.holding() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (WRITING,))
            yield

    # ── what the loops ask ──────────────────────────────────────────────────────────────────────────────────────────

    def max_position(self) -> int:
        """The last position, 0 in an empty log."""
        return int(self._asked(f"SELECT {_LAST}")[0][0])

    def select(self, after: int, limit: int, /) -> Sequence[Line]:
        """The next events after a position, in order of position."""
        return self._asked(
            f"SELECT {_LINE} FROM log.stored_events WHERE notification_id > %s ORDER BY 1 LIMIT %s",
            after,
            limit,
        )

    def rest(self, versions: Mapping[str, int], /) -> Sequence[Line]:
        """The events of these records after these versions, in order."""
        return self._asked(_REST, list(versions), list(versions.values()))

    def record_ids(self, after: str) -> Iterator[str]:
        """The ids of all records after one, in order."""
        for row in self._each(
            "SELECT originator_id FROM log.stored_events WHERE originator_version = 1 AND originator_id > %s ORDER BY 1",
            after,
        ):
            yield row[0]

    def records(self, after: str, last: str) -> Sequence[Line]:
        """The events of the records after one up to another, each one's together."""
        return self._asked(
            f"SELECT {_LINE} FROM log.stored_events WHERE originator_id > %s AND originator_id <= %s"
            " ORDER BY originator_id, originator_version",
            after,
            last,
        )

    def backwards(self, after: str, last: str) -> Generator[Line]:
        """The events of the records after one up to another, the newest first; a part at a time, in one walk."""
        yield from self._each(
            f"SELECT {_LINE} FROM log.stored_events WHERE originator_id > %s AND originator_id <= %s ORDER BY 1 DESC",
            after,
            last,
        )

    def not_dossiers(self) -> Sequence[Line]:
        """The events of the directory, of petitions and of access: their records' ids begin with a lower-case word."""
        return self._asked(
            f"SELECT {_LINE} FROM log.stored_events WHERE originator_id >= 'a' AND originator_id < '{{' ORDER BY 1"
        )

    def of_access(self, before: int | None, limit: int) -> Sequence[Line]:
        """Some events of access, the newest first: their records' ids begin with `access:`."""
        sql = f"SELECT {_LINE} FROM log.stored_events WHERE {_ACCESS} AND notification_id < %s ORDER BY 1 DESC LIMIT %s"
        return self._asked(sql, before or NO_POSITION, limit)

    def access_events(self) -> int:
        """How many of these there are, counted on from where they were counted last: nothing stored is ever changed."""
        if self._access is None:
            sql = f"SELECT {_LAST}, count(*) FROM log.stored_events WHERE {_ACCESS}"
            ((at, events),) = self._asked(sql)
        else:
            known_at, known = self._access
            sql = f"SELECT coalesce(max(notification_id), %s), count(*) FILTER (WHERE {_ACCESS}) FROM log.stored_events WHERE notification_id > %s"
            ((at, more),) = self._asked(sql, known_at, known_at)
            events = known + more
        self._access = at, events
        return int(events)

    def topics(self, after: str, last: str) -> Mapping[str, int]:
        """How many events of each topic the records after one up to another have."""
        sql = "SELECT topic, count(*) FROM log.stored_events WHERE originator_id > %s AND originator_id <= %s GROUP BY 1"
        return dict(self._asked(sql, after, last))

    def ending_with(self, tail: str) -> Sequence[str]:
        """Ids of the records that end with a text; looks at every record."""
        return [
            row[0]
            for row in self._asked(
                "SELECT originator_id FROM log.stored_events WHERE originator_version = 1"
                " AND right(originator_id, length(%s)) = %s ORDER BY 1",
                tail,
                tail,
            )
        ]

    # ── for proof ───────────────────────────────────────────────────────────────────────────────────────────────────

    def damage(self) -> Iterator[str]:
        """What is not as the program made it: tables, triggers and what they run."""
        tables = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('log', 'vault')"
        there = {row[0] for row in self._asked(tables)}
        for name in sorted(
            {name for name in TABLES if name.startswith(("log.", "vault."))} ^ there
        ):
            yield f"{name} is not as the program made it, or none of the log's tables"
        triggers = dict(
            self._asked(
                "SELECT tgname, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
                " AND tgrelid IN (SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                "  WHERE n.nspname IN ('log', 'vault'))"
            )
        )
        for name, (table, _) in TRIGGERS.items():
            made = triggers.pop(name, "")
            if f" ON {table} " not in made or not made.endswith("()O"):
                yield f"{name} is not as the program made it: the log was open to changes"
        yield from (f"{name} is none of the log's triggers" for name in triggers)
        functions = dict(
            self._asked(
                "SELECT n.nspname || '.' || p.proname, p.prosrc FROM pg_proc AS p"
                " JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname IN ('log', 'vault')"
            )
        )
        for name, body in FUNCTIONS.items():
            if functions.get(name) != body:
                yield f"{name} is not as the program made it: the log was open to changes"

    def stored(self, after: int, limit: int) -> Sequence[Stored]:
        """The next events after a position, with what they are chained to."""
        return [Stored(*row) for row in self._asked(_STORED, after, limit)]

    def ledger(self, keys: Sequence[tuple[int, str]]) -> Mapping[tuple[int, str], int]:
        """(source number, id) -> position, of those that are in the ledger."""
        found = self._asked(_LEDGER, [source for source, _ in keys], [id_ for _, id_ in keys])
        return {(source, id_): at for source, id_, at in found}

    def checkpoints(self, after: int, last: int) -> Mapping[int, Any]:
        """Position -> running digest, after one position up to another."""
        sql = "SELECT position, digest FROM log.checkpoints WHERE position > %s AND position <= %s"
        return dict(self._asked(sql, after, last))

    def cut_off(self) -> Sequence[int]:
        """Positions of checkpoints behind the last event."""
        sql = f"SELECT position FROM log.checkpoints WHERE position > {_LAST}"
        return [row[0] for row in self._asked(sql)]

    def ledger_lines(self, last: int) -> int:
        """How many lines the ledger has for positions up to one, or for positions that are not there."""
        sql = f"SELECT count(*) FROM log.ledger WHERE position <= %s OR position > {_LAST}"
        return int(self._asked(sql, last)[0][0])

    def ledger_whole(self) -> Iterator[tuple[int, str, int, Any]]:
        """Every line of the ledger: source number, id, position, and the state of the event there."""
        return self._each(
            "SELECT l.source, l.id, l.position, e.state FROM log.ledger AS l"
            " LEFT JOIN log.stored_events AS e ON e.notification_id = l.position"
        )

    def _each(self, sql: str, *parameters: object) -> Iterator[Any]:
        """The rows of a query, a part at a time."""
        with (
            self.datastore.transaction(commit=False) as cursor,
            in_parts(cursor.connection) as c,
        ):
            c.itersize = _PART
            yield from c.execute(sql, parameters)

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()
