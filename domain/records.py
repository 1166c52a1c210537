"""Which record takes which fact: the aggregates side by side.

Knows the aggregates. Must not know storage. A new aggregate is one more name in `RECORDS`.
"""

from collections.abc import Mapping
from typing import Any

from domain.access import Access, AccessEvent
from domain.dossier import Dossier, DossierEvent
from domain.events import KINDS
from domain.facts import Fact
from domain.feedback import Feedback, FeedbackEvent
from domain.officer import Officer, OfficerEvent
from domain.procedure import Procedure, ProcedureEvent
from domain.record import Record
from domain.unit import Unit, UnitEvent

RECORDS: tuple[type[Record], ...] = (Dossier, Unit, Officer, Procedure, Feedback, Access)

AnyEvent = DossierEvent | UnitEvent | OfficerEvent | ProcedureEvent | FeedbackEvent | AccessEvent
"""Every event that can be stored."""

EVENT_OF: Mapping[str, type[Record.Event[Any]]] = {
    kind: event for record in RECORDS for kind, event in record.EVENTS.items()
}
"""Kind -> event class, of all aggregates; a test says that no kind of the catalogue is missing."""

_RECORD_OF = {kind: EVENT_OF[kind].record for kind in KINDS}


def record_of(fact: Fact[Any]) -> type[Record]:
    """The aggregate that takes a fact."""
    return _RECORD_OF[fact.kind]


def record_id(fact: Fact[Any]) -> str:
    """The id of the record that a fact belongs to: a dossier's key, or e.g. `unit:H40.17`."""
    return _RECORD_OF[fact.kind].id_of(fact)
