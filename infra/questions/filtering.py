"""Which findings are asked for, as conditions of SQL, and where they are counted.

Knows the tables of findings, of those who answer for them, and their counts, and which index has what. Must not know what is told of
them. The kept counts know rules, units, and the months in which findings began; the days of a period that are of no whole month are
counted by their rows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from infra.rows.tables import among, listed, unsought

_FEW: Final = 10_000
"""So many findings are sorted faster than they are picked out of all findings in the order of dossiers."""

_COLUMNS: Final = frozenset({"rule", "unit_key", "since"})
_SINCE: Final = "since >= :since AND since < :until"
# As `unsought`; PostgreSQL reads it as the same, and so knows how many there are.
_UNSOUGHT_SINCE: Final = "NOT (since < :since OR since >= :until)"
# Not by rule or unit: their indexes hold all months, and the days are few.
_DAYS: Final = (
    f"SELECT {unsought('rule')}, {unsought('unit_key')}, unit, 1 FROM asked_violations WHERE"
)
_IN_PERIOD: Final = (
    "(SELECT rule, unit_key, unit, n FROM asked_begun"
    " WHERE :first_month < :month_after AND since >= :first_month AND since < :month_after"
    f" UNION ALL {_DAYS} since >= :since AND since < :whole UNION ALL {_DAYS} since >= :rest AND since < :until) AS f"
)
"""The counts of a period: of its whole months, if it has any, and of the days before (`:whole`) and after (`:rest`) these."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings are asked for. None: whichever; `units` are keys."""

    rules: Collection[str] | None
    units: Collection[str] | None
    dossier: str | None
    period: tuple[date, date] | None = None
    """Begun on a day of it."""

    def where(self) -> str:
        """The conditions as SQL, each begun by AND, over the rows of findings."""
        return self._where(frozenset())

    def where_listed(self, total: int) -> str:
        """The same for a page in the order of dossiers: of many, by no index that has them in another."""
        return self._where(self._scattered() if total > _FEW else frozenset())

    def where_growing(self) -> str:
        """The same over those that grow, which are few and have an index of their own."""
        return self._where(_COLUMNS)

    def where_answered(self) -> str:
        """The same over the rows (`a`) of one who answers."""
        began = f"SELECT 1 FROM asked_violations AS f WHERE f.dossier = a.dossier AND f.rule = a.rule AND {_SINCE}"
        return self._of("of_unit") + ("" if self.period is None else f" AND EXISTS ({began})")

    def counts(self) -> str:
        """Where they are counted (`n`), and on what conditions, as what stands behind FROM."""
        if self.dossier is not None:
            return f"(SELECT *, 1 AS n FROM asked_violations) AS f WHERE 1 = 1{self.where()}"
        source = "asked_found" if self.period is None else _IN_PERIOD
        return f"{source} WHERE 1 = 1{self._of('unit_key')}"

    def counts_answered(self) -> str:
        """Where all who answer for them are counted, likewise."""
        if self.dossier is None and self.period is None:
            return f"asked_answered WHERE 1 = 1{self._of('of_unit')}"
        began = "" if self.period is None else f" WHERE {_SINCE}"
        return (
            "(SELECT *, 1 AS n FROM asked_answering WHERE counted = 1) AS a"
            f" WHERE (dossier, rule) IN (SELECT dossier, rule FROM asked_violations{began}){self._of('of_unit')}"
        )

    @property
    def values(self) -> Mapping[str, Any]:
        """The parameters of all of them."""
        of_all = {
            "dossier": self.dossier,
            "rules": _parameter(self.rules),
            "units": _parameter(self.units),
        }
        if self.period is None:
            return of_all
        first, after = self.period[0], self.period[1] + timedelta(days=1)
        whole, rest = _months_within(first, after)
        days = {"since": first, "whole": whole, "rest": rest, "until": after}
        months = {"first_month": whole, "month_after": rest}
        return (
            of_all
            | {name: day.isoformat() for name, day in days.items()}
            | {name: day.isoformat()[:7] for name, day in months.items()}
        )

    def _where(self, unsought_by: Collection[str]) -> str:
        since = _UNSOUGHT_SINCE if "since" in unsought_by else _SINCE
        return self._of("unit_key", unsought_by) + ("" if self.period is None else f" AND {since}")

    def _of(self, unit: str, unsought_by: Collection[str] = ()) -> str:
        dossier = "" if self.dossier is None else " AND dossier = :dossier"
        rules = _among("rule", self.rules, "rules", unsought_by)
        return dossier + rules + _among(unit, self.units, "units", unsought_by)

    def _scattered(self) -> Collection[str]:
        """The columns that several values are asked of: their indexes do not have findings in the order of dossiers."""
        if self.dossier is not None:
            return ()
        chosen = {"rule": self.rules, "unit_key": self.units, "since": self.period}
        return [name for name, values in chosen.items() if values is not None and len(values) != 1]


def _months_within(first: date, after: date) -> tuple[date, date]:
    """The first day of the whole months between two days, and the day after these; without any, the second day twice."""
    whole = first if first.day == 1 else (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    rest = after.replace(day=1)
    return (whole, rest) if whole < rest else (after, after)


def _among(
    column: str, chosen: Collection[str] | None, name: str, unsought_by: Collection[str]
) -> str:
    if chosen is None:
        return ""
    # A single one is compared as such: then the rest of its index gives the order.
    one = f"= :{name}" if len(chosen) == 1 else among(f":{name}")
    return f" AND {unsought(column) if column in unsought_by else column} {one}"


def _parameter(chosen: Collection[str] | None) -> str | None:
    if chosen is None:
        return None
    return next(iter(chosen)) if len(chosen) == 1 else listed(sorted(chosen))
