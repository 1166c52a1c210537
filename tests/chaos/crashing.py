"""A fact's whole way in one process, from the sender to the announced judgement; it may be made to die at a call of a function.

Knows the product's services. `python -m tests.chaos.crashing SEED [MODULE:NAME before|after NUMBER]`: 137 when it died there.
"""

import functools
import importlib
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from typing import Any

from domain.engine import Duplicate, Stored
from domain.values import VN
from infra import wiring
from tests.chaos.arrivals import arrivals, recorded
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW, Event, facts_of

DIED = 137
PORTIONS = 2
"""The events come in so many portions: a crash at a second call is amid the work."""
_PATIENCE = 90
NOW = [datetime(2000, 1, 1, tzinfo=VN)]
"""The clock: facts are projected when they are recorded, then time passes."""


def sent_by(seed: int) -> list[Event]:
    """Enough for the directory and some fifteen dossiers."""
    return arrivals(seed, 140)


def dying(where: str, when: str, number: int) -> None:
    """The function there ends the process at its so-manieth call."""
    module, _, name = where.partition(":")
    owner: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    real, calls = getattr(owner, last), iter(range(1, sys.maxsize))

    @functools.wraps(real)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        fatal = next(calls) == number
        if fatal and when == "before":
            os._exit(DIED)
        answer = real(*args, **kwargs)
        if fatal:
            os._exit(DIED)
        return answer

    setattr(owner, last, wrapped)


def _stepped(worker: Any, done: Callable[[], bool]) -> None:
    """Until it is done."""
    patient = time.monotonic() + _PATIENCE
    while worker.step() or not done():
        assert time.monotonic() < patient, "it took too long"


def whole_way(seed: int) -> None:
    """Sends a world, publishes it, projects it, lets time pass, announces: one portion after the other."""
    from infra import services, settingsreading  # noqa: PLC0415 - when the clock is ours
    from infra.metrics import Metrics  # noqa: PLC0415

    settings = settingsreading.prepared("database_url", "kafka")
    sent = sent_by(seed)
    size = len(sent) // PORTIONS + 1
    with ExitStack() as stack:

        def opened(name: str) -> Any:
            worker = services.SERVICES[name].open(settings, Metrics(name))
            stack.callback(worker.close)
            return worker

        url = services._url(settings)
        store = stack.enter_context(closing(wiring.distributed(url, LAW, END, MASTER)))
        views, relay = store.views, opened("relay")
        projections, deadlines = opened("consume projections"), opened("consume deadlines")
        topic = f"{settings.kafka_topic_prefix}.dossier-events.v1"

        def published() -> bool:
            sql = "SELECT position FROM work.bookmarks WHERE name = ?"
            return bool(views.database.rows(sql, (topic,)) == [(store.log.max_position(),)])

        for start in range(0, len(sent), size):
            portion, last = sent[start : start + size], start + size >= len(sent)
            NOW[0] = max(NOW[0], *map(recorded, portion))
            outcomes = store.engine.record(facts_of(portion))
            assert all(isinstance(each, Stored | Duplicate) for each in outcomes)
            _stepped(relay, published)
            _stepped(projections, lambda: store.caught_up)
            NOW[0] = END if last else NOW[0] + timedelta(days=400)
            _stepped(deadlines, lambda: not views.behind(NOW[0]))
            _stepped(relay, lambda: not views.count("outbox"))


def main(seed: str, *crash: str) -> None:
    wiring.clock = lambda: NOW[0]
    if crash:
        where, when, number = crash
        dying(where, when, int(number))
    whole_way(int(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
