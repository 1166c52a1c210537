"""Events that the tables refuse, with processes as an operator runs them: each stops its dossier, and nothing else."""

from types import SimpleNamespace

import pytest

from domain import events
from tests.e2e.test_services import Installation, shows, wait
from tests.support.lines import CODE, OTHER, accepted, at, event, head
from tests.support.postgres import asked, opened_in
from tests.support.stores import put

pytestmark = pytest.mark.e2e

NUL = "H40.17-250317-0003"


@pytest.fixture
def installation(database, tmp_path):
    made = Installation(database, SimpleNamespace(bootstrap="nowhere:1"), "unused", tmp_path)
    made.dunghen("migrate")
    yield made
    made.forget_users()


def test_the_passing_of_time_a_proof_and_a_rebuild_go_on_past_what_the_tables_refuse(
    installation, monkeypatch
):
    url = installation.database.url
    with opened_in(url, at("2025-03-17T10:00:00")) as store:
        put(store, [head("H1"), accepted(), accepted(OTHER), accepted(NUL)])
        store.catch_up()
        # As an older version took it in: read today it would be refused at the door.
        monkeypatch.setattr(events, "check_keepable", lambda content: None)
        put(store, [event("dossier.transferred", "2025-03-17T09:00:00", NUL, to={"unit": "H\0"})])
        store.catch_up()
    with asked(url) as connection:
        refused = f"dossier = '{CODE}' AND rule = 'in_process_overdue'"
        connection.execute(f"ALTER TABLE views_1.violations ADD CHECK (NOT ({refused}))")
    with installation.serving("consume", "deadlines") as port:
        wait(lambda: shows(port, "dunghen_parked_dossiers 2.0"))
        wait(lambda: shows(port, "dunghen_deadlines_lag_seconds 0.0"))
    assert stands_at(installation) == {CODE: 0, NUL: 1}
    overdue = installation.dunghen("violations", "--rule", "in_process_overdue")["violations"]
    assert OTHER in {each["dossier"] for each in overdue}
    # The next generation's tables take the one of them; the other nobody ever will.
    rebuilt = installation.dunghen("rebuild", "--drop-old")
    assert (rebuilt["switched"], rebuilt["parked"]) == (True, 1)
    proof = installation.dunghen("verify")
    assert (proof["broken"], proof["differences"], proof["parked"]) == ([], [], 1)
    assert installation.dunghen("parked", "retry")["went_on"] == 0
    assert stands_at(installation) == {NUL: 1}


def stands_at(installation):
    return {each["dossier"]: each["version"] for each in installation.dunghen("parked")["parked"]}
