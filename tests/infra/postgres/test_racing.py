"""Several processes at once on PostgreSQL: no version or position is left out, no reader misses an event or a row of the feed."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import cycle

import pytest

from consumers import deadlines, project
from domain.engine import Stored
from infra.postgres.log import PostgresLog
from infra.postgres.schema import migrate
from infra.verifylog import verify_log
from tests.support.log import fact
from tests.support.postgres import asked, opened_in
from tests.support.stores import END, World, opened, projected, put, rows

pytestmark = pytest.mark.slow
WRITERS = 8
OVERDUE = {"competent_unit": "H40.17", "due_at": "2025-03-24"}


def at_once(work, arguments):
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(arguments), spawned) as pool:
        return list(pool.map(work, *zip(*arguments, strict=True)))


def append(url, writer, batches, size):
    """Each writer's events go to all dossiers alike."""
    with opened_in(url) as store:
        for batch in range(batches):
            facts = [
                fact("transferred", f"{writer}-{batch}-{n}", f"H40.17-250320-{n:04}")
                for n in range(size)
            ]
            assert all(isinstance(one, Stored) for one in store.engine.record(facts))


def tail(url, total):
    """The positions as a reader sees them who asks again and again for what comes after the last."""
    seen, log, until = [0], PostgresLog(url), time.monotonic() + 250
    while len(seen) <= total and time.monotonic() < until:
        seen += [line[0] for line in log.select(seen[-1], 500)]
    log.close()
    return seen[1:]


def append_or_tail(url, writer, batches, size):
    return tail(url, WRITERS * batches * size) if writer < 0 else append(url, writer, batches, size)


def test_a_tailing_reader_sees_every_event_of_eight_writers_once_and_in_order(database):
    migrate(database.url)
    batches, size = 15, 20
    *_, seen = at_once(
        append_or_tail,
        [(database.url, writer, batches, size) for writer in [*range(WRITERS), -1]],
    )
    assert seen == list(range(1, WRITERS * batches * size + 1))


def command(url, writer, commands):
    with opened_in(url) as store:
        return [
            store.engine.record([fact("transferred", f"{writer}-{n}")])[0] for n in range(commands)
        ]


def test_two_writers_on_one_dossier_lose_no_update_and_leave_no_version_out(database):
    migrate(database.url)
    commands = 5_000
    answers = at_once(command, [(database.url, writer, commands) for writer in range(2)])
    stored = [answer for of_writer in answers for answer in of_writer]
    assert all(isinstance(answer, Stored) for answer in stored)
    assert sorted(answer.version for answer in stored) == list(range(1, 2 * commands + 1))
    log = PostgresLog(database.url)
    assert list(verify_log(log)) == []
    log.close()


def test_several_that_migrate_at_once_make_the_tables_once(database):
    assert sorted(at_once(migrate, [(database.url,)] * 4)) == [False, False, False, True]


def project_all(url, worker):
    """In small batches, for the other to come between."""
    with opened_in(url) as store:
        law, until = store.views.law(store.law), time.monotonic() + 150
        while not store.caught_up and time.monotonic() < until:
            project.step(store.log, store.views, law, store.now, limit=40)
        return store.caught_up


def watch_feed(url, worker):
    """Whoever follows the feed by its last number."""
    seen, until = [0], time.monotonic() + 150
    with asked(url) as c:
        last = 0
        while last < 2_000 and time.monotonic() < until:
            ((last,),) = c.execute("SELECT place FROM views_1.marks WHERE name = 'position'")
            more = c.execute("SELECT id FROM views_1.feed WHERE id > %s ORDER BY id", (seen[-1],))
            seen += [row[0] for row in more]
    return seen[1:]


def project_or_watch(url, worker):
    return watch_feed(url, worker) if worker < 0 else project_all(url, worker)


def test_a_reader_of_the_feed_misses_no_row_of_several_that_project(database):
    with opened_in(database.url) as store:
        for batch in range(100):
            codes = [f"H40.17-250320-{batch * 20 + n:04}" for n in range(20)]
            store.engine.record([fact("accepted", code, code, data=OVERDUE) for code in codes])
    *caught_up, seen = at_once(project_or_watch, [(database.url, worker) for worker in (0, 1, -1)])
    assert caught_up == [True, True]
    with asked(database.url) as c:
        ids = [row[0] for row in c.execute("SELECT id FROM views_1.feed ORDER BY id")]
    assert ids == list(range(1, len(ids) + 1))
    assert len(ids) >= 2_000
    assert seen == ids


def test_two_that_take_turns_remember_no_less_and_no_more_than_the_tables_hold(database, tmp_path):
    world = World(5, dossiers=6)
    with ExitStack() as stack:
        first, second = (stack.enter_context(opened_in(database.url)) for _ in range(2))
        put(first, world.arrivals)
        turns = cycle([first, first, second, first, second, second])
        law = first.views.law(first.law)
        while project.step(first.log, next(turns).views, law, END, limit=3):
            pass
        embedded = stack.enter_context(opened(tmp_path))
        put(embedded, world.arrivals)
        projected(embedded.log, embedded.views, END)
        deadlines.pass_time(first.views, law, END)
        assert rows(second.views) == rows(embedded.views)
