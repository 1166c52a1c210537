"""The table of dead letters: stored once by their place, listed, marked, erased.

Knows SQL. Must not know how a message is sealed, nor why it was refused.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from infra.messages.deadletter import DeadLetter, Ref, State
from infra.postgres.server import OneConnection, explained, place_of

_COLUMNS: Final = 'topic, partition, "offset", at, code, message, key, headers, state'

_AMONG: Final = ' (topic, partition, "offset") IN (SELECT * FROM unnest(%s::text[], %s::integer[], %s::bigint[]))'


class DeadLetterTable:
    """`work.dead_letters`; one connection, made anew when the server was away."""

    def __init__(self, url: str) -> None:
        self.place = place_of(url)
        self._database = OneConnection(url)

    def store(self, letters: Sequence[DeadLetter]) -> list[DeadLetter]:
        """Store those that are not there; all of them as they are stored, in order, with their boxes."""
        rows = [
            (*letter.ref, letter.at, letter.code, letter.message, letter.key, json.dumps(dict(letter.event)), letter.box)
            for letter in letters
        ]  # fmt: skip
        with explained(self.place), self._database.live.transaction():
            self._database.live.cursor().executemany(
                'INSERT INTO work.dead_letters (topic, partition, "offset", at, code, message, key, headers, value, state)'
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'waiting') ON CONFLICT DO NOTHING",
                rows,
            )
        stored = {letter.ref: letter for letter in self.find([one.ref for one in letters])}
        return [stored[letter.ref] for letter in letters]

    def find(self, refs: Sequence[Ref]) -> list[DeadLetter]:
        """Those of the letters that are there, with their boxes."""
        return self._letters(
            f"SELECT {_COLUMNS}, value FROM work.dead_letters WHERE {_AMONG} ORDER BY 1, 2, 3",
            *_columns(refs),
        )

    def at(self, partition: int, offset: int) -> list[Ref]:
        """The letters of a place, in whichever topic."""
        sql = 'SELECT topic, partition, "offset" FROM work.dead_letters WHERE partition = %s AND "offset" = %s ORDER BY 1'
        return [Ref(*row) for row in self._database.rows(sql, partition, offset)]

    def select(self, state: State | None, after: Ref | None, limit: int) -> list[DeadLetter]:
        """The next letters in a state (None: in any), in order of their place, without their boxes."""
        topic, partition, offset = after or Ref("", -1, -1)
        return self._letters(
            f"SELECT {_COLUMNS}, NULL::bytea FROM work.dead_letters"
            ' WHERE (%s::text IS NULL OR state = %s) AND (topic, partition, "offset") > (%s, %s, %s)'
            ' ORDER BY topic, partition, "offset" LIMIT %s',
            state,
            state,
            topic,
            partition,
            offset,
            limit,
        )

    def counts(self) -> Mapping[str, int]:
        """State -> how many."""
        return dict(self._database.rows("SELECT state, count(*) FROM work.dead_letters GROUP BY 1"))

    def refused_again(self, ref: Ref, code: str, message: str) -> None:
        """It waits on, for this reason now."""
        self._database.rows(
            "UPDATE work.dead_letters SET code = %s, message = %s"
            f" WHERE state = 'waiting' AND {_AMONG}",
            code,
            message,
            *_columns([ref]),
        )

    def erase(self, refs: Sequence[Ref], state: State) -> list[Ref]:
        """Mark those of the letters that wait, and erase the messages themselves; which they were."""
        found = self._database.rows(
            f"UPDATE work.dead_letters SET state = %s, value = NULL WHERE state = 'waiting' AND {_AMONG}"
            ' RETURNING topic, partition, "offset"',
            state,
            *_columns(refs),
        )
        return [Ref(*row) for row in found]

    def forget(self, dossier: str) -> int:
        """Erase what waits of a dossier, because its person is erased; how many letters."""
        waiting = self._database.rows(
            'SELECT topic, partition, "offset", at, code, message, key, headers, state, NULL::bytea'
            " FROM work.dead_letters WHERE state = 'waiting'"
        )
        refs = [one.ref for one in map(_letter, waiting) if one.dossier == dossier]
        return len(self.erase(refs, "dropped"))

    def _letters(self, sql: str, *parameters: object) -> list[DeadLetter]:
        return [_letter(row) for row in self._database.rows(sql, *parameters)]

    def close(self) -> None:
        """Close the connection."""
        self._database.close()


def _letter(row: Sequence[Any]) -> DeadLetter:
    topic, partition, offset, at, code, message, key, event, state, box = row
    return DeadLetter(
        ref=Ref(topic, partition, offset),
        at=at,
        code=code,
        message=message,
        key=key,
        event=event,
        state=state,
        box=box,
    )


def _columns(refs: Sequence[Ref]) -> tuple[list[str], list[int], list[int]]:
    return (
        [ref.topic for ref in refs],
        [ref.partition for ref in refs],
        [ref.offset for ref in refs],
    )
