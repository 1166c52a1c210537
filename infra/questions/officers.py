"""`report officers`: what officers held and answer for, in dossiers that were open at some time of the period.

Knows the tables of custody, shares and answering; growing minutes of open dossiers come from `assess`. Must not know how
lateness is shared out.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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

_OPEN = "accepted_on <= :last AND (ended_on IS NULL OR ended_on >= :first)"

_KEYS = Table("keys", ("unit", "unit_key"), 1)
"""One officer in one unit is one person, however the unit's code is written."""

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
    if units is None:
        return [
            row[0]
            for row in question.rows(
                "SELECT unit FROM asked_custody UNION SELECT unit FROM asked_shares"
                " UNION SELECT unit FROM asked_answering"
            )
        ]
    of_units = f"asked_dossiers AS d CROSS JOIN asked_{{}} AS x WHERE d.unit_key {among(':units')} AND x.dossier = d.dossier"
    tables = " UNION ".join(
        f"SELECT x.unit FROM {of_units.format(table)}"
        for table in ("custody", "shares", "answering")
    )
    held = f"SELECT unit FROM asked_custody WHERE unit_key {among(':units')}"
    return [
        row[0] for row in question.rows(f"{tables} UNION {held}", {"units": listed(sorted(units))})
    ]


def officers(
    about: About, stated: Sequence[str], size: int | None = None, cursor: str | None = None
) -> Answer:
    """How many people there are and a page of them, the largest share first, then by officer; `size` None: all.

    `--unit` chooses by the unit that dossiers belong to. `stated`: the codes of people's units, as written. A page costs as much as
    the whole: who stands where is known when all are counted. Refused (`invalid_cursor`).
    """
    after = _position(cursor)
    people: dict[Person, _Load] = defaultdict(_Load)
    about.question.beside(_KEYS, ((code, unit_key(code)) for code in stated))
    _ended(about, people)
    some = "" if about.units is None else f" AND unit_key {among(':units')}"
    growing = about.question.rows(
        f"SELECT dossier, unit_key FROM asked_dossiers WHERE growing = 1{some} AND {_OPEN} ORDER BY dossier",
        about.bounds | {"units": listed(about.units or ())},
    )
    mine = [dossier for dossier, unit in growing if about.holds(unit)]
    for _, assessment in about.question.judgements(mine):
        _take(assessment, people)
    return _page(about, people, stated, size, after)


def _page(
    about: About,
    people: Mapping[Person, _Load],
    stated: Sequence[str],
    size: int | None,
    after: Place | None,
) -> Answer:
    written = {unit_key(code): code for code in sorted(stated, reverse=True)}
    placed = sorted((_place(person, load.share_minutes), person) for person, load in people.items())
    rest = [person for place, person in placed if after is None or place > after]
    shown = rest[:size]
    return {
        "total": len(people),
        "next": _cursor(shown[-1], people) if len(shown) < len(rest) else None,
        "officers": [_row(about, person, people[person], written) for person in shown],
    }


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


def _row(about: About, person: Person, load: _Load, written: dict[UnitKey, str]) -> Answer:
    officer, unit = person
    registered = about.named(unit)
    return {
        "officer": officer,
        "unit": (registered["unit"] if registered["name"] else written.get(unit, unit)) or None,
        "dossiers": load.dossiers,
        "late_dossiers": load.late_dossiers,
        "share_minutes": load.share_minutes,
        "held_minutes": load.held_minutes,
        "findings": dict(sorted(load.findings.items())),
    }


def _ended(about: About, people: dict[Person, _Load]) -> None:
    for officer, unit, dossiers, minutes in _grouped(
        about, "asked_custody", "count(DISTINCT x.dossier), sum(x.minutes)"
    ):
        people[officer, unit].dossiers += dossiers
        people[officer, unit].held_minutes += minutes
    # The holder at the due instant may have a row with 0 minutes: marked, but charged with nothing.
    late = "count(DISTINCT CASE WHEN x.minutes > 0 THEN x.dossier END), sum(x.minutes)"
    for officer, unit, dossiers, minutes in _grouped(about, "asked_shares", late):
        people[officer, unit].late_dossiers += dossiers
        people[officer, unit].share_minutes += minutes
    for officer, unit, n, rule in _grouped(
        about, "asked_answering", "count(DISTINCT x.dossier), x.rule", ", x.rule"
    ):
        people[officer, unit].findings[rule] += n


def _grouped(about: About, table: str, columns: str, more: str = "") -> Iterator[tuple[Any, ...]]:
    """Ended dossiers' rows by officer and unit key; of the dossiers that the report is about."""
    # A report of few units begins with their dossiers, one of all with the rows of people: SQLite joins in the order written.
    joined, some = f"{table} AS x CROSS JOIN asked_dossiers AS d", ""
    if about.units is not None:
        joined = f"asked_dossiers AS d CROSS JOIN {table} AS x"
        some = f" AND d.unit_key {among(':units')}"
    for officer, unit, owner, *figures in about.question.rows(
        f"SELECT x.officer, k.unit_key, d.unit_key, {columns} FROM {joined} CROSS JOIN keys AS k"
        f" WHERE x.dossier = d.dossier AND k.unit = x.unit{some} AND d.growing = 0 AND {_OPEN} GROUP BY 1, 2, 3{more}",
        about.bounds | {"units": listed(about.units or ())},
    ):
        if about.holds(owner):
            yield officer, unit, *figures


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
