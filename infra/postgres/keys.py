"""The vault's keys and readings in the schema `vault`: the role `Keys`.

Knows SQL. Must not know what a key opens.
"""

from collections.abc import Mapping, Sequence

from infra.postgres.schema import WRITING
from infra.postgres.server import OneConnection, explained, place_of
from infra.vault import altered


class PostgresKeys:
    """Keys in the database of the log, in a schema that readers and projectors cannot see."""

    def __init__(self, url: str) -> None:
        self.place = f"{place_of(url)} vault"
        self._database = OneConnection(url)

    def exist(self) -> bool:
        """Whether the master key was used before, as far as this user may see."""
        may = self._database.rows("SELECT has_schema_privilege('vault', 'USAGE')")[0][0]
        return bool(may) and self.check() is not None

    def wrapped(self, dossiers: Sequence[str]) -> dict[str, bytes | None]:
        """The keys of those of the dossiers that are known; None where it was erased."""
        sql = "SELECT dossier, wrapped FROM vault.keys WHERE dossier = ANY(%s::text[])"
        return dict(self._database.rows(sql, list(dossiers)))

    def add(self, fresh: Mapping[str, bytes]) -> None:
        """Store new keys at once; where another process was faster, its key stays."""
        self._database.rows(
            "INSERT INTO vault.keys SELECT * FROM unnest(%s::text[], %s::bytea[]) ON CONFLICT DO NOTHING",
            list(fresh),
            list(fresh.values()),
        )

    def erase(self, dossier: str) -> bool:
        """Delete a key for good and leave its row; whether there was one."""
        there = self.wrapped([dossier]).get(dossier) is not None
        self._database.rows(
            "INSERT INTO vault.keys VALUES (%s, NULL) ON CONFLICT (dossier) DO UPDATE SET wrapped = NULL",
            dossier,
        )
        return there

    def check(self) -> bytes | None:
        """The check value of the master key."""
        rows = self._database.rows("SELECT value FROM vault.meta WHERE key = 'check'")
        if rows and not isinstance(rows[0][0], bytes):
            raise altered(self.place)
        return rows[0][0] if rows else None

    def keep_check(self, value: bytes) -> bytes | None:
        """Store it, unless there is one; the one that is there now."""
        self._database.rows(
            "INSERT INTO vault.meta VALUES ('check', %s) ON CONFLICT DO NOTHING", value
        )
        return self.check()

    def record_reading(self, dossier: str, reader: str, at: str) -> None:
        """Add a reading; readings are numbered without holes, so that one taken away is missed."""
        with explained(self.place), self._database.live.transaction():
            self._database.rows("SELECT pg_advisory_xact_lock(%s)", WRITING)
            self._database.rows(
                "INSERT INTO vault.readings SELECT coalesce(max(number), 0) + 1, %s, %s, %s FROM vault.readings",
                dossier,
                reader,
                at,
            )

    def readings(self) -> list[tuple[str, str, str]]:
        """Every reading in its order."""
        return self._database.rows("SELECT dossier, reader, at FROM vault.readings ORDER BY number")

    def broken_readings(self) -> list[str]:
        """What shows that readings were taken away; that they could be changed is told with the log's triggers."""
        left, last = self._database.rows(
            "SELECT count(*), coalesce(max(number), 0) FROM vault.readings"
        )[0]
        if left == last:
            return []
        return [f"the vault has {left} readings of personal data, there were {last}"]

    def close(self) -> None:
        """Close the connection."""
        self._database.close()
