"""Projections anew from the log: the next generation is filled beside the present one, compared, switched to.

Knows files and tables. Must not know what rows mean. Each dossier is judged once; killed at any moment and started again it
goes on from the last stored record. Nothing is announced again: the feed goes over as it is, plus what the comparison found.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from consumers import deadlines, project
from consumers.judging import Law, rejudged
from consumers.project import folded, is_dossier
from infra.eventlog import EventLog
from infra.generations import drop, file_of, others, present, switch
from infra.views import ROWS, TABLES, Views
from infra.wiring import Progress, Store

_RECORDS = 2_000
_SHOWN = 100
Answer = dict[str, Any]


def rebuild(store: Store, *, drop_old: bool, progress: Progress) -> Answer:
    """Fill the next generation, compare it with the present one, switch. The answer of `dunghen rebuild`."""
    store.catch_up(progress)
    before = present(store.data)
    number = before + 1
    path = file_of(store.data, number)
    if path.exists() and not _usable(store, number):
        drop(store.data, number)
    views = Views(path, store.law)
    try:
        fill(store.log, views, store.law, store, progress)
        differences = list(compare(store.views, views)) if store.views.under(store.law) else []
        views.take_feed(store.views.path)
        position = views.position()
        dossiers = views.count("states")
    finally:
        views.close()
    switch(store.data, number)
    dropped = others(store.data) if drop_old else []
    for old in dropped:
        drop(store.data, old)
    return {
        "generation": number,
        "previous": before,
        "position": position,
        "events": position,
        "dossiers": dossiers,
        "switched": True,
        "kept": others(store.data),
        "dropped": dropped,
        "differences": differences[:_SHOWN],
    }


def _usable(store: Store, number: int) -> bool:
    """Whether a half-filled generation was begun under the same policy."""
    views = Views(file_of(store.data, number), store.law)
    try:
        return views.under(store.law)
    finally:
        views.close()


def fill(log: EventLog, views: Views, law: Law, store: Store, progress: Progress) -> None:
    """Fill a generation from the log, then project what came meanwhile and let time pass."""
    target = views.target(log.max_position())
    _register(log, views, target)
    done = 0
    for records in _batches(log, views.filled_to()):
        with views.writing() as tx:
            directory = tx.directory(store.now)
            states = [
                folded(None, key, [line for line in lines if line[0] <= target])
                for key, lines in records
                if is_dossier(key)
            ]
            filled = [state for state in states if state.facts or state.trouble]
            results = rejudged(
                filled,
                law,
                directory,
                store.now,
                store.now,
                new=frozenset(s.dossier for s in filled),
            )
            project.write(tx, results, feed=False)
            views.filled(records[-1][0])
        done += sum(len(lines) for _, lines in records)
        progress("rebuild", done, target)
    views.fill_ended(target)
    while project.step(log, views, law, store.now):
        progress("rebuild", views.position(), log.max_position())
    deadlines.pass_time(views, law, store.now)


def _register(log: EventLog, views: Views, target: int) -> None:
    """The directory first: judgements need it."""
    with views.writing() as tx:
        tx.register([line for line in log.not_dossiers() if line[0] <= target])


Lines = list[tuple[int, str, int, bytes]]


def _batches(log: EventLog, after: str) -> Iterator[list[tuple[str, Lines]]]:
    batch: list[tuple[str, Lines]] = []
    for record, lines in groupby(log.all_by_record(after), key=lambda line: line[1]):
        batch.append((record, list(lines)))
        if len(batch) >= _RECORDS:
            yield batch
            batch = []
    if batch:
        yield batch


def compare(stored: Views, anew: Views) -> Iterator[Answer]:
    """Every row in which two generations differ, by table and dossier."""
    stored.connection.execute("ATTACH ? AS anew", (str(anew.path),))
    try:
        for table in [*(table.name for table in ROWS), "states"]:
            columns = (
                "dossier, code, version, facts, found, trouble"
                if table == "states"
                else ", ".join(TABLES[table].columns)
            )
            for here, there, words in (
                ("main", "anew", "in the table, not in the log"),
                ("anew", "main", "in the log, not in the table"),
            ):
                for row in stored.connection.execute(
                    f"SELECT {columns} FROM {here}.{table} EXCEPT SELECT {columns} FROM {there}.{table}"
                ):
                    shown = ", ".join(
                        str(value) for value in row[1:] if not isinstance(value, bytes)
                    )
                    yield {"table": table, "dossier": row[0], "message": f"{words}: {shown}"}
    finally:
        stored.connection.execute("DETACH anew")


Watch = Callable[[str, int, int | None], None]
