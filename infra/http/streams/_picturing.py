"""A picture first, then what changes from exactly there: no change between them is missed, and none is told twice.

Knows the order of things. Must not know what a finding is. The findings that hold may be many, so the picture is taken in pages, each
as of a number of the feed of its own, and nobody waits with an open transaction for a client to read it: 1 the pages, in the order
of pairs of dossier and rule; 2 of what the feed says between the first page's number and the last one's, that which the page of its
pair did not show yet; 3 `snapshot.end`, with the last one's number as the id; 4 the feed from there. Only that id can be gone on
behind, so who is cut off before it takes a new picture.
"""

from bisect import bisect_left
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing
from typing import Final, NamedTuple

from infra.http.streams._sse import event
from infra.http.streams._tail import Start, Tail, told
from infra.http.streams._telling import PAGE, Told, ToldUnits, Units, Violations, units, violation
from infra.http.streams._watching import Shows
from infra.questions.feed import Heard, Pair, Standing
from infra.wiring import Store

_LAST: Final[Pair] = ("\U0010ffff", "")
"""Behind every pair."""


class Chosen(NamedTuple):
    """Which findings are told: those that are shown, of these rules, of these units (keys), of what is within a unit; None: of all."""

    shows: Shows
    rules: Collection[str] | None
    units: Collection[str] | None
    within: str | None

    def text(self, row: Told) -> bytes:
        """The row's text, where it is wanted."""
        return row.text if self.wants(row) else b""

    def wants(self, row: Told) -> bool:
        """Whether it is. Where a unit belongs may change, so that is asked of the row."""
        return self._shows(row.heard) and (
            (self.rules is None or row.heard.notice.rule in self.rules)
            and (self.within is None or self.within in row.heard.within)
        )

    def picture(self, rows: Sequence[Heard]) -> bytes:
        """The text of those that are shown, which were asked for by rule and unit."""
        return b"".join(violation(heard, None) for heard in rows if self._shows(heard))

    def _shows(self, heard: Heard) -> bool:
        return self.shows(heard.notice.unit, heard.notice.held)


async def violations_pictured(
    tail: Tail[Told], source: Violations, chosen: Chosen
) -> AsyncGenerator[bytes]:
    """The findings that hold, then those that open and cease."""
    ends: list[Pair] = []
    numbers: list[int] = []
    after: Pair | None = None
    while True:
        standing = await tail.for_one(_standing(source, after, chosen))
        if standing is None:
            return
        chunk = chosen.picture(standing.rows)
        if chunk:
            yield chunk
        after = standing.until
        ends.append(after or _LAST)
        numbers.append(standing.number)
        if after is None:
            break
    at, until = numbers[0], max(numbers)
    while at < until:
        page = await tail.page(at)
        if page is None:
            return
        rows = [row for row in page.rows if row.number <= until]
        fresh = [
            row
            for row in rows
            if chosen.wants(row) and row.number > numbers[bisect_left(ends, _pair(row))]
        ]
        if fresh:
            yield b"".join(row.unnumbered for row in fresh)
        at = rows[-1].number if rows else until
    yield end(until)
    async with aclosing(told(tail, Start(until, until), chosen.text)) as chunks:
        async for chunk in chunks:
            yield chunk


def _standing(
    source: Violations, after: Pair | None, chosen: Chosen
) -> Callable[[Store], Standing]:
    return lambda store: source.feed(store).standing(after, PAGE, chosen.rules, chosen.units)


def _pair(row: Told) -> Pair:
    return row.heard.notice.dossier, row.heard.notice.rule


async def units_pictured(
    tail: Tail[ToldUnits], source: Units, wanted: str | None
) -> AsyncGenerator[bytes]:
    """The counts of all units, then those that change."""
    picture = await tail.for_one(source.picture)
    if picture is None:
        return
    yield units(picture, wanted, picture=True)
    yield end(picture.number)
    begin = Start(picture.number, picture.number)
    async with aclosing(told(tail, begin, lambda row: units(row, wanted))) as chunks:
        async for chunk in chunks:
            yield chunk


def end(number: int) -> bytes:
    """The end of a picture, with the id to go on behind."""
    return event("snapshot.end", f'{{"id": {number}}}', number)
