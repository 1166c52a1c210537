"""The projecting loop: log or topic -> judgements -> tables, a batch at a time.

Knows the roles Source and Views. Must not know what is behind them, nor the clock: `now` comes in as an argument.

`step` follows the log, in one transaction of the read database: 1 read a batch after the stored position; 2 skip what is known
by version, load the states of the other dossiers; 3 apply the next, stop a dossier at a hole; 4 judge; 5 write states, all rows
and the feed; 6 store the position. `take` does 2 to 5 with events that a topic gave, in whatever order its partitions have them.
A crash before the commit leaves nothing, after it everything: the batch comes again and is skipped. Where several work on the
same dossiers, versions are read under a lock: one waits, or is told that another was faster and does it again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from consumers.isolation import has_moved, is_parked, judged_apart, missing, not_applied
from consumers.judging import Law, State, rejudged
from consumers.poison import FAULTS, told
from consumers.writing import Line, Views, Writing, again_if_contended, in_one_transaction, write
from domain import events
from domain.content import content_of
from domain.facts import Fact, ProcedureRegistered, Recorded, UnitRegistered
from domain.values import procedure_key, unit_key

BATCH = 5_000
"""So many events are read in one transaction, and with them all that their dossiers have further on: some ten times as many.
More would hold the write lock for more than a few seconds and fill the memory."""


class Ahead(Protocol):
    """Where more events of a dossier can be had."""

    def rest(self, versions: Mapping[str, int], /) -> Iterable[Line]:
        """The events of these dossiers after these versions, in order, as far as they can be had."""
        ...


class Source(Ahead, Protocol):
    """Where events come from, in order of position."""

    def select(self, after: int, limit: int, /) -> Sequence[Line]:
        """The next events after a position."""
        ...


def nothing() -> None:
    """What is begun while the database works, where nothing is."""


def step(source: Source, views: Views, law: Law, now: datetime, *, limit: int = BATCH) -> int:
    """Project the next batch of the log; the number of events read, 0 when there is nothing new."""

    def following(tx: Writing) -> int:
        lines = source.select(tx.position(), limit)
        if not lines:
            return 0
        _project(tx, lines, law, now, _asking(source, everything=len(lines) == limit))
        tx.moved(lines[-1][0])
        return len(lines)

    try:
        return in_one_transaction(views, following)
    except FAULTS:
        lines = source.select(in_one_transaction(views, lambda tx: tx.position()), limit)
        _one_by_one(lines, views, law, now)
        return in_one_transaction(views, lambda tx: _passed(tx, lines))


def take(
    lines: Sequence[Line],
    log: Ahead,
    views: Views,
    law: Law,
    now: datetime,
    *,
    behind: bool = False,
    parked: bool = False,
    meanwhile: Callable[[], None] = nothing,
) -> int:
    """Project events as they came, in any order; how many of dossiers were new.

    What lies in a hole before them is asked of the log, and all after it. `behind`: many more are waiting; then the log is asked
    for what these dossiers have further on as well, so that each is judged once for all of it. `parked`: also of dossiers that stand
    before an event that could not be applied; else they are left alone. What is registered comes first, in a transaction of its own:
    as long as that lasts nobody else judges. `meanwhile` is called, more than once perhaps, when all is judged and the rows are to be
    written: something may be begun then that goes on while the database works.
    """
    asking = _asking(log, everything=behind)

    def taken(some: Sequence[Line]) -> int:
        try:
            return in_one_transaction(
                views,
                lambda tx: _project(tx, some, law, now, asking, parked=parked, meanwhile=meanwhile),
            )
        except FAULTS:
            return _one_by_one(some, views, law, now, parked=parked)

    of_dossiers = [line for line in lines if is_dossier(line[1])]
    if len(of_dossiers) < len(lines):
        taken([line for line in lines if not is_dossier(line[1])])
    return taken(of_dossiers) if of_dossiers else 0


def _passed(tx: Writing, lines: Sequence[Line]) -> int:
    """Store that the rows are as far as these; another may be further by now."""
    tx.moved(max([tx.position(), *(line[0] for line in lines)]))
    return len(lines)


def _one_by_one(
    lines: Sequence[Line], views: Views, law: Law, now: datetime, *, parked: bool = False
) -> int:
    """Project events of which one at least cannot be applied for a fault of ours: that one stops its dossier, all others go on.

    The log is asked for nothing: it would bring the culprit again. What is registered comes first: judgements need it.
    """
    of_dossiers, others = _by_dossier(lines)
    touched = in_one_transaction(views, lambda tx: _registered(tx, others))
    again = frozenset(touched)

    def chunk_applied(keys: Sequence[str]) -> int:
        before = in_one_transaction(views, lambda tx: tx.states(keys))
        reached = []
        for key in keys:
            state = before.get(key)
            if key in of_dossiers and (parked or not is_parked(state)):
                reached.append(folded(state, key, of_dossiers[key]))
            elif state is not None and key in again:
                reached.append(state)
        return judged_apart(views, before, reached, law, now, again=again)

    chunks = _chunks(sorted({*of_dossiers, *touched}))
    return sum(again_if_contended(partial(chunk_applied, keys)) for keys in chunks)


def resume(stopped: Mapping[str, int], log: Ahead, views: Views, law: Law, now: datetime) -> None:
    """Try again to apply what comes after these versions of dossiers that stand still, not too many in one transaction."""
    for chunk in _chunks(list(stopped)):
        waiting = log.rest({key: stopped[key] for key in chunk})
        take(list(waiting), log, views, law, now, parked=True)


def _by_dossier(lines: Sequence[Line]) -> tuple[dict[str, list[Line]], list[Line]]:
    """The events of each dossier, in their order, and all others."""
    of_dossiers: dict[str, list[Line]] = defaultdict(list)
    others = []
    for line in lines:
        if is_dossier(line[1]):
            of_dossiers[line[1]].append(line)
        else:
            others.append(line)
    for tail in of_dossiers.values():
        tail.sort(key=_version)
    return of_dossiers, others


def _project(
    tx: Writing,
    lines: Sequence[Line],
    law: Law,
    now: datetime,
    add_missing: "_More",
    *,
    parked: bool = False,
    meanwhile: Callable[[], None] = nothing,
) -> int:
    """Lines into rows; how many events of dossiers were new."""
    of_dossiers, others = _by_dossier(lines)
    again = _registered(tx, others)
    # Before any dossier is locked: whoever registers waits for nobody who waits for him.
    directory = tx.directory(now)
    known = tx.versions(sorted(of_dossiers))
    tails = {key: tail for key, tail in of_dossiers.items() if tail[-1][2] > known.get(key, 0)}
    states = tx.states([key for key in tails if key in known])
    if not parked:
        tails = {key: tail for key, tail in tails.items() if not is_parked(states.get(key))}
    add_missing(tails, states)
    reached = [folded(states.get(key), key, tail) for key, tail in tails.items()]
    touched = set(again)
    moved = [
        state
        for state in reached
        if state.dossier in touched or has_moved(states.get(state.dossier), state)
    ]
    results = rejudged(moved, law, directory, now, now, new=tails.keys() - known.keys())
    meanwhile()
    write(tx, results)
    for chunk in _chunks([key for key in again if key not in tails]):
        write(tx, rejudged(tx.states(chunk).values(), law, directory, now, now, new=frozenset()))
    applied = sum(state.version - known.get(state.dossier, 0) for state in reached)
    tx.applied(applied)
    return applied


_More = Callable[[dict[str, list[Line]], Mapping[str, State]], None]
"""Adds to the tails of dossiers, given their states."""


def _asking(log: Ahead, *, everything: bool) -> _More:
    """Adds the whole rest of those dossiers that do not go on where their rows end; of the others only if everything is asked.

    A dossier that is stopped asks again whenever something of it comes: what came after its hole was not kept.
    """

    def add(tails: dict[str, list[Line]], states: Mapping[str, State]) -> None:
        after = {}
        for key, tail in tails.items():
            state = states.get(key)
            version = 0 if state is None else state.version
            if (state is not None and state.trouble is not None) or _broken_off(tail, version):
                after[key] = version
            elif everything:
                after[key] = tail[-1][2]
        if after:
            for line in log.rest(after):
                tails[line[1]].append(line)
            for key in after:
                tails[key].sort(key=_version)

    return add


def _broken_off(tail: Sequence[Line], version: int) -> bool:
    for line in tail:
        if line[2] > version + 1:
            return True
        version = max(version, line[2])
    return False


def _version(line: Line) -> int:
    return line[2]


def is_dossier(record: str) -> bool:
    """Whether a record id is a dossier's key: those are upper case, the others begin with a lower-case word."""
    return not "a" <= record[:1] <= "z"


