"""After the faults: waits until nothing is under way any more, and says what does not come to rest.

Knows how far each part can be asked to be. Must not know what is right.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import psycopg

from infra.errors import CannotRun
from infra.messages.topics import Topic
from infra.postgres.generations import SchemaGenerations
from tests.chaos import clock
from tests.chaos.checks import meant_to_be_refused
from tests.chaos.house import House
from tests.chaos.members import Member
from tests.support.stores import END, LAW

PATIENCE = 300
"""Seconds for each step of it, and anew whenever the log has grown: a busy machine may be slow. A member that was put out of its
group is let in again after some ten."""
SWITCHED = {0, 1}
"""How a rebuild ends that has switched."""


def _asked(made: House, sql: str, *parameters: Any) -> Any:
    """`{views}` in it is the present generation."""
    views = f"views_{SchemaGenerations(made.url).present()}"
    with psycopg.connect(made.url) as connection:
        row = connection.execute(sql.format(views=views), parameters).fetchone()
    return None if row is None else row[0]


def _stored(made: House) -> int:
    """How many events that were sent the log has; the least of all where nobody can be asked."""
    with suppress(psycopg.Error, CannotRun):
        return int(_asked(made, _SENT))
    return 0


_SENT = "SELECT count(*) FROM log.stored_events WHERE NOT starts_with(originator_id, 'access:')"
"""Besides, the log has who made the tables, and each rebuild."""


def _metrics(member: Member, name: str) -> list[float]:
    lines = (member.page("/metrics") or "").splitlines()
    return [float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)]


def _relayed(made: House) -> bool:
    last = _asked(made, "SELECT max(notification_id) FROM log.stored_events")
    topic = made.topics.dossier_events.name
    at = _asked(made, "SELECT position FROM work.bookmarks WHERE name = %s", topic)
    return bool(last is not None and last == at)


def _projected(made: House) -> bool:
    generations = SchemaGenerations(made.url)
    views = generations.opened(generations.present(), LAW)
    try:
        last = _asked(made, "SELECT max(notification_id) FROM log.stored_events")
        at_rest = not views.behind(clock.shown(made.clock)) and not views.stopped()
        return bool(views.events() == last and at_rest)
    finally:
        views.close()


def _announced(made: House) -> bool:
    last = _asked(made, "SELECT place FROM {views}.marks WHERE name = 'outbox'")
    at = _asked(
        made, "SELECT position FROM work.bookmarks WHERE name = %s", made.topics.violations.name
    )
    return bool(last == at and _asked(made, "SELECT count(*) FROM {views}.outbox") == 0)


def _read(made: House, group: str, topic: Topic) -> bool:
    """The workers of a group say that nothing is left to be read, in all partitions."""
    lags = [
        lag
        for name, worker in made.workers.items()
        if name.startswith(group)
        for lag in _metrics(worker, "dunghen_consumer_lag")
    ]
    return len(lags) >= topic.partitions and not any(lags)


def _rebuilt(made: House) -> Callable[[], bool]:
    """Whether a rebuild has switched that began when nothing disturbed it; what an earlier one had begun it goes on with."""
    member, began = made.rebuilds["rebuild-dropping"], False

    def holds() -> bool:
        nonlocal began
        if any(each.running for each in made.rebuilds.values()):
            return False
        if began and member.ends[-1] in SWITCHED:
            return True
        member.start()
        began = True
        return False

    return holds


def _followed(made: House) -> bool:
    last = _asked(made, "SELECT place FROM {views}.marks WHERE name = 'feed'")
    lines = made.seen.read_text("utf-8").splitlines() if made.seen.exists() else []
    return bool(last == (int(lines[-1].partition("\t")[0]) if lines else 0))


def _well(made: House) -> bool:
    return all(
        member.running and member.page("/healthz") and member.page("/readyz")
        for member in made.workers.values()
    )


def quiet(
    made: House, writer: Member, events: int, tell: Callable[[str], None], whole: float
) -> list[str]:
    """What has not come to rest in time; nothing where all has. `whole`: seconds for all steps together."""
    end = time.monotonic() + whole
    refused = cache(lambda: len(meant_to_be_refused(made.brokers, made.topics)))
    steps: dict[str, Callable[[], bool]] = {
        "the writer sends": lambda: not writer.running and clock.shown(made.clock) > END,
        "a rebuild switches": _rebuilt(made),
        "the intake takes in": lambda: (
            _stored(made) == events
            and _asked(made, "SELECT count(*) FROM work.dead_letters") >= refused()
            and _read(made, "intake", made.topics.facts)
        ),
        "the relay publishes the log": lambda: _relayed(made),
        "the workers project, and time passes": lambda: _projected(made),
        "the relay announces": lambda: _announced(made),
        "the workers read the topic": lambda: _read(
            made, "projections", made.topics.dossier_events
        ),
        "the follower follows the feed": lambda: _followed(made),
        "all are well": lambda: _well(made),
    }
    for name, holds in steps.items():
        began, grown = time.monotonic(), 0
        until = began + PATIENCE
        while not _holds(holds):
            if (stored := _stored(made)) > grown:
                until, grown = time.monotonic() + PATIENCE, stored
            if (now := time.monotonic()) > min(until, end):
                why = f"in {now - began:.0f} s without a fault this has not come to its end: {name}"
                return [why, *_under_way(made)]
            time.sleep(0.2)
        tell(f"done: {name}")
    return []


def _under_way(made: House) -> list[str]:
    """The transactions of the database, the oldest first, and whom each waits for: why it does not come to rest."""
    with suppress(psycopg.Error), psycopg.connect(made.url) as connection:
        return [str(row) for row in connection.execute(_TRANSACTIONS).fetchall()]
    return ["the database cannot be asked"]


_TRANSACTIONS = (
    "SELECT pid, (now() - xact_start)::text, wait_event, pg_blocking_pids(pid), left(query, 80) FROM pg_stat_activity"
    " WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() ORDER BY xact_start"
)


def _holds(holds: Callable[[], bool]) -> bool:
    with suppress(psycopg.Error, CannotRun):
        return holds()
    return False
