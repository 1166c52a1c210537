"""The daily digest: what is owed on which morning, and who is told of which dossier."""

from datetime import date, time

import pytest

from consumers.digest import Item, Recipient, in_order, items, morning
from domain import corrections, events
from domain.assessment import assess
from domain.directory import NOBODY, directory
from domain.facts import Recorded
from domain.policy import NATIONAL
from domain.timeline import timeline
from infra.calendars import national
from tests.support import case
from tests.support.case import ACCEPTED, CODE, KNOWN, instant

AT = time(7, 30)
UNIT = Recipient(None, "H40.17")
BINH = Recipient("cb-binh", "H40.17")
HEAD = Recipient("cb-son", "H40.17")
HELD = (
    "transferred",
    "2026-03-05T09:00",
    {"to": {"unit": "H40.17", "officer": "cb-binh"}, "step": "Thẩm định"},
)
LETTER = (
    "apology_letter_sent",
    "2026-03-17T09:00",
    {"number": "1/PXL", "reason": "Chờ ý kiến", "new_due_at": "2026-03-25"},
)
DUE = date(2026, 3, 19)


def told(as_of, *history, of=NOBODY, accepted=ACCEPTED):
    facts = case.recorded([accepted, *history])

    def judged_at(moment):
        entries = corrections.entries(facts, KNOWN)
        view = timeline(entries, as_of=moment, known_at=KNOWN)
        return assess(view, NATIONAL, national(), moment, of)

    return list(items(CODE, judged_at, instant(as_of), of))


def with_head():
    unit = events.read(
        {
            "specversion": "1.0",
            "id": "u",
            "source": "/test",
            "type": "vn.dunghen.unit.registered.v1",
            "subject": "H40.17",
            "time": "2026-01-01T08:00:00+07:00",
            "recordedtime": "2026-01-01T08:00:00+07:00",
            "data": {"unit": "H40.17", "name": "Xã Ví Dụ", "level": "commune", "head": "cb-son"},
        },
        recorded_at=instant("2026-01-01T08:00"),
    )
    return directory([Recorded(1, unit)], KNOWN)


@pytest.mark.parametrize(
    ("now", "sent", "day"),
    [
        ("2026-03-05T07:29", None, None),
        ("2026-03-05T07:30", None, date(2026, 3, 5)),
        ("2026-03-05T22:00", date(2026, 3, 4), date(2026, 3, 5)),
        ("2026-03-05T07:30", date(2026, 3, 5), None),
        ("2026-03-07T08:00", date(2026, 3, 5), None),  # a Saturday
    ],
)
def test_a_digest_is_owed_once_a_working_day_from_its_hour_on(now, sent, day):
    ordinal = None if sent is None else sent.toordinal()
    assert morning(instant(now), ordinal, AT, national()) == day


def test_far_from_its_due_date_a_dossier_is_not_told_of():
    assert told("2026-03-16T07:30", HELD) == []


def test_one_that_is_due_in_two_working_days_is_told_to_its_holder_with_its_letter_owed_tomorrow():
    letter = Item("letter", CODE, DUE, 0, date(2026, 3, 18))
    assert told("2026-03-17T07:30", HELD) == [(BINH, letter), (UNIT, letter)]
    assert told("2026-03-18T07:30") == [(UNIT, letter)]


def test_the_head_who_signs_the_letter_is_told_of_it():
    who = [who for who, _ in told("2026-03-17T07:30", HELD, of=with_head())]
    assert who == [BINH, HEAD]


def test_where_the_letter_was_sent_the_due_date_remains():
    assert told("2026-03-18T07:30", HELD, LETTER) == [(BINH, Item("due_soon", CODE, DUE, 0, None))]


def test_on_the_last_day_no_letter_can_be_in_time_any_more():
    assert told("2026-03-19T07:30", HELD) == [(BINH, Item("due_soon", CODE, DUE, 0, None))]


def test_an_overdue_one_says_how_late_it_is_and_whether_the_letter_is_missing():
    missing = Item("overdue", CODE, DUE, 2, date(2026, 3, 18))
    assert told("2026-03-23T07:30", HELD) == [(BINH, missing)]
    (late,) = told("2026-03-23T07:30", HELD, LETTER)
    assert late == (BINH, missing._replace(letter=None))


def test_one_that_is_done_is_not_told_of():
    issued = ("result_issued", "2026-03-10T09:00", {"outcome": "granted"})
    assert told("2026-03-23T07:30", HELD, issued) == []


def test_the_moment_it_is_taken_in_its_unit_is_told():
    limit = {"limit": {"amount": 1, "unit": "working_days"}}
    accepted = ("accepted", "2026-03-05T08:00", {"competent_unit": "H40.17", **limit})
    ((who, item),) = told("2026-03-05T08:00", accepted=accepted)
    assert (who, item.kind) == (UNIT, "letter")


def test_the_most_urgent_come_first():
    found = [
        Item("due_soon", "B", DUE, 0, None),
        Item("overdue", "A", DUE, 2, None),
        Item("letter", "C", DUE, 0, DUE),
        Item("due_soon", "A", DUE, 0, None),
    ]
    assert [(item.kind, item.code) for item in in_order(found)] == [
        ("letter", "C"),
        ("overdue", "A"),
        ("due_soon", "A"),
        ("due_soon", "B"),
    ]
