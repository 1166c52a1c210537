"""`overview`: what needs a decision, over all units: late now by both clocks, letters, what falls due, the months before.

Knows the tables of dossiers, findings and their counts. Must not know how answers are printed. Every figure is one that
`dossiers` or `violations` lists: both count alike.
"""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from domain.counting import RESOLVED, Period, Tally, question_instant
from domain.deadlines import ClockName
from domain.rules import RULES
from domain.values import UnitKey, unit_key
from infra.answers import Answer, text
from infra.questions.about import About
from infra.questions.asking import asked
from infra.questions.received import ENDED, counts_by_unit, received
from infra.questions.reports import Own, by_unit, calendar_complete, counted, findings_of_units
from infra.rows.tables import among, listed
from infra.rows.unitrows import COUNTED
from infra.wiring import Store

MONTHS: Final = 12

Monthly = Mapping[str, Counter[str]]
"""By month, how many dossiers ended in each class."""


def overview(
    store: Store,
    *,
    period: tuple[date, date] | None = None,
    unit: str | None = None,
    clock: ClockName = "legal",
    lang: str = "vi",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    so: Collection[str] | None = None,
) -> Answer:
    """The figures of a scope, those of the units next below, the months before T, and how often each rule is broken.

    `so`: the keys of what is overdue by law by all that is known, where K is another moment: what the portal showed stands beside what is so.
    """
    store.scope.need("figures")
    asked_at, k = store.instants(as_of, known_at)
    span = None if period is None else Period(*period)
    t = question_instant(asked_at, span)
    with asked(store, t, k) as question:
        about, own = counted(question, span, asked_at, unit, clock)
        total = Tally()
        for tally in own.values():
            total.add(tally)
        today = t.date()
        due = {
            "today": today,
            "next": question.law.calendar.after(today, 1),
        }
        falling = {name: _due(about, day) for name, day in due.items()}
        ended = _ended(about, clock)
        top, below = _next_below(about, own, None if unit is None else unit_key(unit))
        sums = by_unit(about, own)
        whole = below if top is None else [top, *below]
        broken = findings_of_units(about, whole, sums, clock, lang)
        return {
            "period": about.span,
            "as_of": text(t),
            "known_at": text(k),
            "clock": clock,
            "complete": question.complete and store.caught_up,
            "calendar_complete": calendar_complete(question),
            "unit": None if top is None else about.named(top) | {"findings": broken[top]},
            "total": total.row(),
            "overdue": _overdue(about) if so is None else _shown_and_so(about, so),
            "due": {
                name: {"date": text(day), "count": falling[name].total()}
                for name, day in due.items()
            },
            "months": [
                {"month": month, **_month(_sum(ended.values(), month))} for month in _months(t)
            ],
            "units": [
                _unit(about, line, falling["next"], ended, broken)
                for line in _rows(about, own, sums, top, below)
            ],
            "latest": None if ended else _latest(about, clock),
            "rules": _rules(about, lang) if "dossiers" in store.scope.rights else [],
        }


# ── the figures of all ──────────────────────────────────────────────────────────────────────────────────────────────


def _overdue(about: About) -> Answer:
    """In process and overdue by the law and as the portal has it; and where only one of the two says so."""
    counts: Counter[tuple[bool, bool]] = Counter()
    for unit, legal, portal, n in counts_by_unit(
        about,
        f"SELECT unit_key, legal, portal, sum(n) FROM {COUNTED} WHERE {received('legal')}"
        " AND (legal = 'overdue' OR portal = 'overdue') GROUP BY 1, 2, 3 HAVING sum(n) > 0",
    ):
        if about.holds(unit):
            counts[legal == "overdue", portal == "overdue"] += n
    both, by_law, by_portal = counts[True, True], counts[True, False], counts[False, True]
    return {
        "legal": both + by_law,
        "portal": both + by_portal,
        "legal_only": by_law,
        "portal_only": by_portal,
    }


def _shown_and_so(about: About, so: Collection[str]) -> Answer:
    """The same pair where its sides know differently: as the portal had it by what was known at K, and what is so."""
    rows = about.question.rows(
        f"SELECT dossier, unit_key FROM asked_dossiers WHERE {received('portal')} AND growing = 1 AND portal = 'overdue'",
        about.bounds,
    )
    shown, by_law = {dossier for dossier, unit in rows if about.holds(unit)}, set(so)
    return {
        "legal": len(by_law),
        "portal": len(shown),
        "legal_only": len(by_law - shown),
        "portal_only": len(shown - by_law),
    }


def _due(about: About, day: date) -> Counter[UnitKey | None]:
    """The dossiers in process within limit that are due on a day, by unit."""
    rows = about.question.rows(
        f"SELECT unit_key, count(*) FROM asked_dossiers WHERE {received('legal')}"
        " AND growing = 1 AND legal = 'in_time' AND due_on = :due GROUP BY 1",
        about.bounds | {"due": day.isoformat()},
    )
    return Counter({unit: n for unit, n in rows if about.holds(unit)})


