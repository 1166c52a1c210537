"""`report officers`: what officers held and answer for, in dossiers that were open at some time of the period.

Knows the tables of custody, shares and answering; growing minutes of open dossiers come from `assess`. Must not know how
lateness is shared out.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import from_json, to_json

from domain.assessment import Assessment
from domain.errors import Refused, Unknown
from domain.values import UnitKey, unit_key
from infra.answers import Answer
from infra.questions.about import About
from infra.questions.asking import Asked
from infra.rows.tables import among, listed
from projections import Table

_ENDED: Final = "accepted_on <= :last AND ended_on >= :first"
_GROWING: Final = "growing = 1 AND accepted_on <= :last"

_KEYS = Table("keys", ("unit", "unit_key"), 1)
"""One officer in one unit is one person, however the unit's code is written."""
_KEY: Final = "(SELECT k.unit_key FROM keys AS k WHERE k.unit = x.unit)"
"""Where rows have the code alone."""

Person = tuple[str | None, UnitKey]

Place = tuple[int, bool, str, str]
"""Where a person stands among all: the largest share first, then by officer, who is nobody last, and by unit."""


@dataclass(slots=True)
class _Load:
    """What a person held and answers for."""

    dossiers: int = 0
    late_dossiers: int = 0
    share_minutes: int = 0
    held_minutes: int = 0
    findings: Counter[str] = field(default_factory=Counter)


# A loose scan: the index begins with the unit, and there are few. (Where rows are judged again they are few, and need no index.)
_HOLDING: Final = (
    "WITH RECURSIVE u (k) AS (SELECT min(unit_key) FROM asked_custody UNION ALL"
    " SELECT (SELECT min(c.unit_key) FROM asked_custody AS c WHERE c.unit_key > u.k) FROM u WHERE u.k IS NOT NULL)"
    " SELECT k FROM u WHERE k IS NOT NULL"
)


def holding_units(question: Asked) -> list[UnitKey]:
    """The keys of all units that somebody held a dossier in."""
    return [UnitKey(row[0]) for row in question.rows(_HOLDING)]


def headed_units(question: Asked, who: str) -> list[UnitKey]:
    """The units whose head somebody is, was or will be: a share is told of the head of the day on which the dossier was due."""
    return [
        unit
        for unit, registrations in question.directory.units.items()
        if any(each.said.head == who for each in registrations)
    ]


def check_officer(question: Asked, who: str) -> None:
    """Unknown where nobody of that id is registered, heads a unit, held a dossier or answers for one: whatever is asked of him is a slip."""
    registered = question.directory.officer(who, question.as_of)
    if registered is not None and question.shows(unit_key(registered.unit)):
        return
    if any(map(question.shows, headed_units(question, who))):
        return
    sql = (
        "SELECT 1 FROM asked_shares WHERE officer = :officer UNION ALL SELECT 1 FROM asked_answering WHERE officer = :officer"
        f" UNION ALL SELECT 1 FROM asked_custody WHERE unit_key {among(':units')} AND officer = :officer LIMIT 1"
    )
    if not question.rows(sql, {"officer": who, "units": listed(holding_units(question))}):
        raise Unknown(
            f"no officer {who}; check the id as registered, or as in the history of a dossier"
        )


def people_units(question: Asked, units: Collection[UnitKey] | None) -> list[str]:
    """The codes of all units that somebody held a dossier or answers in, as stated; '' where none is. Of some units: of their dossiers."""
    codes = _codes(question, units, ("custody", "shares", "answering"))
    if units is None:
        return codes
    held = f"SELECT DISTINCT unit FROM asked_custody WHERE unit_key {among(':units')}"
    return codes + [row[0] for row in question.rows(held, {"units": listed(sorted(units))})]


def _codes(question: Asked, units: Collection[UnitKey] | None, tables: Iterable[str]) -> list[str]:
    """The codes of people's units in these tables, as stated; of all dossiers, or of those of some units."""
    of_units = f" WHERE d.unit_key {among(':units')} AND x.dossier = d.dossier"
    each = (
        f"SELECT x.unit FROM asked_{table} AS x"
        if units is None
        else f"SELECT x.unit FROM asked_dossiers AS d CROSS JOIN asked_{table} AS x{of_units}"
        for table in tables
    )
    rows = question.rows(" UNION ".join(each), {"units": listed(sorted(units or ()))})
    return [row[0] for row in rows]


def officers(about: About, size: int | None = None, cursor: str | None = None) -> Answer:
    """How many people there are and a page of them, the largest share first, then by officer; `size` None: all.

    `--unit` chooses by the unit that dossiers belong to. A page costs as much as the whole: who stands where is known when all are
    counted. Refused (`invalid_cursor`).
    """
    after = _position(cursor)
    people: dict[Person, _Load] = defaultdict(_Load)
    _ended(about, people)
    some = "" if about.units is None else f" AND unit_key {among(':units')}"
    growing = about.question.rows(
        f"SELECT dossier FROM asked_dossiers WHERE {_GROWING}{some} ORDER BY dossier",
        about.bounds | {"units": listed(about.units or ())},
    )
    for _, assessment in about.question.judgements([row[0] for row in growing]):
        _take(assessment, people)
    return _page(about, people, size, after)


