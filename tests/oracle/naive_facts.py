"""The facts known at K, after corrections, and the directory: JUDGEMENT section 1."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.oracle.naive_time import parse_instant

Event = dict[str, Any]
DOSSIER_PREFIX = "vn.dunghen.dossier."


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One event, parsed; `at` is its occurred_at after amendment."""

    at: datetime
    version: int
    kind: str
    data: dict[str, Any]
    source: str
    id: str
    recorded: datetime
    recorded_known: bool

    @property
    def order(self) -> tuple[datetime, int]:
        return (self.at, self.version)

    @property
    def paper(self) -> bool:
        return self.source.startswith("/paper/")

    @property
    def actor(self) -> tuple[str | None, str | None]:
        actor = self.data.get("actor") or {}
        return (actor.get("officer"), actor.get("unit"))


def parse_event(event: Event, version: int) -> Fact:
    """`vn.dunghen.dossier.accepted.v1` becomes `accepted`; others keep `unit.registered` etc."""
    name = event["type"].removeprefix(DOSSIER_PREFIX).removeprefix("vn.dunghen.")
    return Fact(
        at=parse_instant(event["time"]),
        version=version,
        kind=name.rsplit(".", 1)[0],
        data=event["data"],
        source=event["source"],
        id=event["id"],
        recorded=parse_instant(event["recordedtime"]),
        recorded_known=event.get("recorded_known", True),
    )


def known_facts(events: Sequence[Event], known_at: datetime) -> list[Fact]:
    """Every fact K knows, corrected, by occurred_at then version; still to be cut by T."""
    parsed = [parse_event(event, number) for number, event in enumerate(events, start=1)]
    known = [fact for fact in parsed if fact.recorded <= known_at]
    corrections = Corrections(known)
    corrected = [corrections.apply(fact) for fact in known if fact.kind != "corrected"]
    return sorted((fact for fact in corrected if fact), key=lambda fact: fact.order)


class Corrections:
    """Who corrects whom among what K knows."""

    def __init__(self, known: Sequence[Fact]) -> None:
        self.known = known
        self.all = [fact for fact in known if fact.kind == "corrected"]
        self.targets = {fact.version: self._target(fact) for fact in self.all}

    def _target(self, correction: Fact) -> Fact | None:
        """The event it names: of its own source first, else the first to arrive."""
        named = [fact for fact in self.known if fact.id == correction.data["target"]]
        own = [fact for fact in named if fact.source == correction.source]
        return next(iter(own or named), None)

    def aiming_at(self, target: Fact) -> list[Fact]:
        return [fact for fact in self.all if self.targets[fact.version] is target]

    def _annulled_by(self, fact: Fact) -> Fact | None:
        """The correction this correction annuls, if that is what it does."""
        target = self.targets[fact.version]
        is_annul = fact.data["kind"] == "annul"
        return target if target and is_annul and target.kind == "corrected" else None

    def in_circle(self, fact: Fact) -> bool:
        seen: list[int] = []
        step = self._annulled_by(fact)
        while step is not None and step.version not in seen:
            if step is fact:
                return True
            seen.append(step.version)
            step = self._annulled_by(step)
        return False

    def in_force(self, correction: Fact) -> bool:
        """Neither in a circle nor annulled by one in force; an amendment of it is nothing."""
        annulling = [fact for fact in self.aiming_at(correction) if fact.data["kind"] == "annul"]
        return not self.in_circle(correction) and not any(map(self.in_force, annulling))

    def apply(self, fact: Fact) -> Fact | None:
        """Of several corrections of one target the highest version counts."""
        counting = [correction for correction in self.aiming_at(fact) if self.in_force(correction)]
        if not counting:
            return fact
        last = max(counting, key=lambda correction: correction.version)
        amends = last.data["kind"] == "amend"
        return _amended(fact, last.data.get("replacement") or {}) if amends else None


def _amended(fact: Fact, replacement: dict[str, Any]) -> Fact:
    data = dict(fact.data)
    at = fact.at
    for key, value in replacement.items():
        if key == "time":
            at = parse_instant(value) if value is not None else at
        elif value is None:
            data.pop(key, None)
        else:
            data[key] = value
    return replace(fact, at=at, data=data)


class Directory:
    """Units, heads and procedures as known at K."""

    def __init__(self, events: Sequence[Event], known_at: datetime) -> None:
        parsed = [parse_event(event, number) for number, event in enumerate(events, start=1)]
        known = [fact for fact in parsed if fact.recorded <= known_at]
        self.facts = sorted(known, key=lambda fact: fact.order)

    def of(self, kind: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.kind == kind]

    def head(self, unit: str | None, at: datetime) -> str | None:
        """Section 7: in force at `at`; before the first registration, the first registered."""
        registered = [fact for fact in self.of("unit.registered") if fact.data["unit"] == unit]
        in_force = [fact for fact in registered if fact.at <= at][-1:] or registered[:1]
        return in_force[0].data.get("head") if in_force else None

    def procedure_limit(self, procedure: str | None, at: datetime) -> dict[str, Any] | None:
        """The registered limit in force at acceptance; codes compare by their first two groups."""
        if procedure is None:
            return None
        wanted = procedure.split(".")[:2]
        in_force = [
            fact
            for fact in self.of("procedure.registered")
            if fact.at <= at and fact.data["procedure"].split(".")[:2] == wanted
        ]
        return in_force[-1].data.get("limit") if in_force else None
