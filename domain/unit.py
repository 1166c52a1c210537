"""The unit (đơn vị): its registrations and its declarations of how much it took in.

Knows these two kinds of facts. Must not know dossiers.
"""

from typing import Any

from eventsourcing.domain import event
from typing_extensions import override

from domain import facts
from domain.facts import Fact
from domain.record import Record
from domain.values import unit_key


class Unit(Record):
    """A unit's record, by the normalised key of its code."""

    TOPIC = "vn.dunghen.unit"

    class Registered(Record.Event[facts.UnitRegistered]):
        """Đơn vị; a later one for the same unit replaces it from its time on."""

        TOPIC = "vn.dunghen.unit.registered.v1"

    class IntakeDeclared(Record.Event[facts.IntakeDeclared]):
        """How many dossiers a unit really took in over a span of months or days (sổ giấy, biên nhận)."""

        TOPIC = "vn.dunghen.unit.intake_declared.v1"

    @classmethod
    @override
    def id_of(cls, fact: Fact[Any]) -> str:
        """`unit:` and the key of the unit that the fact names."""
        return cls.id_for(fact.data.unit)

    @staticmethod
    def id_for(code: str) -> str:
        """The id of the record of the unit with this code, or name."""
        return f"unit:{unit_key(code)}"

    @event(Registered)
    def _registered(self, digest: str) -> None:
        self.head = digest

    @event(IntakeDeclared)
    def _intake_declared(self, digest: str) -> None:
        self.head = digest


UnitEvent = Unit.Registered | Unit.IntakeDeclared
