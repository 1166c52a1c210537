"""The procedure (thủ tục hành chính): what it is called and how long it may take, as registered.

Knows this kind of fact. Must not know dossiers.
"""

from typing import Any

from eventsourcing.domain import event
from typing_extensions import override

from domain import facts
from domain.facts import Fact
from domain.record import Record
from domain.values import procedure_key


class Procedure(Record):
    """A procedure's record, by the first two groups of its code."""

    TOPIC = "vn.dunghen.procedure"

    class Registered(Record.Event[facts.ProcedureRegistered]):
        """Thủ tục hành chính; its limit checks a promise, it does not make one."""

        TOPIC = "vn.dunghen.procedure.registered.v1"

    @classmethod
    @override
    def id_of(cls, fact: Fact[Any]) -> str:
        """`procedure:` and the first two groups of its code."""
        return f"procedure:{procedure_key(fact.data.procedure)}"

    @event(Registered)
    def _registered(self, digest: str) -> None:
        self.head = digest


ProcedureEvent = Procedure.Registered
