"""What can be asked: history, explain, violations, personal data. The command line and the HTTP API call the same functions.

Knows the answers' public shapes. Must not know how they are printed or transported.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from structlog import get_logger

from consumers.judging import judged
from domain import corrections
from domain.assessment import Assessment
from domain.counting import below
from domain.errors import Unknown
from domain.facts import Recorded, Submitted
from domain.rules import RULES, Finding
from domain.timeline import timeline
from domain.values import dossier_key, unit_key
from infra import answers
from infra.answers import Answer, text
from infra.asking import Asked, asked, listed
from infra.catalogue import policies_answer as policies
from infra.catalogue import rules_answer as rules
from infra.reports import calendar_complete, report
from infra.wiring import Store

__all__ = [
    "explain",
    "forget_person",
    "history",
    "policies",
    "report",
    "rules",
    "show_person",
    "violations",
]

_SELECT = "SELECT v.dossier, v.rule FROM asked_violations AS v WHERE 1"


def history(
    store: Store,
    code: str,
    *,
    lang: str = "vi",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """Every event of a dossier, in view at (T, K) or not, and the judgement. Unknown when there is no such dossier."""
    return _of_dossier(store, code, lang, as_of, known_at, events=True)


def explain(
    store: Store,
    code: str,
    *,
    lang: str = "vi",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """The judgement of a dossier at (T, K) with its reasons. Unknown when there is no such dossier."""
    return _of_dossier(store, code, lang, as_of, known_at, events=False)


def _of_dossier(
    store: Store,
    code: str,
    lang: str,
    as_of: datetime | None,
    known_at: datetime | None,
    *,
    events: bool,
) -> Answer:
    t, k = store.instants(as_of, known_at)
    key = found(store, code)
    logged = store.engine.history(key)
    recorded = [Recorded(version, fact) for version, fact, _ in logged]
    registered = store.views.directory(k)
    view = timeline(corrections.entries(recorded, k), as_of=t, known_at=k)
    assessment = judged(recorded, store.law, registered, t, k)
    printed = recorded[0].fact.subject
    complete = store.caught_up
    answer = answers.explanation(printed, view, assessment, complete=complete, lang=lang)
    answer["names"] = _names(answer, store, assessment, t, k)
    if not events:
        return answer
    told = answers.history(printed, logged, view, answer, complete=complete)
    return told | {"calendar_complete": assessment.calendar_complete, "names": answer["names"]}


def _names(
    answer: Answer, store: Store, assessment: Assessment, t: datetime, k: datetime
) -> dict[str, str]:
    """The names of the units, officers and the procedure that an answer mentions, as registered."""
    registered = store.views.directory(k)
    named: dict[str, str] = {}
    people = [*answer["custody"], *answer["responsibility"]]
    people += [who for finding in answer["findings"] for who in finding["responsible"]]
    for unit in {answer["unit"], *(person["unit"] for person in people)} - {None}:
        known = registered.unit(unit, t)
        if known is not None:
            named[unit] = known.name
    for officer in {person["officer"] for person in people} - {None}:
        officer_known = registered.officer(officer, t)
        if officer_known is not None and officer_known.name:
            named[officer] = officer_known.name
    procedure = registered.procedure(assessment.procedure, t)
    if procedure is not None and procedure.name and assessment.procedure:
        named[assessment.procedure] = procedure.name
    return named


def found(store: Store, code: str) -> str:
    """The key of the dossier that a printed code means; a paper book's number without its unit is enough if it is unique."""
    key = dossier_key(code)
    if store.log.heads([key]):
        return key
    likely = store.log.ending_with(f":{key}")
    if len(likely) > 1:
        raise Unknown(
            f"{code} stands in several books: {', '.join(likely[:5])}; name the unit as well"
        )
    if not likely:
        raise Unknown(f"no dossier {code} in the log; check the code as printed on the slip")
    return likely[0]


