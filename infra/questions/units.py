"""`units`: the registered units at (T, K), each with the unit that it lies below, a page of them.

Knows the directory. Must not know dossiers, nor how answers are printed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from domain.counting import below, registered, registered_units
from domain.errors import Refused, Unknown
from domain.facts import UnitRegistered
from domain.values import UnitKey, unit_key
from infra.answers import Answer, text
from infra.scoping import within
from infra.wiring import Store

_PAGE: Final = 100
"""Units on a page, when nothing is said."""


def units(
    store: Store,
    *,
    unit: str | None = None,
    level: str | None = None,
    limit: int | None = _PAGE,
    cursor: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """The units registered by T, in the order of their codes; `next` continues after the page; `limit` None: all on one.

    Unknown where nothing of the code `unit` is registered. A cursor is a unit's key: what is registered meanwhile moves no page.
    """
    store.scope.need("figures")
    t, k = store.instants(as_of, known_at)
    with store.views.reading() as database:
        directory, complete = store.views.directory(k), store.caught_up
        limits = within(store, database)
    tree = below(directory, t, list(directory.units))
    wanted: Iterable[UnitKey] = registered_units(directory, t)
    if limits is not None:
        wanted = limits.shown.intersection(wanted)
        tree = {key: members for key, members in tree.items() if key in limits.shown}
    if unit is not None:
        if unit_key(unit) not in tree:
            raise Unknown(f"no unit {unit}; check its code as registered, or as on the slip")
        wanted = tree[unit_key(unit)].intersection(wanted)
    known = {key: said for key in wanted if (said := registered(directory, key, t)) is not None}
    of_level = sorted(key for key, said in known.items() if level in {None, said.level})
    after = _after(cursor)
    rest = [key for key in of_level if key > after]
    page = rest if limit is None else rest[:limit]
    return {
        "as_of": text(t),
        "known_at": text(k),
        "complete": complete,
        "total": len(of_level),
        "next": page[-1] if len(page) < len(rest) else None,
        "units": [_unit(known[key], store) for key in page],
    }


def _after(cursor: str | None) -> str:
    """The key that a page begins behind. Refused (`invalid_cursor`) where no page ends so."""
    if cursor is None:
        return ""
    if not cursor or unit_key(cursor) != cursor:
        raise Refused("invalid_cursor", f"{cursor!r} is no `next` of an earlier answer")
    return cursor


def _unit(said: UnitRegistered, store: Store) -> Answer:
    return {
        "unit": said.unit,
        "name": said.name,
        "parent": said.parent,
        "level": said.level,
        # Who is told figures only is told nothing of persons.
        "head": said.head if "dossiers" in store.scope.rights else None,
        "one_stop": said.one_stop,
    }
