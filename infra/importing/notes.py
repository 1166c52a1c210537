"""What an import has to remember of its own while it runs, in a nameless temporary database.

It is in memory while it is small and on disk when it is large. Knows SQL. Must not know files, nor what a fact means.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from domain.engine import Key, Sent


class Notes:
    """The records that an import told of so far, by whom; in a rehearsal also the events that it would have stored."""

    def __enter__(self) -> Self:
        self._database = sqlite3.connect("")
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
            "CREATE TABLE touched (record TEXT, source TEXT, book INTEGER NOT NULL, dossier INTEGER NOT NULL,"
            " line INTEGER NOT NULL, place TEXT NOT NULL,"
            " PRIMARY KEY (record, source)) WITHOUT ROWID;"
            "CREATE TABLE names (record TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE stored (key INTEGER PRIMARY KEY);"
            "CREATE TABLE taken (source TEXT, id TEXT, record TEXT NOT NULL, content BLOB NOT NULL,"
            " PRIMARY KEY (source, id)) WITHOUT ROWID;"
        )
        return self

    def __exit__(self, *error: object) -> None:
        self._database.close()

    def touch(self, records: Iterable[tuple[str, str, bool, bool, int, str]]) -> None:
        """Add records: id, source, whether its number is a paper book's, whether it is a dossier; of a register's also line and file."""
        self._database.executemany(
            "INSERT OR IGNORE INTO touched VALUES (?, ?, ?, ?, ?, ?)", records
        )

    def first(self, record: str, source: str) -> tuple[int, str] | None:
        """The line and file that the import first told of a register's record in; None: in none so far."""
        found = self._database.execute(
            "SELECT line, place FROM touched WHERE record = ? AND source = ? AND line > 0",
            (record, source),
        ).fetchone()
        return None if found is None else (int(found[0]), str(found[1]))

    def sources(self, record_ids: Iterable[str]) -> set[tuple[str, str]]:
        """(record id, source) of those of the records that the import told of."""
        return set(
            self._database.execute(
                "SELECT record, source FROM json_each(?) CROSS JOIN touched ON record = value",
                (json.dumps(list(record_ids)),),
            )
        )

    def store(self, keys: Iterable[int]) -> None:
        """Add keys of events that the import has stored, or would have."""
        self._database.executemany(
            "INSERT OR IGNORE INTO stored VALUES (?)", ((key,) for key in keys)
        )

    def stored(self, keys: Sequence[int]) -> set[int]:
        """Those of the keys that were added."""
        if not keys:
            return set()
        found = self._database.execute(
            "SELECT stored.key FROM json_each(?) AS keys CROSS JOIN stored ON stored.key = keys.value",
            (json.dumps(keys),),
        )
        return {int(key) for (key,) in found}

    def name_units(self, names: Iterable[tuple[str, str]]) -> None:
        """Add units that are written as names: the id of the unit's record, the name."""
        self._database.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", names)

    def named_units(self) -> Iterator[list[tuple[str, str]]]:
        """The units written as names that the import told nothing else of, in order of name, a part at a time."""
        found = self._database.execute(
            "SELECT record, name FROM names WHERE record NOT IN (SELECT record FROM touched) ORDER BY name"
        )
        while part := found.fetchmany(1_000):
            yield part

    def sent(self, keys: Sequence[Key], /) -> Mapping[Key, Sent]:
        """Those of the events that the import took in rehearsal already."""
        found = self._database.execute(
            "SELECT taken.source, taken.id, record, content FROM json_each(?) AS keys"
            " CROSS JOIN taken ON source = keys.value ->> 0 AND taken.id = keys.value ->> 1",
            (json.dumps(keys),),
        )
        return {
            (source, id_): Sent(record, 0, zlib.decompress(content))
            for source, id_, record, content in found
        }

    def take(self, sent: Mapping[Key, Sent], /) -> None:
        """Remember events that were taken in rehearsal."""
        self._database.executemany(
            "INSERT INTO taken VALUES (?, ?, ?, ?)",
            ((*key, one.record, zlib.compress(one.content, 1)) for key, one in sent.items()),
        )

    def counts(self) -> tuple[int, int]:
        """How many dossiers, and how many of them from paper books."""
        dossiers, books = self._database.execute(
            "SELECT count(DISTINCT record), count(DISTINCT iif(book, record, NULL)) FROM touched WHERE dossier"
        ).fetchone()
        return int(dossiers), int(books)
