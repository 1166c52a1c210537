"""Who answers for how many minutes of lateness, for dossiers that have ended; open ones grow and are asked for.

Knows shares. Must not know findings.
"""

from collections.abc import Iterator

from projections._projection import Judged, Projection, Row, Table, by_dossier

TABLE = Table(
    "shares",
    ("dossier", "number", "officer", "unit", "minutes", "kind"),
    2,
    ("officer",),
    numbers=("number", "minutes"),
)


def _rows(judged: Judged) -> Iterator[Row]:
    a = judged.assessment
    if a.finished_at is not None:
        for i, share in enumerate(a.responsibility):
            yield judged.dossier, i, share.officer, share.unit, share.minutes, share.kind


OFFICERS = Projection("officers", (TABLE,), by_dossier(TABLE, _rows))
