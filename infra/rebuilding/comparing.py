"""Two generations brought to the same point and read side by side, so that whatever differs then is a difference.

Knows tables, versions and moments. Must not know what rows mean. One of them serves and goes on being updated by others, in
whatever order events reach them, so no position says what is in it: each dossier's version does, and its boundaries in time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic, sleep
from typing import Any, Final, NamedTuple

from consumers import project
from consumers.judging import Law, rejudged
from consumers.poison import halved
from consumers.writing import Line, Writing, write
from infra.answers import Answer
from infra.eventlog import EventLog
from infra.rows.tables import COUNTS, REGISTERED, ROWS, STATES
from infra.rows.views import Views
from infra.wiring import Progress, Store
from projections import Row
from projections.violations import TABLE as VIOLATIONS

_CHUNK: Final = 1_000
"""Dossiers in one transaction."""

_APART: Final = timedelta(days=1)
"""Processes whose clocks are less apart give no difference. A row that is as of another day is wrong, and told."""

_MOST: Final = 100_000
"""Dossiers that are judged at another moment for the comparison, at most. More are no matter of clocks."""

_IN_HAND: Final = 30.0
"""Seconds that others are waited for at most: so long does any transaction wait for another's. One who may only read, where nobody
lets time pass, waits in vain."""

_AGAIN: Final = 0.1

ONLY_STORED, ONLY_ANEW = "in the table, not in the log", "in the log, not in the table"


@contextmanager
def standing(store: Store, anew: Views, law: Law, progress: Progress) -> Iterator[None]:
    """The present generation as it stands, caught up, and `anew`, filled from the log, just as far: to be compared in the block.

    1 the present one is caught up, so that nothing filled in is missing there and no time has still to pass; 2 it is read as it is, whatever others write from
    then on; 3 what it has by then `anew` takes from the log too; 4 dossiers that others have judged by a clock that is not ours are
    judged there at that moment, as long as the block lasts.
    """
    _catch_up(store, progress)
    progress("compare", 0, None)
    with store.views.reading():
        _take(store.views, anew, store.log, law, store.now)
        with _as_of(_judged_elsewhen(store.views, anew, store.now), anew, law):
            yield


def _catch_up(store: Store, progress: Progress) -> None:
    """Also over what others let time pass over just now: that is in their hands, and as of any day until they have written it."""
    store.catch_up(progress)
    began = monotonic()
    while store.views.behind(store.now) and (waited := monotonic() - began) < _IN_HAND:
        progress("wait", int(waited), int(_IN_HAND))
        sleep(_AGAIN)
        store.catch_up(progress)


def compare(stored: Views, anew: Views) -> Iterator[Answer]:
    """Every row in which two generations differ, by table and dossier: both are read once, side by side in key order.

    The feed tells what happened when, which no log holds; what it says by now must be the findings that hold.
    """
    for table in (*ROWS, STATES, REGISTERED, *COUNTS):
        for row, told in differing(stored.in_order(table), anew.in_order(table), table.key):
            yield _difference(table.name, row, told)
    holding = (row[:2] for row in anew.in_order(VIOLATIONS))
    for row, told in differing(stored.told_by_feed(), holding, 2):
        yield _difference("feed", row, told)


def _difference(table: str, row: Row, told: str) -> Answer:
    shown = ", ".join(str(value) for value in row[1:] if not isinstance(value, bytes))
    # What is registered has a number in the place of a dossier.
    return {"table": table, "dossier": str(row[0]), "message": f"{told}: {shown}"}


def differing(stored: Iterator[Row], anew: Iterator[Row], key: int) -> Iterator[tuple[Row, str]]:
    """The rows that only one of two has, both in the order of their key, which are so many columns."""
    one, other = next(stored, None), next(anew, None)
    while one is not None or other is not None:
        if one == other:
            one, other = next(stored, None), next(anew, None)
            continue
        here = other is None or (one is not None and _place(one[:key]) <= _place(other[:key]))
        there = one is None or (other is not None and _place(other[:key]) <= _place(one[:key]))
        if here and one is not None:
            yield one, ONLY_STORED
            one = next(stored, None)
        if there and other is not None:
            yield other, ONLY_ANEW
            other = next(anew, None)


def _place(key: Row) -> list[tuple[int, Any]]:
    """Where SQLite puts a key: nothing, numbers, texts, bytes. A row that somebody altered may hold any of them."""
    return [
        (0, 0)
        if value is None
        else (1 if isinstance(value, int | float) else 2 if isinstance(value, str) else 3, value)
        for value in key
    ]


# ── as many events ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _UpTo(NamedTuple):
    """The log as far as another generation has each dossier."""

    log: EventLog
    versions: Mapping[str, int]

    def rest(self, versions: Mapping[str, int], /) -> Sequence[Line]:
        """The events of these dossiers after these versions."""
        return [line for line in self.log.rest(versions) if line[2] <= self.versions[line[1]]]


def _take(stored: Views, anew: Views, log: EventLog, law: Law, now: datetime) -> None:
    """Project from the log what one generation, read as it stands, has and the other has not."""
    places = _registered(stored, anew)
    if places:
        lines = [line for line in log.not_dossiers() if line[0] in places]
        project.take(lines, _UpTo(log, {}), anew, law, now)
    behind = _behind(stored, anew)
    dossiers = list(behind)
    for start in range(0, len(dossiers), _CHUNK):
        chunk = dossiers[start : start + _CHUNK]
        source = _UpTo(log, {dossier: behind[dossier][1] for dossier in chunk})
        lines = list(source.rest({dossier: behind[dossier][0] for dossier in chunk}))
        project.take(lines, source, anew, law, now, parked=True)


def _registered(stored: Views, anew: Views) -> set[Any]:
    """The positions of what is registered in one and not in the other."""
    with anew.reading():
        found = differing(stored.in_order(REGISTERED), anew.in_order(REGISTERED), 1)
        here, there = _sides(found)
    return here.keys() - there.keys()


def _behind(stored: Views, anew: Views) -> dict[str, tuple[int, int]]:
    """Dossiers of which one generation has more events: up to which version the other has them, and this one."""
    with anew.reading():
        here, there = _sides(differing(_reached(stored), _reached(anew), 1))
    behind = {}
    for dossier, (_, version) in here.items():
        had = there[dossier][1] if dossier in there else 0
        if isinstance(version, int) and isinstance(had, int) and had < version:
            behind[dossier] = (had, version)
    return behind


def _reached(views: Views) -> Iterator[Row]:
    return views.database.each("SELECT dossier, version FROM states ORDER BY dossier")


def _sides(found: Iterable[tuple[Row, str]]) -> tuple[dict[Any, Row], dict[Any, Row]]:
    """By their key, the rows that only one has, and those that only the other has."""
    here: dict[Any, Row] = {}
    there: dict[Any, Row] = {}
    for row, told in found:
        (here if told is ONLY_STORED else there)[row[0]] = row
    return here, there


# ── at the same moment ──────────────────────────────────────────────────────────────────────────────────────────────────


class _Undone(Exception):
    """Nothing of the transaction shall stay."""


@contextmanager
def _as_of(moments: Mapping[str, datetime], views: Views, law: Law) -> Iterator[None]:
    """A generation with some dossiers judged at moments of their own; nothing of that stays."""
    if not moments:
        with views.reading():
            yield
        return
    possible = _that_can_be(moments, views, law)
    with suppress(_Undone), views.writing() as tx:
        _judge_at(possible, views, tx, law)
        tx.settle()
        yield
        raise _Undone


def _that_can_be(moments: Mapping[str, datetime], views: Views, law: Law) -> Mapping[str, datetime]:
    """Those that can be judged at their moment. One that the program fails at stays as it was filled, and is a difference."""

    def tried(some: Sequence[str]) -> int:
        with suppress(_Undone), views.writing() as tx:
            _judge_at({dossier: moments[dossier] for dossier in some}, views, tx, law)
            raise _Undone
        good.extend(some)
        return len(some)

    good: list[str] = []
    halved(list(moments), tried, lambda _dossier, _fault: 0)
    return {dossier: moments[dossier] for dossier in good}


def _judge_at(moments: Mapping[str, datetime], views: Views, tx: Writing, law: Law) -> None:
    for dossier, state in views.states(list(moments)).items():
        at = moments[dossier]
        again = rejudged([state], law, tx.directory(at), at, at, new=frozenset())
        write(tx, again, feed=False)


def _judged_elsewhen(stored: Views, anew: Views, now: datetime) -> dict[str, datetime]:
    """The dossiers that have the same events in both and other boundaries in time: a moment at which the stored judgement holds."""
    with anew.reading():
        found = differing(_boundaries(stored), _boundaries(anew), 1)
        here, there = _sides(islice(found, _MOST))
    return {
        dossier: at
        for dossier, row in here.items()
        if dossier in there and row[1] == there[dossier][1]
        for at in [_moment(row, now)]
        if at is not None
    }


def _boundaries(views: Views) -> Iterator[Row]:
    return views.database.each(
        "SELECT dossier, version, unchanged_since, next_change_at, last_recorded_at FROM states ORDER BY dossier"
    )


def _moment(row: Row, now: datetime) -> datetime | None:
    """A moment that is near to ours, lies between the boundaries, and at which all is known that was recorded before the later one."""
    try:
        since, until, recorded = (
            None if text is None else datetime.fromisoformat(str(text)) for text in row[2:]
        )
    except ValueError:  # somebody altered it
        return None
    if (since is not None and since - now > _APART) or (until is not None and now - until > _APART):
        return None
    at = max(moment for moment in (now, since, recorded) if moment is not None)
    return at if until is None else min(at, until - timedelta(microseconds=1))
