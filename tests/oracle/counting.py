"""Counting naively over many dossiers, one after another: JUDGEMENT section 10."""

import calendar as months
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.oracle.calculator import CalendarRows, answering, custody_rows
from tests.oracle.naive_facts import Directory, Event, Fact
from tests.oracle.naive_findings import findings_at
from tests.oracle.naive_moment import Case, ClockAnswer, Holder, Moment
from tests.oracle.naive_time import VN, as_calendar, kept, last_instant, parse_due

Period = tuple[date, date]
RESOLVED = ("early", "on_time", "late", "no_due")
OPEN = {"in_time": "in_time", "overdue": "overdue", "waiting": "waiting", "open_no_due": "no_due"}


@dataclass(frozen=True)
class Counted:
    """One dossier at T, by the clock asked for."""

    code: str
    moment: Moment
    answer: ClockAnswer
    end: Fact | None

    @property
    def unit(self) -> str | None:
        return self.moment.picture.competent_unit

    @property
    def accepted_on(self) -> date:
        return self.moment.picture.s

    @property
    def ended_on(self) -> date | None:
        """For counting, an end is never earlier than `accepted`."""
        return max(self.end.at.date(), self.accepted_on) if self.end else None

    @property
    def channel(self) -> str:
        submitted = self.moment.picture.of("submitted")
        said = [fact.data["channel"] for fact in submitted if "channel" in fact.data]
        own = self.moment.picture.receipt.data.get("channel")
        return own or (said[0] if said else "unknown")

    @property
    def recorded(self) -> bool:
        """Any `accepted` of it came from a source not under /paper/."""
        return not all(fact.paper for fact in self.moment.picture.of("accepted"))


def within(day: date, period: Period | None) -> bool:
    return period is None or period[0] <= day <= period[1]


def is_received(dossier: Counted, period: Period | None) -> bool:
    if within(dossier.accepted_on, period):
        return True
    assert period is not None
    ended = dossier.ended_on
    return dossier.accepted_on < period[0] and (ended is None or ended >= period[0])


def percent(part: int, whole: int) -> str | None:
    if whole == 0:
        return None
    exact = Decimal(100 * part) / Decimal(whole)
    return str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def on_clock(code: str, moment: Moment, clock: str) -> Counted:
    picture = moment.picture
    if clock == "qd766":
        return Counted(code, moment, moment.qd766, picture.ranking_end)
    return Counted(code, moment, moment.portal if clock == "portal" else moment.legal, picture.end)


