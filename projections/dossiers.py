"""One row a dossier: where it belongs, its classes on the three clocks, its letter, who holds it. What the counts are counted from.

Knows judgements. Must not know periods or percentages.
"""

from collections.abc import Iterator
from datetime import datetime

from domain.assessment import Assessment
from domain.counting import ended_on
from domain.values import date_of, procedure_key, unit_key
from projections._projection import Counts, Judged, Projection, Row, Table, by_dossier, text

TABLE = Table(
    "dossiers",
    (
        "dossier",
        "code",
        "unit",
        "unit_key",
        "procedure",
        "channel",
        "accepted_on",
        "recorded",
        "legal",
        "portal",
        "qd766",
        "ended_on",
        "qd766_ended_on",
        "due_on",
        "grade",
        "refused_on",
        "refused_by",
        "holder",
        "growing",
        "complete",
        "calendar_complete",
    ),
    1,
    (
        # Everything that `report units` counts by the day, in the order it groups by: read from the index alone.
        "unit_key, channel, recorded, legal, grade, accepted_on, ended_on",
        "procedure",
        "due_on, legal WHERE growing = 1",
        # What a unit and an officer have in hand: the open ones are few of all.
        "unit_key, legal, due_on, holder, growing, dossier WHERE growing = 1",
        "holder WHERE growing = 1",
        "code",
        "refused_on, refused_by WHERE refused_on IS NOT NULL",
        "dossier WHERE calendar_complete = 0",
    ),
    (
        Counts(
            "received",
            (
                "unit_key",
                "unit",
                "channel",
                "recorded",
                "legal",
                "portal",
                "qd766",
                "grade",
                "accepted_on",
                "ended_on",
                "qd766_ended_on",
            ),
            months=("accepted_on", "ended_on", "qd766_ended_on"),
            given="accepted_on",
            numbers=("recorded",),
        ),
    ),
    numbers=("recorded", "growing", "complete", "calendar_complete"),
)


def _rows(judged: Judged) -> Iterator[Row]:
    a = judged.assessment
    refusal = a.refusal
    yield (
        judged.dossier,
        judged.code,
        a.unit,
        None if a.unit is None else unit_key(a.unit),
        None if a.procedure is None else procedure_key(a.procedure),
        a.channel,
        _day(a.accepted_at),
        int(a.recorded),
        a.legal.class_,
        a.portal.class_,
        a.qd766.class_,
        text(ended_on(a.accepted_at, a.finished_at)),
        text(ended_on(a.accepted_at, a.ranked_end)),
        None if a.legal.due is None else text(date_of(a.legal.due)),
        a.letter.grade,
        None if refusal is None else text(refusal.at.date()),
        None if refusal is None or refusal.data.actor is None else refusal.data.actor.unit,
        _holder(a),
        int(a.accepted_at is not None and a.finished_at is None),
        int(judged.complete),
        int(a.calendar_complete),
    )


def _holder(a: Assessment) -> str | None:
    """Who holds it while it is open; nobody where it is not assigned."""
    return a.custody[-1].officer if a.custody and a.finished_at is None else None


def _day(instant: datetime | None) -> str | None:
    return None if instant is None else instant.date().isoformat()


DOSSIERS = Projection("dossiers", (TABLE,), by_dossier(TABLE, _rows))
