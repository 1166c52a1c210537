"""Projections anew from the log: the next generation is filled beside the present one, compared, switched to.

Knows files and tables. Must not know what rows mean. Each dossier is judged once; killed at any moment and started again it
goes on from the last stored record. Nothing is announced again: the feed goes over as it is, plus what the comparison found.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from infra.filling import fill, follow
from infra.tables import COUNTS, MARKS, REGISTERED, ROWS, STATES
from infra.views import Views
from infra.wiring import Progress, Store
from projections import Row
from projections.feed import TABLE as FEED
from projections.violations import TABLE as VIOLATIONS

_SHOWN = 100
Answer = dict[str, Any]


def rebuild(store: Store, *, drop_old: bool, progress: Progress) -> Answer:
    """Fill the next generation, compare it with the present one, switch. The answer of `dunghen rebuild`."""
    with store.generations.alone():
        return _rebuilt(store, drop_old=drop_old, progress=progress)


@contextmanager
def standing(store: Store, progress: Progress) -> Iterator[int]:
    """The rows as they stand, caught up, with the position that they have reached, whatever other processes add meanwhile."""
    while True:
        store.catch_up(progress)
        with store.views.reading():
            if store.views.even:
                yield store.views.position()
                return


def _rebuilt(store: Store, *, drop_old: bool, progress: Progress) -> Answer:
    generations = store.generations
    before = generations.present()
    number = before + 1
    views = generations.opened(number, store.law)
    if not views.under(store.law):  # half filled under another policy
        views.close()
        generations.drop(number)
        views = generations.opened(number, store.law)
    try:
        with standing(store, progress) as until:
            fill(store.log, views, store.law, store.now, progress, until=until)
            differences = []
            if store.views.under(store.law):
                with views.reading():
                    differences = list(compare(store.views, views))
        follow(store.log, views, store.law, store.now)
        generations.switch(number, lambda: _finish(store, views))
        position = views.position()
        dossiers = views.count("states")
    finally:
        views.close()
    dropped = generations.others() if drop_old else []
    for old in dropped:
        generations.drop(old)
    return {
        "generation": number,
        "previous": before,
        "position": position,
        "events": position,
        "dossiers": dossiers,
        "switched": True,
        "kept": generations.others(),
        "dropped": dropped,
        "differences": differences[:_SHOWN],
    }


def _finish(store: Store, views: Views) -> None:
    """The last events, and the feed, while nobody writes to the old generation."""
    follow(store.log, views, store.law, store.now)
    with store.views.reading():
        take_feed(store.views, views)


def take_feed(stored: Views, anew: Views) -> None:
    """Take over another generation's feed, then append what differs between it and these rows."""
    numbered = stored.database.each("SELECT id, dossier, rule, change, at FROM feed ORDER BY id")
    last = stored.mark("feed")
    with anew.database.transaction(write=True):
        switched = list(_switched(stored, anew, last))
        anew.database.rows("DELETE FROM feed")
        anew.database.insert(FEED, chain(numbered, switched))
        ((most,),) = anew.database.rows("SELECT coalesce(max(id), 0) FROM feed")
        anew.database.put(MARKS, [("feed", max(most, last))])


def _switched(stored: Views, anew: Views, last: int) -> Iterator[Row]:
    """What the feed must say further on, with its numbers: findings of one generation that the other has not."""
    both = _differing(_findings(stored), _findings(anew), 2)
    for number, ((dossier, rule, since), told) in enumerate(both, last + 1):
        yield number, dossier, rule, "ceased" if told is _ONLY_STORED else "opened", since


def _findings(views: Views) -> Iterator[Row]:
    return views.database.each("SELECT dossier, rule, since FROM violations ORDER BY dossier, rule")


def compare(stored: Views, anew: Views) -> Iterator[Answer]:
    """Every row in which two generations differ, by table and dossier: both are read once, side by side in key order.

    The feed tells what happened when, which no log holds; what it says by now must be the findings that hold.
    """
    for table in (*ROWS, STATES, REGISTERED, *COUNTS):
        for row, told in _differing(stored.in_order(table), anew.in_order(table), table.key):
            yield _difference(table.name, row, told)
    holding = (row[:2] for row in anew.in_order(VIOLATIONS))
    for row, told in _differing(stored.told_by_feed(), holding, 2):
        yield _difference("feed", row, told)


def _difference(table: str, row: Row, told: str) -> Answer:
    shown = ", ".join(str(value) for value in row[1:] if not isinstance(value, bytes))
    return {"table": table, "dossier": row[0], "message": f"{told}: {shown}"}


_ONLY_STORED, _ONLY_ANEW = "in the table, not in the log", "in the log, not in the table"


def _differing(stored: Iterator[Row], anew: Iterator[Row], key: int) -> Iterator[tuple[Row, str]]:
    one, other = next(stored, None), next(anew, None)
    while one is not None or other is not None:
        if one == other:
            one, other = next(stored, None), next(anew, None)
            continue
        here = other is None or (one is not None and _place(one[:key]) <= _place(other[:key]))
        there = one is None or (other is not None and _place(other[:key]) <= _place(one[:key]))
        if here and one is not None:
            yield one, _ONLY_STORED
            one = next(stored, None)
        if there and other is not None:
            yield other, _ONLY_ANEW
            other = next(anew, None)


def _place(key: Row) -> list[tuple[int, Any]]:
    """Where SQLite puts a key: nothing, numbers, texts, bytes. A row that somebody altered may hold any of them."""
    return [
        (0, 0)
        if value is None
        else (1 if isinstance(value, int | float) else 2 if isinstance(value, str) else 3, value)
        for value in key
    ]