class Count:
    """All dossiers at T, and the questions section 10 asks of them."""

    def __init__(
        self,
        dossiers: Mapping[str, Sequence[Event]],
        directory_events: Sequence[Event],
        *,
        period: Period | None,
        as_of: datetime,
        known_at: datetime,
        clock: str,
        calendar_rows: CalendarRows,
    ) -> None:
        self.period = period
        self.as_of = as_of.astimezone(VN)
        self.t = min(self.as_of, last_instant(period[1])) if period else self.as_of
        self.directory = Directory(directory_events, known_at)
        calendar = as_calendar(calendar_rows)
        self.moments = {
            code: Case(events, known_at, self.directory, calendar).at(self.t)
            for code, events in dossiers.items()
        }
        self.clock = clock
        self.all = self.accepted_on_clock(clock)
        self.units = {fact.data["unit"]: fact.data for fact in self.registered()}

    def registered(self) -> list[Fact]:
        return [fact for fact in self.directory.of("unit.registered") if fact.at <= self.t]

    def accepted_on_clock(self, clock: str) -> list[Counted]:
        return [
            on_clock(code, moment, clock)
            for code, moment in self.moments.items()
            if moment.picture.accepted
        ]

    def below(self, top: str) -> set[str | None]:
        """The unit and every unit whose parents, as registered at T, lead to it."""
        found: set[str | None] = {top}
        grown = True
        while grown:
            children = {u for u, data in self.units.items() if data.get("parent") in found}
            grown = not children <= found
            found |= children
        return found

    # Rows ------------------------------------------------------------------------------------

    def row(self, units: set[str | None] | None) -> dict[str, Any]:
        """One ROW over some units, or over everything."""
        mine = [each for each in self.all if units is None or each.unit in units]
        received = [each for each in mine if is_received(each, self.period)]
        fresh = [each for each in received if within(each.accepted_on, self.period)]
        channels = Counter(each.channel for each in fresh)
        classes = Counter(each.answer.klass for each in received)
        resolved = {klass: classes[klass] for klass in RESOLVED}
        running = {shown: classes[klass] for klass, shown in OPEN.items()}
        done, good = sum(resolved.values()), resolved["early"] + resolved["on_time"]
        return {
            "received": {
                "total": len(received),
                "carried_over": len(received) - len(fresh),
                "in_period": len(fresh),
                **{name: channels[name] for name in ("online", "direct", "postal", "unknown")},
            },
            "resolved": {"total": done, **resolved},
            "cancelled": classes["cancelled"],
            "intake_refused": self.refused(units),
            "in_process": {"total": sum(running.values()), **running},
            "on_time_percent": percents(good, done, len(received)),
            "late_percent": percents(resolved["late"], done, len(received)),
            "letters": letters(received),
            "coverage": self.coverage(units),
        }

    def refused(self, units: set[str | None] | None) -> int:
        first = [
            moment.picture.first("intake_refused")
            for moment in self.moments.values()
            if moment.legal.klass == "intake_refused"
        ]
        return sum(
            within(fact.at.date(), self.period) and (units is None or fact.actor[1] in units)
            for fact in first
            if fact
        )

    def broken(self) -> list[str]:
        counted = {*RESOLVED, "cancelled", *OPEN}
        return sorted(
            each.code
            for each in self.all
            if is_received(each, self.period) and each.answer.klass not in counted
        )

    # Coverage --------------------------------------------------------------------------------

    def declared(self, unit: str) -> int | None:
        """Declarations wholly inside the period, the last for each span, added."""
        last: dict[Period, int] = {}
        for fact in self.directory.of("unit.intake_declared"):
            span = span_of(fact.data["period"])
            inside = self.period is None or (
                self.period[0] <= span[0] and span[1] <= self.period[1]
            )
            if fact.at <= self.as_of and fact.data["unit"] == unit and inside:
                last[span] = fact.data["count"]
        return sum(last.values()) if last else None

    def coverage(self, units: set[str | None] | None) -> dict[str, Any]:
        declaring = {fact.data["unit"] for fact in self.directory.of("unit.intake_declared")}
        counts = {unit: self.declared(unit) for unit in declaring}
        declared = {
            unit: count
            for unit, count in counts.items()
            if count is not None and (units is None or unit in units)
        }
        fresh = [each for each in self.all if within(each.accepted_on, self.period)]
        over = set(declared) if declared else units
        mine = [each for each in fresh if over is None or each.unit in over]
        recorded = sum(each.recorded for each in mine)
        whole = sum(declared.values()) if declared else None
        share = percent(recorded, len(mine) if whole is None else whole)
        return {"recorded": recorded, "declared": whole, "percent": share}

    # Officers --------------------------------------------------------------------------------

    def officers(self) -> list[dict[str, Any]]:
        """Dossiers open at some time in A..B; shares as at T; always the legal clock."""
        held: dict[Holder, Counter[str]] = defaultdict(Counter)
        shares: dict[Holder, Counter[str]] = defaultdict(Counter)
        rules: dict[Holder, Counter[str]] = defaultdict(Counter)
        for each in self.accepted_on_clock("legal"):
            if not is_received(each, self.period):
                continue
            for row in custody_rows(each.moment):
                held[row["officer"], row["unit"]][each.code] += row["minutes"]
            for row in each.moment.responsibility:
                if row["minutes"]:
                    shares[row["officer"], row["unit"]][each.code] += row["minutes"]
            for rule, people in findings_at(each.moment).items():
                for person in answering(people):
                    rules[person][rule] += 1
        rows = [
            {
                "officer": holder[0],
                "unit": holder[1],
                "dossiers": len(held[holder]),
                "late_dossiers": len(shares[holder]),
                "share_minutes": sum(shares[holder].values()),
                "held_minutes": sum(held[holder].values()),
                "findings": dict(rules[holder]),
            }
            for holder in {*held, *shares, *rules}
        ]
        return sorted(rows, key=lambda row: (-row["share_minutes"], str(row["officer"])))

    # Feedback --------------------------------------------------------------------------------

    def first_feedback(self, kind: str) -> dict[str, Fact]:
        first: dict[str, Fact] = {}
        for fact in self.directory.of(f"feedback.{kind}"):
            if fact.at <= self.t:
                first.setdefault(fact.data["feedback"], fact)
        return first

    def feedback(self, units: set[str | None] | None) -> dict[str, int]:
        count = Counter({"received": 0})
        answers = self.first_feedback("answered")
        for code, fact in self.first_feedback("received").items():
            mine = units is None or fact.data["unit"] in units
            if not mine or not within(fact.at.date(), self.period):
                continue
            answer, due = answers.get(code), fact.data.get("due_at")
            late = due is not None and not kept(answer.at if answer else self.t, parse_due(due))
            count["received"] += 1
            count["answered" if answer else "unanswered"] += 1
            count["answered_late" if answer else "unanswered_overdue"] += late
        names = ("received", "answered", "answered_late", "unanswered", "unanswered_overdue")
        return {name: count[name] for name in names}


