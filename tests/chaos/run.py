"""One run: everything is started, disturbed as often as was asked, left alone, waited for, and checked.

Knows the agenda. Must not know what a fault does, nor what is checked.
"""

import heapq
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

from tests.chaos.arrivals import arrivals
from tests.chaos.checks import differing, in_house
from tests.chaos.faults import Deck, Scene, missing_in
from tests.chaos.house import House, house
from tests.chaos.members import Member
from tests.chaos.quiet import quiet
from tests.support.servers.process import READY_SECONDS

Tell = Callable[[str], None]

_WHOLE_DECK = 300
"""Seconds above those of the faults themselves until each kind must have been made: a busy machine may be slow."""


@dataclass
class Report:
    """What was injected, by kind, each when its effect was made; what cannot be injected here, and why; what was found wrong."""

    seed: int
    faults: Counter[str] = field(default_factory=Counter)
    missing: dict[str, str] = field(default_factory=dict)
    untried: list[str] = field(default_factory=list)
    """Kinds that the run was too short for."""
    rebuilds: Counter[int] = field(default_factory=Counter)
    """How many came to their end, by exit code."""
    differing: list[str] = field(default_factory=list)
    """What those said that ended with 1: to be read, since a clock that leaps explains some of it and not all that could be."""
    wrong: list[str] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def run(
    seed: int,
    faults: int,
    events: int,
    tell: Tell = lambda line: None,
    *,
    pace: float = 1.0,
    rest: float = math.inf,
) -> Report:
    """`pace`: seconds between two faults on average; `rest`: seconds in which all must come to rest after them."""
    report, began = Report(seed), time.monotonic()
    with house() as made:
        writer = made.member(
            "writer",
            *("writer", made.proxied, made.environment["DUNGHEN_KAFKA"], made.topics.facts.name),
            *(str(made.folder), str(seed), str(events), str(faults * pace)),
            may_end={0},
        )
        follower = made.member("follower", "follower", made.proxied, str(made.seen))
        report.missing = missing_in(made)
        with _working(made, writer, follower):
            _disturb(made, writer, report, faults, pace=pace, tell=tell)
            tell("quiet")
            members = _members(made, writer, follower)
            report.wrong += quiet(made, writer, events, tell, rest) or in_house(
                made, arrivals(seed, events)
            )
            report.wrong += [wrong for each in members for wrong in each.wrongly_ended()]
            report.differing = differing(made)
            report.rebuilds = Counter(code for each in made.rebuilds.values() for code in each.ends)
            if report.wrong:
                report.logs = {
                    each.name: each.log.read_text("utf-8", "replace")
                    for each in members
                    if each.log.exists()
                }
    report.seconds = time.monotonic() - began
    return report


@contextmanager
def _working(made: House, *others: Member) -> Iterator[None]:
    try:
        for member in (*made.workers.values(), *others):
            member.start()
        yield
    finally:
        for member in _members(made, *others):
            member.kill()


def _members(made: House, *others: Member) -> list[Member]:
    return [*made.workers.values(), *made.rebuilds.values(), *others]


def _disturb(
    made: House, writer: Member, report: Report, faults: int, *, pace: float, tell: Tell
) -> None:
    agenda: list[tuple[float, int, Callable[[], None]]] = []
    number, rng, counting = count(), random.Random(report.seed), Lock()

    def later(seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(agenda, (time.monotonic() + seconds, next(number), action))

    def happened(name: str) -> None:
        with counting:
            report.faults[name] += 1
            tell(f"{report.faults.total()}: {name}")

    scene = Scene(
        house=made,
        rng=rng,
        writer=writer,
        later=later,
        away=set(),
        threads=[],
        happened=happened,
    )
    deck = Deck(rng, report.missing)
    following = time.monotonic() + 3.0  # they have begun
    until = following + faults * pace + _WHOLE_DECK

    def more() -> bool:
        """So many, and further ones as long as a kind was not among them yet: it may have to wait for what is away."""
        return report.faults.total() < faults or bool(deck.left and time.monotonic() < until)

    while agenda or more():
        now = time.monotonic()
        if agenda and agenda[0][0] <= now:
            heapq.heappop(agenda)[2]()
        elif more() and now >= following:
            fault = deck.draw()
            made_now = fault.do(scene)
            if made_now is not False:
                deck.begun(fault)
            if made_now:
                happened(fault.name)
            following = time.monotonic() + rng.uniform(0.2, 1.8) * pace
        else:
            time.sleep(0.02)
    report.untried = [fault.name for fault in deck.left]
    made.over.touch()
    for thread in scene.threads:
        thread.join(2 * READY_SECONDS)
    assert not scene.away, f"{scene.away} did not come back"
