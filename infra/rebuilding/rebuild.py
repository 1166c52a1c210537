"""Projections anew from the log: the next generation is filled beside the present one, compared, switched to; and the way back.

Knows generations and the order of things. Must not know what rows mean. Each dossier is judged once; killed at any moment and
started again it goes on from the last stored part. Nothing is announced again: the feed goes over as it is, plus what the
comparison found.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Final

from infra.answers import Answer
from infra.errors import CannotRun
from infra.rebuilding.comparing import ONLY_STORED, compare, differing, standing
from infra.rebuilding.filling import fill, follow
from infra.rebuilding.room import ensure_room
from infra.rows.countmarks import EVERY_UNIT, note_units, take_marks
from infra.rows.tables import MARKS, OUTBOX
from infra.rows.views import Views
from infra.wiring import Progress, Store
from projections import Row, Value
from projections.feed import TABLE as FEED

_SHOWN: Final = 100
Clock = Callable[[], datetime]


def rebuild(
    store: Store,
    *,
    drop_old: bool,
    progress: Progress,
    clock: Clock | None = None,
    room: int | None = None,
) -> Answer:
    """Fill the next generation, compare it with the present one, switch. The answer of `dunghen rebuild`.

    `clock`: what time it is when it has been filled, which may take an hour. `room`: bytes that the database may grow by, where
    that cannot be seen from here.
    """
    with store.generations.alone():
        number = _next(store)
        # Before the room is looked at: they are what one has for the way back, and nobody wants it.
        dropped = _drop_others(store, number) if drop_old else []
        made = store.generations.size(number)
        ensure_room(store.generations, room, command="rebuild", made=made)
        views = _begun(store, number)
        try:
            fill(store.log, views, store.law, store.now, progress)
            differences: list[Answer] = []
            if store.views.under(store.law):
                with standing(store, views, store.law, progress):
                    differences = list(islice(compare(store.views, views), _SHOWN))
            same = store.views.under(store.law) and not differences
            switched = _switched(store, number, views, progress, clock, tell_all=not same)
        finally:
            views.close()
        dropped += _drop_others(store, number) if drop_old else []
        kept = store.generations.others()
        return {**switched, "kept": kept, "dropped": dropped, "differences": differences}


def back(store: Store, *, progress: Progress, clock: Clock | None = None) -> Answer:
    """Switch to the generation that was kept, brought up to date. The answer of `dunghen rebuild --back`."""
    with store.generations.alone():
        number = _kept(store)
        views = store.generations.opened(number, store.law)
        try:
            # Up to where both feeds are the same nobody wrote down: it is taken over from its beginning.
            with views.database.transaction(write=True):
                views.database.put(MARKS, [("taken", 0)])
            switched = _switched(store, number, views, progress, clock, tell_all=True)
        finally:
            views.close()
        return {**switched, "kept": store.generations.others(), "dropped": []}


def _drop_others(store: Store, but: int) -> list[int]:
    """Delete all generations but the present one and one more."""
    dropped = [number for number in store.generations.others() if number != but]
    for number in dropped:
        store.generations.drop(number)
    return dropped


def _next(store: Store) -> int:
    """The number of the generation that a rebuild has begun and not ended, else a new one."""
    here = store.generations.present()
    others = store.generations.others()
    begun = [n for n in others if n > here and not _served(store, n)]
    return begun[-1] if begun else max(here, *others, 0) + 1


def _kept(store: Store) -> int:
    """The generation that served before the present one; where there is none, the one that a way back has left."""
    here = store.generations.present()
    kept = [n for n in store.generations.others() if _served(store, n)]
    if not kept:
        raise CannotRun(
            f"{store.log.place} keeps no other generation to go back to; `dunghen rebuild` makes a new one",
            code="no_generation",
            path=store.log.place,
        )
    return max([n for n in kept if n < here] or kept)


def _served(store: Store, number: int) -> bool:
    try:
        views = store.generations.opened(number, store.law)
    except CannotRun as other:
        if other.code in {
            "newer_data",
            "older_data",
        }:  # of another version of the program: not one to go on with
            return True
        raise
    try:
        return views.served
    finally:
        views.close()


def _begun(store: Store, number: int) -> Views:
    """The next generation, empty or as far as an earlier run came."""
    views = store.generations.opened(number, store.law)
    if not views.under(store.law):  # half filled under another policy
        views.close()
        store.generations.drop(number)
        views = store.generations.opened(number, store.law)
    return views


def _switched(
    store: Store,
    number: int,
    views: Views,
    progress: Progress,
    clock: Clock | None,
    *,
    tell_all: bool,
) -> Answer:
    """Most is done while others go on writing to the old generation; what is left, while they wait.

    1 project what came meanwhile, let time pass, take over the feed; 2 nobody writes: the same once more, it is little; 3 switch.
    `tell_all`: rows may differ that no finding shows, so every judgement is published anew.
    """
    before = store.generations.present()
    law = views.law(store.law)
    now = store.now if clock is None else clock()
    progress("switch", 0, None)
    follow(store.log, views, law, now)
    with store.views.reading():
        _take_feed(store.views, views)
    with store.views.database.transaction(write=True):
        store.views.has_served()

    def finish() -> None:
        follow(store.log, views, law, now)
        with store.views.reading():
            _take_over(store.views, views, tell_all=tell_all)

    store.generations.switch(number, finish)
    return {
        "generation": number,
        "previous": before,
        "position": views.position(),
        "events": views.events(),
        "dossiers": views.count("states"),
        "parked": len(views.stopped()),
        "switched": True,
    }


# ── feed and outbox ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _take_over(stored: Views, anew: Views, *, tell_all: bool) -> None:
    """Take over another generation's feed and outbox, then append what differs between its rows and these."""
    _take_feed(stored, anew)
    with anew.database.transaction(write=True):
        switched = list(_findings_that_differ(stored, anew, anew.mark("feed")))
        anew.database.insert(FEED, switched)
        anew.database.put(MARKS, [("feed", anew.mark("feed") + len(switched))])
        take_marks(stored.database, anew.database)
        if tell_all:
            note_units(anew.database, EVERY_UNIT)
        if anew.database.announces:
            _take_outbox(stored, anew, switched)
            if tell_all:
                anew.note_all()


