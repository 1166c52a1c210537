"""What the streams tell: findings that open and cease, and counts of units, as rows of a numbered feed that are written once for all.

Knows the shapes of events. Must not know who listens, nor when.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from infra.answers import Answer
from infra.http.streams._sse import event
from infra.http.streams._tail import Page
from infra.language import Lang
from infra.questions.feed import Heard, ViewsFeed
from infra.questions.unitcounts import changed, last
from infra.wiring import Store

PAGE: Final = 200


class Told(NamedTuple):
    """A row of the feed as it is told; what it says stands in its text only, which is kept for all who listen."""

    number: int
    heard: Heard
    text: bytes

    @property
    def unnumbered(self) -> bytes:
        """The text without its number: who is cut off now cannot go on behind it."""
        return self.text[: self.text.rindex(b"id: ")] + b"\n"


@dataclass(frozen=True, slots=True)
class Violations:
    """The feed of findings, in a language."""

    clock: Callable[[], datetime]
    lang: Lang

    def feed(self, store: Store) -> ViewsFeed:
        """The feed as a store shows it."""
        return ViewsFeed(store, self.clock, self.lang)

    def last(self, store: Store, /) -> int:
        """The number of its last row."""
        return self.feed(store).last()

    def page(self, store: Store, after: int, /) -> Page[Told]:
        """The next rows after a number."""
        rows, end = self.feed(store).page(after, PAGE)
        return Page(
            [
                Told(
                    heard.notice.number,
                    heard._replace(notice=heard.notice._replace(body="")),
                    violation(heard, heard.notice.number),
                )
                for heard in rows
            ],
            end,
        )


def violation(heard: Heard, number: int | None) -> bytes:
    """A row as an event; without a number where it is part of a picture."""
    return event(f"violation.{heard.notice.change}", heard.notice.body, number)


class ToldUnits(NamedTuple):
    """Counts that changed: what is said of all, and the units' rows, each with it and all above it (keys)."""

    number: int
    head: Answer
    rows: Sequence[tuple[frozenset[str], str]]


@dataclass(frozen=True, slots=True)
class Units:
    """The units' counts as a feed whose rows are all that changed since the one before."""

    lang: Lang

    def last(self, store: Store, /) -> int:
        """The number of the last change."""
        return last(store)

    def page(self, store: Store, after: int, /) -> Page[ToldUnits]:
        """All that changed after a number, as one row."""
        return self._page(store, after)

    def picture(self, store: Store) -> ToldUnits:
        """All units."""
        return self._page(store, None).rows[0]

    def _page(self, store: Store, after: int | None) -> Page[ToldUnits]:
        number, head, rows = changed(store, after, self.lang)
        if not head:
            return Page([], number)
        told = [(within, json.dumps(row, ensure_ascii=False)) for within, row in rows]
        return Page([ToldUnits(number, head, told)], number)


def units(told: ToldUnits, wanted: str | None, *, picture: bool = False) -> bytes:
    """The rows of a unit (key) and of those below it, of all with their total, as an event; nothing where none is wanted."""
    rows = [row for within, row in told.rows if wanted is None or wanted in within]
    if not rows and not picture:
        return b""
    head = {"id": told.number, **told.head}
    if wanted is not None:
        head.pop("total")
    said = json.dumps(head, ensure_ascii=False)
    return event(
        "units", f'{said[:-1]}, "units": [{", ".join(rows)}]}}', None if picture else told.number
    )
