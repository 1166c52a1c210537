"""`dunghen rebuild` on PostgreSQL while the services run: nobody is refused, misses or sees anything wrong, however it ends."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest

from consumers import deadlines
from infra.errors import CannotRun
from infra.postgres.generations import SchemaGenerations
from infra.rebuilding.verifying import verify
from infra.wiring import clock, distributed
from tests.e2e.test_kill import WITH_PROCESSES, lines
from tests.e2e.test_services import PATIENCE, Installation, page, wait
from tests.support.servers import free_port
from tests.support.stores import (
    LAW,
    World,
    folded_feed,
    opened,
    put,
    quiet,
    rows,
    violations_of,
)

pytestmark = pytest.mark.e2e

MASTER = b"k-k" * 10 + b"k-"
RECORDED = "2025-06-01T00:00:00+07:00"
SERVICES = (
    ("relay",),
    ("consume", "projections"),
    ("consume", "projections"),
    ("consume", "deadlines"),
)
ASKING = """
import contextlib, io, sys
from infra.cli import main
while True:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        code = main(["violations", "--unit", "H99", "--count-by", "rule", "--limit", "1000", "--json"])
    print(code, told.getvalue().strip(), flush=True)
"""
"""Asks for ever as the command line does; each time the store is opened anew."""


def untouched():
    """Dossiers of another province, of which nothing more is told: what is asked of them has one answer."""
    for line in lines():
        text = json.dumps(line | {"recordedtime": RECORDED, "id": f"u-{line['id']}"})
        yield json.loads(text.replace("H40.", "H99."))


@contextmanager
def in_background(work):
    """Run until the block ends; what it raises is raised then."""
    stop, failed = threading.Event(), []

    def run():
        try:
            work(stop)
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert not failed, failed


class Tail:
    """Reads the feed by number as `consume notify` does: through whatever generation serves."""

    def __init__(self, opener):
        self.opener, self.seen = opener, []

    def __call__(self, stop):
        while not stop.is_set():
            with closing(self.opener()) as store:
                self.follow(store.views, stop)

    def follow(self, views, stop):
        while not stop.is_set():
            try:
                views.database.still_serving()
                self.seen += feed(views, self.seen[-1][0] if self.seen else 0)
            except CannotRun as switched:
                if switched.code != "generation_switched":
                    raise
                return
            time.sleep(0.01)


def feed(views, after=0):
    sql = "SELECT id, dossier, rule, change, at FROM feed WHERE id > ? ORDER BY id"
    return [tuple(row) for row in views.database.rows(sql, (after,))]


class Town:
    """An installation with its services, a writer, and whoever asks."""

    def __init__(self, installation):
        self.installation, self.url = installation, installation.database.url
        self.sent = []

    def store(self, now=None):
        return distributed(self.url, LAW, now or clock(), MASTER)

    def write(self, store, events):
        put(store, events)
        self.sent += events

    def writing(self, events):
        def write(stop):
            left = list(events)
            with closing(self.store()) as store:
                while left:
                    # One after the other for as long as there are rebuilds, then the rest.
                    many = 50 if stop.is_set() else 1
                    self.write(store, left[:many])
                    del left[:many]
                    stop.wait(0.2)

        return write

    @contextmanager
    def asked(self, role):
        """Questions without a pause; the answers are looked at when the block ends."""
        environment = self.installation.environment | {
            "DUNGHEN_DATABASE_URL": self.installation.user_of(role)
        }
        log = self.installation.folder / f"asked-{role}.log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-c", ASKING],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        told: list[str] = []
        assert process.stdout is not None
        reader = threading.Thread(target=told.extend, args=(process.stdout,))
        reader.start()
        try:
            yield told
        finally:
            process.kill()
            reader.join()
            process.communicate()
        answers = [line.partition(" ") for line in told if line.endswith("\n")]
        refused = [line for line in answers if line[0] not in {"0", "1"}]
        assert not refused, (refused[:3], log.read_text()[-2_000:])
        assert len({counted(json.loads(line[2])) for line in answers}) == 1

    def rebuilt(self, *options):
        answer = self.installation.dunghen("rebuild", *options)
        assert answer.get("differences", []) == []
        return answer["generation"]

    def told(self):
        """How many rows the feed has."""
        with closing(self.store()) as store:
            return store.views.mark("feed")

    def caught_up(self):
        with closing(self.store()) as store:
            return store.caught_up and not store.views.behind(clock())


def counted(answer):
    assert answer["total"] > 0
    return json.dumps([answer["total"], answer["counts"]], sort_keys=True)


@pytest.fixture
def town(database, kafka_server, topic_prefix, tmp_path):
    installation = Installation(database, kafka_server, topic_prefix.strip("."), tmp_path)
    installation.dunghen("migrate")
    yield Town(installation)
    installation.forget_users()


def test_a_rebuild_under_live_traffic_is_noticed_by_nobody(town, tmp_path):
    world = World(31, dossiers=220)
    first, fixed = len(world.arrivals) // 5, list(untouched())
    total = len(fixed) + len(world.arrivals)
    with closing(town.store()) as store:
        town.write(store, [*fixed, *world.arrivals[:first]])
        store.catch_up()
    tail = Tail(town.store)
    with ExitStack() as stack:
        for words in SERVICES:
            stack.enter_context(town.installation.serving(*words))
        asking = [stack.enter_context(town.asked(role)) for role in ("reader", "projector")]
        stack.enter_context(in_background(tail))
        with in_background(town.writing(world.arrivals[first:])):
            made = [town.rebuilt(how) for how in ("--keep", "--back", "--drop-old")]
            assert len(town.sent) < total, "the traffic had ended before"
        assert made == [2, 1, 3]
        wait(town.caught_up)
        before = [max(20, len(told)) for told in asking]
        wait(lambda: all(len(told) > n + 2 for told, n in zip(asking, before, strict=True)))
        wait(lambda: len(tail.seen) == town.told())
    # Both at one moment: midnight may have passed since.
    now = clock()
    with closing(town.store(now)) as present, opened(tmp_path, now) as embedded:
        deadlines.pass_time(present.views, LAW, now)
        put(embedded, town.sent)
        embedded.catch_up()
        assert rows(present.views) == rows(embedded.views)
        assert folded_feed(present.views) == violations_of(present.views)
        everything = feed(present.views)
        assert [row[0] for row in everything] == list(range(1, len(everything) + 1))
        assert tail.seen == everything[: len(tail.seen)]
        assert verify(present, progress=quiet)["differences"] == []


def rebuilding(town, *, program=WITH_PROCESSES, **environment):
    return subprocess.Popen(
        [sys.executable, *program, "rebuild", "--json"],
        env=town.installation.environment | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


SLOW_PARTS = (
    "-c",
    "import infra.rebuilding.filling as f; f._WORTH_PROCESSES = 0; f._RECORDS = 50; from infra.cli import main; exit(main())",
)
"""As with a log that is twenty times as large."""

_LONG = """
import time
import infra.rebuilding.filling as f
from infra.cli import main
judged, f._RECORDS = f._judged, 20
f._judged = lambda *job: (time.sleep(1) or part for part in judged(*job))
exit(main())
"""

LONG_PARTS = ("-c", _LONG)
"""As with parts of which each takes a second."""


def children_of(pid):
    told = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in told.stdout.split()]


def killed(process, after, rng):
    """The process that stores, or one of those that judge, or all of them at once."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        whom = rng.choice(["parent", "child", "all"])
        children = children_of(process.pid)
        if whom == "all":
            os.killpg(process.pid, signal.SIGKILL)
        elif whom == "child" and children:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(rng.choice(children), signal.SIGKILL)
        else:
            process.kill()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
    process.communicate(timeout=60)


