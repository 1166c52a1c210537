"""Judgements in, rows out: each projection is a frozen value with its tables and an `apply`."""

from projections import custody, dossiers, feed, officers, violations
from projections._projection import Change, Counts, Judged, Projection, Row, Table, Tx, Value

PROJECTIONS: tuple[Projection, ...] = (
    dossiers.DOSSIERS,
    violations.VIOLATIONS,
    officers.OFFICERS,
    custody.CUSTODY,
    feed.FEED,
)
"""Every projection, in the order in which they are applied."""

__all__ = ["PROJECTIONS", "Change", "Counts", "Judged", "Projection", "Row", "Table", "Tx", "Value"]
