"""Who held a dossier: one row a segment. Minutes only where the dossier has ended.

Knows segments. Must not know shares.
"""

from collections.abc import Iterator

from domain.values import unit_key
from projections._projection import Judged, Projection, Row, Table, by_dossier, text

TABLE = Table(
    "custody",
    ("dossier", "number", "officer", "unit", "unit_key", "start", "minutes"),
    2,
    ("unit_key", "officer"),
    numbers=("number", "minutes"),
)


def _rows(judged: Judged) -> Iterator[Row]:
    a = judged.assessment
    for i, segment in enumerate(a.custody):
        minutes = None if a.finished_at is None else segment.minutes
        yield (
            judged.dossier,
            i,
            segment.officer,
            segment.unit,
            unit_key(segment.unit),
            text(segment.start),
            minutes,
        )


CUSTODY = Projection("custody", (TABLE,), by_dossier(TABLE, _rows))