def test_a_rebuild_killed_again_and_again_goes_on_and_ends_with_the_same_rows(town, tmp_path):
    with closing(town.store()) as store:
        town.write(store, [*untouched(), *World(32, dossiers=60).arrivals])
        store.catch_up()
        told = feed(store.views)
    rng = random.Random(33)
    begun = SchemaGenerations(town.url)
    for _ in range(8):
        killed(rebuilding(town, program=SLOW_PARTS), rng.uniform(0.8, 4.0), rng)
    generation = town.rebuilt("--drop-old")
    assert begun.others() == []
    now = clock()
    with closing(town.store(now)) as present, opened(tmp_path, now) as embedded:
        assert feed(present.views)[: len(told)] == told
        deadlines.pass_time(present.views, LAW, now)
        put(embedded, town.sent)
        embedded.catch_up()
        assert rows(present.views) == rows(embedded.views)
        assert folded_feed(present.views) == violations_of(present.views)
    assert generation == begun.present()


def test_a_rebuild_shows_how_far_it_is_and_ends_within_seconds_when_asked(town):
    with closing(town.store()) as store:
        town.write(store, list(untouched()))
        store.catch_up()
    port = free_port()
    process = rebuilding(town, program=LONG_PARTS, DUNGHEN_OPS_ADDRESS=f"127.0.0.1:{port}")
    shown = wait(lambda: filling(port), process)
    assert 'dunghen_rebuild_stage{stage="rebuild"} 1.0' in shown
    assert (page(port, "/healthz"), page(port, "/readyz")) == ("ok\n", "ok\n")
    process.send_signal(signal.SIGTERM)
    told, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, json.loads(told)["error"]["code"]) == (143, "interrupted"), said
    assert SchemaGenerations(town.url).present() == 1
    assert town.rebuilt() == 2


def filling(port):
    shown = page(port, "/metrics")
    return shown if "dunghen_rebuild_events" in shown else None
