"""After the faults: waits until nothing is under way any more, and says what does not come to rest.

Knows how far each part can be asked to be. Must not know what is right.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg

from infra.postgres.generations import SchemaGenerations
from tests.chaos import clock
from tests.chaos.house import House
from tests.chaos.members import Member
from tests.support.stores import END, LAW

PATIENCE = 150
"""Seconds for all of it; a member that was put out of its group is let in again after some ten."""


def _asked(made: House, sql: str, *parameters: Any) -> Any:
    with psycopg.connect(made.url) as connection:
        row = connection.execute(sql, parameters).fetchone()
    return None if row is None else row[0]


def _metrics(member: Member, name: str) -> list[float]:
    lines = (member.page("/metrics") or "").splitlines()
    return [float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)]


def _relayed(made: House) -> bool:
    last = _asked(made, "SELECT max(notification_id) FROM log.stored_events")
    topic = made.topics.dossier_events.name
    at = _asked(made, "SELECT position FROM work.bookmarks WHERE name = %s", topic)
    return bool(last is not None and last == at)


def _projected(made: House) -> bool:
    views = SchemaGenerations(made.url).opened(1, LAW)
    try:
        last = _asked(made, "SELECT max(notification_id) FROM log.stored_events")
        at_rest = not views.behind(clock.shown(made.clock)) and not views.stopped()
        return bool(views.events() == last and at_rest)
    finally:
        views.close()


def _announced(made: House) -> bool:
    last = _asked(made, "SELECT place FROM views_1.marks WHERE name = 'outbox'")
    at = _asked(
        made, "SELECT position FROM work.bookmarks WHERE name = %s", made.topics.violations.name
    )
    return bool(last == at and _asked(made, "SELECT count(*) FROM views_1.outbox") == 0)


def _read(made: House) -> bool:
    """The workers of the group say that nothing is left to be read, in all partitions."""
    lags = [
        lag
        for name in ("projections-1", "projections-2")
        for lag in _metrics(made.workers[name], "dunghen_consumer_lag")
    ]
    return len(lags) >= made.topics.dossier_events.partitions and not any(lags)


def _followed(made: House) -> bool:
    last = _asked(made, "SELECT place FROM views_1.marks WHERE name = 'feed'")
    lines = made.seen.read_text("utf-8").splitlines() if made.seen.exists() else []
    return bool(last == (int(lines[-1].partition("\t")[0]) if lines else 0))


def _well(made: House) -> bool:
    return all(
        member.running and member.page("/healthz") and member.page("/readyz")
        for member in made.workers.values()
    )


def quiet(made: House, writer: Member, events: int, tell: Callable[[str], None]) -> list[str]:
    """What has not come to rest in time; nothing where all has."""
    steps: dict[str, Callable[[], bool]] = {
        "the writer writes": lambda: (
            not writer.running
            and _asked(made, "SELECT count(*) FROM log.stored_events") == events
            and clock.shown(made.clock) > END
        ),
        "the relay publishes the log": lambda: _relayed(made),
        "the workers project, and time passes": lambda: _projected(made),
        "the relay announces": lambda: _announced(made),
        "the workers read the topic": lambda: _read(made),
        "the follower follows the feed": lambda: _followed(made),
        "all are well": lambda: _well(made),
    }
    until = time.monotonic() + PATIENCE
    for name, holds in steps.items():
        while not _holds(holds):
            if time.monotonic() > until:
                return [f"{PATIENCE} s after the last fault this has not come to its end: {name}"]
            time.sleep(0.2)
        tell(f"done: {name}")
    return []


def _holds(holds: Callable[[], bool]) -> bool:
    with suppress(psycopg.Error):
        return holds()
    return False
