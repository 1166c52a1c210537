"""A clerk who writes down what happens in a small province.

Knows the events that a register tells. Must not know what is asked.
"""

from datetime import datetime

from domain import events
from domain.engine import Stored
from domain.values import VN

NOW = datetime(2021, 6, 30, 12, tzinfo=VN)


class Clerk:
    """Writes events into a store, each with an id of its own."""

    def __init__(self, store):
        self.store, self.sent = store, 0

    def tell(self, type_, subject, time, source="/igate/H40", **data):
        self.sent += 1
        fact = events.read(
            {
                "specversion": "1.0", "id": f"e-{self.sent}", "source": source,
                "type": f"vn.dunghen.{type_}.v1", "subject": subject, "time": f"{time}:00+07:00",
                "recordedtime": f"{time}:00+07:00", "data": data,
            },
            recorded_at=NOW,
        )  # fmt: skip
        (outcome,) = self.store.engine.record([fact])
        assert isinstance(outcome, Stored), outcome

    def unit(self, code, parent=None, time="2020-01-01T08:00", **more):
        said = {"unit": code, "name": f"UBND {code}", "head": f"tt-{code}", **more}
        if parent is not None:
            said["parent"] = parent
        self.tell("unit.registered", code, time, **said)

    def declared(self, unit, span, count):
        self.tell(
            "unit.intake_declared", unit, "2021-05-05T08:00", unit=unit, period=span, count=count
        )

    def dossier(  # the columns of a register
        self, n, unit, accepted, due, issued=None, *, officer="cb-1", source="/igate/H40", **more
    ):
        code = f"H40.17-210301-{n:04}"
        actor = {"officer": officer, "unit": unit}
        self.tell(
            "dossier.accepted", code, f"{accepted}T08:00", source, competent_unit=unit, due_at=due,
            actor=actor, **more,
        )  # fmt: skip
        if issued is not None:
            self.tell("dossier.result_issued", code, f"{issued}T10:00", source, actor=actor)
        return code
