"""The reports: units, officers, coverage, feedback, counted by section 10 of the definitions.

Knows the tables that counts come from and the answers' public shapes. Must not know how they are printed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from domain.counting import (
    IN_PROCESS,
    RESOLVED,
    Cell,
    Period,
    Tally,
    below,
    declared,
    question_instant,
    registered,
    summed,
)
from domain.deadlines import ClockName
from domain.rules.units import UnitFinding, unit_findings
from domain.values import UnitKey, date_of, unit_key
from infra.answers import Answer, articles, responsible, rule_named, text
from infra.questions.about import About, about_of, stated_units
from infra.questions.asking import Asked, asked
from infra.questions.feedback import feedback, petitions_of
from infra.questions.officers import officers, people_units
from infra.questions.received import ENDED, counts_by_unit, received
from infra.rows.tables import among, listed
from infra.rows.unitrows import COUNTED
from infra.wiring import Store


def report(
    store: Store,
    kind: str,
    *,
    period: tuple[date, date] | None = None,
    unit: str | None = None,
    clock: ClockName = "legal",
    lang: str = "vi",
    limit: int | None = None,
    cursor: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """The answer of `report units|officers|coverage|feedback`. Its `as_of` is T, at which everything in it was judged.

    `limit`, `cursor`: of officers, a page; None: all. The others have a row a unit.
    """
    store.scope.need("dossiers" if kind == "officers" else "figures")
    asked_at, k = store.instants(as_of, known_at)
    span = None if period is None else Period(*period)
    t = question_instant(asked_at, span)
    with asked(store, t, k) as question:
        match kind:
            case "units":
                about, own = counted(question, span, asked_at, unit, clock)
                answer = _units(about, own, clock, lang)
                if "dossiers" not in store.scope.rights:
                    _figures_only(answer)
            case "coverage":
                about, own = counted(question, span, asked_at, unit, "legal")
                answer = _coverage(about, own)
            case "officers":
                about = about_of(question, span, asked_at, unit, _stated_of_people(question, unit))
                answer = officers(about, limit, cursor)
            case _:
                told = petitions_of(question)
                about = about_of(question, span, asked_at, unit, [each.unit for each in told])
                answer = feedback(about, told)
        return {
            "period": about.span,
            "as_of": text(t),
            "known_at": text(k),
            "clock": clock,
            "complete": question.complete and store.caught_up,
            "calendar_complete": calendar_complete(question),
        } | answer


def _stated_of_people(question: Asked, unit: str | None) -> list[str]:
    """The codes of units as who held a dossier states them: what lets one be asked about that is not registered."""
    if unit is None or registered(question.directory, unit_key(unit), question.as_of) is not None:
        return []
    key = unit_key(unit)
    units = below(question.directory, question.as_of, [key, *question.directory.units])[key]
    return people_units(question, units)


def calendar_complete(question: Asked) -> bool:
    """Whether the calendar covers every date that a judgement in view rests on, T of an open dossier included."""
    if question.rows("SELECT 1 FROM asked_dossiers WHERE calendar_complete = 0 LIMIT 1"):
        return False
    if question.law.calendar.covers(date_of(question.as_of)):
        return True
    return not question.rows(
        "SELECT 1 FROM asked_dossiers WHERE growing = 1 AND accepted_on IS NOT NULL LIMIT 1"
    )


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────

Own = dict[UnitKey | None, Tally]
"""Each unit's own counts, children not added."""


def counted(
    question: Asked, period: Period | None, asked_at: datetime, unit: str | None, clock: ClockName
) -> tuple[About, Own]:
    """What the report is about, and the counts of every unit in it."""
    everything = about_of(question, period, asked_at, None)
    own = _tallies(everything, clock)
    missing = [key for key in own if key is not None and key not in everything.tree]
    about = about_of(question, period, asked_at, unit, _stated(everything, missing))
    _declare(about, own)
    return about, {key: tally for key, tally in own.items() if about.counts(key)}


def _stated(about: About, units: Sequence[UnitKey]) -> list[str]:
    """The codes of units that are not registered, as dossiers, refusals and declarations write them."""
    # Few are not; and the question would go through all counts.
    told = stated_units(about.question, units) if units else []
    refusing = about.question.rows(
        "SELECT DISTINCT refused_by FROM asked_dossiers"
        " WHERE refused_on BETWEEN :first AND :last AND refused_by IS NOT NULL",
        about.bounds,
    )
    told += [row[0] for row in refusing]
    for unit, registrations in about.question.directory.declarations.items():
        if declared(about.question.directory, unit, about.asked_at, about.period) is not None:
            told.append(registrations[-1].said.unit)
    return told


def _units(about: About, own: Own, clock: ClockName, lang: str) -> Answer:
    rows = by_unit(about, own)
    found = findings_of_units(about, rows, rows, clock, lang)
    total = Tally()
    for tally in own.values():
        total.add(tally)
    units = [
        about.named(unit) | tally.row() | {"findings": found[unit]}
        for unit, tally in sorted(rows.items())
    ]
    broken = [] if all(tally.adds_up for tally in own.values()) else _broken(about, clock)
    return {"broken": broken, "total": total.row(), "units": units}


