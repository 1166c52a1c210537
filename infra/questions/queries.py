"""What can be asked: history, explain, personal data, and what other modules answer. The command line and the HTTP API call the same functions.

Knows the answers' public shapes. Must not know how they are printed or transported.
"""

from dataclasses import asdict
from datetime import datetime

from structlog import get_logger

from consumers.judging import judged
from domain import corrections
from domain.facts import Recorded, Submitted
from domain.timeline import timeline
from infra import answers
from infra.answers import Answer
from infra.audit import administered, audit, person_read
from infra.questions.catalogue import policies_answer as policies
from infra.questions.catalogue import rules_answer as rules
from infra.questions.catalogue import rules_at
from infra.questions.findings import every_violation, found, violations
from infra.questions.reports import report
from infra.questions.units import units
from infra.wiring import Store

__all__ = [
    "audit",
    "beside",
    "every_violation",
    "explain",
    "forget_person",
    "history",
    "policies",
    "report",
    "rules",
    "rules_at",
    "show_person",
    "units",
    "version",
    "violations",
]


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


def version(store: Store, code: str) -> int:
    """How many events a dossier has, recorded up to now. Unknown when there is no such dossier."""
    key = found(store, code)
    return store.log.heads([key])[key].version


def beside(
    store: Store, code: str, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> Answer:
    """What a page shows beside the answer of `explain`: the instants whose hour no source gave, and the kind of end."""
    t, k = store.instants(as_of, known_at)
    recorded = [
        Recorded(line.version, line.fact) for line in store.engine.history(found(store, code))
    ]
    view = timeline(corrections.entries(recorded, k), as_of=t, known_at=k)
    assumed = {entry.at for entry in view.entries if entry.data.time_precision == "date"}
    assumed -= {entry.at for entry in view.entries if entry.data.time_precision is None}
    return {
        "assumed": [answers.text(at) for at in sorted(assumed)],
        "end": None if view.end is None else view.end.fact.kind,
    }


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
    complete = store.caught_up  # of what is read from here on
    registered = store.views.directory(k)
    view = timeline(corrections.entries(recorded, k), as_of=t, known_at=k)
    assessment = judged(recorded, store.law, registered, t, k)
    printed = recorded[0].fact.subject
    answer = answers.explanation(
        printed, view, assessment, registered, complete=complete, lang=lang
    )
    if not events:
        return answer
    told = answers.history(printed, logged, view, answer, complete=complete)
    return told | {"calendar_complete": assessment.calendar_complete, "names": answer["names"]}


def show_person(
    store: Store,
    code: str,
    *,
    reader: str,
    reader_id: str | None = None,
    role: str | None = None,
    reason: str | None = None,
) -> Answer:
    """The applicant of a dossier, in clear. That it was read is recorded before it is told: beside the keys, and in the log.

    Nothing is recorded where there was nothing to read.
    """
    store.scope.need("persons")
    recorded = store.engine.recorded(found(store, code))
    dossier = recorded[0].fact.subject
    named = [store.vault.reveal(fact) for _, fact in recorded if isinstance(fact.data, Submitted)]
    known = [applicant for applicant in named if applicant is not None]
    if known:
        person_read(store, dossier, by=reader, by_id=reader_id, role=role, reason=reason)
        get_logger().info("personal data read", dossier=dossier, reader=reader)
    return {
        "dossier": dossier,
        "applicant": asdict(known[-1]) if known else None,
        "named": any(
            isinstance(fact.data, Submitted) and fact.data.applicant is not None
            for _, fact in recorded
        ),
    }


def forget_person(store: Store, code: str, *, by: str, reason: str | None = None) -> Answer:
    """Delete the dossier's key: the person is erased, the chain stays valid. Who did so is put on record."""
    store.scope.need("administer")
    key = found(store, code)
    dossier = store.engine.recorded(key)[0].fact.subject
    administered(store, "person_forgotten", dossier, by=by, reason=reason)
    return {"dossier": dossier, "forgotten": store.vault.forget(key)}
