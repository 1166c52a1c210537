"""Stores with random dossiers in them, put there by the engine; and their rows as plain tables."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from consumers import deadlines, project
from consumers.judging import Law
from consumers.writing import Line
from domain import events
from domain.engine import Stored
from domain.policy import NATIONAL
from domain.values import VN
from infra.calendars import national
from infra.eventlog import EventLog
from infra.rows.tables import ROWS
from infra.rows.views import Views
from infra.sqlite.database import SqliteDatabase
from infra.wiring import Store, embedded
from tests.oracle.compare import _envelope
from tests.oracle.directories import random_directory
from tests.oracle.histories import random_history
from tests.oracle.naive_time import parse_instant

Event = dict[str, Any]
LAW = Law(NATIONAL, national())
END = datetime(2095, 1, 1, tzinfo=VN)
"""After every random fact and deadline."""

ROW_TABLES = [table.name for table in ROWS]


def quiet(stage: str, done: int, total: int | None) -> None:
    """Nobody watches."""


def facts_of(sent: Iterable[Event]) -> list[Any]:
    return [events.read(_envelope(event), recorded_at=END) for event in sent]


def _own_ids(history: Sequence[Event], code: str) -> list[Event]:
    """The stories number their events from 1 each; in one log they must not meet."""
    own = []
    for event in history:
        data = dict(event["data"])
        if "target" in data:
            data["target"] = f"{code}-{data['target']}"
        own.append(event | {"id": f"{code}-{event['id']}", "data": data})
    return own


class World:
    """Several random dossiers and a directory: `arrivals` is what came, in order."""

    def __init__(self, seed: int, dossiers: int = 5) -> None:
        self.rng = random.Random(seed)
        self.directory = random_directory(self.rng)
        self.dossiers = {
            code: _own_ids(random_history(self.rng, code), code)
            for code in (f"H40.17-250320-{n:04}" for n in range(dossiers))
        }
        self.arrivals = self._merged()

    def _merged(self) -> list[Event]:
        """Each dossier's events in their own order, all of them mixed."""
        tails = [list(reversed(tail)) for tail in (self.directory, *self.dossiers.values())]
        merged = []
        while tails := [tail for tail in tails if tail]:
            merged.append(self.rng.choice(tails).pop())
        return merged

    def instants(self) -> list[datetime]:
        """Where something was told or recorded."""
        texts = [event[key] for event in self.arrivals for key in ("time", "recordedtime")]
        return sorted(parse_instant(text) for text in texts)


@contextmanager
def opened(data: Path, now: datetime = END) -> Iterator[Store]:
    """A store over a folder, with a clock of ours."""
    store = embedded(data, LAW, now)
    try:
        yield store
    finally:
        store.close()


def put(store: Store, sent: Sequence[Event]) -> None:
    outcomes = store.engine.record(facts_of(sent))
    assert all(isinstance(outcome, Stored) for outcome in outcomes), outcomes


@contextmanager
def empty_views(path: Path) -> Iterator[Views]:
    views = Views(SqliteDatabase(path), LAW)
    try:
        yield views
    finally:
        views.close()


class Stream:
    """A log read as a broker gives it: nobody can look ahead."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def select(self, after: int, limit: int, /) -> Sequence[Line]:
        return self._log.select(after, limit)

    def rest(self, versions: Mapping[str, int], /) -> Sequence[Line]:
        return ()


def projected(log: project.Source, views: Views, now: datetime, limit: int = project.BATCH) -> None:
    while project.step(log, views, LAW, now, limit=limit):
        pass
    deadlines.pass_time(views, LAW, now)


def rows(views: Views, tables: Sequence[str] = ROW_TABLES) -> dict[str, list[tuple[Any, ...]]]:
    ask = views.database.rows
    found = {name: sorted(ask(f"SELECT * FROM {name}"), key=repr) for name in tables}
    found["states"] = sorted(ask("SELECT * FROM states"))
    return found


def folded_feed(views: Views) -> set[tuple[str, str]]:
    """The findings that hold by the feed alone."""
    holds: set[tuple[str, str]] = set()
    for dossier, rule, change in views.database.rows(
        "SELECT dossier, rule, change FROM feed ORDER BY id"
    ):
        if change == "opened":
            assert (dossier, rule) not in holds
            holds.add((dossier, rule))
        else:
            holds.remove((dossier, rule))
    return holds


def violations_of(views: Views) -> set[tuple[str, str]]:
    return set(views.database.rows("SELECT dossier, rule FROM violations"))