def findings_of_units(
    about: About,
    units: Iterable[UnitKey],
    rows: Mapping[UnitKey, Tally],
    clock: ClockName,
    lang: str,
) -> dict[UnitKey, list[Answer]]:
    """What these units break, those below counted in: by the legal clock, whichever clock the `rows` of units are counted by."""
    if clock != "legal":
        judged = _tallies(about, "legal")
        _declare(about, judged)
        rows = by_unit(about, judged)
    day = about.question.as_of.date()
    return {unit: _findings(about, unit, rows[unit], day, lang) for unit in units}


def by_unit(about: About, own: Own) -> dict[UnitKey, Tally]:
    """Each unit's counts with those of all below it."""
    return summed({key: tally for key, tally in own.items() if key is not None}, about.tree)


def _tallies(about: About, clock: ClockName) -> Own:
    """One pass over the dossiers received in the period, and over the refused intakes.

    Where the period is of whole months, over the counts by month.
    """
    own: Own = defaultdict(Tally)
    ended = ENDED[clock]
    for unit, channel, recorded, class_, grade, accepted, running, n in counts_by_unit(
        about,
        f"SELECT unit_key, channel, recorded, {clock}, grade, sum(CASE WHEN accepted_on >= :first THEN n ELSE 0 END),"
        f" sum(CASE WHEN {ended} IS NULL OR {ended} > :last THEN n ELSE 0 END), sum(n) FROM {COUNTED}"
        f" WHERE {received(clock)} GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) > 0",
    ):
        tally = own[unit]
        tally.accepted += accepted
        tally.recorded += accepted if recorded else 0
        fits = running == (n if class_ in IN_PROCESS else 0)
        shown = class_ if fits else "broken"
        tally.take(Cell(unit, "in_period", channel, shown, grade), accepted)
        if n > accepted:
            tally.take(Cell(unit, "carried_over", channel, shown, grade), n - accepted)
    for unit, n in about.question.rows(
        "SELECT refused_by, count(*) FROM asked_dossiers WHERE legal = 'intake_refused'"
        " AND refused_on BETWEEN :first AND :last GROUP BY 1",
        about.bounds,
    ):
        own[None if unit is None else unit_key(unit)].intake_refused += n
    return own


def _broken(about: About, clock: ClockName) -> list[str]:
    """The codes of dossiers received that are neither resolved, cancelled nor in process, or that are both."""
    ended = ENDED[clock]
    classes = {"done": listed([*RESOLVED, "cancelled"]), "open": listed(IN_PROCESS)}
    rows = about.question.rows(
        f"SELECT code, unit_key FROM asked_dossiers WHERE {received(clock)} AND NOT CASE"
        f" WHEN {ended} IS NULL THEN {clock} {among(':open')}"
        f" ELSE {ended} <= :last AND {clock} {among(':done')} END ORDER BY 1",
        about.bounds | classes,
    )
    return [code for code, unit in rows if about.holds(unit)]


def _declare(about: About, own: Own) -> None:
    for key in filter(about.question.shows_whole, about.tree):
        count = declared(about.question.directory, key, about.asked_at, about.period)
        if count is not None:
            own[key].declared = count
            own[key].declared_recorded = own[key].recorded


def _figures_only(answer: Answer) -> None:
    """What anybody may be told: neither dossiers nor persons in office."""
    answer["broken"] = []
    for unit in answer["units"]:
        for finding in unit["findings"]:
            finding["responsible"] = [who | {"officer": None} for who in finding["responsible"]]


def _findings(about: About, unit: UnitKey, tally: Tally, day: date, lang: str) -> list[Answer]:
    """The rules over units that a unit breaks, children counted in."""
    question = about.question
    if not question.shows_whole(unit):
        return []
    found = unit_findings(
        tally.counts,
        question.law.policy,
        unit=about.named(unit)["unit"],
        head=question.directory.head(unit, question.as_of),
        day=day,
    )
    return [_finding(each, lang) for each in found]


def _finding(found: UnitFinding, lang: str) -> Answer:
    return {
        **rule_named(found.rule, lang),
        "basis": articles(found.basis),
        "responsible": [responsible(who) for who in found.responsible],
        "message": found.message(lang),
    }


# ── coverage ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _coverage(about: About, own: Own) -> Answer:
    units = []
    for unit, tally in sorted(by_unit(about, own).items()):
        named = about.named(unit)
        units.append(
            {"unit": named["unit"], "name": named["name"], "period": about.span}
            | tally.coverage
            | {"accepted": tally.accepted}
            # Declared for or not: one dossier of the period in the software is use.
            | {"uses_software": tally.recorded > 0}
        )
    return {"units": units}
