"""The taking-in loop: nothing is acknowledged before it is stored or parked, and one bad message stops no other."""

import pytest

from consumers import intake
from consumers.intake import Refusal, Taken
from domain.engine import Duplicate, Stored
from domain.errors import Conflict, Contended, Refused


class Killed(Exception):
    """The process ends here."""


class World:
    """All roles at once; a message is a word, the log a set of words, and what happened is on a list in its order."""

    def __init__(self, *batches):
        self.batches = [list(batch) for batch in batches]
        self.log, self.parked, self.happened = set(), [], []
        self.fails = {}
        self.never = {}

    def _now(self, what):
        if what in self.fails:
            raise self.fails.pop(what)
        self.happened.append(what)

    def fill(self):
        return self.batches[0] if self.batches else ()

    def done(self):
        self._now("done")
        self.batches.pop(0)

    def read(self, message):
        if message.startswith("poison"):
            raise Refused("invalid_json", "not JSON")
        return message

    def record(self, facts, /):
        self._now("record")
        for fact in facts:
            if fact in self.never:
                raise self.never[fact]
        return [self._outcome(fact) for fact in facts]

    def _outcome(self, fact):
        if fact.startswith("clash"):
            return Conflict("/s", fact, stored="1", given="2")
        known = fact in self.log
        self.log.add(fact)
        return Duplicate(fact, 1) if known else Stored(fact, 1, 1)

    def park(self, refusals, /):
        self._now("park")
        self.parked += refusals

    def step(self):
        return intake.step(self, self.read, self, self)


def test_a_batch_is_recorded_then_parked_then_acknowledged():
    world = World(["a", "poison", "b", "clash", "a"])
    assert world.step() == Taken(accepted=2, duplicates=1, refused=2)
    assert world.happened == ["record", "park", "done"]
    assert [(r.message, r.stage, r.reason.code) for r in world.parked] == [
        ("poison", "read", "invalid_json"),
        ("clash", "record", "idempotency_conflict"),
    ]


def test_what_the_log_never_takes_is_parked_and_all_others_are_recorded():
    world = World(["a", "too wide", "b", "faulty", "a"])
    world.never = {"too wide": Refused("not_storable", "no"), "faulty": ZeroDivisionError("Bà A")}
    assert world.step() == Taken(accepted=2, duplicates=1, refused=2)
    assert world.log == {"a", "b"}
    assert [(r.message, r.stage, r.reason.code) for r in world.parked] == [
        ("too wide", "record", "not_storable"),
        ("faulty", "record", "program_fault"),
    ]
    assert "ZeroDivisionError" in world.parked[1].reason.message
    assert "Bà A" not in world.parked[1].reason.message
    assert world.happened[-2:] == ["park", "done"]


def test_nothing_refused_parks_nothing():
    world = World(["a"], ["b"])
    assert [world.step().done, world.step().done, world.step()] == [1, 1, Taken()]
    assert world.happened == ["record", "done"] * 2


def test_a_batch_that_others_were_faster_than_stays_in_hand():
    world = World(["a", "poison"])
    world.fails = {"record": Contended("busy")}
    assert world.step() == Taken(contended=True)
    assert world.happened == []
    assert world.step() == Taken(accepted=1, refused=1)


@pytest.mark.parametrize("where", ["record", "park", "done"])
def test_a_kill_anywhere_brings_the_batch_again_and_the_log_is_the_same(where):
    world = World(["a", "poison", "b"])
    world.fails = {where: Killed()}
    with pytest.raises(Killed):
        world.step()
    assert world.fill() == ["a", "poison", "b"]
    assert world.step().done == 3
    assert (world.log, {r.message for r in world.parked}) == ({"a", "b"}, {"poison"})


def test_a_refusal_says_where_it_was_refused():
    reason = Refused("x", "y")
    assert Refusal("m", "read", reason)._asdict() == {"message": "m", "stage": "read", "reason": reason}  # fmt: skip
