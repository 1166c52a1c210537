"""One generation of the read database: states, rows, feed and directory, as the loops and the questions see them.

Knows the tables and their common SQL. Must not know which database they lie in, nor what rows mean.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from consumers.judging import Law, State
from domain import events
from domain.directory import Directory, directory
from domain.facts import Recorded
from domain.policy import policy
from domain.rules import RULES
from infra.errors import CannotRun
from infra.rows.database import Database
from infra.rows.memory import Memory
from infra.rows.states import facts_of, state_of
from infra.rows.tables import (
    ALL,
    ASKED,
    COUNTS,
    MARKS,
    META,
    OUTBOX,
    ROWS,
    SCHEMA,
    STATES,
    among,
    count_all,
    listed,
)
from infra.rows.transaction import ACCESS, DIRECTORY, REGISTERED_LAST, Transaction
from projections import Row, Table
from projections.feed import TABLE as FEED

_REMEMBERED: Final = 20_000
"""Dossiers whose facts are kept in memory between batches: about the open ones of a province; some 200 MiB at most."""

_BUT_FACTS: Final = ", ".join(name for name in STATES.columns if name != "facts")

_DIRECTORY_ROWS: Final = "record >= 'b'"
"""All but those of access."""


class Part(NamedTuple):
    """What several records give: rows by table, states, how many events they have, and the last record's id."""

    last: str
    events: int
    states: list[Row]
    rows: Mapping[str, list[Row]]


