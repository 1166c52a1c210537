"""The registered units: at (T, K), below one another, page by page."""

from datetime import timedelta

import pytest

from domain.errors import Refused, Unknown
from infra.questions.units import units
from tests.support.log import NOW, envelope
from tests.support.stores import opened, put

HOUR = timedelta(hours=1)


def registered(unit, at=NOW, known=NOW, **said):
    data = {"unit": unit, "name": f"Unit {unit}"} | said
    id_ = f"{unit}-{at.isoformat()}"
    moments = {"time": at.isoformat(), "recordedtime": known.isoformat()}
    return envelope("unit.registered", id_, unit, data=data, **moments)


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as store:
        put(
            store,
            [
                registered("H40", level="province", head="ct-1"),
                registered("H40.02", parent="H40", level="commune", one_stop=True),
                registered("H40.01", parent="H40", level="commune"),
                registered("H40.01.07", parent="H40.01", level="department"),
                registered("H41", parent="H99"),
                registered("H42", at=NOW + HOUR, known=NOW + 2 * HOUR),
            ],
        )
        store.catch_up()
        yield store


def codes(answer):
    return [unit["unit"] for unit in answer["units"]]


def test_each_is_told_with_the_one_above_it(store):
    answer = units(store)

    assert codes(answer) == ["H40", "H40.01", "H40.01.07", "H40.02", "H41", "H42"]
    assert answer["total"] == 6
    assert answer["complete"]
    assert answer["units"][3] == {
        "unit": "H40.02",
        "name": "Unit H40.02",
        "parent": "H40",
        "level": "commune",
        "head": None,
        "one_stop": True,
    }


def test_at_t_and_k_only_what_was_registered_and_known(store):
    assert "H42" not in codes(units(store, as_of=NOW))
    assert "H42" not in codes(units(store, known_at=NOW + HOUR))
    assert "H42" in codes(units(store, as_of=NOW + HOUR, known_at=NOW + 2 * HOUR))
    assert codes(units(store, as_of=NOW - HOUR)) == []


def test_below_one_and_of_a_level(store):
    assert codes(units(store, unit="h40.01")) == ["H40.01", "H40.01.07"]
    assert codes(units(store, level="commune")) == ["H40.01", "H40.02"]
    assert codes(units(store, unit="H40.01", level="department")) == ["H40.01.07"]
    assert codes(units(store, unit="H99")) == ["H41"]
    with pytest.raises(Unknown):
        units(store, unit="H77")


def test_pages_neither_repeat_nor_skip_while_units_are_registered(store):
    first = units(store, limit=2)
    put(store, [registered("H40.00x", known=NOW), registered("H40.015", parent="H40")])
    store.catch_up()
    rest = units(store, limit=100, cursor=first["next"])

    assert codes(first) == ["H40", "H40.01"]
    assert codes(rest) == ["H40.01.07", "H40.015", "H40.02", "H41", "H42"]
    assert rest["next"] is None


@pytest.mark.parametrize("cursor", ["", "h40", "H40 "])
def test_a_cursor_that_no_page_gave_is_refused(store, cursor):
    with pytest.raises(Refused) as refused:
        units(store, cursor=cursor)
    assert refused.value.code == "invalid_cursor"
