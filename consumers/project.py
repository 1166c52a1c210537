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
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from consumers.judging import Law, State, rejudged
from consumers.poison import FAULTS, halved, told
from domain import events
from domain.content import content_of
from domain.directory import Directory
from domain.errors import Contended, Refused
from domain.facts import ProcedureRegistered, Recorded, UnitRegistered
from domain.values import procedure_key, unit_key
from projections import PROJECTIONS, Change, Tx
from projections.feed import FEED

BATCH = 5_000
"""So many events are read in one transaction, and with them all that their dossiers have further on: some ten times as many.
More would hold the write lock for more than a few seconds and fill the memory."""

Line = tuple[int, str, int, bytes]
"""(position, record id, version, stored bytes)."""

_DOSSIER = "vn.dunghen.dossier."
_MISSING = " are missing"


ATTEMPTS = 10
"""How often a batch is done anew when another worker was faster."""


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


class Keeping(Tx, Protocol):
    """What rows and states are written to."""

    def keep(self, states: Iterable[State], /) -> None:
        """Store states."""
        ...


class Writing(Keeping, Protocol):
    """The open transaction of a step."""

    def position(self) -> int:
        """How far the rows are; until the end nobody else moves that."""
        ...

    def moved(self, position: int, /) -> None:
        """Store how far the rows are now."""
        ...

    def applied(self, events: int, /) -> None:
        """Count so many events of dossiers as being in the rows."""
        ...

    def versions(self, dossiers: Sequence[str], /) -> Mapping[str, int]:
        """The versions reached by those of the dossiers that are known; until the end nobody else moves them."""
        ...

    def states(self, dossiers: Sequence[str], /) -> Mapping[str, State]:
        """The states of those of the dossiers that are known."""
        ...

    def register(self, lines: Iterable[Line], /) -> None:
        """Store events of the directory and petitions."""
        ...

    def directory(self, known_at: datetime, /) -> Directory:
        """The directory as registered so far."""
        ...

    def touched_by(self, units: Sequence[str], procedures: Sequence[str], /) -> Sequence[str]:
        """The dossiers that belong to, or were held in, these units, or follow these procedures (keys)."""
        ...

    def due_to_change(self, now: datetime, limit: int, /) -> Sequence[str]:
        """The dossiers whose rows the passing of time has made out of date, the earliest first, but for those in other hands."""
        ...


class Views(Protocol):
    """The read database."""

    def writing(self) -> AbstractContextManager[Writing]:
        """A transaction that commits when the block ends well."""
        ...


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
) -> int:
    """Project events as they came, in any order; how many of dossiers were new.

    What lies in a hole before them is asked of the log, and all after it. `behind`: many more are waiting; then the log is asked
    for what these dossiers have further on as well, so that each is judged once for all of it. What is registered comes first, in
    a transaction of its own: as long as that lasts nobody else judges.
    """
    asking = _asking(log, everything=behind)

    def taken(some: Sequence[Line]) -> int:
        try:
            return in_one_transaction(views, lambda tx: _project(tx, some, law, now, asking))
        except FAULTS:
            return _one_by_one(some, views, law, now)

    of_dossiers = [line for line in lines if is_dossier(line[1])]
    if len(of_dossiers) < len(lines):
        taken([line for line in lines if not is_dossier(line[1])])
    return taken(of_dossiers) if of_dossiers else 0


def _passed(tx: Writing, lines: Sequence[Line]) -> int:
    """Store that the rows are as far as these; another may be further by now."""
    tx.moved(max([tx.position(), *(line[0] for line in lines)]))
    return len(lines)


def _one_by_one(lines: Sequence[Line], views: Views, law: Law, now: datetime) -> int:
    """Project events of which one at least cannot be applied for a fault of ours: that one stops its dossier, all others go on.

    A dossier's events come in their order, so that it stands before the very one, whatever batch that came in. The log is asked
    for nothing: it would bring the culprit again with each that follows.
    """

    def apply(some: Sequence[Line]) -> int:
        return in_one_transaction(views, lambda tx: _project(tx, some, law, now, _as_they_are))

    def stop(line: Line, fault: Exception) -> int:
        if not is_dossier(line[1]):
            raise fault
        return in_one_transaction(views, lambda tx: _stop(tx, line, told(fault), law, now))

    # What is registered comes first: judgements need it.
    in_order = sorted(lines, key=lambda line: (is_dossier(line[1]), line[1], line[2]))
    return halved(in_order, apply, stop) if in_order else 0


def resume(stopped: Mapping[str, int], log: Ahead, views: Views, law: Law, now: datetime) -> None:
    """Try again to apply what comes after these versions of dossiers that stand still, not too many in one transaction."""
    for chunk in _chunks(list(stopped)):
        waiting = log.rest({key: stopped[key] for key in chunk})
        take(list(waiting), log, views, law, now)


