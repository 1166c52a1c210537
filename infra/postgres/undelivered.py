"""The table of notices that their receivers refused for good: listed, found, settled.

Knows SQL. Must not know how a notice is sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple, get_args

from typing_extensions import override

from infra.postgres.server import OneConnection, place_of

State = Literal["waiting", "delivered", "dropped"]
"""Delivered: a later attempt was taken. Dropped: a person decided that it need not be."""

STATES: Final[tuple[State, ...]] = get_args(State)

OF: Final = "notify:"
"""What stands before a receiver's name in the table, as in its bookmark's."""

_SELECT: Final = (
    f"SELECT substr(receiver, {len(OF) + 1}), number, at, why, body, state FROM work.undelivered"
)


class Ref(NamedTuple):
    """What names a notice: whom it was for, and its row of the feed."""

    receiver: str
    number: int

    @override
    def __str__(self) -> str:
        """`9f86d081884c7d65-17`."""
        return f"{self.receiver}-{self.number}"


class Undelivered(NamedTuple):
    """A notice that its receiver refused."""

    receiver: str
    number: int
    at: datetime
    why: str
    body: str
    state: State

    @property
    def ref(self) -> Ref:
        """Its name."""
        return Ref(self.receiver, self.number)


class UndeliveredTable:
    """`work.undelivered`; one connection, made anew when the server was away."""

    def __init__(self, url: str) -> None:
        self._database = OneConnection(url)
        self.place = place_of(url)

    def select(self, state: State | None, after: Ref | None, limit: int) -> list[Undelivered]:
        """The next notices in a state (None: in any), in order of receiver and number."""
        receiver, number = after or Ref("", -1)
        rows = self._database.rows(
            f"{_SELECT} WHERE (%s::text IS NULL OR state = %s) AND (receiver, number) > (%s, %s)"
            " ORDER BY receiver, number LIMIT %s",
            state,
            state,
            f"{OF}{receiver}",
            number,
            limit,
        )
        return [Undelivered(*row) for row in rows]

    def like(self, receiver: str, number: int) -> Sequence[Undelivered]:
        """The notices of a number whose receivers' names begin so."""
        rows = self._database.rows(
            f"{_SELECT} WHERE number = %s AND starts_with(receiver, %s) ORDER BY receiver",
            number,
            f"{OF}{receiver}",
        )
        return [Undelivered(*row) for row in rows]

    def counts(self) -> Mapping[str, int]:
        """State -> how many."""
        return dict(self._database.rows("SELECT state, count(*) FROM work.undelivered GROUP BY 1"))

    def settle(self, refs: Iterable[Ref], state: State) -> set[Ref]:
        """Mark those of the notices that wait; which they were."""
        named = [(f"{OF}{receiver}", number) for receiver, number in refs]
        found = self._database.rows(
            "UPDATE work.undelivered SET state = %s WHERE state = 'waiting'"
            " AND (receiver, number) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))"
            f" RETURNING substr(receiver, {len(OF) + 1}), number",
            state,
            [receiver for receiver, _ in named],
            [number for _, number in named],
        )
        return {Ref(*row) for row in found}

    def refused_again(self, ref: Ref, why: str) -> None:
        """It waits on, for this reason now."""
        self._database.rows(
            "UPDATE work.undelivered SET why = %s, at = now() WHERE receiver = %s AND number = %s",
            why,
            f"{OF}{ref.receiver}",
            ref.number,
        )

    def close(self) -> None:
        """Close the connection."""
        self._database.close()
