"""The facts in view read once, in order: promise, legal walk, portal and ranking dates.

JUDGEMENT sections 3 and 4. Between two facts nothing here changes, only T moves on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from tests.oracle.naive_facts import Fact
from tests.oracle.naive_time import Calendar, Due, day_of, end_of, parse_due

END_KINDS = ("result_issued", "returned", "refused", "stopped", "withdrawn")
LAWFUL_GROUNDS = ("financial_obligation", "assessment", "public_notice")

Span = tuple[datetime, datetime | None]


@dataclass
class Legal:
    """The legal clock after the last fact it reads."""

    due: Due | None
    cycle_started_at: datetime
    waiting: bool = False
    paused_from: datetime | None = None
    still: list[Span] = field(default_factory=list)

    @property
    def standing(self) -> bool:
        return self.waiting or self.paused_from is not None


class Picture:
    """What some facts, in order, make of one dossier."""

    def __init__(self, facts: Sequence[Fact], calendar: Calendar) -> None:
        self.facts = facts
        self.calendar = calendar

    def of(self, *kinds: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.kind in kinds]

    def first(self, *kinds: str) -> Fact | None:
        return next(iter(self.of(*kinds)), None)

    @cached_property
    def accepted(self) -> Fact | None:
        """Section 3: the first `accepted` in view counts."""
        return self.first("accepted")

    @property
    def receipt(self) -> Fact:
        """The same, where only an accepted dossier is asked."""
        assert self.accepted is not None
        return self.accepted

    @cached_property
    def s(self) -> date:
        return self.receipt.at.date()

    @cached_property
    def competent_unit(self) -> str | None:
        """A later `accepted` changes it."""
        return next((fact.data.get("competent_unit") for fact in self.of("accepted")[::-1]), None)

    @cached_property
    def procedure(self) -> str | None:
        own = self.accepted.data.get("procedure") if self.accepted else None
        named = [
            fact.data["procedure"] for fact in self.of("submitted") if "procedure" in fact.data
        ]
        return own or (named[0] if named else None)

    @cached_property
    def end(self) -> Fact | None:
        """Section 5: the earliest end in view."""
        return self.first(*END_KINDS)

    @cached_property
    def ranking_end(self) -> Fact | None:
        """Section 4, qd766: by priority, not by time."""
        return next((end for end in map(self.first, END_KINDS) if end), None)

    @cached_property
    def requests(self) -> list[Fact]:
        return self.of("supplement_requested")

    @cached_property
    def answers(self) -> list[Fact]:
        received = self.of("supplement_received")
        return [fact for fact in received if fact.data.get("complete")]

    def answer_to(self, request: Fact) -> Fact | None:
        return next((fact for fact in self.answers if fact.order > request.order), None)

    @cached_property
    def open_requests(self) -> list[Fact]:
        return [request for request in self.requests if not self.answer_to(request)]

    # Section 3 ------------------------------------------------------------------------------

    def promise(self, accepted: Fact) -> Due | None:
        """The due date one `accepted` states, else the one its limit gives."""
        stated, limit = accepted.data.get("due_at"), accepted.data.get("limit")
        if stated is not None:
            return parse_due(stated)
        return self.calendar.due_from(limit, accepted.at) if limit is not None else None

    def fresh_due(self, start: datetime) -> Due | None:
        """The due of a new cycle: the full limit again, or the stated term in working days."""
        stated, limit = self.receipt.data.get("due_at"), self.receipt.data.get("limit")
        if limit is not None:
            return self.calendar.due_from(limit, start)
        if stated is None:
            return None
        n = max(1, self.calendar.wdays(self.s, day_of(parse_due(stated))))
        return self.calendar.due_from({"amount": n, "unit": "working_days"}, start)

    # Section 4, legal ------------------------------------------------------------------------

    @cached_property
    def legal(self) -> Legal | None:
        """The walk from `accepted` to the end, fact by fact."""
        if self.accepted is None:
            return None
        clock = Legal(due=self.promise(self.accepted), cycle_started_at=self.accepted.at)
        for fact in self.facts:
            if fact.order <= self.accepted.order:
                continue
            if self.end is not None and fact.order >= self.end.order:
                break
            stood = clock.standing
            self._step(clock, fact)
            if clock.standing and not stood:
                clock.still.append((fact.at, None))
            if stood and not clock.standing:
                clock.still[-1] = (clock.still[-1][0], fact.at)
        return clock

    def _step(self, clock: Legal, fact: Fact) -> None:
        match fact.kind:
            case "supplement_requested":
                clock.waiting = clock.waiting or self._valid_request(clock, fact)
            case "supplement_received" if clock.waiting and fact.data.get("complete"):
                clock.waiting = False
                clock.cycle_started_at = fact.at
                clock.due = self.fresh_due(fact.at)
            case "paused" if clock.paused_from is None and self._valid_pause(clock, fact):
                clock.paused_from = fact.at
            case "resumed" if clock.paused_from is not None:
                inside = max(clock.paused_from, clock.cycle_started_at)
                clock.due = self._moved(clock.due, inside, fact.at)
                clock.paused_from = None

    def _nothing_fell_due(self, clock: Legal, fact: Fact) -> bool:
        return clock.due is None or clock.standing or fact.at < end_of(clock.due)

    def _valid_request(self, clock: Legal, fact: Fact) -> bool:
        first = fact is self.requests[0]
        soon = self.calendar.wdays(self.s, fact.at.date()) <= 3
        allowed = first or bool(fact.data.get("applicant_fault"))
        return allowed and soon and self._nothing_fell_due(clock, fact)

    def _valid_pause(self, clock: Legal, fact: Fact) -> bool:
        lawful = fact.data.get("ground") in LAWFUL_GROUNDS and bool(fact.data.get("legal_basis"))
        return lawful and self._nothing_fell_due(clock, fact)

    def _moved(self, due: Due | None, paused: datetime, resumed: datetime) -> Due | None:
        """A due date by working days, a due instant by office minutes."""
        if due is None:
            return None
        if isinstance(due, datetime):
            minutes = self.calendar.work(paused, resumed)
            return self.calendar.first_minute_with(due, minutes) if minutes else due
        return self.calendar.later_by_days(due, self.calendar.wdays(paused.date(), resumed.date()))

    @property
    def running(self) -> Legal:
        """The same, where only an accepted dossier is asked."""
        assert self.legal is not None
        return self.legal

    # Section 4, portal -----------------------------------------------------------------------

    def portal_date_of(self, fact: Fact) -> Due | None:
        """The date this fact gives the portal, if any."""
        if fact.kind == "accepted":
            return self.promise(fact)
        if fact.kind in ("supplement_received", "due_date_changed"):
            stated = fact.data.get("new_due_at")
            return parse_due(stated) if stated is not None else None
        return None

    def portal_due_after(self, facts: Sequence[Fact]) -> Due | None:
        """The last date stated or computed among some facts."""
        dates = [self.portal_date_of(fact) for fact in facts]
        return next((day for day in reversed(dates) if day is not None), None)

    @cached_property
    def portal_due(self) -> Due | None:
        return self.portal_due_after(self.facts)

    @cached_property
    def portal_waiting(self) -> bool:
        """Every request and pause, valid or not, until answered or resumed."""
        resumed = self.of("resumed")
        open_pauses = [
            pause
            for pause in self.of("paused")
            if not any(fact.order > pause.order for fact in resumed)
        ]
        return bool(self.open_requests or open_pauses)

    # Section 4, qd766 ------------------------------------------------------------------------

    @cached_property
    def ranking_due(self) -> Due | None:
        """The portal's due plus the days of answered requests it never made good."""
        due = self.portal_due
        if due is None:
            return None
        givers = [fact for fact in self.facts if self.portal_date_of(fact) is not None]
        for request in self.requests:
            answer = self.answer_to(request)
            if answer and not any(giver.order > request.order for giver in givers):
                days = self.calendar.wdays(request.at.date(), answer.at.date())
                due = self.calendar.later_by_days(due, days)
        return due
