"""The loop over a worker: what each failure means, how long is waited, and that nothing stays open."""

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families as families

from domain.errors import Contended, Refused
from infra.errors import CannotRun
from infra.metrics import Metrics
from infra.running import AWAY as CODES
from infra.running import CANNOT_RUN, STOPPED, run
from tests.infra.running.workers import AWAY, Pace, Scripted, Waits, doubled

FATAL = [
    CannotRun("no such setting", code="bad_setting"),
    Refused("unknown_type", "what is it"),
    ValueError("Nguyễn Văn Mẫu"),
]


class Case:
    def __init__(self, *script, open_worker=None, **more):
        self.stop, self.metrics, self.told = Waits(), Metrics("relay"), []
        self.worker = Scripted(list(script), self.stop, **more)
        with structlog.testing.capture_logs() as self.logs:
            self.code = run(
                "relay",
                open_worker or self.worker.open,
                Pace(),
                self.metrics,
                stop=self.stop,
                waiting=doubled,
            )

    def value(self, name, **labels):
        text = self.metrics.exposed().decode()
        samples = [s for family in families(text) for s in family.samples]
        return [s.value for s in samples if s.name == name and labels.items() <= s.labels.items()]


def test_steps_follow_each_other_without_a_pause_while_there_is_work():
    case = Case(5, 3, 1)
    assert (case.code, case.stop.waits, case.worker.opened) == (STOPPED, [], 1)


def test_a_step_that_found_nothing_is_followed_by_a_short_pause():
    assert Case(0, 5, 0).stop.waits == [0.1, 0.1]


def test_a_world_that_is_away_is_waited_for_twice_as_long_each_time_up_to_the_limit():
    assert Case(*[AWAY] * 7).stop.waits == [1, 2, 4, 8, 16, 30, 30]


def test_a_success_begins_the_waits_anew():
    assert Case(AWAY, AWAY, 1, AWAY).stop.waits == [1, 2, 1]


def test_a_random_part_of_a_wait_that_doubles_is_taken():
    stop = Waits()
    worker = Scripted([AWAY] * 6, stop)
    run("relay", worker.open, Pace(), Metrics("relay"), stop=stop)
    assert all(0 <= wait <= doubled(n) for n, wait in enumerate(stop.waits, 1))
    assert len(set(stop.waits)) == 6


def test_a_world_that_is_away_closes_the_worker_and_opens_it_anew():
    case = Case(1, AWAY, 1)
    assert (case.worker.opened, case.worker.closed) == (2, 2)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_of_an_absent_world_is_waited_for(code):
    case = Case(CannotRun("away", code=code))
    assert (case.code, case.stop.waits) == (STOPPED, [1])


def test_each_absence_is_logged_once_with_its_code():
    warned = [entry for entry in Case(AWAY, AWAY).logs if entry["log_level"] == "warning"]
    assert [(w["event"], w["code"]) for w in warned] == [
        ("the broker does not answer", "broker_unreachable")
    ] * 2


def test_an_error_is_known_by_the_one_that_it_was_raised_from():
    wrapped = RuntimeError("the library's")
    wrapped.__cause__ = AWAY
    assert Case(wrapped).stop.waits == [1]


def test_a_world_that_is_away_while_opening_is_waited_for():
    tried = []

    def unopened():
        tried.append(1)
        stop.asked = len(tried) == 3
        raise AWAY

    stop = Waits()
    assert run("relay", unopened, Pace(), Metrics("relay"), stop=stop) == STOPPED
    assert len(stop.waits) == 3


def test_a_race_that_another_won_is_run_again_at_once_with_the_same_worker():
    case = Case(Contended("faster"), 1)
    assert (case.code, case.stop.waits, case.worker.opened) == (STOPPED, [], 1)


@pytest.mark.parametrize("error", FATAL, ids=lambda error: type(error).__name__)
def test_any_other_failure_ends_the_process_with_one_sentence(error):
    case = Case(1, error)
    assert (case.code, case.worker.closed) == (CANNOT_RUN, 1)
    assert len([entry for entry in case.logs if entry["log_level"] == "error"]) == 1


def test_an_unforeseen_failure_is_told_without_its_message():
    (told,) = [entry for entry in Case(ValueError("Nguyễn Văn Mẫu")).logs if "fault" in str(entry)]
    assert "ValueError at tests.infra.running.workers:" in told["event"]
    assert "Nguyễn" not in str(told)


def test_who_runs_the_loop_may_tell_the_failure_in_its_own_words():
    told: list[Exception] = []
    stop = Waits()
    worker = Scripted([FATAL[0]], stop)
    run("relay", worker.open, Pace(), Metrics("relay"), stop=stop, complain=told.append)
    assert told == FATAL[:1]


def test_failures_are_counted_by_code_and_handling():
    case = Case(AWAY, Contended("faster"), FATAL[0])
    assert [
        case.value("dunghen_failures_total", code=code, handling=handling)
        for code, handling in (
            ("broker_unreachable", "retried"),
            ("contended", "at_once"),
            ("bad_setting", "ended"),
        )
    ] == [[1], [1], [1]]


def test_only_steps_that_found_work_are_timed():
    assert Case(0, 5, 0, 2).value("dunghen_step_duration_seconds_count", command="relay") == [2]


def test_a_worker_that_cannot_be_closed_does_not_hide_the_failure():
    stop = Waits()
    worker = Scripted([AWAY, 1], stop)
    worker.fails_to_close = True
    assert run("relay", worker.open, Pace(), Metrics("relay"), stop=stop) == STOPPED
