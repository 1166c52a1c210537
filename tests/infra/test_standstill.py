"""What an operator is told of dossiers that stand still: two gauges always, and each that is parked anew once in the log."""

import pytest
from structlog.testing import capture_logs

from consumers import judging
from infra.metrics import PARKED, WAITING, Metrics
from infra.services.standstill import Standstill
from infra.services.workers import Passing
from tests.support.lines import CODE, accepted
from tests.support.stores import END, opened, put

APART = "event 2 cannot be applied: a fault of the program (KeyError)"


@pytest.fixture
def metrics():
    return Metrics("consume deadlines")


def shown(metrics):
    lines = dict(line.rsplit(" ", 1) for line in metrics.exposed().decode().splitlines())
    return float(lines[PARKED.name]), float(lines[WAITING.name])


def test_each_that_is_parked_is_told_once_and_again_when_it_is_parked_again(metrics):
    standstill = Standstill(metrics)
    with capture_logs() as logged:
        for troubles in (
            {"A": APART, "B": "events 2..2 are missing"},
            {"A": APART},
            {},
            {"A": APART},
        ):
            standstill.tell(troubles)
    assert [(each["event"], each["dossier"]) for each in logged] == [("dossier_parked", "A")] * 2
    assert "KeyError" not in str(logged)
    assert shown(metrics) == (1, 0)


def test_of_very_many_the_first_are_named_and_the_rest_counted(metrics):
    with capture_logs() as logged:
        Standstill(metrics).tell({f"A-{n:03}": APART for n in range(50)})
    assert (len(logged), logged[-1]["more"]) == (21, 30)
    assert shown(metrics) == (50, 0)


def test_who_lets_time_pass_tells_what_it_had_to_park(tmp_path, metrics, monkeypatch):
    with opened(tmp_path, END) as store:
        put(store, [accepted()])
        store.catch_up()
        store.views.database.rows("UPDATE states SET next_change_at = '2025-03-20T00:00:00+07:00'")
        judged = judging.judged

        def fail(facts, *rest):
            if facts:
                raise ZeroDivisionError
            return judged(facts, *rest)

        monkeypatch.setattr(judging, "judged", fail)
        with capture_logs() as logged:
            assert Passing(store, lambda: END, metrics).step() == 1
        assert [(each["event"], each["dossier"]) for each in logged] == [("dossier_parked", CODE)]
        assert shown(metrics) == (1, 0)
