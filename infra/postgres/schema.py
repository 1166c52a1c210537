"""The tables of log and vault in PostgreSQL, the triggers and privileges that keep them append-only, and the roles.

Knows SQL. Must not know what is stored. One step makes or updates all of it under a lock, so that several at once end the same.

| role | may |
|---|---|
| `dunghen_writer` | append to the log, keep and erase keys; read both |
| `dunghen_projector` | read the log; owns the generations of the read database |
| `dunghen_reader` | read the log and the read database; never the vault |

Writer and projector also keep what running processes must remember (`work`): how far they are, letters that wait, and notices that no receiver took.

Logins are the operator's: `CREATE USER … IN ROLE dunghen_writer`.
"""

from typing import Any, Final

import psycopg

from infra.errors import CannotRun
from infra.postgres.server import connect, explained, place_of

SCHEMA: Final = 1
"""Version of the tables below; a database with a higher one was migrated by a later program and is left alone."""

MIGRATING: Final = 0x44C3_BA6E_6700_0001
"""The advisory locks of this program begin with `Dúng`, in bytes; this one: one migration at a time."""

WRITING: Final = 0x44C3_BA6E_6700_0002
"""One transaction appends at a time: so positions follow commits, and a tailing reader misses nothing."""

ROLES: Final = ("dunghen_writer", "dunghen_projector", "dunghen_reader")

TABLES: Final = {
    "log.meta": "CREATE TABLE log.meta (key text PRIMARY KEY, value bigint NOT NULL)",
    "log.stored_events": (
        'CREATE TABLE log.stored_events (originator_id text COLLATE "C" NOT NULL, originator_version bigint NOT NULL,'
        " topic text NOT NULL, state bytea NOT NULL, notification_id bigint NOT NULL UNIQUE,"
        " PRIMARY KEY (originator_id, originator_version))"
    ),
    "log.ledger": (
        'CREATE TABLE log.ledger (source bigint, id text COLLATE "C", position bigint NOT NULL, PRIMARY KEY (source, id))'
    ),
    "log.checkpoints": "CREATE TABLE log.checkpoints (position bigint PRIMARY KEY, digest bytea NOT NULL)",
    "vault.meta": "CREATE TABLE vault.meta (key text PRIMARY KEY, value bytea NOT NULL)",
    "vault.keys": 'CREATE TABLE vault.keys (dossier text COLLATE "C" PRIMARY KEY, wrapped bytea)',
    "vault.readings": (
        "CREATE TABLE vault.readings (number bigint PRIMARY KEY, dossier text NOT NULL, reader text NOT NULL, at text NOT NULL)"
    ),
    "work.bookmarks": "CREATE TABLE work.bookmarks (name text PRIMARY KEY, position bigint NOT NULL)",
    "work.dead_letters": (
        'CREATE TABLE work.dead_letters (topic text, partition integer, "offset" bigint, at timestamptz NOT NULL,'
        " code text NOT NULL, message text NOT NULL, key bytea, headers jsonb NOT NULL, value bytea, state text NOT NULL,"
        ' PRIMARY KEY (topic, partition, "offset"))'
    ),
    "work.undelivered": (
        "CREATE TABLE work.undelivered (receiver text, number bigint, at timestamptz NOT NULL, why text NOT NULL,"
        " body text NOT NULL, state text NOT NULL DEFAULT 'waiting', PRIMARY KEY (receiver, number))"
    ),
    "views.present": "CREATE TABLE views.present (one boolean PRIMARY KEY CHECK (one), number integer NOT NULL)",
}

NEVER: Final = " BEGIN RAISE EXCEPTION '%: nothing stored is ever changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END "

NEXT: Final = """
BEGIN
  IF EXISTS (SELECT 1 FROM fresh AS f WHERE f.originator_version < 1 OR f.originator_version > 1 AND NOT EXISTS (
      SELECT 1 FROM log.stored_events AS s
      WHERE s.originator_id = f.originator_id AND s.originator_version = f.originator_version - 1))
    OR (SELECT count(*) <> max(notification_id) - min(notification_id) + 1
        OR max(notification_id) <> (SELECT max(notification_id) FROM log.stored_events)
        OR min(notification_id) <> 1 AND NOT EXISTS (SELECT 1 FROM log.stored_events AS s
             WHERE s.notification_id = (SELECT min(notification_id) - 1 FROM fresh))
        FROM fresh HAVING count(*) > 0)
  THEN RAISE EXCEPTION 'stored_events: not the next version or position' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NULL;
END
"""

ONLY_ERASED: Final = """
BEGIN
  IF NEW.wrapped IS NOT NULL OR NEW.dossier <> OLD.dossier
  THEN RAISE EXCEPTION 'keys: a key can only be erased' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
"""

FUNCTIONS: Final = {"log.never": NEVER, "log.next": NEXT, "vault.only_erased": ONLY_ERASED}

_KEPT: Final = (
    "log.meta",
    "log.stored_events",
    "log.ledger",
    "log.checkpoints",
    "vault.meta",
    "vault.readings",
)