def in_one_transaction(views: Views, work: Callable[[Writing], int]) -> int:
    """Do some work in one transaction; again where another worker was faster. Contended where others always were."""
    for _ in range(ATTEMPTS - 1):
        try:
            with views.writing() as tx:
                return work(tx)
        except Contended:
            continue
    with views.writing() as tx:
        return work(tx)


def _project(
    tx: Writing, lines: Sequence[Line], law: Law, now: datetime, add_missing: "_More"
) -> int:
    """Lines into rows; how many events of dossiers were new."""
    of_dossiers: dict[str, list[Line]] = defaultdict(list)
    others = []
    for line in lines:
        if is_dossier(line[1]):
            of_dossiers[line[1]].append(line)
        else:
            others.append(line)
    again = _registered(tx, others)
    # Before any dossier is locked: whoever registers waits for nobody who waits for him.
    directory = tx.directory(now)
    known = tx.versions(sorted(of_dossiers))
    for tail in of_dossiers.values():
        tail.sort(key=_version)
    tails = {key: tail for key, tail in of_dossiers.items() if tail[-1][2] > known.get(key, 0)}
    states = tx.states([key for key in tails if key in known])
    add_missing(tails, states)
    reached = [folded(states.get(key), key, tail) for key, tail in tails.items()]
    touched = set(again)
    moved = [
        state
        for state in reached
        if state.dossier in touched or _moved(states.get(state.dossier), state)
    ]
    write(tx, rejudged(moved, law, directory, now, now, new=tails.keys() - known.keys()))
    for chunk in _chunks([key for key in again if key not in tails]):
        write(tx, rejudged(tx.states(chunk).values(), law, directory, now, now, new=frozenset()))
    applied = sum(state.version - known.get(state.dossier, 0) for state in reached)
    tx.applied(applied)
    return applied


def _moved(before: State | None, after: State) -> bool:
    """Whether anything has come of what was there to be applied: one that stands still is not stored and told again and again."""
    return before is None or (before.version, before.trouble) != (after.version, after.trouble)


def _stop(tx: Writing, line: Line, why: str, law: Law, now: datetime) -> int:
    """Let a dossier stand before an event, with the reason, unless another worker has applied it; no event was applied here."""
    _, dossier, version, _ = line
    directory = tx.directory(now)
    before = tx.states([dossier]).get(dossier)
    if before is not None and before.version >= version:
        return 0
    state = before or State(dossier, dossier, 0, ())
    after = replace(state, trouble=_not_applied(state.version + 1, why))
    if _moved(before, after):
        new = frozenset[str]() if before else frozenset({dossier})
        write(tx, rejudged([after], law, directory, now, now, new=new))
    return 0


def _not_applied(version: int, why: str) -> str:
    return f"event {version} cannot be applied: {why}"


_More = Callable[[dict[str, list[Line]], Mapping[str, State]], None]
"""Adds to the tails of dossiers, given their states."""


def _as_they_are(tails: dict[str, list[Line]], states: Mapping[str, State]) -> None:
    """Adds nothing."""


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


def write(tx: Keeping, results: Sequence[tuple[State, Change]], *, feed: bool = True) -> None:
    """Store states and let every projection write its rows; a rebuild announces nothing and writes no feed."""
    if results:
        tx.keep(state for state, _ in results)
        changes = [change for _, change in results]
        for projection in PROJECTIONS:
            if feed or projection is not FEED:
                projection.apply(changes, tx)


def is_dossier(record: str) -> bool:
    """Whether a record id is a dossier's key: those are upper case, the others begin with a lower-case word."""
    return not "a" <= record[:1] <= "z"


def _registered(tx: Writing, lines: Sequence[Line]) -> Sequence[str]:
    """Store directory events; the dossiers that must be judged again because of them.

    One that cannot be read is left out: the log has more events then than the tables, and every answer says so.
    """
    units, procedures = set(), set()
    readable = {}  # one that came twice is one
    for line in lines:
        try:
            said = events.decode(line[3]).fact.data
        except Refused:
            continue
        readable[line[0]] = line
        if isinstance(said, UnitRegistered):
            units.add(unit_key(said.unit))
        elif isinstance(said, ProcedureRegistered):
            procedures.add(procedure_key(said.procedure))
    if not readable:
        return []
    tx.register(readable.values())
    return tx.touched_by(sorted(units), sorted(procedures)) if units or procedures else []


def is_waiting(trouble: str) -> bool:
    """Whether a stopped dossier waits for events that are missing; else an event cannot be applied."""
    return trouble.endswith(_MISSING)


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
            trouble = trouble or f"events {version + 1}..{number - 1}{_MISSING}"
            break
        try:
            fact = events.understood(content_of(stored))
        except Refused as refused:
            trouble = _not_applied(number, refused.message)
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
