"""Which dossiers are counted as received in a report's period, and where the counts of them come from.

Knows the tables of dossiers and of their counts. Must not know what is counted: figures and the lists behind them both ask here, so
that a list is as long as its figure says.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from domain.deadlines import ClockName
from infra.questions.about import About, whole_months
from infra.rows.unitrows import COUNTED

ENDED: Final[Mapping[ClockName, str]] = {
    "legal": "ended_on",
    "portal": "ended_on",
    "qd766": "qd766_ended_on",
}
"""By which column a clock's dossiers have ended."""


class Source(NamedTuple):
    """What to count from, as SQL with a column `n`, and the period's bounds as it writes dates."""

    table: str
    bounds: dict[str, str]
    counted: bool = True
    """Whether these are counts; else rows, one each."""


def rows_of(about: About) -> Source:
    """One pass over the dossiers."""
    return Source("(SELECT *, 1 AS n FROM asked_dossiers) AS d", about.bounds, counted=False)


def received(clock: ClockName) -> str:
    """The condition as SQL, over `:first` and `:last`."""
    ended = ENDED[clock]
    return (
        f"accepted_on <= :last AND (accepted_on >= :first OR {ended} IS NULL OR {ended} >= :first)"
    )


def source(about: About) -> Source:
    """Where the period is of whole months, the counts by month; else the rows."""
    months = whole_months(about)
    return rows_of(about) if months is None else Source("asked_received", months)


def counts_by_unit(about: About, sql: str) -> list[Any]:
    """The rows of a question over what is counted in the period (COUNTED), which begins with the unit."""
    months = whole_months(about)
    if months is not None:
        return about.question.of_units(sql, months)
    rows = rows_of(about)
    return about.question.rows(sql.replace(COUNTED, rows.table), rows.bounds)
