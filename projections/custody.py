"""Who held a dossier: one row a segment. Minutes only where the dossier has ended.

Knows segments. Must not know shares. `of_unit`: whose dossier it is, a key.
"""

from collections.abc import Iterator

from domain.values import unit_key
from projections._projection import Judged, Projection, Row, Table, by_dossier, text

TABLE = Table(
    "custody",
    ("dossier", "number", "officer", "unit", "unit_key", "of_unit", "start", "minutes"),
    2,
    (
        "unit_key, officer",
        "officer",
        # What a unit holds of others: few, of all that it holds.
        "unit_key, of_unit, dossier WHERE of_unit IS NULL OR of_unit <> unit_key",
    ),
    numbers=("number", "minutes"),
)


def _rows(judged: Judged) -> Iterator[Row]:
    a = judged.assessment
    of_unit = None if a.unit is None else unit_key(a.unit)
    for i, segment in enumerate(a.custody):
        minutes = None if a.finished_at is None else segment.minutes
        yield (
            judged.dossier,
            i,
            segment.officer,
            segment.unit,
            unit_key(segment.unit),
            of_unit,
            text(segment.start),
            minutes,
        )


CUSTODY = Projection("custody", (TABLE,), by_dossier(TABLE, _rows))
