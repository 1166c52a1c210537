"""The faults: each a value that holds what it does to the installation; which one comes next is the seed's affair.

Knows members, servers and proxies. Must not know how the run goes on. What a fault undoes later is put on the agenda.
"""

import random
import threading
import time
from collections.abc import Callable, Container
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import NamedTuple

import psycopg

from infra.errors import CannotRun
from infra.kafka import Publisher
from infra.messages.topic import DossierEvents
from tests.chaos.house import SESSION_SECONDS, House
from tests.chaos.members import Member
from tests.chaos.proxy import Proxy
from tests.support.servers.process import READY_SECONDS

HOUR = 3_600


@dataclass(kw_only=True)
class Scene:
    """What faults work on. `later` puts something on the agenda: seconds from now, what."""

    house: House
    rng: random.Random
    writer: Member
    later: Callable[[float, Callable[[], None]], None]
    away: set[str]
    """The servers that are down at this moment."""
    threads: list[threading.Thread]
    happened: Callable[[str], None]
    """Told the name of each fault whose effect was made."""

    def apart(self, work: Callable[[], None]) -> None:
        """Do what takes a while beside the run."""
        thread = threading.Thread(target=work)
        self.threads.append(thread)
        thread.start()

    def worker(self) -> Member | None:
        """One that runs and is not paused; a rebuild, while one does, is one of them."""
        members = [*self.house.workers.values(), *self.house.rebuilds.values()]
        found = [each for each in members if each.running and not each.paused]
        return self.rng.choice(found) if found else None


class Fault(NamedTuple):
    """`do` says whether its effect was made; None: `scene.happened` is told when it is, perhaps never.

    `missing`: why it cannot be made in an installation; None where it can.
    """

    name: str
    weight: int
    do: Callable[[Scene], bool | None]
    missing: Callable[[House], str | None] = lambda _: None


def _killed(scene: Scene) -> bool:
    member = scene.worker()
    if member is None:
        return False
    member.kill()
    scene.later(scene.rng.uniform(0.2, 1.5), member.start)
    return True


def _writer_killed(scene: Scene) -> bool:
    if not scene.writer.running:
        return False
    scene.writer.kill()
    scene.later(scene.rng.uniform(0.1, 1.0), scene.writer.start)
    return True


def _rebuild_killed(scene: Scene) -> bool | None:
    """Begun, killed at some moment of it, and begun again: that one goes on with what the first has left.

    One that was faster has switched; then nothing was killed.
    """
    member = scene.rng.choice(list(scene.house.rebuilds.values()))
    if any(each.running for each in scene.house.rebuilds.values()):
        return False
    member.start()
    again = scene.rng.uniform(0.2, 2.0)

    def kill() -> None:
        if member.running:
            member.kill()
            scene.happened(_REBUILD_KILLED)
        scene.later(again, member.start)

    scene.later(scene.rng.uniform(0.3, 4.0), kill)
    return None


def _zombie(scene: Scene) -> bool:
    """Longer than its session."""
    member = scene.worker()
    if member is None or sum(each.paused for each in scene.house.workers.values()) > 2:
        return False
    member.pause()
    scene.later(SESSION_SECONDS + scene.rng.uniform(1, 4), member.resume)
    return True


def _server(name: str, down: Callable[[House, random.Random], None]) -> Callable[[Scene], bool]:
    def do(scene: Scene) -> bool:
        if name in scene.away:
            return False
        scene.away.add(name)
        pause = scene.rng.uniform(0.0, 3.0)

        def outage() -> None:
            down(scene.house, scene.rng)
            time.sleep(pause)
            (scene.house.kafka if name == "kafka" else scene.house.postgres).start()
            scene.away.discard(name)

        scene.apart(outage)
        return True

    return do


_DISK_FULL, _AGAIN = "disk full", "events published again, out of order"
_REBUILD_KILLED = "rebuild killed"


def _no_disk(house: House) -> str | None:
    return "this user may mount no small disk here" if house.disk is None else None


def _disk_full(scene: Scene) -> bool | None:
    """The database's disk, to its last byte: it refuses to write, or ends itself, and may not come up until there is room."""
    disk = scene.house.disk
    if disk is None or "postgres" in scene.away:
        return False
    scene.away.add("postgres")
    pause = scene.rng.uniform(0.5, 3.0)

    def full() -> None:
        disk.fill()
        scene.happened(_DISK_FULL)
        time.sleep(pause)
        disk.free()
        _serves_again(scene.house)
        scene.away.discard("postgres")

    scene.apart(full)
    return None


