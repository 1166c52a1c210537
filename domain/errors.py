"""Refusals: an input that cannot be understood, each with a stable code that transports map and scripts may test.

Knows no transport and no language but plain English; a message says what is wrong, where, and what to do.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Refused(Exception):
    """An input cannot be understood or contradicts the log's identity rules.

    `code` is stable and part of the public contract (`naive_time`, `unknown_type`, …); the message is for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Difference(NamedTuple):
    """A field that two sendings of one event say differently, by its path (`time`, `data.due_at`); None: not said."""

    path: str
    stored: object
    given: object


class Conflict(Refused):
    """The same (source, id) was sent before with other content. Both hashes are given, hex SHA-256, and what differs."""

    def __init__(
        self,
        source: str,
        event_id: str,
        *,
        stored: str,
        given: str,
        differences: Sequence[Difference] = (),
    ) -> None:
        super().__init__(
            "idempotency_conflict",
            f"event {event_id!r} of {source!r} is already in the log with other content "
            f"(stored {stored}, given {given}); send a correction (`corrected`) or another id",
        )
        self.source = source
        self.event_id = event_id
        self.stored = stored
        self.given = given
        self.differences = differences


class Outdated(Refused):
    """A record has changed since it was looked at: nothing was stored. `version` is the one that it has now."""

    def __init__(self, record: str, expected: int, version: int) -> None:
        super().__init__(
            "outdated",
            f"{record} is at version {version}, not at {expected}: look at what was recorded since, then say it again",
        )
        self.version = version


class Contended(Exception):
    """Other writers kept winning the race for a record; nothing was stored, the command may be sent again."""


class Unknown(Exception):
    """A question about something the log does not hold: a dossier, a unit."""
