"""The feed of the present generation as notices: each row with its finding as it is now.

Knows the tables and the public JSON of findings. Must not know who is told.

    {"type": "violation.opened" | "violation.ceased", "timestamp": when, by the fact or deadline that made it,
     "data": {"id": number in the feed, "dossier": code, "unit": code, "rule": name, "complete": false while the dossier is stopped,
              "violation": as `violations --json` lists it, at the moment of sending; null when it does not hold (any more)}}

There is nobody's name in it: persons are in the vault, and a finding knows codes of dossiers, units and officers.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, NamedTuple

from consumers.judging import Law, State, judged
from consumers.notify import Notice
from domain.assessment import Assessment
from domain.counting import below
from domain.directory import Directory
from domain.values import unit_key
from infra import answers
from infra.errors import CannotRun
from infra.rows.tables import among, listed
from infra.rows.views import Views
from infra.scoping import held_by
from infra.wiring import Store

_Row = tuple[int, str, str, str, str]
"""Number, dossier, rule, change and when."""


class Heard(NamedTuple):
    """A notice, and whose it is: the unit with all above it (keys)."""

    notice: Notice
    within: frozenset[str]


class Page(NamedTuple):
    """The next rows of the feed, and the number of its last when they were read."""

    rows: Sequence[Heard]
    last: int


Pair = tuple[str, str]
"""A finding: its dossier's key and its rule's name."""


class Standing(NamedTuple):
    """Findings that hold by a number of the feed, in the order of pairs, up to and including one; None: up to the end."""

    rows: Sequence[Heard]
    number: int
    until: Pair | None


class ViewsFeed:
    """The role `Feed`, where it ends, and what holds. CannotRun (`generation_switched`) when another generation has taken over."""

    def __init__(self, store: Store, clock: Callable[[], datetime], lang: str) -> None:
        self._views: Views = store.views
        self._law: Law = store.views.law(store.law)
        self._clock, self._lang = clock, lang

    def last(self) -> int:
        """The number of the last row."""
        with present(self._views):
            return self._views.mark("feed")

    def notices(self, after: int, limit: int, /) -> Sequence[Notice]:
        """The next rows, as notices."""
        return [heard.notice for heard in self.page(after, limit).rows]

    def page(self, after: int, limit: int) -> Page:
        """The next rows, with whose they are."""
        with present(self._views), self._views.reading() as database:
            last = self._views.mark("feed")
            rows = database.rows(
                "SELECT id, dossier, rule, change, at FROM feed WHERE id > ? ORDER BY id LIMIT ?",
                (after, limit),
            )
            return Page(self._heard(rows), last)

    def standing(
        self,
        after: Pair | None,
        limit: int,
        rules: Collection[str] | None,
        units: Collection[str] | None,
    ) -> Standing:
        """The next findings that hold, of these rules and units (keys); None: of all."""
        with present(self._views), self._views.reading() as database:
            rows = database.rows(
                _STANDING,
                {
                    "dossier": after and after[0],
                    "rule": after and after[1],
                    "rules": None if rules is None else listed(sorted(rules)),
                    "units": None if units is None else listed(sorted(units)),
                    "most": limit,
                },
            )
            until = None if len(rows) < limit else (rows[-1][1], rows[-1][2])
            return Standing(self._heard(rows), self._views.mark("feed"), until)

    def _heard(self, rows: Sequence[_Row]) -> Sequence[Heard]:
        if not rows:
            return []
        now = self._clock()
        states = self._views.states(list(dict.fromkeys(row[1] for row in rows)))
        directory = self._views.directory(now)
        made = {
            state.dossier: judged(state.facts, self._law, directory, now, now)
            for state in states.values()
        }
        above = {unit: above_of(directory, now, unit) for unit in {a.unit for a in made.values()}}
        return [
            Heard(
                _notice(row, states[row[1]], made[row[1]], self._lang),
                above[made[row[1]].unit],
            )
            for row in rows
        ]


_STANDING: Final = (
    "SELECT 0, dossier, rule, 'holds', since FROM violations"
    " WHERE (CAST(:dossier AS TEXT) IS NULL OR dossier > CAST(:dossier AS TEXT)"
    " OR (dossier = CAST(:dossier AS TEXT) AND rule > CAST(:rule AS TEXT)))"
    f" AND (CAST(:rules AS TEXT) IS NULL OR rule {among(':rules')})"
    f" AND (CAST(:units AS TEXT) IS NULL OR unit_key {among(':units')})"
    " ORDER BY dossier, rule LIMIT :most"
)


def above_of(directory: Directory, at: datetime, unit: str | None) -> frozenset[str]:
    """A unit and all above it, as keys."""
    if unit is None:
        return frozenset()
    key = unit_key(unit)
    tree = below(directory, at, [key])
    return frozenset(above for above, members in tree.items() if key in members)


@contextmanager
def present(views: Views) -> Iterator[None]:
    """What is read in the block is of the present generation, or of one that holds the same rows under the same numbers."""
    views.database.still_serving()
    try:
        yield
    except CannotRun:
        views.database.still_serving()  # a rebuild may drop the old one the moment it has switched
        raise


def _notice(row: _Row, state: State, assessment: Assessment, lang: str) -> Notice:
    number, dossier, rule, change, at = row
    holding = None
    if change != "ceased":
        holding = next((found for found in assessment.findings if found.rule.name == rule), None)
    told = {
        "type": f"violation.{change}",
        "timestamp": at,
        "data": {
            "id": number or None,
            "dossier": state.code,
            "unit": assessment.unit,
            "rule": rule,
            "complete": state.trouble is None,
            "violation": holding and answers.violation(state.code, assessment, holding, lang),
        },
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    held = tuple(held_by(assessment))
    return Notice(number, dossier, rule, change, body, assessment.unit, held)
