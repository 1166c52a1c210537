"""The tables of the event log, the triggers that keep it append-only, and the version of both.

Knows SQL. Must not know what is stored.

Tables: `stored_events` (the library's; its rowid is the position), `ledger` (which (source, id) is at which position),
`checkpoints` (a running digest over all hashes in order of position, one row a transaction: what was cut off, swapped or
slipped in is found), `meta`. Nothing is ever updated or deleted, and positions and versions have no holes.
"""

import sqlite3
from collections.abc import Mapping
from typing import Final

from infra.errors import CannotRun

SCHEMA: Final = 1
"""Version of the tables below; a file with a higher one was written by a later program and is left alone."""

TABLES: Final[Mapping[str, str]] = {
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID",
    "stored_events": (
        "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB,"
        " PRIMARY KEY (originator_id, originator_version))"
    ),
    "ledger": (
        "CREATE TABLE ledger (source INTEGER, id TEXT, position INTEGER NOT NULL,"
        " PRIMARY KEY (source, id)) WITHOUT ROWID"
    ),
    "checkpoints": "CREATE TABLE checkpoints (position INTEGER PRIMARY KEY, digest BLOB NOT NULL)",
}


def _never(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table}: nothing stored is ever changed or deleted'); END"
    )


TRIGGERS: Final[Mapping[str, str]] = {
    f"{table}_no_{verb.lower()}": _never(table, verb)
    for table in TABLES
    for verb in ("UPDATE", "DELETE")
} | {
    # A REPLACE deletes without asking the DELETE trigger, so what would be replaced is refused before.
    "stored_events_next": (
        "CREATE TRIGGER stored_events_next BEFORE INSERT ON stored_events WHEN"
        " NEW.originator_version IS NOT 1 + coalesce((SELECT max(originator_version) FROM stored_events"
        "  WHERE originator_id = NEW.originator_id), 0)"
        " OR (NEW.rowid <> -1 AND NEW.rowid <= (SELECT max(rowid) FROM stored_events))"
        " BEGIN SELECT RAISE(ABORT, 'stored_events: not the next version or position'); END"
    ),
    "stored_events_no_gap": (
        "CREATE TRIGGER stored_events_no_gap AFTER INSERT ON stored_events WHEN"
        " NEW.rowid <> 1 + coalesce((SELECT max(rowid) FROM stored_events WHERE rowid < NEW.rowid), 0)"
        " BEGIN SELECT RAISE(ABORT, 'stored_events: a position is left out'); END"
    ),
    "ledger_once": (
        "CREATE TRIGGER ledger_once BEFORE INSERT ON ledger WHEN"
        " EXISTS (SELECT 1 FROM ledger WHERE source = NEW.source AND id = NEW.id)"
        " BEGIN SELECT RAISE(ABORT, 'ledger: this event is there already'); END"
    ),
    "checkpoints_next": (
        "CREATE TRIGGER checkpoints_next BEFORE INSERT ON checkpoints WHEN"
        " NEW.position <= (SELECT max(position) FROM checkpoints)"
        " BEGIN SELECT RAISE(ABORT, 'checkpoints: not the next'); END"
    ),
    "meta_once": (
        "CREATE TRIGGER meta_once BEFORE INSERT ON meta WHEN EXISTS (SELECT 1 FROM meta WHERE key = NEW.key)"
        " BEGIN SELECT RAISE(ABORT, 'meta: nothing stored is ever changed or deleted'); END"
    ),
}


def prepare(connection: sqlite3.Connection, path: str) -> None:
    """Create what is not there yet. CannotRun when a later program wrote the file or it is no log of ours."""
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not names:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not connection.execute(
                "SELECT 1 FROM sqlite_master"
            ).fetchone():  # nobody else was faster
                for statement in (*TABLES.values(), *TRIGGERS.values()):
                    connection.execute(statement)
                connection.execute("INSERT INTO meta VALUES ('schema', ?)", (SCHEMA,))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    elif "meta" not in names:
        raise CannotRun(
            f"{path} is no event log of Đúng Hẹn; name another data folder",
            code="damaged",
            path=path,
        )
    found = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    if found is None or not isinstance(found[0], int):
        raise CannotRun(
            f"{path} does not say its version; it is damaged", code="damaged", path=path
        )
    if found[0] > SCHEMA:
        raise CannotRun(
            f"{path} was written by a newer version of dunghen (format {found[0]}, this one knows {SCHEMA});"
            " install the newer version",
            code="newer_version",
            path=path,
        )
