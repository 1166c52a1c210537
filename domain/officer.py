"""The officer (cán bộ, công chức): registrations of name, title and unit under a stable id.

Knows this kind of fact. Must not know dossiers.
"""

from typing import Any

from eventsourcing.domain import event
from typing_extensions import override

from domain import facts
from domain.facts import Fact
from domain.record import Record


class Officer(Record):
    """An officer's record, by id."""

    TOPIC = "vn.dunghen.officer"

    class Registered(Record.Event[facts.OfficerRegistered]):
        """Cán bộ, công chức, viên chức."""

        TOPIC = "vn.dunghen.officer.registered.v1"

    @classmethod
    @override
    def id_of(cls, fact: Fact[Any]) -> str:
        """`officer:` and the officer's id, as it is."""
        return f"officer:{fact.data.officer}"

    @event(Registered)
    def _registered(self, digest: str) -> None:
        self.head = digest


OfficerEvent = Officer.Registered