def _take_feed(stored: Views, anew: Views) -> None:
    """Take over what another generation's feed holds by now and did not when it was taken over last.

    It is never rewritten, only added to. What filling and following have told beside it is not told.
    """
    taken = anew.mark("taken")
    further = stored.database.each(
        "SELECT id, dossier, rule, change, at FROM feed WHERE id > ? ORDER BY id", (taken,)
    )
    with anew.database.transaction(write=True):
        anew.database.rows("DELETE FROM feed WHERE id > ?", (taken,))
        anew.database.insert(FEED, further)
        ((most,),) = anew.database.rows("SELECT coalesce(max(id), 0) FROM feed")
        anew.database.put(MARKS, [("taken", most), ("feed", max(most, stored.mark("feed")))])


def _take_outbox(stored: Views, anew: Views, switched: Sequence[Row]) -> None:
    """What the other generation has not published yet, and what differs. What was noted in filling, it has noted as well."""
    ceased: dict[Value, list[str]] = {}
    for _, dossier, rule, change, _ in switched:
        ceased.setdefault(dossier, []).extend([str(rule)] if change == "ceased" else [])
    last = stored.mark("outbox")
    notes = (
        (last + i, dossier, " ".join(rules)) for i, (dossier, rules) in enumerate(ceased.items(), 1)
    )
    numbered = stored.database.each("SELECT id, dossier, ceased FROM outbox ORDER BY id")
    anew.database.rows("DELETE FROM outbox")
    anew.database.insert(OUTBOX, chain(numbered, list(notes)))
    anew.database.put(MARKS, [("outbox", last + len(ceased))])


def _findings_that_differ(stored: Views, anew: Views, last: int) -> Iterator[Row]:
    """What the feed must say further on, with its numbers: findings of one generation that the other has not."""
    both = differing(_findings(stored), _findings(anew), 2)
    for number, ((dossier, rule, since), told) in enumerate(both, last + 1):
        yield number, dossier, rule, "ceased" if told is ONLY_STORED else "opened", since


def _findings(views: Views) -> Iterator[Row]:
    return views.database.each("SELECT dossier, rule, since FROM violations ORDER BY dossier, rule")
