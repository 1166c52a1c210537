"""The feed of the present generation as notices: each row with its finding as it is now.

Knows the tables and the public JSON of findings. Must not know who is told.

    {"type": "violation.opened" | "violation.ceased", "timestamp": when, by the fact or deadline that made it,
     "data": {"id": number in the feed, "dossier": code, "unit": code, "rule": name, "complete": false while the dossier is stopped,
              "violation": as `violations --json` lists it, at the moment of sending; null when it does not hold (any more)}}

There is nobody's name in it: persons are in the vault, and a finding knows codes of dossiers, units and officers.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from consumers.judging import Law, State, judged
from consumers.notify import Notice
from domain.assessment import Assessment
from infra import answers
from infra.errors import CannotRun
from infra.scoping import held_by
from infra.views import Views
from infra.wiring import Store


class ViewsFeed:
    """The role `Feed`, and where it ends. CannotRun (`generation_switched`) when another generation has taken over."""

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
        with present(self._views), self._views.reading() as database:
            rows = database.rows(
                "SELECT id, dossier, rule, change, at FROM feed WHERE id > ? ORDER BY id LIMIT ?",
                (after, limit),
            )
            if not rows:
                return []
            dossiers = list(dict.fromkeys(row[1] for row in rows))
            states = self._views.states(dossiers)
            now = self._clock()
            directory = self._views.directory(now)
            judgements = {
                state.dossier: judged(state.facts, self._law, directory, now, now)
                for state in states.values()
            }
        return [_notice(row, states[row[1]], judgements[row[1]], self._lang) for row in rows]


@contextmanager
def present(views: Views) -> Iterator[None]:
    """What is read in the block is of the present generation, or of one that holds the same rows under the same numbers."""
    views.database.still_serving()
    try:
        yield
    except CannotRun:
        views.database.still_serving()  # a rebuild may drop the old one the moment it has switched
        raise


def _notice(
    row: tuple[int, str, str, str, str], state: State, assessment: Assessment, lang: str
) -> Notice:
    number, dossier, rule, change, at = row
    holding = None
    if change == "opened":
        holding = next((found for found in assessment.findings if found.rule.name == rule), None)
    told = {
        "type": f"violation.{change}",
        "timestamp": at,
        "data": {
            "id": number,
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
