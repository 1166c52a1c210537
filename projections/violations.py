"""The findings that hold, one row each, and who answers for them.

Knows findings. Must not know their wording: an answer takes that, and growing minutes, from `assess`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from domain.assessment import Assessment
from domain.rules import Finding
from domain.values import unit_key
from projections._projection import (
    Change,
    Counts,
    Judged,
    Projection,
    Row,
    Table,
    Tx,
    by_dossier,
    text,
)

TABLE = Table(
    "violations",
    ("dossier", "rule", "severity", "since", "unit", "unit_key", "growing"),
    2,
    # One rule's or unit's findings lie in the order they are listed in.
    (
        "rule, unit_key, dossier",
        "unit_key, dossier, rule",
        "rule, dossier",
        "dossier, rule WHERE growing = 1",
        # All that the days of a period are counted by: read from the index alone.
        "since, rule, unit_key, unit",
    ),
    (
        Counts("found", ("rule", "unit_key", "unit")),
        Counts("begun", ("rule", "unit_key", "unit", "since"), months=("since",)),
    ),
    numbers=("severity", "growing"),
)
ANSWERING = Table(
    "answering",
    ("dossier", "rule", "officer", "unit", "of_unit", "counted"),
    4,
    ("officer",),
    (Counts("answered", ("rule", "of_unit", "officer"), given="counted", numbers=("counted",)),),
    numbers=("counted",),
)
"""`of_unit`: whose finding it is, a key. `counted`: an officer's first row of a finding whose answering does not grow."""

BY_SHARES: Final = frozenset({"in_process_overdue"})
"""The rules over open dossiers that are answered for by shares of a lateness which is still growing."""


def _rows(judged: Judged) -> Iterator[Row]:
    a = judged.assessment
    key = None if a.unit is None else unit_key(a.unit)
    for finding in a.findings:
        yield (
            judged.dossier,
            finding.rule.name,
            finding.rule.severity,
            text(finding.since),
            a.unit,
            key,
            int(grows(a, finding)),
        )


def grows(a: Assessment, finding: Finding) -> bool:
    """Whether time alone may change who answers for a finding before the next boundary."""
    return a.finished_at is None and finding.rule.name in BY_SHARES


def _answering(judged: Judged) -> Iterator[Row]:
    """Of a growing lateness also those whose part in it may come to be; answers ask `assess` again."""
    a = judged.assessment
    key = None if a.unit is None else unit_key(a.unit)
    for finding in a.findings:
        growing = grows(a, finding)
        people = {(who.officer, who.unit or "") for who in finding.responsible}
        if growing:
            people |= {(s.officer, s.unit) for s in a.custody if s.overrun is not None}
        last = None
        for officer, unit in sorted(
            (officer, unit) for officer, unit in people if officer is not None
        ):
            counted = int(officer != last and not growing)
            yield judged.dossier, finding.rule.name, officer, unit, key, counted
            last = officer


def _apply(changes: Sequence[Change], tx: Tx) -> None:
    by_dossier(TABLE, _rows)(changes, tx)
    by_dossier(ANSWERING, _answering)(changes, tx)


VIOLATIONS = Projection("violations", (TABLE, ANSWERING), _apply)