def _page(
    about: About,
    people: Mapping[Person, _Load],
    size: int | None,
    after: Place | None,
) -> Answer:
    placed = sorted((_place(person, load.share_minutes), person) for person, load in people.items())
    rest = [person for place, person in placed if after is None or place > after]
    shown = rest[:size]
    written = _written(about, {unit for _, unit in shown})
    return {
        "total": len(people),
        "next": _cursor(shown[-1], people) if len(shown) < len(rest) else None,
        "officers": [_row(person, people[person], written) for person in shown],
    }


def _written(about: About, units: Iterable[UnitKey]) -> Mapping[UnitKey, str]:
    """How these units' codes are written: as registered, else as stated, of several ways the first by code."""
    named = {unit: about.named(unit) for unit in units}
    written = {unit: each["unit"] for unit, each in named.items() if each["name"]}
    if any(unit not in written for unit in named if unit):
        # Few are not registered; and the question would go through all that people held.
        stated = people_units(about.question, about.units)
        written = {unit_key(code): code for code in sorted(stated, reverse=True)} | written
    return written


def _place(person: Person, share: int) -> Place:
    officer, unit = person
    return -share, officer is None, officer or "", unit


def _cursor(person: Person, people: Mapping[Person, _Load]) -> str:
    return to_json([people[person].share_minutes, *person]).decode()


def _position(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    said = None
    with suppress(ValueError):
        said = from_json(cursor)
    match said:
        case [int(share), str() | None as officer, str(unit)]:
            return _place((officer, UnitKey(unit)), share)
        case _:
            raise Refused("invalid_cursor", f"{cursor!r} is no `next` of an earlier answer")


def _row(person: Person, load: _Load, written: Mapping[UnitKey, str]) -> Answer:
    officer, unit = person
    return {
        "officer": officer,
        "unit": written.get(unit, unit) or None,
        "dossiers": load.dossiers,
        "late_dossiers": load.late_dossiers,
        "share_minutes": load.share_minutes,
        "held_minutes": load.held_minutes,
        "findings": dict(sorted(load.findings.items())),
    }


def _ended(about: About, people: dict[Person, _Load]) -> None:
    held = "count(DISTINCT x.dossier), sum(x.minutes)"
    for officer, unit, dossiers, minutes in _grouped(about, "custody", ("x.unit_key",), held):
        people[officer, unit].dossiers += dossiers
        people[officer, unit].held_minutes += minutes
    stated = _codes(about.question, about.units, ("shares", "answering"))
    about.question.beside(_KEYS, ((code, unit_key(code)) for code in stated))
    # The holder at the due instant may have a row with 0 minutes: marked, but charged with nothing.
    late = "count(DISTINCT CASE WHEN x.minutes > 0 THEN x.dossier END), sum(x.minutes)"
    for officer, unit, dossiers, minutes in _grouped(about, "shares", (_KEY,), late):
        people[officer, unit].late_dossiers += dossiers
        people[officer, unit].share_minutes += minutes
    found = "count(DISTINCT x.dossier)"
    for officer, unit, rule, n in _grouped(about, "answering", (_KEY, "x.rule"), found):
        people[officer, unit].findings[rule] += n


def _grouped(about: About, table: str, by: tuple[str, ...], figures: str) -> list[Any]:
    """Ended dossiers' rows by officer and by these columns; of the dossiers that the report is about."""
    # A report of few units begins with their dossiers, one of all with the rows of people: SQLite joins in the order written.
    joined, some = f"asked_{table} AS x CROSS JOIN asked_dossiers AS d", ""
    if about.units is not None:
        joined = f"asked_dossiers AS d CROSS JOIN asked_{table} AS x"
        some = f" AND d.unit_key {among(':units')}"
    columns = ("x.officer", *by)
    return about.question.rows(
        f"SELECT {', '.join(columns)}, {figures} FROM {joined} WHERE x.dossier = d.dossier{some} AND {_ENDED}"
        f" GROUP BY {', '.join(str(place + 1) for place in range(len(columns)))}",
        about.bounds | {"units": listed(about.units or ())},
    )


def _take(assessment: Assessment, people: dict[Person, _Load]) -> None:
    held: Counter[Person] = Counter()
    for segment in assessment.custody:
        held[segment.officer, unit_key(segment.unit)] += segment.minutes
    for person, minutes in held.items():
        people[person].dossiers += 1
        people[person].held_minutes += minutes
    shared: Counter[Person] = Counter()
    for share in assessment.responsibility:
        shared[share.officer, unit_key(share.unit)] += share.minutes
    for person, minutes in shared.items():
        people[person].late_dossiers += 1 if minutes else 0
        people[person].share_minutes += minutes
    for finding in assessment.findings:
        answering = {
            (who.officer, unit_key(who.unit or "")) for who in finding.responsible if who.officer
        }
        for person in answering:
            people[person].findings[finding.rule.name] += 1
