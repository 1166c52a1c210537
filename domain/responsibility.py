"""Lateness shared out among those who caused it, in whole minutes that add up exactly (JUDGEMENT 7).

Knows overruns, heads and the largest remainder. Must not know rules, nor propose what should follow for anybody.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from domain.custody import Segment
from domain.directory import Directory
from domain.values import Due, last_of

Kind = Literal["overrun", "unassigned", "unattributed"]


class Share(NamedTuple):
    """An officer's part of the lateness. The officer is None where the unit had no head; then the unit stands for itself."""

    officer: str | None
    unit: str
    minutes: int
    kind: Kind
    holder_at_due: bool


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` by weight in whole numbers by largest remainder, ties to the earlier; the parts sum to `total`."""
    whole = sum(weights)
    parts, remainders = [], []
    for weight in weights:
        part, remainder = divmod(total * weight, whole)
        parts.append(part)
        remainders.append(remainder)
    for i in sorted(range(len(weights)), key=lambda i: -remainders[i])[: total - sum(parts)]:
        parts[i] += 1
    return parts


def shares(
    late_minutes: int,
    due: Due,
    segments: Sequence[Segment],
    competent_unit: str,
    directory: Directory,
) -> tuple[Share, ...]:
    """Who answers for how many of the late minutes, largest first; always Σ = `late_minutes` (> 0)."""
    instant = last_of(due)
    minutes: dict[tuple[str | None, str, Kind], int] = {}
    overrunning = [segment for segment in segments if segment.overrun]
    if overrunning:
        parts = apportion(late_minutes, [segment.overrun or 0 for segment in overrunning])
        for segment, part in zip(overrunning, parts, strict=True):
            if part:
                row = _row(segment, instant, directory)
                minutes[row] = minutes.get(row, 0) + part
    else:
        minutes[directory.head(competent_unit, instant), competent_unit, "unattributed"] = (
            late_minutes
        )
    holder = holder_at(segments, instant)
    marked = None if holder is None else _row(holder, instant, directory)
    if marked is not None:
        minutes.setdefault(marked, 0)
    rows = [Share(*row[:2], part, row[2], row == marked) for row, part in minutes.items()]
    return tuple(sorted(rows, key=lambda share: -share.minutes))


def holder_at(segments: Sequence[Segment], instant: datetime) -> Segment | None:
    """The segment that an instant falls into."""
    return next((segment for segment in segments if segment.start <= instant < segment.end), None)


def _row(segment: Segment, instant: datetime, directory: Directory) -> tuple[str | None, str, Kind]:
    if segment.officer is not None:
        return segment.officer, segment.unit, "overrun"
    return directory.head(segment.unit, instant), segment.unit, "unassigned"