def percents(part: int, resolved: int, received: int) -> dict[str, str | None]:
    return {"of_resolved": percent(part, resolved), "of_received": percent(part, received)}


def letters(received: Sequence[Counted]) -> dict[str, int]:
    """Always by the legal clock."""
    grades = Counter(each.moment.letter["grade"] for each in received)
    counts = {grade: grades[grade] for grade in ("on_time", "late", "missing")}
    return {"owed": sum(counts.values()), **counts}


def span_of(text: str) -> Period:
    """`2021-01/2021-04` is from the first of January to the last of April."""
    first, _, last = text.partition("/")
    start, stop = _parts(first), _parts(last or first)
    start += [1, 1][len(start) - 1 :]
    if len(stop) == 1:
        stop.append(12)
    if len(stop) == 2:
        stop.append(months.monthrange(*stop)[1])
    return (date(*start), date(*stop))


def _parts(text: str) -> list[int]:
    return [int(part) for part in text.split("-")]


def count(
    dossiers: Mapping[str, Sequence[Event]],
    directory_events: Sequence[Event],
    *,
    period: Period | None,
    as_of: datetime,
    known_at: datetime,
    clock: str,
    calendar_rows: CalendarRows,
) -> dict[str, Any]:
    """Units (rows), officers and feedback for A..B; T is the earlier of as-of and the end of B."""
    asked = Count(
        dossiers,
        directory_events,
        period=period,
        as_of=as_of,
        known_at=known_at,
        clock=clock,
        calendar_rows=calendar_rows,
    )
    return {
        "as_of": asked.t.isoformat(),
        "broken": asked.broken(),
        "total": asked.row(None),
        "units": {
            unit: {
                "name": data.get("name"),
                "parent": data.get("parent"),
                "level": data.get("level"),
                **asked.row(asked.below(unit)),
            }
            for unit, data in sorted(asked.units.items())
        },
        "officers": asked.officers(),
        "feedback": {
            "total": asked.feedback(None),
            "units": {unit: asked.feedback(asked.below(unit)) for unit in sorted(asked.units)},
        },
    }
