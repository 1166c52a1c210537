"""Which corrections are in view: all that are known and not annulled, whether or not they count for their target."""

import pytest

from domain import corrections, events
from domain.facts import Recorded
from tests.support.case import ACCEPTED, CODE, instant


def fix(target, kind="annul", **data):
    return {"target": target, "kind": kind, "reason": "r", "authorised_by": "a"} | data


def known(*said):
    """An acceptance, and corrections of it or of one another, recorded a day apart; their ids are their versions."""
    told = [ACCEPTED[::2], *(("corrected", data) for data in said)]
    for number, (kind, data) in enumerate(told, 1):
        time = f"2026-03-{4 + number:02}T08:00:00+07:00"
        envelope = {
            "id": str(number), "source": "/test", "type": f"vn.dunghen.dossier.{kind}.v1",
            "subject": CODE, "time": time, "recordedtime": time, "data": data,
        }  # fmt: skip
        yield Recorded(number, events.read(envelope, recorded_at=instant("2027-01-01T00:00")))


@pytest.mark.parametrize(
    ("said", "in_view"),
    [
        ([fix("1", "amend", replacement={"copies": n}) for n in (2, 3)], {2, 3}),
        ([fix("nothing")], {2}),
        ([fix("1"), fix("2", "amend", replacement={"reason": "x"})], {2, 3}),
        ([fix("1"), fix("2")], {3}),
        ([fix("3"), fix("2")], set()),
        ([fix("2")], set()),
    ],
    ids=["of one target", "of nothing", "amended", "annulled", "a circle", "of itself"],
)
def test_a_correction_is_in_view_unless_it_is_annulled(said, in_view):
    assert corrections.in_view(known(*said), instant("2026-04-01T08:00")) == in_view


def test_a_correction_recorded_later_is_not_in_view():
    assert corrections.in_view(known(fix("1"), fix("2")), instant("2026-03-06T08:00")) == {2}
