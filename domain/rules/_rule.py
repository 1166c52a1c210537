"""What a rule is: a frozen value that holds a function over a case.

Knows the shape of a finding. Must not know events' storage, JSON, or any single rule.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

from domain.calendar import WorkingCalendar
from domain.custody import Segment
from domain.deadlines import Class, Clock, Run
from domain.directory import Directory
from domain.facts import Said
from domain.letter import Letter, Spell
from domain.policy import Policy, ProcedureRule, Ruleset
from domain.responsibility import Share
from domain.timeline import Entry, Timeline
from domain.values import DAY, Due, first_after, last_of, midnight, procedure_key

Severity = Literal[0, 1, 2, 3]
"""0 information, 1 minor, 2 major, 3 critical."""

Role = Literal[
    "overrun",
    "unassigned",
    "unattributed",
    "head",
    "holder",
    "actor",
    "signer",
    "accepting_officer",
    "one_stop",
    "consulted_unit",
    "unit",
]


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis: document, article, the regulation (ruleset) it is cited for, and from when the document is in force."""

    document: str
    article: str
    version: str
    since: date | None = None


def cited(bases: Sequence[Basis], day: date) -> tuple[Basis, ...]:
    """Of a rule's bases under one regulation those in force on a date; all of them where none is yet."""
    in_force = tuple(basis for basis in bases if basis.since is None or basis.since <= day)
    return in_force or tuple(bases)


class Responsible(NamedTuple):
    """Who answers for a finding, in which role; minutes of lateness where it is shared out by them, else None."""

    officer: str | None
    unit: str | None
    role: Role
    minutes: int | None = None


class Breach(NamedTuple):
    """From when (and until when, exclusive) a rule is broken, given these facts, if nothing else happens.

    `since` may lie after T: then time alone will make it a finding. `params` fill the rule's message. `turns` are further
    instants at which time alone changes who answers or what is shown.
    """

    since: datetime
    responsible: tuple[Responsible, ...] = ()
    evidence: tuple[Entry[Any], ...] = ()
    until: datetime | None = None
    params: Mapping[str, object] | None = None
    turns: tuple[datetime, ...] = ()


class _Concluded(NamedTuple):
    timeline: Timeline
    policy: Policy
    calendar: WorkingCalendar
    directory: Directory
    ruleset: Ruleset
    unit: str | None
    run: Run | None
    legal: Clock
    portal: Clock
    qd766: Clock
    portal_dates: Sequence[tuple[Entry[Any], Due]]
    segments: Sequence[Segment]
    shares: Sequence[Share]
    letter: Letter
    spells: Sequence[Spell]


