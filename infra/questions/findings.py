"""`violations`: the findings that hold at (T, K), a page of them, or how many there are by rule, unit or officer.

Knows the tables of findings, of those who answer for them, and their counts. Must not know how answers are printed.

Totals and counts come from the counts that the database keeps; only the findings of the page shown, and those of open dossiers
that are answered for by a growing lateness, are asked of `assess`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

from consumers.project import is_dossier
from domain.counting import below, names
from domain.errors import Refused, Unknown
from domain.rules import RULES, Finding
from domain.rules.units import UNIT_RULES
from domain.values import UnitKey, dossier_key, unit_key
from infra import answers
from infra.answers import Answer, text
from infra.questions.asking import Asked, asked
from infra.questions.filtering import Filter
from infra.questions.officers import check_officer, headed_units
from infra.questions.reports import calendar_complete
from infra.rows.keptlines import Mark
from infra.rows.tables import among, listed
from infra.scoping import sees
from infra.wiring import Store

Pair = tuple[str, str]
"""A finding: its dossier's key and its rule's name."""

_PAGE: Final = 100
"""Findings on a page, when nothing is said."""

_AT_ONCE: Final = 500
"""Findings that are judged at once where all are listed."""


def violations(  # the filters of the public contract
    store: Store,
    *,
    rules: Sequence[str] = (),
    unit: str | None = None,
    officer: str | None = None,
    severity: int | None = None,
    dossier: str | None = None,
    period: tuple[date, date] | None = None,
    count_by: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    lang: str = "vi",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """The findings that hold at (T, K), in the order of dossier and rule; `next` continues after the page."""
    store.scope.need("dossiers")
    t, k = store.instants(as_of, known_at)
    of_rules = chosen_rules(rules, severity)
    key = None if dossier is None else found(store, dossier)
    with asked(store, t, k) as question:
        wanted = Filter(of_rules, units_of(question, unit), key, period)
        answer = _head(store, question)
        size = limit or _PAGE
        if officer is not None:
            pairs = _answering(question, officer, wanted)
            if count_by is not None:
                return answer | _counted_pairs(question, pairs, count_by)
            page = _behind(pairs, cursor)
            before = {"before": len(pairs) - len(page)}
            return answer | before | _told(question, page[: size + 1], len(pairs), size, lang)
        match count_by:
            case "officer":
                return answer | _by_officer(question, wanted)
            case "unit":
                counts = _counted(question, wanted, "unit_key, unit")
                return answer | _ranked(_by_unit(question, counts))
            case "rule":
                return answer | _ranked(_by_rule(question, wanted))
            case _:
                pass
        total = sum(_by_rule(question, wanted).values())
        page = _page(question, wanted, total, size, cursor)
        before = {"before": _before(question, wanted, cursor)}
        return answer | before | _told(question, page, total, size, lang)


@contextmanager
def every_violation(  # the same filters
    store: Store,
    *,
    rules: Sequence[str] = (),
    unit: str | None = None,
    officer: str | None = None,
    severity: int | None = None,
    dossier: str | None = None,
    period: tuple[date, date] | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    lang: str = "vi",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Iterator[tuple[Answer, Iterator[Answer]]]:
    """The findings of `violations` without pages: what stands above them, and each in order, a few dossiers in memory at a time.

    One unchanging picture of the tables as long as the block lasts. `limit` None: all; else `next` is there when the last row is.
    """
    store.scope.need("dossiers")
    t, k = store.instants(as_of, known_at)
    of_rules = chosen_rules(rules, severity)
    key = None if dossier is None else found(store, dossier)
    with asked(store, t, k) as question:
        wanted = Filter(of_rules, units_of(question, unit), key, period)
        pairs = None if officer is None else _answering(question, officer, wanted)
        total = sum(_by_rule(question, wanted).values()) if pairs is None else len(pairs)
        answer = _head(store, question) | {"total": total, "next": None}

        def each() -> Iterator[Answer]:
            after, left = cursor, limit
            while left is None or left > 0:
                size = _AT_ONCE if left is None else min(_AT_ONCE, left)
                page = (
                    _page(question, wanted, total, size, after)
                    if pairs is None
                    else _behind(pairs, after)[: size + 1]
                )
                told = _told(question, page, total, size, lang, keep=False)
                yield from told["violations"]
                after, left = told["next"], None if left is None else left - size
                if after is None:
                    return
            answer["next"] = after

        yield answer, each()


def _head(store: Store, question: Asked) -> Answer:
    return {
        "as_of": text(question.as_of),
        "known_at": text(question.known_at),
        "complete": question.complete and store.caught_up,
        "calendar_complete": calendar_complete(question),
    }


def chosen_rules(named: Sequence[str], severity: int | None) -> Collection[str] | None:
    """The rules asked for, by name and by severity; None: all. Refused (`unknown_rule`, `rule_of_units`) where there is none of a name."""
    unknown = set(named) - {rule.name for rule in RULES}
    of_units = unknown.intersection(rule.name for rule in UNIT_RULES)
    if of_units:
        raise Refused(
            "rule_of_units",
            f"{', '.join(sorted(of_units))}: about a unit in a period, not about a dossier; `dunghen report units`,"
            " /reports/units and the page of the unit tell it",
        )
    if unknown:
        raise Refused(
            "unknown_rule", f"no rule {', '.join(sorted(unknown))}; `dunghen rules` lists them"
        )
    if severity is None:
        return set(named) or None
    of_severity = {rule.name for rule in RULES if rule.severity == severity}
    return of_severity.intersection(named) if named else of_severity


def chosen_units(store: Store, unit: str) -> Collection[str]:
    """The keys of a unit and of all that lie below it, now. Unknown where nothing belongs to such a unit."""
    store.scope.need("dossiers")
    with asked(store, store.now, store.now) as question:
        return units_of(question, unit) or ()


def units_of(question: Asked, unit: str | None) -> Collection[str] | None:
    """A unit with all that lie below it."""
    if unit is None:
        return None
    tree = below(question.directory, question.as_of, list(question.directory.units))
    key = unit_key(unit)
    known = key in tree and question.shows(key)
    if not known and not question.rows(
        "SELECT 1 FROM asked_dossiers WHERE unit_key = ? LIMIT 1", (key,)
    ):
        raise Unknown(f"no unit {unit}; check its code as registered, or as on the slip")
    return tree.get(key, {key})


def found(store: Store, code: str) -> str:
    """The key of the dossier that a printed code means; a paper book's number without its unit is enough if it is unique.

    Unknown where there is none that the Store's scope shows: it is not told whether there is one.
    """
    store.scope.need("dossiers")
    key = dossier_key(code)
    if store.log.heads([key]) and sees(store, key):
        return key
    likely = [
        other
        for other in store.log.ending_with(f":{key}")
        if is_dossier(other) and sees(store, other)
    ]
    if len(likely) > 1:
        raise Unknown(
            f"{code} stands in several books: {', '.join(likely[:5])}; name the unit as well"
        )
    if not likely:
        raise Unknown(f"no dossier {code} in the log; check the code as printed on the slip")
    return likely[0]


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _position(cursor: str) -> Pair:
    dossier, _, rule = cursor.rpartition("~")
    if rule not in {rule.name for rule in RULES}:
        raise Refused("invalid_cursor", f"{cursor!r} is no `next` of an earlier answer")
    return dossier, rule


def _behind(pairs: Sequence[Pair], cursor: str | None) -> Sequence[Pair]:
    """Those after a cursor, of findings in order."""
    return pairs if cursor is None else pairs[bisect_right(pairs, _position(cursor)) :]


def _page(question: Asked, wanted: Filter, total: int, size: int, cursor: str | None) -> list[Pair]:
    """The findings after a cursor, one more than a page."""
    where, values = wanted.where_listed(total), {**wanted.values, "page": size + 1}
    if cursor is not None:
        values["after"], values["after_rule"] = _position(cursor)
        where += " AND dossier >= :after AND (dossier > :after OR rule > :after_rule)"
    sql = f"SELECT dossier, rule FROM asked_violations WHERE 1 = 1{where} ORDER BY dossier, rule LIMIT :page"
    return [tuple(row) for row in question.rows(sql, values)]


def _before(question: Asked, wanted: Filter, cursor: str | None) -> int:
    """How many findings come before a page."""
    if cursor is None:
        return 0
    after, rule = _position(cursor)
    ((before,),) = question.rows(
        f"SELECT count(*) FROM asked_violations WHERE 1 = 1{wanted.where()}"
        " AND dossier <= :after AND (dossier < :after OR rule <= :after_rule)",
        {**wanted.values, "after": after, "after_rule": rule},
    )
    return int(before)


def _told(
    question: Asked, page: Sequence[Pair], total: int, size: int, lang: str, *, keep: bool = True
) -> Answer:
    """A page of findings, from `assess` at (T, K), so that growing minutes are exact. `keep`: it may be asked for again."""
    shown = page[:size]
    wanted: dict[str, list[str]] = {}
    for dossier, rule in shown:
        wanted.setdefault(dossier, []).append(rule)
    more = len(page) > size
    return {
        "total": total,
        "next": "~".join(shown[-1]) if more else None,
        "violations": _lines(question, wanted, lang, question.marks(wanted) if keep else {}),
    }


def _lines(
    question: Asked, wanted: Mapping[str, Sequence[str]], lang: str, marks: Mapping[str, Mark]
) -> list[Answer]:
    """The findings of dossiers by these rules; kept where the dossier has ended and its mark is known."""
    kept = question.views.memory.lines.under(question.directory, question.law) if marks else None
    told: dict[str, list[Answer]] = {}
    for dossier, mark in marks.items():
        if kept and (known := kept.of(dossier, mark, wanted[dossier], lang)) is not None:
            told[dossier] = known
    for state, assessment in question.judgements([key for key in wanted if key not in told]):
        lines = {
            finding.rule.name: answers.listed_violation(state.code, assessment, finding, lang)
            for finding in sorted(assessment.findings, key=lambda f: f.rule.name)
            if finding.rule.name in wanted[state.dossier]
        }
        if kept and assessment.finished_at is not None and state.dossier in marks:
            kept.keep(state.dossier, marks[state.dossier], lines, lang)
        told[state.dossier] = list(lines.values())
    return [line for dossier in wanted for line in told[dossier]]


# ── counts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _counted(question: Asked, wanted: Filter, columns: str) -> list[Any]:
    """How many findings have the same in these columns, as the last column of each row."""
    sql = f"SELECT {columns}, sum(n) FROM {wanted.counts()} GROUP BY {columns} HAVING sum(n) > 0"
    return question.rows(sql, wanted.values)


def _by_rule(question: Asked, wanted: Filter) -> dict[str, int]:
    return dict(_counted(question, wanted, "rule"))


def _by_unit(
    question: Asked, counts: Iterable[tuple[UnitKey | None, str | None, int]]
) -> dict[object, int]:
    """Counts by unit, however dossiers write its code: under the registered one, else the first of theirs."""
    by_key: Counter[UnitKey | None] = Counter()
    stated: dict[UnitKey | None, str] = {}
    for key, unit, n in counts:
        by_key[key] += n
        stated[key] = min(stated.get(key, unit or ""), unit or "")
    at, registered = question.as_of, question.directory
    return {
        None if key is None else names(registered, key, at, stated[key])["unit"]: n
        for key, n in by_key.items()
    }


def _by_officer(question: Asked, wanted: Filter) -> Answer:
    """How many findings each officer answers for. `total` counts findings once, whoever answers."""
    sql = f"SELECT officer, sum(n) FROM {wanted.counts_answered()} GROUP BY 1 HAVING sum(n) > 0"
    counts: Counter[str | None] = Counter(dict(question.rows(sql, wanted.values)))
    growing = question.rows(f"{_GROWING}{wanted.where_growing()}", wanted.values)
    for _, officers in _growing(question, growing):
        counts.update(officers)
    return _ranked(counts) | {"total": sum(_by_rule(question, wanted).values())}


def _counted_pairs(question: Asked, pairs: Iterable[Pair], count_by: str) -> Answer:
    if count_by == "rule":
        return _ranked(Counter(rule for _, rule in pairs))
    dossiers = [dossier for dossier, _ in pairs]
    sql = f"SELECT dossier, unit_key, unit FROM asked_dossiers WHERE dossier {among()}"
    units = {dossier: unit for dossier, *unit in question.rows(sql, (listed(dossiers),))}
    return _ranked(_by_unit(question, [(*units[dossier], 1) for dossier in dossiers]))


def _ranked(counts: dict[Any, int]) -> Answer:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return {
        "total": sum(counts.values()),
        "counts": [{"key": key, "count": count} for key, count in ranked],
    }


# ── who answers ─────────────────────────────────────────────────────────────────────────────────────────────────────

_GROWING: Final = "SELECT dossier, rule FROM asked_violations AS v WHERE growing = 1"

# He may have come to answer as an officer, or as the head of a unit that left a dossier unassigned.
_MAY_ANSWER: Final = (
    " AND ((dossier, rule) IN (SELECT dossier, rule FROM asked_answering WHERE officer = :officer)"
    f" OR dossier IN (SELECT dossier FROM asked_custody WHERE officer IS NULL AND unit_key {among(':headed')}))"
)


def _answering(question: Asked, officer: str, wanted: Filter) -> list[Pair]:
    """The findings that an officer answers for at (T, K), in order. Unknown where there are none and nobody knows of such an officer."""
    values = {**wanted.values, "officer": officer}
    constant = question.rows(
        "SELECT dossier, rule FROM asked_answering AS a WHERE officer = :officer AND counted = 1"
        + wanted.where_answered(),
        values,
    )
    values["headed"] = listed(headed_units(question, officer))
    growing = question.rows(f"{_GROWING}{wanted.where_growing()}{_MAY_ANSWER}", values)
    now = [pair for pair, officers in _growing(question, growing) if officer in officers]
    pairs = sorted([*map(tuple, constant), *now])
    if not pairs:
        check_officer(question, officer)
    return pairs


def _growing(question: Asked, pairs: Sequence[Pair]) -> Iterable[tuple[Pair, set[str]]]:
    """These findings of open dossiers, each with the officers who answer for it at (T, K)."""
    wanted: dict[str, set[str]] = {}
    for dossier, rule in pairs:
        wanted.setdefault(dossier, set()).add(rule)
    for state, assessment in question.judgements(sorted(wanted)):
        for finding in assessment.findings:
            if finding.rule.name in wanted[state.dossier]:
                yield (state.dossier, finding.rule.name), _officers(finding)


def _officers(finding: Finding) -> set[str]:
    return {who.officer for who in finding.responsible if who.officer is not None}
