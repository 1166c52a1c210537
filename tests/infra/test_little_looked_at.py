"""What a list of a few looks at does not grow with all that was ever ended: in steps of SQLite's machine, whatever its planner is."""

from datetime import date, datetime

import pytest

from domain.values import VN
from infra.questions import queries
from infra.questions.dossiers import Wanted, dossiers, overdue
from infra.questions.officer import officer
from tests.projections.test_laws import at_once
from tests.support.lines import event
from tests.support.stores import opened, put

NOW = datetime(2025, 6, 30, 9, tzinfo=VN)
ENDED, OPEN = "2025-03", "2025-06"
DAYS = date(2025, 6, 13), date(2025, 6, 20)
MONTH = date(2025, 6, 1), date(2025, 6, 30)
ASKED = {
    "an officer": lambda store: officer(store, "B"),
    "what is overdue": lambda store: dossiers(store, Wanted(states=["overdue"]), limit=2),
    "what is in process": lambda store: dossiers(store, Wanted(states=["in_process"]), limit=2),
    "where the clocks differ": lambda store: dossiers(store, Wanted(differs="legal"), limit=2),
    "every overdue one": lambda store: {"dossiers": overdue(store, "legal")},
    "overdue, of a period that begins amid a month": lambda store: dossiers(
        store, Wanted(states=["overdue"]), period=(date(2025, 3, 10), date(2025, 6, 30)), limit=2
    ),
    "findings of days": lambda store: queries.violations(store, period=DAYS, limit=2),
    "an officer's by a rule": lambda store: queries.violations(
        store, officer="B", rules=["apology_missing"]
    ),
    "findings of a month": lambda store: queries.violations(store, period=MONTH, limit=2),
    "an officer's of days": lambda store: queries.violations(store, period=DAYS, officer="B"),
    "days by rule": lambda store: queries.violations(store, period=DAYS, count_by="rule"),
    "days of a rule by unit": lambda store: queries.violations(
        store, period=DAYS, rules=["apology_missing"], count_by="unit"
    ),
    "days by unit": lambda store: queries.violations(store, period=DAYS, count_by="unit"),
    "days by officer": lambda store: queries.violations(store, period=DAYS, count_by="officer"),
}


def told_of(code, month, unit, who, *, ended):
    accepted = {"competent_unit": unit, "limit": {"amount": 2, "unit": "working_days"}}
    yield event("dossier.accepted", f"{month}-11T08:00:00", code, **accepted)
    to = {"unit": unit, "officer": who}
    yield event("dossier.transferred", f"{month}-11T09:00:00", code, to=to)
    if ended:
        yield event("dossier.result_issued", f"{month}-25T09:00:00", code)
    else:
        yield event("dossier.paused", f"{month}-12T09:00:00", code, ground="other")


def life(ended):
    """Many that ended late, in five units, and three that are overdue, which the portal shows as waiting."""
    for number in range(ended):
        unit = f"H41.{number % 5}"
        yield from told_of(f"{unit}-250311-{number:04}", ENDED, unit, f"A{number}", ended=True)
    for number in range(3):
        yield from told_of(f"H49.17-250611-{number:04}", OPEN, "H49.17", "B", ended=False)


def steps(store, ask):
    """What is told, and how many tens of steps it took; asked before, so that nothing is read for the first time."""
    ask(store)
    taken, connection = [0], store.views.database.connection

    def one():
        taken[0] += 1

    connection.set_progress_handler(one, 10)
    told = ask(store)
    connection.set_progress_handler(None, 0)
    return told, taken[0]


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    with (
        opened(tmp_path_factory.mktemp("few"), NOW) as few,
        opened(tmp_path_factory.mktemp("many"), NOW) as many,
    ):
        for store, ended in ((few, 50), (many, 600)):
            put(store, list(life(ended)))
            at_once(store)
        yield few, many


@pytest.mark.parametrize("name", ASKED)
def test_a_few_are_found_where_they_lie(stores, name):
    few, many = stores
    told, before = steps(few, ASKED[name])
    same, after = steps(many, ASKED[name])

    assert same == told
    assert any(told.get(key) for key in ("total", "dossiers", "cases", "violations"))
    assert after <= before * 1.5


def test_the_steps_tell_who_looks_at_all(stores):
    few, many = (
        steps(store, lambda store: store.views.database.rows("SELECT max(legal) FROM dossiers"))[1]
        for store in stores
    )
    assert many > few * 1.5