def violations(  # the filters of the public contract
    store: Store,
    *,
    rules: Sequence[str] = (),
    unit: str | None = None,
    officer: str | None = None,
    severity: int | None = None,
    dossier: str | None = None,
    count_by: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    lang: str = "vi",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """The findings that hold at (T, K), in the order of dossier and rule; `next` continues after the page."""
    t, k = store.instants(as_of, known_at)
    unknown = set(rules) - {rule.name for rule in RULES}
    if unknown:
        raise Unknown(f"no rule {', '.join(sorted(unknown))}; `dunghen rules` lists them")
    with asked(store.views, store.law, t, k) as question:
        where, values = _filters(
            question, rules, unit, severity, None if dossier is None else found(store, dossier)
        )
        answer: Answer = {
            "as_of": text(t),
            "known_at": text(k),
            "complete": question.complete and store.caught_up,
            "calendar_complete": calendar_complete(question),
        }
        if officer is not None:
            pairs = _answering(question, officer, where, values)
        elif count_by == "officer":
            return answer | _by_officer(question, where, values)
        elif count_by is not None:
            return answer | _counted(question, count_by, where, values)
        else:
            total = question.rows(
                f"SELECT count(*) FROM asked_violations AS v WHERE 1{where}", values
            )[0][0]
            page = _page(question, where, values, limit or 100, cursor)
            return answer | _told(question, page, total, limit or 100, lang)
        if count_by is not None:
            return answer | _counted_pairs(question, pairs, count_by)
        after = [pair for pair in pairs if cursor is None or pair > _position(cursor)]
        return answer | _told(question, after[: (limit or 100) + 1], len(pairs), limit or 100, lang)


def _filters(
    question: Asked,
    rules: Sequence[str],
    unit: str | None,
    severity: int | None,
    dossier: str | None,
) -> tuple[str, dict[str, Any]]:
    where = ""
    values: dict[str, Any] = {}
    if rules:
        where += " AND v.rule IN (SELECT value FROM json_each(:rules))"
        values["rules"] = listed(rules)
    if unit is not None:
        tree = below(question.directory, question.as_of, list(question.directory.units))
        where += " AND v.unit_key IN (SELECT value FROM json_each(:units))"
        values["units"] = listed(sorted(tree.get(unit_key(unit), {unit_key(unit)})))
    if severity is not None:
        where += " AND v.severity = :severity"
        values["severity"] = severity
    if dossier is not None:
        where += " AND v.dossier = :dossier"
        values["dossier"] = dossier
    return where, values


def _position(cursor: str) -> tuple[str, str]:
    dossier, _, rule = cursor.rpartition("~")
    return dossier, rule


def _page(
    question: Asked, where: str, values: dict[str, Any], limit: int, cursor: str | None
) -> list[tuple[str, str]]:
    after = ""
    if cursor is not None:
        values["dossier_after"], values["rule_after"] = _position(cursor)
        after = " AND (v.dossier, v.rule) > (:dossier_after, :rule_after)"
    sql = f"{_SELECT}{where}{after} ORDER BY v.dossier, v.rule LIMIT :page"
    return [tuple(row) for row in question.rows(sql, values | {"page": limit + 1})]


def _told(
    question: Asked, page: Sequence[tuple[str, str]], total: int, limit: int, lang: str
) -> Answer:
    """A page of findings, from `assess` at (T, K), so that growing minutes are exact."""
    shown = page[:limit]
    wanted: dict[str, list[str]] = {}
    for dossier, rule in shown:
        wanted.setdefault(dossier, []).append(rule)
    lines = [
        answers.violation(state.code, assessment, finding, lang)
        for state, assessment in question.judgements(list(wanted))
        for finding in sorted(assessment.findings, key=lambda f: f.rule.name)
        if finding.rule.name in wanted[state.dossier]
    ]
    more = len(page) > limit
    return {"total": total, "next": "~".join(shown[-1]) if more else None, "violations": lines}


def _answering(
    question: Asked, officer: str, where: str, values: dict[str, Any]
) -> list[tuple[str, str]]:
    """The findings that an officer answers for; of open dossiers only where he does at (T, K)."""
    rows = question.rows(
        "SELECT DISTINCT v.dossier, v.rule, v.growing FROM asked_violations AS v JOIN asked_answering AS a"
        " ON a.dossier = v.dossier AND a.rule = v.rule"
        f" WHERE a.officer = :officer{where} ORDER BY v.dossier, v.rule",
        values | {"officer": officer},
    )
    growing = sorted({dossier for dossier, _, grows in rows if grows})
    answering = {
        (state.dossier, finding.rule.name)
        for state, assessment in question.judgements(growing)
        for finding in assessment.findings
        if officer in _officers(finding)
    }
    return [
        (dossier, rule)
        for dossier, rule, grows in rows
        if not grows or (dossier, rule) in answering
    ]


def _officers(finding: Finding) -> set[str]:
    return {who.officer for who in finding.responsible if who.officer is not None}


def _counted(question: Asked, count_by: str, where: str, values: dict[str, Any]) -> Answer:
    column = {"rule": "v.rule", "unit": "d.unit"}[count_by]
    rows = question.rows(
        f"SELECT {column}, count(*) FROM asked_violations AS v JOIN asked_dossiers AS d ON d.dossier = v.dossier"
        f" WHERE 1{where} GROUP BY 1",
        values,
    )
    return _counts(dict(rows))


def _counted_pairs(question: Asked, pairs: Iterable[tuple[str, str]], count_by: str) -> Answer:
    if count_by == "rule":
        return _counts(Counter(rule for _, rule in pairs))
    units = dict(question.rows("SELECT dossier, unit FROM asked_dossiers"))
    return _counts(Counter(units[dossier] for dossier, _ in pairs))


def _by_officer(question: Asked, where: str, values: dict[str, Any]) -> Answer:
    """How many findings each officer answers for. `total` counts findings once, whoever answers."""
    counts: Counter[str | None] = Counter(
        dict(
            question.rows(
                "SELECT a.officer, count(DISTINCT v.dossier || v.rule) FROM asked_violations AS v JOIN asked_answering AS a"
                f" ON a.dossier = v.dossier AND a.rule = v.rule WHERE NOT v.growing{where} GROUP BY 1",
                values,
            )
        )
    )
    growing = question.rows(
        f"SELECT v.dossier, v.rule FROM asked_violations AS v WHERE v.growing{where}", values
    )
    wanted: dict[str, set[str]] = {}
    for dossier, rule in growing:
        wanted.setdefault(dossier, set()).add(rule)
    for state, assessment in question.judgements(sorted(wanted)):
        for finding in assessment.findings:
            if finding.rule.name in wanted[state.dossier]:
                counts.update(_officers(finding))
    total = question.rows(f"SELECT count(*) FROM asked_violations AS v WHERE 1{where}", values)[0][
        0
    ]
    return _counts(counts) | {"total": total}


def _counts(counts: dict[Any, int]) -> Answer:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return {
        "total": sum(counts.values()),
        "counts": [{"key": key, "count": count} for key, count in ranked],
    }


def show_person(store: Store, code: str, *, reader: str) -> Answer:
    """The applicant of a dossier, in clear; that it was read is logged, without what was read."""
    recorded = store.engine.recorded(found(store, code))
    get_logger().warning("personal data read", dossier=recorded[0].fact.subject, reader=reader)
    named = [store.vault.reveal(fact) for _, fact in recorded if isinstance(fact.data, Submitted)]
    known = [applicant for applicant in named if applicant is not None]
    return {"dossier": recorded[0].fact.subject, "applicant": asdict(known[-1]) if known else None}


def forget_person(store: Store, code: str) -> Answer:
    """Delete the dossier's key: the person is erased, the chain stays valid."""
    key = found(store, code)
    return {
        "dossier": store.engine.recorded(key)[0].fact.subject,
        "forgotten": store.vault.forget(key),
    }
