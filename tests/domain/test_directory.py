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