class Case(_Concluded):
    """Everything concluded about one dossier at (T, K) before the rules are asked.

    What several rules ask for is worked out when the first does, and kept.
    """

    @property
    def as_of(self) -> datetime:
        """T."""
        return self.timeline.as_of

    @cached_property
    def own_decree(self) -> ProcedureRule | None:
        """The decree of its own that the procedure has, if any (DOMAIN 2.4)."""
        if not self.policy.procedures or self.timeline.procedure is None:
            return None
        day = self.timeline.law_of.date()
        return self.policy.for_procedure(procedure_key(self.timeline.procedure), day)

    def end_of_working_day(self, day: date, n: int) -> datetime:
        """The first instant after the n-th working day that follows a date."""
        return midnight(self.calendar.after(day, n) + DAY)

    def ended_by(self, instant: datetime) -> bool:
        """Whether the dossier had ended before an instant."""
        end = self.timeline.end
        return end is not None and end.at < instant

    def earliest(
        self,
        offences: Sequence[tuple[datetime, Entry[Any]]],
        answer: Callable[[Sequence[Entry[Any]]], tuple[Responsible, ...]],
        told: Callable[[datetime, Entry[Any]], Mapping[str, object]],
    ) -> Breach | None:
        """One breach of several offences, each with its entry and the instant from which it is one.

        It holds from the first; those who answer are the ones whose offence T has reached, or the first to come.
        """
        if not offences:
            return None
        ordered = sorted(offences)
        reached = [entry for since, entry in ordered if since <= self.as_of] or [ordered[0][1]]
        return Breach(
            ordered[0][0],
            answer(reached),
            tuple(reached),
            params=told(*ordered[0]),
            turns=tuple(since for since, _ in ordered[1:]),
        )

    def head(self, unit: str | None, otherwise: datetime) -> Responsible:
        """The head of a unit at the legal due instant, or at the instant of the breach where there is no due date."""
        due = self.legal.due
        if due is not None and unit == self.unit:
            return self.head_at_due
        instant = otherwise if due is None else last_of(due)
        return Responsible(self.directory.head(unit, instant), unit, "head")

    @cached_property
    def head_at_due(self) -> Responsible:
        """The head of the competent unit at the legal due instant; nobody where there is no due date."""
        due = self.legal.due
        officer = None if due is None else self.directory.head(self.unit, last_of(due))
        return Responsible(officer, self.unit, "head")

    @cached_property
    def behind_since(self) -> datetime:
        """Since when the legal due is passed with the clock running, or will be; asked where there is one, and it runs."""
        run = self.run
        assert run is not None
        assert run.due is not None
        assert run.running_since is not None
        return max(first_after(run.due), run.running_since)

    @cached_property
    def answerable(self) -> tuple[Responsible, ...]:
        """Who answers for the lateness: by shares, plus the head of the competent unit."""
        by_share = [Responsible(s.officer, s.unit, s.kind, s.minutes) for s in self.shares]
        return (*by_share, self.head_at_due)

    def actor(self, entry: Entry[Any], role: Role = "actor") -> Responsible:
        """Who did it, as the fact says; the competent unit where it names nobody."""
        actor = entry.fact.data.actor
        if actor is None or (actor.officer is None and actor.unit is None):
            return Responsible(None, self.unit, role)
        return Responsible(actor.officer, actor.unit, role)

    def actors(self, entries: Sequence[Entry[Any]]) -> tuple[Responsible, ...]:
        """Who did these, each once, in order."""
        return tuple(dict.fromkeys(self.actor(entry) for entry in entries))

    @cached_property
    def accepting(self) -> Responsible:
        """The accepting officer; a unit that he does not name is the competent one."""
        accepted = self.timeline.accepted
        if accepted is None:
            return Responsible(None, self.unit, "accepting_officer")
        actor = accepted.data.actor
        unit = (None if actor is None else actor.unit) or accepted.data.competent_unit
        return Responsible(None if actor is None else actor.officer, unit, "accepting_officer")

    @cached_property
    def holder(self) -> Responsible:
        """Who holds it at x."""
        if not self.segments:
            return Responsible(None, self.unit, "holder")
        return Responsible(self.segments[-1].officer, self.segments[-1].unit, "holder")

    @cached_property
    def one_stop(self) -> Responsible:
        """The one-stop unit (Bộ phận Một cửa): the one that took the dossier in."""
        return Responsible(None, self.accepting.unit, "one_stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the catalogue.

    `reads`: the rule can only be broken where one of these types is in view; `classes`: while the legal clock says one of
    these (empty: any). `basis` by the regulation in force at acceptance. `message` is filled with the breach's params, in Vietnamese and English.
    """

    name: str
    version: int = 1
    vietnamese: str
    english: str
    severity: Severity
    answers: str
    trigger: str
    basis: Mapping[Ruleset, tuple[Basis, ...]]
    reads: tuple[type[Said], ...] = ()
    classes: tuple[Class, ...] = ()
    check: Callable[[Case], Breach | None]

    def applies(self, types: frozenset[type[Said]], class_: Class) -> bool:
        """Whether it can be broken where facts of these types are in view and the legal clock says this."""
        read = not self.reads or not types.isdisjoint(self.reads)
        return read and (not self.classes or class_ in self.classes)

    @property
    def versioned(self) -> str:
        """The name that findings carry: `apology_missing/1`."""
        return f"{self.name}/{self.version}"


class Finding(NamedTuple):
    """A rule that is broken at (T, K): at most one per rule and dossier."""

    rule: Rule
    since: datetime
    responsible: tuple[Responsible, ...]
    evidence: tuple[Entry[Any], ...]
    params: Mapping[str, object] | None
    basis: tuple[Basis, ...]
