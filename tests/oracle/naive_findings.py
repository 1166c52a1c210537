"""The rules that hold at one T and who answers for them: JUDGEMENT section 9."""

from datetime import time, timedelta

from tests.oracle.naive_clocks import END_KINDS
from tests.oracle.naive_facts import Fact
from tests.oracle.naive_moment import Holder, Moment
from tests.oracle.naive_time import day_of, kept, midnight

TRANSFER_TOLERANCE = timedelta(minutes=60)
STALE_AFTER = 5


def findings_at(moment: Moment) -> dict[str, list[Holder]]:
    """The rules that hold, each with who answers."""
    return Findings(moment).held()


def actors(facts: list[Fact]) -> list[Holder] | None:
    return [fact.actor for fact in facts] or None


class Findings:
    """Every rule is a question to one moment: nobody, or who answers."""

    def __init__(self, moment: Moment) -> None:
        self.at = moment

    def held(self) -> dict[str, list[Holder]]:
        """The rules that hold, each with who answers."""
        found = (
            ("receipt_missing", self._receipt_missing()),
            ("due_date_inconsistent", self._due_date_inconsistent()),
            ("result_overdue", self._overdue("late")),
            ("in_process_overdue", self._overdue("overdue")),
            ("overdue_hidden_by_reschedule", self._hidden()),
            ("apology_missing", self._apology("missing")),
            ("apology_late", self._apology("late")),
            ("rescheduled_more_than_once", self._rescheduled()),
            ("due_changed_without_document", self._without_document()),
            ("due_changed_after_due", self._after_due()),
            ("transfer_late", self._transfer_late()),
            ("supplement_more_than_once", self._supplement_more_than_once()),
            ("supplement_notice_late", self._supplement_notice_late()),
            ("step_overdue", self._step_overdue()),
            ("workflow_not_closed", self._workflow_not_closed()),
            ("progress_stale", self._progress_stale()),
            ("return_late", self._return_late()),
        )
        return {rule: people for rule, people in found if people is not None}

    @property
    def _head(self) -> Holder:
        unit = self.at.picture.competent_unit
        return (self.at.head(unit), unit)

    @property
    def _one_stop(self) -> Holder:
        return (None, self.at.accepting[1] if self.at.picture.accepted else None)

    def _receipt_missing(self) -> list[Holder] | None:
        accepted = self.at.picture.accepted
        if accepted and self.at.picture.promise(accepted) is None:
            return [self.at.accepting]
        return None

    def _due_date_inconsistent(self) -> list[Holder] | None:
        accepted = self.at.picture.accepted
        due = self.at.picture.promise(accepted) if accepted else None
        if accepted is None or due is None:
            return None
        limits = [
            accepted.data.get("limit"),
            self.at.case.directory.procedure_limit(self.at.picture.procedure, accepted.at),
        ]
        computed = [self.at.calendar.due_from(limit, accepted.at) for limit in limits if limit]
        differs = any(day_of(other) != day_of(due) for other in computed)
        return [self._one_stop] if differs else None

    def _overdue(self, klass: str) -> list[Holder] | None:
        if self.at.legal.klass != klass:
            return None
        return [(row["officer"], row["unit"]) for row in self.at.responsibility] + [self._head]

    def _hidden(self) -> list[Holder] | None:
        return self._overdue("late") if self.at.portal.klass in ("early", "on_time") else None

    def _apology(self, grade: str) -> list[Holder] | None:
        if self.at.letter["grade"] != grade:
            return None
        holder = self.at.holder_at_due
        return [self._head] + ([(holder.officer, holder.unit)] if holder else [])

    def _rescheduled(self) -> list[Holder] | None:
        changes = self.at.picture.of("due_date_changed")
        again = [fact for fact in changes if fact.data.get("ground") == "rescheduled"]
        if len(again) < 2:
            return None
        unit = self.at.picture.competent_unit
        return [(self.at.head(unit, again[1].at), unit), again[-1].actor]

    def _without_document(self) -> list[Holder] | None:
        letters = self.at.picture.of("apology_letter_sent")
        bare = [
            fact
            for fact in self.at.picture.of("due_date_changed")
            if fact.data.get("ground") == "none"
            or (
                fact.data.get("ground") == "rescheduled"
                and not fact.data.get("document")
                and not any(letter.order < fact.order for letter in letters)
            )
        ]
        return actors(bare)

    def _after_due(self) -> list[Holder] | None:
        offending = []
        for fact in self.at.picture.of("due_date_changed"):
            before = [other for other in self.at.picture.facts if other.order < fact.order]
            due = self.at.picture.portal_due_after(before)
            if fact.recorded_known and due is not None and not kept(fact.recorded, due):
                offending.append(fact)
        return actors(offending)

    def _transfer_late(self) -> list[Holder] | None:
        if not self.at.transfers:
            return None
        accepted, first = self.at.picture.receipt, self.at.transfers[0]
        s = self.at.picture.s
        if self.at.calendar.is_working(s) and accepted.at.time() < time(15):
            late = first.at.date() != s
        else:
            opening = midnight(self.at.calendar.nth_working_day_after(s, 1)) + timedelta(hours=7)
            late = first.at > opening + TRANSFER_TOLERANCE
        return [self.at.accepting] if late else None

    def _supplement_more_than_once(self) -> list[Holder] | None:
        again = self.at.picture.requests[1:]
        return actors([fact for fact in again if not fact.data.get("applicant_fault")])

    def _supplement_notice_late(self) -> list[Holder] | None:
        if self.at.picture.accepted is None:
            return None
        s, requests = self.at.picture.s, self.at.picture.requests
        return actors([f for f in requests if self.at.calendar.wdays(s, f.at.date()) > 3])

    def _step_overdue(self) -> list[Holder] | None:
        over = [b for b in self.at.burdens if b.allotted is not None and b.used > b.allotted]
        return [(b.segment.officer, b.segment.unit) for b in over] or None

    def _workflow_not_closed(self) -> list[Holder] | None:
        ends, accepted = self.at.picture.of(*END_KINDS), self.at.picture.accepted
        slow = [
            end
            for end in ends
            if end.recorded_known and self.at.calendar.wdays(end.at.date(), end.recorded.date()) > 1
        ]
        on_paper = (
            bool(ends)
            and all(end.paper for end in ends)
            and accepted is not None
            and not accepted.paper
            and self.at.calendar.wdays(ends[0].at.date(), self.at.t.date()) > 1
        )
        offending = slow or (ends[:1] if on_paper else [])
        return [*[end.actor for end in offending], self._one_stop] if offending else None

    def _progress_stale(self) -> list[Holder] | None:
        if not self.at.picture.accepted or self.at.picture.end or self.at.legal.klass == "waiting":
            return None
        last = self.at.picture.facts[-1].at.date()
        if kept(self.at.t, self.at.calendar.nth_working_day_after(last, STALE_AFTER)):
            return None
        return [(segment.officer, segment.unit) for segment in self.at.custody[-1:]]

    def _return_late(self) -> list[Holder] | None:
        issued, returned = self.at.picture.first("result_issued"), self.at.picture.first("returned")
        due = self.at.legal.due
        if issued is None or due is None or not kept(issued.at, due):
            return None
        return None if kept(returned.at if returned else self.at.t, due) else [self._one_stop]
