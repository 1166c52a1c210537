"""A generation filled from the log is compared with one that others go on updating, and nothing is a difference but what differs."""

import threading
import time
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from zlib import crc32

import psycopg
import pytest

from consumers import deadlines, project
from consumers.judging import rejudged
from consumers.writing import write
from infra.postgres.generations import SchemaGenerations
from infra.rebuilding.rebuild import back, rebuild
from infra.rebuilding.verifying import verify
from infra.wiring import distributed, embedded
from tests.infra.distributed.conftest import until
from tests.support.postgres import MASTER, asked, opened_in
from tests.support.stores import END, LAW, World, folded_feed, put, quiet, rows, violations_of

pytestmark = pytest.mark.slow

HALF_WAY = 60


@pytest.fixture(params=["embedded", "distributed"])
def opener(request, tmp_path):
    """Opens the same store anew, with a clock of the caller's."""
    if request.param == "embedded":
        return lambda now=END: closing(embedded(tmp_path, LAW, now))
    database = request.getfixturevalue("database")
    with opened_in(database.url):
        pass
    return lambda now=END: closing(distributed(database.url, LAW, now, MASTER))


def middle(world):
    """A moment at which some boundaries are past and others to come."""
    moments = world.instants()
    return moments[len(moments) * 2 // 3]


class Meanwhile:
    """Does something when a rebuild or a proof gets to a stage."""

    def __init__(self, stage, work):
        self.stage, self.work, self.times = stage, work, 0

    def __call__(self, stage, done, total):
        if stage == self.stage:
            self.times += 1
            self.work()


@pytest.mark.parametrize("stage", ["rebuild", "compare"])
@pytest.mark.parametrize("proof", [rebuild, verify])
def test_events_that_others_take_in_any_order_are_no_difference(opener, stage, proof):
    world = World(41, dossiers=8)

    def others_go_on():
        """As workers of Kafka do: some dossiers to their end, the position of the log nowhere."""
        with opener() as other:
            put(other, world.arrivals[HALF_WAY:])
            lines = [line for line in other.log.select(0, 10_000) if crc32(line[1].encode()) % 2]
            project.take(lines, other.log, other.views, LAW, END)

    with opener() as store:
        put(store, world.arrivals[:HALF_WAY])
        store.catch_up()
        meanwhile = Meanwhile(stage, others_go_on)
        more = {"drop_old": False} if proof is rebuild else {}
        assert proof(store, progress=meanwhile, **more)["differences"] == []
    assert meanwhile.times


@pytest.mark.parametrize("apart", [-timedelta(hours=1), timedelta(hours=1), timedelta(hours=20)])
@pytest.mark.parametrize("proof", [rebuild, verify])
def test_a_worker_whose_clock_is_off_makes_no_difference(opener, apart, proof):
    world = World(42, dossiers=12)
    changes = boundaries(opener, world)
    now = changes[len(changes) // 2] - apart / 2
    with opener(now) as store:
        store.catch_up()

        def judged_by_another_clock():
            with opener(now + apart) as other:
                other.catch_up()
                keys = [row[0] for row in other.views.database.rows("SELECT dossier FROM states")]
                with other.views.writing() as tx:
                    again = rejudged(
                        tx.states(keys).values(), LAW, tx.directory(other.now), other.now, other.now, new=frozenset()
                    )  # fmt: skip
                    write(tx, again)

        meanwhile = Meanwhile("compare", judged_by_another_clock)
        more = {"drop_old": False} if proof is rebuild else {}
        assert proof(store, progress=meanwhile, **more)["differences"] == []
    with opener(now + timedelta(days=2)) as present, opener(now) as again:
        deadlines.pass_time(present.views, LAW, present.now)
        assert verify(present, progress=quiet)["differences"] == []
        assert again.views.position() == present.views.position()


@pytest.mark.parametrize("proof", [rebuild, verify])
def test_dossiers_that_another_lets_time_pass_over_are_waited_for(database, proof):
    world = World(46, dossiers=8)
    with opened_in(database.url) as store:
        put(store, world.arrivals)
    with closing(distributed(database.url, LAW, middle(world), MASTER)) as days_ago:
        days_ago.catch_up()
    with opened_in(database.url) as store, opened_in(database.url) as other:
        assert store.views.behind(END)
        with in_hand(other) as let_go:
            meanwhile = Meanwhile("wait", let_go.set)
            more = {"drop_old": False} if proof is rebuild else {}
            assert proof(store, progress=meanwhile, **more)["differences"] == []
    assert meanwhile.times


@contextmanager
def in_hand(other):
    """All dossiers are in another's hands, as when a worker has days to let pass, until it is told to let go of them."""
    claimed, let_go = threading.Event(), threading.Event()

    def hold():
        with other.views.writing() as tx:
            assert tx.due_to_change(END, 1_000)
            claimed.set()
            let_go.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    claimed.wait(60)
    try:
        yield let_go
    finally:
        let_go.set()
        holder.join()


def boundaries(opener, world):
    """Moments at which a row changes by time alone, a while after everything was told."""
    with opener() as store:
        put(store, world.arrivals)
    found = []
    with opener(middle(world)) as store:
        store.catch_up()
        found = [row[0] for row in store.views.database.rows("SELECT next_change_at FROM states")]
    return sorted(datetime.fromisoformat(text) for text in found if text)


def test_the_way_back_brings_the_kept_generation_up_to_date_with_its_feed(opener):
    world = World(43, dossiers=10)
    with opener() as store:
        put(store, world.arrivals[:HALF_WAY])
        store.catch_up()
        rebuild(store, drop_old=False, progress=quiet)
    with opener() as store:
        put(store, world.arrivals[HALF_WAY:])
        store.catch_up()
        second, told = rows(store.views), feed(store)
        answer = back(store, progress=quiet)
        assert (answer["generation"], answer["previous"], answer["kept"]) == (1, 2, [2])
    with opener() as store:
        assert (rows(store.views), feed(store)) == (second, told)
        assert folded_feed(store.views) == violations_of(store.views)
        assert verify(store, progress=quiet)["differences"] == []
        # What served is not what a rebuild goes on with.
        assert rebuild(store, drop_old=True, progress=quiet)["generation"] == 3
        assert store.generations.others() == []


def feed(store):
    return store.views.database.rows("SELECT * FROM feed ORDER BY id")


def test_writers_without_a_pause_do_not_keep_a_rebuild_from_switching(database):
    with opened_in(database.url) as store:
        put(store, World(44).arrivals)
        store.catch_up()
    stop, begun = threading.Event(), threading.Barrier(5)
    writers = [threading.Thread(target=holding, args=(database.url, stop, begun)) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        begun.wait(60)
        began = time.monotonic()
        with closing(distributed(database.url, LAW, END, MASTER)) as store:
            assert rebuild(store, drop_old=True, progress=quiet)["switched"]
        assert time.monotonic() - began < 60
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def holding(url, stop, begun):
    """Transactions of which one is always under way, as those of several workers."""
    sql = "SELECT number FROM views.present FOR SHARE"
    with psycopg.connect(url) as connection:
        connection.execute(sql)
        begun.wait(60)
        while not stop.is_set():
            connection.execute(sql)
            time.sleep(0.2)
            connection.commit()


def test_a_generation_that_is_read_is_deleted_when_it_was_read(database):
    with opened_in(database.url) as store:
        put(store, World(45).arrivals)
        store.catch_up()
        done = []

        def rebuilding():
            with closing(distributed(database.url, LAW, END, MASTER)) as other:
                done.append(rebuild(other, drop_old=True, progress=quiet)["dropped"])

        with store.views.reading():
            before = store.views.count("dossiers")
            other = threading.Thread(target=rebuilding)
            other.start()
            until(lambda: SchemaGenerations(database.url).present() == 2, [])
            time.sleep(0.5)
            # Another table than the one that was read: who waits for the first must not hold the second.
            assert store.views.count("violations") > 0
            assert store.views.count("dossiers") == before
        other.join(60)
    assert done == [[1]]


def copies(url):
    with asked(url) as connection:
        sql = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'verify%' ORDER BY 1"
        return [name for (name,) in connection.execute(sql)]


def test_a_copy_whose_maker_was_killed_is_deleted_by_the_next_proof_and_no_other(database):
    with opened_in(database.url) as store, opened_in(database.url) as other:
        put(store, World(44, dossiers=3).arrivals)
        assert verify(store, progress=quiet)["differences"] == []
        with asked(database.url) as connection:
            connection.execute("CREATE SCHEMA verify_7_left; CREATE TABLE verify_7_left.t ()")
        with other.generations.beside(LAW):
            (made,) = copies(database.url)
            assert made != "verify_7_left"
            assert verify(store, progress=quiet)["differences"] == []
            assert copies(database.url) == [made]
        assert copies(database.url) == []
