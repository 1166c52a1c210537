"""Opinions of other units (lấy ý kiến, phối hợp): NĐ 61/2018 Đ19.5b; TT 01/2018 Đ13.2.

Knows who was asked, by when, and who answered. Must not know the dossier's own due date.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from domain.facts import OneStopNotified, OpinionReceived, OpinionRequested
from domain.rules._law import ND61, ND118, TT01, basis
from domain.rules._rule import Breach, Case, Responsible, Rule
from domain.timeline import Entry
from domain.values import Due, first_after, unit_key


def _late(case: Case) -> Iterator[tuple[datetime, Entry[OpinionRequested], datetime | None]]:
    """Opinions not given in time: since when, the request, and when it was answered at last."""
    received = case.timeline.of(OpinionReceived)
    for request in case.timeline.of(OpinionRequested):
        answer = _answer(request, received) if received else None
        due = _due(request, answer)
        if due is None:
            continue
        since = max(first_after(due), request.at)
        answered = None if answer is None else answer.at
        if (answered is None or answered >= since) and not case.ended_by(since):
            yield since, request, answered


def _answer(
    request: Entry[OpinionRequested], received: Sequence[Entry[OpinionReceived]]
) -> Entry[OpinionReceived] | None:
    """The first opinion after the request by the unit that was asked."""
    asked = unit_key(request.data.of.unit)
    return next(
        (e for e in received if request.precedes(e) and unit_key(e.data.of.unit) == asked), None
    )


def _due(request: Entry[OpinionRequested], answer: Entry[OpinionReceived] | None) -> Due | None:
    stated = request.data.answer_due_at
    return stated if stated is not None or answer is None else answer.data.answer_due_at


def _told(case: Case, entry: Entry[OpinionRequested]) -> dict[str, object]:
    due = _due(entry, _answer(entry, case.timeline.of(OpinionReceived)))
    return {"of": entry.data.of.unit, "limit": due}


def _consulted(entries: Sequence[Entry[Any]]) -> tuple[Responsible, ...]:
    return tuple(
        dict.fromkeys(Responsible(None, e.data.of.unit, "consulted_unit") for e in entries)
    )


def _opinion_overdue(case: Case) -> Breach | None:
    late = [(since, request) for since, request, _ in _late(case)]
    return case.earliest(late, _consulted, lambda _, entry: _told(case, entry))


def _opinion_overdue_not_reported(case: Case) -> Breach | None:
    reports = case.timeline.of(OneStopNotified)
    silent: list[tuple[datetime, Entry[Any]]] = []
    for overdue, request, answered in _late(case):
        since = case.end_of_working_day(overdue, case.policy.reporting_working_days)
        reported = any(request.at <= report.at < since for report in reports)
        settled = answered is not None and answered < since
        if not (reported or settled or case.ended_by(since)):
            silent.append((since, request))
    lead = (Responsible(None, case.unit, "unit"),)
    return case.earliest(silent, lambda _: lead, lambda _, entry: _told(case, entry))


RULES = (
    Rule(
        name="opinion_overdue",
        vietnamese="Đơn vị phối hợp trả lời chậm",
        english="Consulted unit late with its opinion",
        severity=1,
        answers="the consulted unit",
        trigger="an `opinion_requested` with a stated limit, not answered by the same unit within it; "
        "not where the dossier ended before the limit",
        basis=basis(
            ((ND61, "Đ19.5b"), (TT01, "Đ13.2")), ((ND118, "Đ19 (chưa đối chiếu)"), (TT01, "Đ13.2"))
        ),
        reads=(OpinionRequested,),
        check=_opinion_overdue,
    ),
    Rule(
        name="opinion_overdue_not_reported",
        vietnamese="Không báo việc phối hợp chậm",
        english="Late opinion not reported",
        severity=0,
        answers="the lead unit",
        trigger="an opinion overdue and neither answered, nor told to the one-stop unit (`one_stop_notified`), by the "
        "end of the next working day after the date on which it became overdue",
        basis=basis(((ND61, "Đ19.5b"),), ((ND118, "Đ19 (chưa đối chiếu)"),)),
        reads=(OpinionRequested,),
        check=_opinion_overdue_not_reported,
    ),
)
