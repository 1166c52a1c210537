"""Limits that a procedure has of its own: as registered, or by its decree (DOMAIN 2.4)."""

from dataclasses import replace

import pytest

from domain.directory import Directory, Registration
from domain.facts import ProcedureRegistered
from domain.policy import KARAOKE_GROUP, NATIONAL
from domain.values import Limit
from tests.support.case import ACCEPTED, instant, since

KARAOKE = replace(
    NATIONAL, procedures=(replace(KARAOKE_GROUP, procedures=frozenset({"1.001029"})),)
)
FILED = ("accepted", "2026-03-05T08:00", ACCEPTED[2] | {"procedure": "1.001029.000.00.00.H40"})


def asked(at):
    return ("supplement_requested", at, {"reason": "r", "items": ["i"]})


def registered(expiry):
    said = ProcedureRegistered(procedure="1.001029", supplement_expiry=expiry)
    known = Registration(instant("2025-01-01T00:00"), 1, said)
    return Directory({}, {}, {"1.001029": [known]}, {})


WAITING = [FILED, asked("2026-03-06T08:00")]


@pytest.mark.parametrize(
    ("as_of", "holds"), [("2026-03-27T23:59", None), ("2026-03-28T00:00", "2026-03-28T00:00")]
)
def test_a_request_expires_after_the_fifteen_working_days_of_its_decree(as_of, holds):
    assert since(WAITING, as_of, "supplement_expired", policy=KARAOKE) == holds


def test_a_registered_expiry_goes_before_the_decrees():
    ten = registered(Limit(10, "working_days"))
    expired = since(
        WAITING, "2026-04-10T08:00", "supplement_expired", policy=KARAOKE, directory=ten
    )
    assert expired == "2026-03-21T00:00"


def test_where_neither_says_an_expiry_a_request_never_expires():
    assert since(WAITING, "2026-12-31T08:00", "supplement_expired") is None
    silent = registered(None)
    assert since(WAITING, "2026-12-31T08:00", "supplement_expired", directory=silent) is None


@pytest.mark.parametrize(
    ("requested", "holds"),
    [("2026-03-06T08:00", None), ("2026-03-06T08:01", "2026-03-06T08:01")],
)
def test_a_decree_gives_hours_in_place_of_the_three_days_for_a_request(requested, holds):
    history = [FILED, asked(requested)]
    assert since(history, "2026-04-10T08:00", "supplement_notice_late", policy=KARAOKE) == holds


def test_a_decree_does_not_reach_back_before_its_date():
    before = ("accepted", "2025-06-30T08:00", FILED[2])
    late = ("supplement_requested", "2025-07-01T09:00", {"reason": "r", "items": ["i"]})
    after = ("accepted", "2025-07-01T08:00", FILED[2])
    later = ("supplement_requested", "2025-07-02T09:00", {"reason": "r", "items": ["i"]})
    rule = "supplement_notice_late"
    assert since([before, late], "2025-08-01T08:00", rule, policy=KARAOKE) is None
    assert since([after, later], "2025-08-01T08:00", rule, policy=KARAOKE) == "2025-07-02T09:00"