TRIGGERS: Final = {
    f"{table.replace('.', '_')}_never": (
        table,
        f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION log.never()",
    )
    for table in _KEPT
} | {
    "stored_events_next": (
        "log.stored_events",
        "AFTER INSERT ON log.stored_events REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION log.next()",
    ),
    "keys_never": (
        "vault.keys",
        "BEFORE DELETE OR TRUNCATE ON vault.keys FOR EACH STATEMENT EXECUTE FUNCTION log.never()",
    ),
    "keys_only_erased": (
        "vault.keys",
        "BEFORE UPDATE ON vault.keys FOR EACH ROW EXECUTE FUNCTION vault.only_erased()",
    ),
}

_JSON_EACH: Final = """
CREATE FUNCTION views.json_each(list text, OUT value text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS 'SELECT jsonb_array_elements_text(list::jsonb)'
"""

_ROLE: Final = """
DO $body$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $body$
"""
"""Roles belong to the server: another of its databases may be migrated at this moment, and locks are a database's own."""

_GRANTS: Final = (
    "REVOKE ALL ON SCHEMA log, vault, views FROM PUBLIC",
    "GRANT USAGE ON SCHEMA log TO dunghen_writer, dunghen_projector, dunghen_reader",
    "GRANT SELECT ON ALL TABLES IN SCHEMA log TO dunghen_writer, dunghen_projector, dunghen_reader",
    "GRANT INSERT ON log.stored_events, log.ledger, log.checkpoints TO dunghen_writer",
    "GRANT USAGE ON SCHEMA vault TO dunghen_writer",
    "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA vault TO dunghen_writer",
    "GRANT UPDATE (wrapped) ON vault.keys TO dunghen_writer",
    "GRANT USAGE ON SCHEMA views TO dunghen_writer, dunghen_projector, dunghen_reader",
    "GRANT SELECT ON ALL TABLES IN SCHEMA views TO dunghen_writer, dunghen_projector, dunghen_reader",
    "GRANT INSERT, UPDATE ON views.present TO dunghen_projector",
    "REVOKE ALL ON SCHEMA work FROM PUBLIC",
    "GRANT USAGE ON SCHEMA work TO dunghen_writer, dunghen_projector, dunghen_reader",
    "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA work TO dunghen_writer, dunghen_projector",
    "GRANT SELECT ON ALL TABLES IN SCHEMA work TO dunghen_reader",
)


SCHEMAS: Final = ("log", "vault", "views", "work")


def migrate(url: str) -> bool:
    """Make what is missing; whether anything was. CannotRun where a later program did so, or this user may not."""
    connection = connect(url)
    with explained(place_of(url)), connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATING,))
        if version_of(connection.cursor(), place_of(url)) is not None:
            return False
        _nobody_elses(connection, place_of(url))
        for statement in _statements(connection):
            connection.execute(statement)
        connection.execute("INSERT INTO log.meta VALUES ('schema', %s)", (SCHEMA,))
        return True


def version_of(cursor: psycopg.Cursor[tuple[Any, ...]], place: str) -> int | None:
    """The version of the tables, None where there are none. CannotRun where a later program made them."""
    # Not to_regclass: it may answer from what this connection remembers of a moment ago.
    sql = "SELECT 1 FROM pg_tables WHERE schemaname = 'log' AND tablename = 'meta'"
    if cursor.execute(sql).fetchone() is None:
        return None
    row = cursor.execute("SELECT value FROM log.meta WHERE key = 'schema'").fetchone()
    if row is None or not isinstance(row[0], int):
        raise CannotRun(
            f"{place} does not say its version; it is damaged", code="damaged", path=place
        )
    if row[0] > SCHEMA:
        raise CannotRun(
            f"{place} was migrated by a newer version of dunghen (format {row[0]}, this one knows {SCHEMA});"
            " install the newer version",
            code="newer_version",
            path=place,
        )
    return row[0]


def _nobody_elses(connection: psycopg.Connection[tuple[object, ...]], place: str) -> None:
    """CannotRun where a schema has our name and not our tables."""
    sql = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) ORDER BY 1"
    found = ", ".join(str(row[0]) for row in connection.execute(sql, (list(SCHEMAS),)))
    if found:
        raise CannotRun(
            f"{place} has schemas of another application under our names ({found}); make a database of its own for dunghen",
            code="database_of_another",
            path=place,
            found=found,
        )


def _statements(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    there = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    found = connection.execute("SELECT quote_ident(current_database())").fetchone()
    assert found is not None
    return [
        *(_ROLE.format(role=role) for role in ROLES if role not in there),
        *(f"CREATE SCHEMA {schema}" for schema in SCHEMAS),
        *TABLES.values(),
        *(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
            for name, body in FUNCTIONS.items()
        ),
        *(f"CREATE TRIGGER {name} {rest}" for name, (_, rest) in TRIGGERS.items()),
        _JSON_EACH,
        "INSERT INTO views.present VALUES (true, 1)",
        *_GRANTS,
        f"GRANT CREATE, TEMPORARY ON DATABASE {found[0]} TO dunghen_projector",
        f"GRANT TEMPORARY ON DATABASE {found[0]} TO dunghen_writer, dunghen_reader",
    ]