class Views:
    """One generation of the read database. Opening makes what is missing, under this law."""

    def __init__(self, database: Database, law: Law) -> None:
        """CannotRun when the database cannot be used or another version of the program made the tables."""
        self.database = database
        self._law = law
        self._recent: dict[str, tuple[Recorded, ...]] = {}
        self.memory = Memory()
        """What questions keep of it. Who opens it several times may let them share one, where none of them writes."""
        try:
            database.prepare(ALL, ASKED, first_rows(law))
            self._of_this_version()
        except BaseException:
            database.close()
            raise

    def _of_this_version(self) -> None:
        said = self._meta("schema") or ""
        made_by = int(said) if said.isdigit() else 0
        if made_by > SCHEMA:
            raise CannotRun(
                f"{self.database.place} was written by a newer version of the program ({made_by}); update this one",
                code="newer_data",
                path=self.database.place,
            )
        if made_by < SCHEMA:
            raise CannotRun(
                f"{self.database.place} was made by an earlier version of the program ({made_by}); delete it: all that was in it is"
                " made again from the log",
                code="older_data",
                path=self.database.place,
            )

    @contextmanager
    def writing(self) -> Iterator["Transaction"]:
        """A transaction that commits when the block ends well."""
        try:
            with self.database.transaction(write=True):
                tx = Transaction(self)
                yield tx
                tx.settle()
        except BaseException:
            self.memory.directories.forget()
            raise
        self._remember(tx.written)

    def remembered(self, dossier: str) -> int:
        """A version that a dossier's rows have reached, and were committed with; 0 where its facts are not in memory."""
        return len(self._recent.get(dossier, ()))

    def kept(self, dossiers: Sequence[str]) -> dict[str, State]:
        """The states of these dossiers within a writing transaction.

        Facts that were written lately are in memory, whoever has written since: those up to a version never change.
        """
        asked = [dossier for dossier in dossiers if dossier in self._recent]
        rows = self._states(_BUT_FACTS, asked, self.database.locking) if asked else []
        states = [state_of(row, self._recent[row[0]]) for row in rows]
        known = {state.dossier: state for state in states if len(state.facts) == state.version}
        others = [dossier for dossier in dossiers if dossier not in known]
        return known | self.states(others, locking=self.database.locking) if others else known

    def _remember(self, states: Sequence[State]) -> None:
        """Keep the facts of states that are stored for certain, of the latest `_REMEMBERED` of them."""
        for state in states:
            self._recent.pop(state.dossier, None)
            self._recent[state.dossier] = state.facts
        for dossier in list(self._recent)[: max(0, len(self._recent) - _REMEMBERED)]:
            del self._recent[dossier]

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """One unchanging picture of the database; what is made in it is temporary."""
        with self.database.transaction(write=False):
            yield self.database

    def note_all(self) -> None:
        """Note every dossier in the outbox, within a transaction: for topics of judgements that are new, were lost, or may differ."""
        ((last,),) = self.database.rows(
            f"SELECT place FROM marks WHERE name = 'outbox'{self.database.locking}"
        )
        self.database.rows(
            "INSERT INTO outbox (id, dossier, ceased)"
            " SELECT ? + row_number() OVER (ORDER BY dossier), dossier, '' FROM states",
            (last,),
        )
        self.database.rows(
            "UPDATE marks SET place = (SELECT coalesce(max(id), ?) FROM outbox) WHERE name = 'outbox'",
            (last,),
        )

    # ── how far the rows are ────────────────────────────────────────────────────────────────────────────────────────

    def position(self) -> int:
        """How far the rows are."""
        return self.mark("position")

    def events(self) -> int:
        """How many events are in the rows, whatever way and in whatever order they came."""
        return self.mark("events")

    def registered_events(self) -> int:
        """How many of them are of the directory and petitions: whenever one more is registered it is another number."""
        return self.mark(DIRECTORY)

    def access_events(self) -> int:
        """How many of them are of access."""
        return self.mark(ACCESS)

    def mark(self, name: str) -> int:
        """One of the marks, 0 at the beginning. CannotRun where the database says no number."""
        rows = self.database.rows("SELECT place FROM marks WHERE name = ?", (name,))
        place = rows[0][0] if rows else 0
        if not isinstance(place, int):
            raise CannotRun(
                f"{self.database.place} is damaged; delete it: all that was in it is made again from the log",
                code="damaged_views",
                path=self.database.place,
            )
        return place

    def told_by_feed(self) -> Iterator[Row]:
        """(dossier, rule) of every finding that holds by the feed alone, in order."""
        return self.database.each(
            "SELECT dossier, rule FROM feed GROUP BY dossier, rule"
            " HAVING sum(CASE change WHEN 'opened' THEN 1 ELSE -1 END) <> 0 ORDER BY dossier, rule"
        )

    @cached_property
    def _made_by(self) -> Mapping[str, str]:
        """What the rows are made by: it stays so as long as the tables are there."""
        sql = "SELECT key, value FROM meta WHERE key IN ('policy', 'rules')"
        return dict(self.database.rows(sql))

    @property
    def made_under(self) -> str:
        """The name of the policy that the rows were judged under."""
        return self._made_by["policy"]

    def under(self, law: Law) -> bool:
        """Whether the rows are what this law, by the rules and the calendar of this program, gives."""
        return (self.made_under, self._made_by["rules"]) == (law.policy.name, rules_of(law))

    def law(self, law: Law) -> Law:
        """The law that the rows are kept under, which may be another than the one a question asks for."""
        return Law(policy(self.made_under), law.calendar)

    def stopped(self) -> dict[str, int]:
        """The dossiers that are stopped, with the versions that they have reached."""
        # Sorted here: asked to sort, SQLite reads all states in the order of their key instead of the index of those few.
        sql = "SELECT dossier, version FROM states WHERE trouble IS NOT NULL"
        return dict(sorted(self.database.rows(sql)))

    def troubles(self) -> dict[str, str]:
        """Why each dossier that is stopped is."""
        return dict(
            self.database.rows("SELECT dossier, trouble FROM states WHERE trouble IS NOT NULL")
        )

    def next_change_at(self) -> datetime | None:
        """When time will make the next row out of date, or has."""
        ((text,),) = self.database.rows("SELECT min(next_change_at) FROM states")
        return None if text is None else datetime.fromisoformat(text)

    def behind(self, now: datetime) -> bool:
        """Whether time has made any row out of date."""
        sql = "SELECT 1 FROM states WHERE next_change_at <= ? LIMIT 1"
        return bool(self.database.rows(sql, (now.isoformat(),)))

    def count(self, table: str) -> int:
        """How many rows a table has."""
        ((value,),) = self.database.rows(f"SELECT count(*) FROM {table}")
        return int(value)

    # ── filling a new generation ────────────────────────────────────────────────────────────────────────────────────

    def target(self, last: int) -> int:
        """The position up to which this generation is filled record by record, fixed when the filling began."""
        with self.database.transaction(write=True):
            if not self.mark("target"):
                self.database.put(MARKS, [("target", last)])
            if not self.position():  # it has not ended
                self._unfill(self.filled_to())
            # Indexes are made when all rows are there: sorting them once takes a fraction of keeping them in order.
            self.database.index(drop=True)
        return self.mark("target")

    def _unfill(self, last: str) -> None:
        """Dossiers of a part that is stored one by one are there before it is: of one that was broken off nothing stays."""
        for table in (*ROWS, STATES):
            self.database.rows(f"DELETE FROM {table.name} WHERE dossier > ?", (last,))

    def filled_to(self) -> str:
        """The last record filled in, empty at the beginning."""
        return self._meta("filled") or ""

    def filled_events(self) -> int:
        """How many events of dossiers are filled in."""
        ((events,),) = self.database.rows("SELECT coalesce(sum(version), 0) FROM states")
        return int(events)

    def fill(self, part: Part) -> None:
        """Store a part and how far the filling is with it, in one transaction."""
        with self.database.transaction(write=True):
            for table in ROWS:
                self.database.insert(table, part.rows.get(table.name, ()))
            self.database.insert(STATES, part.states)
            self._filled(part.last)

    def filled_apart(self, last: str) -> None:
        """Store how far the filling is where the dossiers of a part were stored one by one."""
        with self.database.transaction(write=True):
            self._filled(last)

    def _filled(self, last: str) -> None:
        self.database.put(META, [("filled", last)])

    def fill_ended(self, target: int) -> None:
        """From here on the rows follow the log by position."""
        with self.database.transaction(write=True):
            self.database.index()
            for table in ROWS:
                for counts in table.counts:
                    self.database.rows(f"DELETE FROM {counts.name}")
                    self.database.rows(count_all(table, counts))
            reached = max(self.position(), target)
            events = self.filled_events() + self.registered_events() + self.access_events()
            self.database.put(MARKS, [("position", reached), ("events", events)])

    @property
    def served(self) -> bool:
        """Whether it was the present generation once: not one that a rebuild has begun and not ended."""
        return not self.mark("target") or self._meta("served") is not None

    def has_served(self) -> None:
        """Another is about to take its place."""
        self.database.put(META, [("served", "1")])

    def in_order(self, table: Table) -> Iterator[Row]:
        """Every row of a table in the order of its key; of counts all but 0."""
        columns = ", ".join(table.columns)
        key = ", ".join(table.columns[: table.key])
        some = " WHERE n <> 0" if table in COUNTS else ""
        return self.database.each(f"SELECT {columns} FROM {table.name}{some} ORDER BY {key}")

    def _meta(self, key: str) -> str | None:
        rows = self.database.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return None if not rows else str(rows[0][0])

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def directory(self, known_at: datetime) -> Directory:
        """The directory as known at K: the same object as long as it is the same."""
        kept = self.memory.directories.known_at(known_at, self.registered_events())
        if kept is not None:
            return kept
        facts = [Recorded(position, fact) for position, fact in self.registered()]
        made = directory(facts, known_at)
        self.memory.directories.keep(made, len(facts))
        return made

    def judged_as(self, law: Law, known_at: datetime) -> bool:
        """Whether the rows are judged by this law and by what is registered at K, but for those that are out of date at K.

        A row says until when what is registered ahead of it lets it be (`next_change_at`); since when it has been known, all say together.
        """
        if not self.under(law):
            return False
        last = self._meta(REGISTERED_LAST)
        if last is None:  # made by a version that did not write it down
            return self.directory(known_at).whole
        if not last or known_at >= (at := datetime.fromisoformat(last)):
            return True
        return self.directory(known_at).judges_as(self.directory(at))

    def registered(self) -> Iterator[tuple[int, Any]]:
        """Every event of the directory and petitions, by position."""
        # Sorted here: asked to sort, SQLite walks over all that is of access in the order of the key.
        sql = f"SELECT position, state FROM registered WHERE {_DIRECTORY_ROWS}"
        for position, state in sorted(self.database.rows(sql)):
            yield position, events.decode(state).fact

    def states(self, dossiers: Sequence[str], *, locking: str = "") -> dict[str, State]:
        """The states of those of the dossiers that are known."""
        return {
            row[0]: state_of(row, facts_of(facts))
            for *row, facts in self._states(f"{_BUT_FACTS}, facts", dossiers, locking)
        }

    def _states(self, columns: str, dossiers: Sequence[str], locking: str) -> list[Any]:
        sql = f"SELECT {columns} FROM states WHERE dossier {among()} ORDER BY dossier{locking}"
        return self.database.rows(sql, (listed(dossiers),))

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def first_rows(law: Law) -> dict[str, list[Row]]:
    """What stands in the tables from the beginning. Marks are rows from then on: whoever moves or numbers holds one."""
    made = [
        ("schema", str(SCHEMA)),
        ("policy", law.policy.name),
        ("rules", rules_of(law)),
        (REGISTERED_LAST, ""),
    ]
    marks = ("position", "events", DIRECTORY, ACCESS, FEED.name, OUTBOX.name)
    return {META.name: [*made], MARKS.name: [(name, 0) for name in marks]}


def rules_of(law: Law) -> str:
    """The versioned names of everything that rows depend on besides the facts."""
    return " ".join([law.calendar.version, *(rule.versioned for rule in RULES)])