def _rules(about: About, lang: str) -> list[Answer]:
    """How many findings of each rule hold, the most first."""
    some = "" if about.units is None else f" WHERE unit_key {among(':units')}"
    counts = dict(
        about.question.rows(
            f"SELECT rule, sum(n) FROM asked_found{some} GROUP BY rule HAVING sum(n) > 0",
            {"units": listed(sorted(about.units or ()))},
        )
    )
    return [
        {
            "rule": rule.name,
            "name": rule.vietnamese if lang == "vi" else rule.english,
            "severity": rule.severity,
            "count": counts[rule.name],
        }
        for rule in sorted(RULES, key=lambda rule: (-counts.get(rule.name, 0), rule.name))
        if rule.name in counts
    ]


# ── months ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _months(t: datetime) -> list[str]:
    """The months up to T's."""
    last = t.year * 12 + t.month - 1
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(last - MONTHS + 1, last + 1)]


def _ended(about: About, clock: ClockName) -> dict[UnitKey | None, Monthly]:
    """How many dossiers ended in the months before T, by unit, month and class; whatever the period is."""
    ended, months = ENDED[clock], _months(about.question.as_of)
    counts: dict[UnitKey | None, dict[str, Counter[str]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for unit, month, class_, n in about.question.of_units(
        f"SELECT unit_key, {ended}, {clock}, sum(n) FROM {COUNTED}"
        f" WHERE {ended} BETWEEN :first AND :last GROUP BY 1, 2, 3 HAVING sum(n) > 0",
        {"first": months[0], "last": months[-1]},
    ):
        if about.holds(unit):
            counts[unit][month][class_] += n
    return {unit: dict(by_month) for unit, by_month in counts.items()}


def _latest(about: About, clock: ClockName) -> str | None:
    """The last day of the month in which the newest dossier came in or ended, where it lies before the months that are shown."""
    ended = ENDED[clock]
    months = [
        month
        for unit, *between, _ in about.question.of_units(
            f"SELECT unit_key, accepted_on, {ended}, sum(n) FROM {COUNTED} GROUP BY 1, 2, 3 HAVING sum(n) > 0",
            {},
        )
        if about.holds(unit)
        for month in between
        if month is not None
    ]
    newest = max(months, default=None)
    if newest is None or newest >= _months(about.question.as_of)[0]:
        return None
    year, month = map(int, newest.split("-"))
    return text(date(year, month, monthrange(year, month)[1]))


def _sum(each: Iterable[Monthly], month: str) -> Counter[str]:
    return sum((by_month.get(month, Counter()) for by_month in each), Counter())


def _month(classes: Counter[str]) -> Answer:
    return {"resolved": sum(classes[name] for name in RESOLVED), "late": classes["late"]}


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Line(NamedTuple):
    """A unit's row: its key, its counts, and whose counts they are."""

    unit: UnitKey | None
    tally: Tally
    members: set[UnitKey | None]


def _next_below(
    about: About, own: Own, unit: UnitKey | None
) -> tuple[UnitKey | None, list[UnitKey]]:
    """The unit asked for and those next below it; of all, those that lie below none, or those below the only such one."""
    children: dict[UnitKey | None, list[UnitKey]] = defaultdict(list)
    for key in sorted(about.tree):
        parent = about.named(key)["parent"]
        above = unit_key(str(parent)) if parent else None
        children[above if above in about.tree and above != key else None].append(key)
    if unit is not None:
        return unit, [key for key in children[unit] if key != unit]
    roots = children[None]
    if len(roots) == 1 and children[roots[0]] and None not in own:
        return roots[0], children[roots[0]]
    return None, roots


def _rows(
    about: About,
    own: Own,
    sums: Mapping[UnitKey, Tally],
    top: UnitKey | None,
    below: Sequence[UnitKey],
) -> list[Line]:
    """Rows that add up to the scope, those with most to decide first: the units next below, and what is the upper unit's own."""
    lines = [Line(key, sums[key], set(about.tree[key])) for key in below]
    if top in own:
        lines.append(Line(top, own[top], {top}))
    return sorted(
        (line for line in lines if line.tally.received["total"] or line.tally.declared),
        key=lambda line: (
            -_to_decide(line.tally),
            -line.tally.received["total"],
            line.unit or "",
        ),
    )


def _to_decide(tally: Tally) -> int:
    return tally.in_process["overdue"] + tally.letters["missing"]


def _unit(
    about: About,
    line: Line,
    falling: Counter[UnitKey | None],
    ended: Mapping[UnitKey | None, Monthly],
    broken: Mapping[UnitKey, Sequence[Answer]],
) -> Answer:
    mine = [by_month for unit, by_month in ended.items() if unit in line.members]
    named: Answer = (
        {"unit": None, "name": None, "parent": None, "level": None}
        if line.unit is None
        else about.named(line.unit)
    )
    own = len(line.members) == 1 and (line.unit is None or len(about.tree[line.unit]) > 1)
    return (
        named
        | line.tally.row()
        | {
            "own": own,
            "findings": [] if own or line.unit is None else broken[line.unit],
            "due_next": sum(falling[member] for member in line.members),
            "months": [
                {"month": month, **_month(_sum(mine, month))}
                for month in _months(about.question.as_of)
            ],
        }
    )
