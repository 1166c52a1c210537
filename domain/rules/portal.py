"""The national portal against the unit's own record, and data that was made, not recorded: TT 01/2018 Đ17; NĐ 61/2018 Đ5.1c.

Knows observed states, instants and corrections. Must not know lateness.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import zip_longest
from typing import Any

from domain.deadlines import promised
from domain.facts import (
    Accepted,
    Corrected,
    DueDateChanged,
    IntakeRefused,
    PortalStateObserved,
    Said,
    SupplementReceived,
    SupplementRequested,
)
from domain.rules._law import ND61, ND118, QD766, TT01, basis
from domain.rules._rule import Breach, Case, Responsible, Rule
from domain.timeline import ENDS, Entry
from domain.values import date_of

REFUSED_INTAKE, FINISHED = 3, 9
RUNNING, ENDED = frozenset({2, 4, 5, 6}), frozenset({7, 8, 9, 10})
"""National status codes (DOMAIN 5.4)."""

NOBODY = "cán bộ một cửa"
"""The role that synchronising software writes where it knows no officer."""

CROWD = 3
"""So many facts at one instant were not done by hand."""


def _national_local_mismatch(case: Case) -> Breach | None:
    """Since the first of the last unbroken run of observations that differ."""
    first: Entry[PortalStateObserved] | None = None
    lacks: tuple[str, ...] = ()
    for seen in case.timeline.of(PortalStateObserved):
        lacks = _differs(case, seen)
        if not lacks:
            first = None
        elif first is None:
            first = seen
    if first is None:
        return None
    last = case.timeline.of(PortalStateObserved)[-1]
    answer = (Responsible(None, case.unit, "unit"), case.one_stop)
    evidence = (first,) if first is last else (first, last)
    return Breach(first.at, answer, evidence, params={"lacks": lacks})


def _differs(case: Case, seen: Entry[PortalStateObserved]) -> tuple[str, ...]:
    said, timeline = seen.data, case.timeline
    shown = next((due for entry, due in reversed(case.portal_dates) if entry.precedes(seen)), None)
    end = timeline.end if timeline.end is not None and timeline.end.precedes(seen) else None
    found = []
    if said.due_at is not None and shown is not None and date_of(said.due_at) != date_of(shown):
        found.append("due")
    if said.finished_at is not None and end is not None:
        days = {entry.at.date() for entry in timeline.ends if entry.precedes(seen)}
        if date_of(said.finished_at) not in days:
            found.append("end")
    if _other_status(case, seen, end):
        found.append("status")
    return tuple(found)


def _other_status(case: Case, seen: Entry[PortalStateObserved], end: Entry[Any] | None) -> bool:
    status, accepted = seen.data.status, case.timeline.accepted
    taken_in = accepted is not None and accepted.precedes(seen)
    if status in ENDED:
        return end is None
    if status == REFUSED_INTAKE:
        return not any(entry.precedes(seen) for entry in case.timeline.of(IntakeRefused))
    if status in RUNNING:
        return not taken_in or (end is not None and _old(case, end, seen))
    return accepted is not None and _old(case, accepted, seen)


def _old(case: Case, entry: Entry[Any], seen: Entry[Any]) -> bool:
    lag = case.calendar.wdays(entry.at, seen.at)
    return entry.precedes(seen) and lag > case.policy.sync_working_days


def _synthetic_history(case: Case) -> Breach | None:
    entries = case.timeline.entries
    found: list[tuple[Entry[Any], str]] = []
    for entry, third in zip_longest(entries, entries[CROWD - 1 :]):
        actor = entry.fact.data.actor
        if actor is not None and actor.officer is not None and actor.officer.lower() == NOBODY:
            found.append((entry, "nobody"))
        if third is not None and entry.at == third.at and _crowded(entries, entry):
            found.append((entry, "same_instant"))
        if entry.fact.recorded_at < entry.fact.time and _foretold(case, entry):
            found.append((entry, "recorded_before"))
    if PortalStateObserved in case.timeline.by_type:
        found += [(e, "finished_at_request") for e in _finished_at_request(case)]
    if not found:
        return None
    found.sort(key=lambda sign: sign[0])
    signs = tuple(dict.fromkeys(sign for _, sign in found))
    evidence = tuple({entry.version: entry for entry, _ in found}.values())
    unit = Responsible(None, case.unit, "unit")
    return Breach(found[0][0].at, (unit,), evidence, params={"lacks": signs})


def _crowded(entries: Sequence[Entry[Any]], first: Entry[Any]) -> bool:
    """Whether the facts from this one on, all at its instant, are of different types and known to the instant."""
    start = entries.index(first)
    crowd = entries[start : start + CROWD]
    exact = all(entry.data.time_precision is None for entry in crowd)
    return exact and len({type(entry.data) for entry in crowd}) == CROWD


def _foretold(case: Case, entry: Entry[Any]) -> bool:
    """Whether its own system says to have known of it before it happened, by more than clocks differ (EVENTS, `recordedtime`)."""
    fact = entry.fact
    if not fact.recorded_known:
        return False
    if fact.data.time_precision is not None:
        return fact.recorded_at.date() < fact.time.date()
    return fact.time - fact.recorded_at > timedelta(minutes=case.policy.clock_skew_minutes)


def _finished_at_request(case: Case) -> list[Entry[PortalStateObserved]]:
    requests = {entry.at for entry in case.timeline.of(SupplementRequested)}
    return [
        e
        for e in case.timeline.of(PortalStateObserved)
        if e.data.status == FINISHED and (e.at in requests or e.data.finished_at in requests)
    ]


def _history_tampered(case: Case) -> Breach | None:
    changing = [(e, lacks) for e in case.timeline.of(Corrected) if (lacks := _changed(case, e))]
    if not changing:
        return None
    first, lacks = changing[0]
    entries = tuple(entry for entry, _ in changing)
    said = first.data
    params = {"lacks": lacks, "reason": said.reason, "authorised_by": said.authorised_by}
    answer = (*case.actors(entries), case.one_stop)
    turns = tuple(entry.at for entry in entries[1:])
    return Breach(first.at, answer, entries, params=params, turns=turns)


def _changed(case: Case, correction: Entry[Corrected]) -> tuple[str, ...]:
    """What a standing correction of acceptance, due date or end did to them."""
    assert correction.undid is not None  # those that do not count are not in view
    before, after = correction.undid
    return _of_acceptance(case, before, after) or _of_due(before, after) or _of_end(before, after)


def _of_acceptance(case: Case, before: Entry[Any], after: Entry[Any] | None) -> tuple[str, ...]:
    if not isinstance(before.data, Accepted):
        return ()
    if after is None:
        return ("received",)
    received = () if before.at == after.at else ("received",)
    same = promised(before, case.calendar) == promised(after, case.calendar)
    stated = (before.data.due_at, before.data.limit) == (after.data.due_at, after.data.limit)
    return received if stated or same else (*received, "due")


def _of_due(before: Entry[Any], after: Entry[Any] | None) -> tuple[str, ...]:
    if not isinstance(before.data, DueDateChanged | SupplementReceived):
        return ()
    given = before.data.new_due_at
    now = None if after is None else after.data.new_due_at
    return ("due",) if given != now else ()


def _of_end(before: Entry[Any], after: Entry[Any] | None) -> tuple[str, ...]:
    kind: type[Said] = type(before.data)
    return ("end",) if kind in ENDS and (after is None or before.at != after.at) else ()


RULES = (
    Rule(
        name="national_local_mismatch",
        vietnamese="Lệch dữ liệu với Cổng DVCQG",
        english="National portal differs from the local record",
        severity=2,
        answers="the competent unit; one-stop unit",
        trigger="the last `portal_state_observed` differs, by date, from the shown due date or from every end before it, or its "
        "status from the local state; an open status may lag 1 working day behind; since the first of an unbroken run",
        basis=basis(
            ((ND61, "Đ25"), (TT01, "Đ17.1d"), (QD766, "nhóm 1")),
            ((ND118, "Đ27"), (QD766, "nhóm 1")),
        ),
        reads=(PortalStateObserved,),
        check=_national_local_mismatch,
    ),
    Rule(
        name="synthetic_history",
        vietnamese="Dấu hiệu dữ liệu dựng",
        english="Signs of made-up data",
        severity=2,
        answers="the competent unit, as owner of its system",
        trigger="status 9 at the instant of a `supplement_requested`; three facts of different types at one full instant; "
        'an actor named "Cán bộ một cửa"; or a fact that its system recorded more than 5 minutes before it happened',
        basis=basis(((ND61, "Đ5.1c"),), ((ND118, "Đ5.1"),)),
        check=_synthetic_history,
    ),
    Rule(
        name="history_tampered",
        vietnamese="Sửa, xóa dữ liệu hồ sơ",
        english="Dossier data altered",
        severity=3,
        answers="who corrected; one-stop unit",
        trigger="a standing `corrected` that annuls, or changes the time or due date of, an acceptance, a change of due date or an "
        "end; since the time of the correction. Breaks of the event chain are found by `dunghen verify`",
        basis=basis(((ND61, "Đ5.1c"),), ((ND118, "Đ5.1"),)),
        reads=(Corrected,),
        check=_history_tampered,
    ),
)
