"""What is registered, as at an instant and as known at K."""

from datetime import timedelta

from domain.directory import NOBODY, directory
from domain.facts import Recorded
from tests.support.log import NOW, fact

DAY = timedelta(days=1)


def registered(*names, kind="officer.registered"):
    """One registration of the same thing a day, from NOW on."""
    said = [{"officer": "cb-1", "name": name, "unit": "H40.17"} for name in names]
    return [
        Recorded(n, fact(kind, f"r{n}", "cb-1", data=data, **at(NOW + DAY * n)))
        for n, data in enumerate(said)
    ]


def at(instant):
    return {"time": instant.isoformat(), "recordedtime": instant.isoformat()}


def test_an_officer_is_as_last_registered_and_before_that_as_first():
    known = directory(registered("An", "Bình"), NOW + 9 * DAY)
    names = [known.officer("cb-1", NOW + DAY * n) for n in (-1, 0, 1, 5)]
    assert [said.name for said in names if said] == ["An", "An", "Bình", "Bình"]


def test_what_was_registered_after_k_is_not_known():
    known = directory(registered("An", "Bình"), NOW)
    said = known.officer("cb-1", NOW + 5 * DAY)
    assert said is not None
    assert said.name == "An"
    assert not known.whole


def test_nobody_is_registered_where_nothing_is():
    assert NOBODY.officer("cb-1", NOW) is None
    assert NOBODY.procedure("1.5", NOW) is None
    assert NOBODY.head("H40", NOW) is None
    assert NOBODY.head(None, NOW) is None


def test_it_stays_what_is_known_until_the_next_is():
    known = directory(registered("An", "Bình", "Chi"), NOW + DAY)
    assert [known.is_known_at(NOW + DAY * n) for n in range(4)] == [False, True, False, False]
    assert NOBODY.is_known_at(NOW)


def test_of_another_officer_nothing_is_judged_otherwise_of_another_head_it_is():
    officers = registered("An", "Bình")
    head = fact("unit.registered", "u1", "H40", data={"unit": "H40", "name": "UBND", "head": "A"})
    one, two = (directory(officers, NOW + DAY * n) for n in (0, 1))
    assert one.judges_as(two)
    assert not one.judges_as(directory([*officers, Recorded(9, head)], NOW + 9 * DAY))
