"""Lists of dossiers in process: by an index of the open ones, and the same that are chosen from the list of all."""

import pytest

from domain.counting import IN_PROCESS
from infra.questions import dossiers as asking
from infra.questions.dossiers import Wanted, dossiers
from tests.projections.test_laws import at_once, stored
from tests.support.stores import World


@pytest.mark.parametrize("few", [-1, 10_000], ids=["in the order of the table", "sorted"])
@pytest.mark.parametrize("clock", ["legal", "portal", "qd766"])
def test_they_are_those_of_the_list_of_all(clock, few, monkeypatch):
    monkeypatch.setattr(asking, "_FEW", few)
    world = World(7, dossiers=40)
    instants = world.instants()
    now = instants[len(instants) // 2]
    found = set()
    with stored(world, now) as store:
        at_once(store)
        everything = dossiers(store, Wanted(), clock=clock)["dossiers"]
        for states in [*([class_] for class_ in IN_PROCESS), list(IN_PROCESS), ["overdue", "late"]]:
            expected = [each for each in everything if each["classes"][clock] in states]
            told = dossiers(store, Wanted(states=states), clock=clock)
            assert told["dossiers"] == expected
            assert told["total"] == len(expected)
            found |= {each["classes"][clock] for each in expected}
        for wanted in (Wanted(differs="legal"), Wanted(differs="portal")):
            other = "portal" if wanted.differs == "legal" else "legal"
            assert dossiers(store, wanted, clock=clock)["dossiers"] == [
                each
                for each in everything
                if each["classes"][wanted.differs] == "overdue" != each["classes"][other]
            ]
    assert len(found & IN_PROCESS.keys()) > 2
