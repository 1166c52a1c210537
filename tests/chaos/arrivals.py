"""What the writer sends: random adversarial histories, in an order in which the clock need seldom leap.

Knows the tests' worlds. Must not know where the events go.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate, count, islice
from typing import Any

from domain.events import KINDS
from tests.oracle.naive_time import parse_instant
from tests.support.stores import World

_EVENTS_OF_A_DOSSIER = 6
"""Fewer than there are on average: enough dossiers are made."""
APPLICANT = "Nguyễn Văn An"
"""Of every dossier: who had no name would need no key."""


def recorded(event: dict[str, Any]) -> datetime:
    return parse_instant(event["recordedtime"])


def arrivals(seed: int, events: int) -> list[dict[str, Any]]:
    """The first so many events of a world; each dossier's and the directory's in their own order."""
    world = World(seed, dossiers=max(5, events // _EVENTS_OF_A_DOSSIER))
    number = count()

    def placed(tail: list[dict[str, Any]]) -> Iterator[tuple[datetime, int, dict[str, Any]]]:
        latest = accumulate(map(recorded, tail), max)
        return ((at, next(number), event) for at, event in zip(latest, tail, strict=True))

    tails = [placed(tail) for tail in (world.directory, *world.dossiers.values())]
    sent = [event for _, _, event in islice(heapq.merge(*tails), events)]
    for event in sent:
        if event["type"] == KINDS["submitted"][0]:
            event["data"]["applicant"] = {"name": APPLICANT}
    return sent
