"""What a dossier's record says once its corrections (đính chính) are applied, as known at K.

Knows that a `corrected` event takes its target out of view or lays new values over it (JUDGEMENT 1). Must not know what the
facts mean, nor cut by T: that is the timeline's part.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.errors import Refused
from domain.events import CATALOGUE
from domain.facts import Corrected, Fact, Recorded, Said
from domain.timeline import Entry


def entries(recorded: Iterable[Recorded], known_at: datetime) -> list[Entry[Any]]:
    """The facts known at K, corrected and in order; of the corrections, those that count for one of them."""
    known = [
        Entry(fact.time, version, fact)
        for version, fact in recorded
        if fact.recorded_at <= known_at
    ]
    if any(entry.fact.kind == "corrected" for entry in known):
        known = list(_corrected([Recorded(entry.version, entry.fact) for entry in known]))
    known.sort()
    return known


def outcome(recorded: Iterable[Recorded], known_at: datetime) -> dict[int, Recorded]:
    """Version of a corrected fact -> the correction that counts for it, as known at K."""
    return _counting(_known(recorded, known_at))


def in_view(recorded: Iterable[Recorded], known_at: datetime) -> set[int]:
    """The versions of the corrections in view at K: those not annulled, whether or not they count for their target."""
    known = _known(recorded, known_at)
    corrections, target = _aimed(known)
    return corrections.keys() - _annulled(corrections, target)


def _known(recorded: Iterable[Recorded], known_at: datetime) -> list[Recorded]:
    return [r for r in recorded if r.fact.recorded_at <= known_at]


def _aimed(known: Sequence[Recorded]) -> tuple[dict[int, Recorded], dict[int, int | None]]:
    """The corrections among what is known, and the version that each is aimed at."""
    corrections = {r.version: r for r in known if isinstance(r.fact.data, Corrected)}
    return corrections, {v: _target(r.fact, known) for v, r in corrections.items()}


def _corrected(known: Sequence[Recorded]) -> Iterable[Entry[Any]]:
    counting = _counting(known)
    for version, fact in known:
        if fact.kind == "corrected":
            continue
        correction = counting.get(version)
        reported = Entry(fact.time, version, fact)
        if correction is None:
            yield reported
            continue
        stands = _as_corrected(fact, correction.fact)
        standing = None if stands is None else Entry(stands.time, version, stands)
        if standing is not None:
            yield standing
        by = correction.fact
        yield Entry(by.time, correction.version, by, (reported, standing))


def _as_corrected(fact: Fact[Said], correction: Fact[Said]) -> Fact[Said] | None:
    data = correction.data
    if not isinstance(data, Corrected) or data.kind == "annul":
        return None
    try:
        return CATALOGUE.amended(fact, data.replacement or {})
    except Refused:
        # An amendment that would make the fact unreadable changes nothing; the target stands as it was reported.
        return fact


def _counting(known: Sequence[Recorded]) -> dict[int, Recorded]:
    """Of several standing corrections of one target the highest version counts."""
    corrections, target = _aimed(known)
    annulled = _annulled(corrections, target)
    counting: dict[int, Recorded] = {}
    for r in corrections.values():
        aim = target[r.version]
        if aim is None or r.version in annulled:
            continue
        if aim in corrections and _kind(r.fact) == "amend":
            continue
        counting[aim] = r
    return counting


def _target(correction: Fact[Said], known: Sequence[Recorded]) -> int | None:
    """The version of the event named, its own source first, then the first of that id."""
    data = correction.data
    named = [r for r in known if isinstance(data, Corrected) and r.fact.id == data.target]
    own = [r for r in named if r.fact.source == correction.source]
    return (own or named)[0].version if named else None


def _kind(fact: Fact[Said]) -> str | None:
    return fact.data.kind if isinstance(fact.data, Corrected) else None


def _annulled(corrections: Mapping[int, Recorded], target: Mapping[int, int | None]) -> set[int]:
    """Corrections that do not stand: annulled by a standing one, or part of a circle of annulments."""
    annuls = {
        v: target[v]
        for v, r in corrections.items()
        if _kind(r.fact) == "annul" and target[v] in corrections
    }
    gone = {v for v in annuls if _in_circle(v, annuls)}
    standing: dict[int, bool] = dict.fromkeys(gone, False)

    # A correction stands unless one that stands annuls it; circles are settled, so the rest is a forest.
    pending = [v for v in corrections if v not in standing]
    while pending:
        waiting = []
        for v in pending:
            annullers = [a for a, aim in annuls.items() if aim == v]
            if all(a in standing for a in annullers):
                standing[v] = not any(standing[a] for a in annullers)
            else:
                waiting.append(v)
        pending = waiting
    return {v for v, stands in standing.items() if not stands}


def _in_circle(start: int, annuls: Mapping[int, int | None]) -> bool:
    seen: set[int] = set()
    at: int | None = start
    while at is not None and at not in seen:
        seen.add(at)
        at = annuls.get(at)
        if at == start:
            return True
    return False
