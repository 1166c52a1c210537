"""The findings that hold, one row each, and who answers for them.

Knows findings. Must not know their wording: an answer takes that, and growing minutes, from `assess`.
"""

from collections.abc import Iterator, Sequence

from domain.values import unit_key
from projections._projection import Change, Judged, Projection, Row, Table, Tx, by_dossier, text

TABLE = Table(
    "violations",
    ("dossier", "rule", "severity", "since", "unit_key", "growing"),
    2,
    ("rule, unit_key", "unit_key", "severity"),
)
ANSWERING = Table("answering", ("dossier", "rule", "officer", "unit"), 4, ("officer",))


def _rows(judged: Judged) -> Iterator[Row]:
    a = judged.assessment
    key = None if a.unit is None else unit_key(a.unit)
    growing = int(a.finished_at is None)
    for finding in a.findings:
        yield (
            judged.dossier,
            finding.rule.name,
            finding.rule.severity,
            text(finding.since),
            key,
            growing,
        )


def _answering(judged: Judged) -> Iterator[Row]:
    """Of open dossiers also those whose part may come to be with the growing minutes; answers ask `assess` again."""
    a = judged.assessment
    may = (
        {(s.officer, s.unit) for s in a.custody if s.overrun is not None}
        if a.finished_at is None
        else set()
    )
    for finding in a.findings:
        people = {(who.officer, who.unit or "") for who in finding.responsible} | may
        for officer, unit in sorted(
            (officer, unit) for officer, unit in people if officer is not None
        ):
            yield judged.dossier, finding.rule.name, officer, unit


def _apply(changes: Sequence[Change], tx: Tx) -> None:
    by_dossier(TABLE, _rows)(changes, tx)
    by_dossier(ANSWERING, _answering)(changes, tx)


VIOLATIONS = Projection("violations", (TABLE, ANSWERING), _apply)
