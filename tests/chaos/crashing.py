"""A fact's whole way in one process, from the sender to the announced judgement; it may be made to die at a call of a function.

Knows the product's services. `python -m tests.chaos.crashing SEED [POINT]`: 137 when it died there (`points`), and the last line of
what it said is the work that it was at, what it had in hand, and what time it was.
"""

import functools
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from domain.engine import Duplicate, Stored
from domain.values import VN
from infra import wiring
from tests.chaos.arrivals import arrivals, recorded
from tests.chaos.points import ANNOUNCE, POINTS, PROJECT, PUBLISH, SEND, TIME, Point
from tests.support.postgres import MASTER
from tests.support.stores import END, LAW, Event, facts_of

DIED = 137
PORTIONS = 2
"""The events come in so many portions: a crash at the second call is amid the work."""
_PATIENCE = 90
NOW = [datetime(2000, 1, 1, tzinfo=VN)]
"""The clock: facts are projected when they are recorded, then time passes."""
AT_WORK: list[str] = []
"""What is being done: the workers share functions."""


def sent_by(seed: int) -> list[Event]:
    """Enough for the directory and some fifteen dossiers."""
    return arrivals(seed, 140)


def dying(point: Point) -> None:
    """The point's function ends the process at its second call that carries its work."""
    module, _, name = point.where.partition(":")
    owner: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    real, calls = getattr(owner, last), count(1)

    def die_at_second(hand: Any) -> None:
        if hand and point.work in AT_WORK and next(calls) == PORTIONS:
            sys.stdout.write(json.dumps([point.work, hand, NOW[0].isoformat()]) + "\n")
            sys.stdout.flush()
            os._exit(DIED)

    @functools.wraps(real)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        hand = point.hand(args, None)
        if point.when == "before":
            die_at_second(hand)
        answer = real(*args, **kwargs)
        if point.when == "after" and point.until(args):
            die_at_second(hand or point.hand(args, answer))
        return answer

    setattr(owner, last, wrapped)


@contextmanager
def _at(work: str) -> Iterator[None]:
    AT_WORK[:] = [work]
    yield
    AT_WORK.clear()


def _stepped(work: str, worker: Any, done: Callable[[], bool]) -> None:
    """Until it is done."""
    patient = time.monotonic() + _PATIENCE
    with _at(work):
        while worker.step() or not done():
            assert time.monotonic() < patient, "it took too long"


def whole_way(seed: int) -> None:
    """Sends a world, publishes it, projects it, lets time pass, announces: one portion after the other."""
    from infra.metrics import Metrics  # noqa: PLC0415
    from infra.services import registry  # noqa: PLC0415 - when the clock is ours
    from infra.settings import reading  # noqa: PLC0415 - when the clock is ours

    settings = reading.prepared("database_url", "kafka")
    sent = sent_by(seed)
    size = len(sent) // PORTIONS + 1
    with ExitStack() as stack:

        def opened(name: str) -> Any:
            worker = registry.SERVICES[name].open(settings, Metrics(name))
            stack.callback(worker.close)
            return worker

        url = registry._url(settings)
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
            with _at(SEND):
                outcomes = store.engine.record(facts_of(portion))
            assert all(isinstance(each, Stored | Duplicate) for each in outcomes)
            _stepped(PUBLISH, relay, published)
            _stepped(PROJECT, projections, lambda: store.caught_up)
            NOW[0] = END if last else NOW[0] + timedelta(days=400)
            _stepped(TIME, deadlines, lambda: not views.behind(NOW[0]))
            _stepped(ANNOUNCE, relay, lambda: not views.count("outbox"))


def main(seed: str, *crash: str) -> None:
    wiring.clock = lambda: NOW[0]
    if crash:
        dying(POINTS[crash[0]])
    whole_way(int(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