def _registered(tx: Writing, lines: Sequence[Line]) -> Sequence[str]:
    """Store directory events; the dossiers that must be judged again because of them.

    One that cannot be read is left out: the log has more events then than the tables, and every answer says so.
    """
    kept = readable(lines)
    if not kept:
        return []
    units, procedures = set(), set()
    for _, fact in kept:
        said = fact.data
        if isinstance(said, UnitRegistered):
            units.add(unit_key(said.unit))
        elif isinstance(said, ProcedureRegistered):
            procedures.add(procedure_key(said.procedure))
    tx.register(line for line, _ in kept)
    return tx.touched_by(sorted(units), sorted(procedures)) if units or procedures else []


def readable(lines: Iterable[Line]) -> Sequence[tuple[Line, Fact[Any]]]:
    """The events of the directory and petitions that can be read, each once, and what they say."""
    kept = {}
    for line in lines:
        with suppress(*FAULTS):
            kept[line[0]] = line, events.decode(line[3]).fact
    return list(kept.values())


def folded(state: State | None, key: str, tail: Sequence[Line]) -> State:
    """The state with the events that come next; at a hole or an event that cannot be read it stops, and says so."""
    version = 0 if state is None else state.version
    facts = [] if state is None else list(state.facts)
    trouble = None if state is None else state.trouble
    for _, _, number, stored in tail:
        if number <= version:
            continue
        if number > version + 1:
            # What stopped it first is told, in whatever batches the rest comes.
            trouble = trouble or missing(version + 1, number - 1)
            break
        try:
            fact = events.understood(content_of(stored))
        except FAULTS as fault:
            trouble = not_applied(number, told(fault))
            break
        facts.append(Recorded(number, fact))
        version, trouble = number, None
    code = facts[0].fact.subject if facts else key
    if state is None:
        return State(key, code, version, tuple(facts), trouble=trouble)
    return replace(state, code=code, version=version, facts=tuple(facts), trouble=trouble)


def _chunks(keys: Sequence[str], size: int = 1_000) -> Iterable[Sequence[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