def _serves_again(house: House) -> None:
    """One that is about to end itself runs a little longer, and lets nobody in: it is started again then."""
    patience = time.monotonic() + READY_SECONDS
    while time.monotonic() < patience:
        house.postgres.start()
        with suppress(psycopg.OperationalError), psycopg.connect(house.url, connect_timeout=5):
            return
        time.sleep(0.1)
    raise TimeoutError(f"PostgreSQL lets nobody in after {READY_SECONDS} s")


def _proxy(scene: Scene) -> Proxy:
    return scene.rng.choice((scene.house.to_kafka, scene.house.to_postgres))


def _reset(scene: Scene) -> bool:
    links = _proxy(scene).some(scene.rng)
    for link in links:
        link.cut()
    return bool(links)


def _slow(scene: Scene) -> bool:
    links = _proxy(scene).some(scene.rng)
    for link in links:
        link.delay = scene.rng.uniform(0.05, 0.8)

    def quick() -> None:
        for link in links:
            link.delay = 0.0

    scene.later(scene.rng.uniform(1, 5), quick)
    return bool(links)


def _half_open(scene: Scene) -> bool:
    """Nothing comes through any more; some seconds later the connection is found to be gone."""
    links = _proxy(scene).some(scene.rng)
    for link in links:
        link.frozen = True

    def gone() -> None:
        for link in links:
            link.cut()

    scene.later(scene.rng.uniform(2, SESSION_SECONDS + 4), gone)
    return bool(links)


def _again(scene: Scene) -> bool | None:
    """A slice of the log is published once more, out of order; some of it perhaps before its turn.

    Where other faults keep it from being published nothing has happened.
    """
    if "kafka" in scene.away or "postgres" in scene.away:
        return False
    count, at, rng = (
        scene.rng.randint(5, 150),
        scene.rng.random(),
        random.Random(scene.rng.random()),
    )
    house = scene.house

    def publish() -> None:
        with (
            suppress(CannotRun, psycopg.Error),
            psycopg.connect(house.url) as connection,
            closing(Publisher(house.brokers, patience=10)) as publisher,
        ):
            lines = connection.execute(
                "SELECT notification_id, originator_id, originator_version, state FROM log.stored_events"
                " WHERE notification_id > %s * (SELECT coalesce(max(notification_id), 0) FROM log.stored_events)"
                " ORDER BY 1 LIMIT %s",
                (at, count),
            ).fetchall()
            rng.shuffle(lines)
            if lines:
                DossierEvents(publisher, house.topics.dossier_events.name).publish(lines)
                scene.happened(_AGAIN)

    scene.apart(publish)
    return None


def _wrong_clock(scene: Scene) -> bool:
    """Of one that looks at it."""
    member = scene.worker()
    if member is None:
        return False
    member.skew.write_text(str(scene.rng.choice((-HOUR, HOUR))), "utf-8")

    def right() -> None:
        member.skew.write_text("0", "utf-8")

    scene.later(scene.rng.uniform(3, 15), right)
    return True


FAULTS = (
    Fault("worker killed", 30, _killed),
    Fault("writer killed", 4, _writer_killed),
    Fault(_REBUILD_KILLED, 12, _rebuild_killed),
    Fault("worker paused past its session", 12, _zombie),
    Fault("kafka killed", 2, _server("kafka", lambda house, _: house.kafka.kill())),
    Fault("kafka stopped", 2, _server("kafka", lambda house, _: house.kafka.stop())),
    Fault(
        "postgresql stopped at once",
        5,
        _server("postgres", lambda house, _: house.postgres.stop("immediate")),
    ),
    Fault(_DISK_FULL, 4, _disk_full, _no_disk),
    Fault("connections reset", 20, _reset),
    Fault("connections slow", 12, _slow),
    Fault("connections half open", 12, _half_open),
    Fault(_AGAIN, 12, _again),
    Fault("clock off by an hour", 10, _wrong_clock),
)


def missing_in(house: House) -> dict[str, str]:
    """The faults that cannot be made there, and why."""
    said = {fault.name: fault.missing(house) for fault in FAULTS}
    return {name: why for name, why in said.items() if why is not None}


_OF_LEFT = 0.8


class Deck:
    """Faults that can be made: each of them once among the first, otherwise at random."""

    def __init__(self, rng: random.Random, missing: Container[str] = ()) -> None:
        self._rng = rng
        self._faults = [fault for fault in FAULTS if fault.name not in missing]
        self._weights = [fault.weight for fault in self._faults]
        self.left = rng.sample(self._faults, len(self._faults))
        """Those that were not begun yet."""

    def draw(self) -> Fault:
        """The next one. Some can be made only after others: these come up between them."""
        if self.left and self._rng.random() < _OF_LEFT:
            return self._rng.choice(self.left)
        return self._rng.choices(self._faults, self._weights)[0]

    def begun(self, fault: Fault) -> None:
        """It was made, or will be."""
        if fault in self.left:
            self.left.remove(fault)
