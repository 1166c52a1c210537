"""Units, their heads and children, officers and procedures, as registered at an instant and as known at K.

Knows that a later registration replaces an earlier one from its time on. Must not know dossiers.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from domain.facts import (
    Fact,
    IntakeDeclared,
    OfficerRegistered,
    ProcedureRegistered,
    Recorded,
    Said,
    UnitRegistered,
)
from domain.values import UnitKey, is_blank, procedure_key, unit_key

R = TypeVar("R", bound=Said)


class Registration(NamedTuple, Generic[R]):
    """One registration: in force from `at` until the next of the same thing."""

    at: datetime
    version: int
    said: R


@dataclass(frozen=True)
class Directory:
    """What is registered, as known at K: each list in order of time; `left_out` are the events recorded later.

    `last`: when the last of those that are known was recorded.
    """

    units: Mapping[UnitKey, list[Registration[UnitRegistered]]]
    officers: Mapping[str, list[Registration[OfficerRegistered]]]
    procedures: Mapping[str, list[Registration[ProcedureRegistered]]]
    declarations: Mapping[UnitKey, list[Registration[IntakeDeclared]]]
    left_out: tuple[Fact[Said], ...] = ()
    last: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was left out as recorded later."""
        return not self.left_out

    def is_known_at(self, known_at: datetime) -> bool:
        """Whether it is what is known at this K as well, of the same events."""
        begun = self.last is None or self.last <= known_at
        return begun and all(fact.recorded_at > known_at for fact in self.left_out)

    def judges_as(self, other: "Directory") -> bool:
        """Whether whatever is judged by one is judged so by the other: judgements rest on units and procedures, on nothing else."""
        return self is other or (self.units == other.units and self.procedures == other.procedures)

    def changes_at(self, units: Collection[UnitKey], procedure: str | None) -> datetime | None:
        """When the next event left out will be known that is about one of these units or this procedure (keys)."""
        moments = [fact.recorded_at for fact in self.left_out if _about(fact, units, procedure)]
        return min(moments, default=None)

    def unit(self, unit: str, at: datetime) -> UnitRegistered | None:
        """The unit as registered at an instant; before its first registration, the first."""
        return _in_force(self.units.get(unit_key(unit)), at)

    def head(self, unit: str | None, at: datetime) -> str | None:
        """The head (thủ trưởng) of a unit at an instant, None where none is registered."""
        registered = None if unit is None else self.unit(unit, at)
        return None if registered is None else registered.head

    def procedure(self, code: str | None, at: datetime) -> ProcedureRegistered | None:
        """The procedure as in force at an instant; None before its first registration."""
        registrations = None if code is None else self.procedures.get(procedure_key(code))
        if not registrations or registrations[0].at > at:
            return None
        return _in_force(registrations, at)

    def officer(self, officer: str, at: datetime) -> OfficerRegistered | None:
        """The officer as registered at an instant; before the first registration, the first."""
        return _in_force(self.officers.get(officer), at)


NOBODY = Directory({}, {}, {}, {})
"""Nothing registered."""


def directory(recorded: Iterable[Recorded], known_at: datetime) -> Directory:
    """The directory that these events make, as known at K; versions break ties between equal times."""
    units: dict[UnitKey, list[Registration[Any]]] = defaultdict(list)
    officers: dict[str, list[Registration[Any]]] = defaultdict(list)
    procedures: dict[str, list[Registration[Any]]] = defaultdict(list)
    declarations: dict[UnitKey, list[Registration[Any]]] = defaultdict(list)
    left_out: list[Fact[Said]] = []
    last: datetime | None = None
    for version, fact in recorded:
        if fact.recorded_at > known_at:
            left_out += [fact] if is_directory(fact) else []
        else:
            if is_directory(fact):
                last = max(last or fact.recorded_at, fact.recorded_at)
            registration = Registration(fact.time, version, fact.data)
            match fact.data:
                # What was taken in under a blank name once names nothing: no key is ''.
                case UnitRegistered(unit=unit) if not is_blank(unit):
                    units[unit_key(unit)].append(registration)
                case OfficerRegistered(officer=officer) if not is_blank(officer):
                    officers[officer].append(registration)
                case ProcedureRegistered(procedure=procedure) if not is_blank(procedure):
                    procedures[procedure_key(procedure)].append(registration)
                case IntakeDeclared(unit=unit) if not is_blank(unit):
                    declarations[unit_key(unit)].append(registration)
                case _:
                    pass
    for lists in (units, officers, procedures, declarations):
        for registrations in lists.values():
            registrations.sort(key=lambda r: (r.at, r.version))
    return Directory(
        dict(units), dict(officers), dict(procedures), dict(declarations), tuple(left_out), last
    )


def is_directory(fact: Fact[Said]) -> bool:
    """Whether a fact is about the directory, not about a dossier or a petition."""
    return isinstance(
        fact.data, UnitRegistered | OfficerRegistered | ProcedureRegistered | IntakeDeclared
    )


def _about(fact: Fact[Said], units: Collection[UnitKey], procedure: str | None) -> bool:
    said = fact.data
    if isinstance(said, UnitRegistered):
        return unit_key(said.unit) in units
    return isinstance(said, ProcedureRegistered) and procedure_key(said.procedure) == procedure


def _in_force(registrations: list[Registration[R]] | None, at: datetime) -> R | None:
    if not registrations:
        return None
    return registrations[max(0, bisect_right(registrations, at, key=lambda r: r.at) - 1)].said
