"""The announcing loop: what changed is published before it is forgotten, and a crash between publishes it again."""

import pytest

from consumers import announce
from consumers.announce import Judgement, Note, judgement


class House:
    """Notes, topics and bookmark in one."""

    def __init__(self, *notes, broken=False):
        self.kept, self.told, self.at, self.broken = list(notes), [], 0, broken

    def notes(self, after, limit, /):
        found = [note for note in self.kept if note.number > after][:limit]
        return found, [judgement(note.dossier, b"a", {"late": b"v"}, [note]) for note in found]

    def published(self, position, /):
        self.kept = [note for note in self.kept if note.number > position]

    def announce(self, judgements, /):
        self.told += judgements

    def position(self):
        return self.at

    def moved(self, position, /):
        if self.broken:
            raise KeyboardInterrupt
        self.at = position


ONE, TWO = Note(1, "A", frozenset({"late", "letter"})), Note(2, "B", frozenset())


def test_changes_are_published_in_order_and_their_notes_deleted():
    house = House(ONE, TWO)
    assert announce.step(house, house, house, limit=1) == 1
    assert [told.dossier for told in house.told] == ["A"]
    assert (house.kept, house.at) == ([TWO], 1)
    assert announce.step(house, house, house) == 1
    assert announce.step(house, house, house) == 0


def test_a_crash_before_the_position_is_stored_publishes_again():
    house = House(ONE, broken=True)
    with pytest.raises(KeyboardInterrupt):
        announce.step(house, house, house)
    assert house.kept == [ONE]
    house.broken = False
    announce.step(house, house, house)
    assert [told.dossier for told in house.told] == ["A", "A"]


def test_what_ceased_and_holds_again_is_not_taken_back():
    notes = [ONE, Note(3, "A", frozenset({"other"}))]
    told = judgement("A", b"a", {"late": b"v"}, notes)
    assert told == Judgement("A", b"a", {"late": b"v"}, frozenset({"letter", "other"}))
