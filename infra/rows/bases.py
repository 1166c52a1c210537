"""Where the rows lie that a question begins from, and which of them are not as they were at its (T, K).

Knows names of tables and columns. Must not know what rows mean, nor who made them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from projections import Table

PICTURED: Final = Table(
    "pictured",
    ("dossier", "version", "since", "until", "known_since", "known_until"),
    1,
    ("since", "until", "known_since", "known_until"),
    numbers=("version",),
)
"""Of each dossier in a picture: the version that its rows were made from, and between which instants they are true: from `since` to
before `until` as things happen (T), from `known_since` to before `known_until` as they become known (K). Null: always."""


@dataclass(frozen=True, slots=True)
class Base:
    """Tables with a row for each dossier: what is stored now, or a picture of the past."""

    schema: str
    states: str
    """The table that says when rows are true."""
    outdated: Sequence[str]
    """The conditions in it, any of which means that a dossier's rows are not those at `:t` and `:k`."""
    prefix: str = ""

    @property
    def present(self) -> bool:
        """Whether these are the stored rows."""
        return not self.prefix

    def of(self, name: str) -> str:
        """A table's whole name."""
        return f"{self.schema}.{self.prefix}{name}"


def stored(schema: str) -> Base:
    """The rows as they are stored. What is recorded ahead is in `next_change_at` (`consumers.judging`): a boundary of K as well."""
    outdated = (
        "unchanged_since > :t",
        "next_change_at <= :t",
        "next_change_at <= :k",
        "last_recorded_at > :k",
    )
    return Base(schema, "states", outdated)


def pictured(schema: str) -> Base:
    """The rows of a picture, in temporary tables."""
    outdated = ("since > :t", "until <= :t", "known_since > :k", "known_until <= :k")
    return Base(schema, PICTURED.name, outdated, prefix="kept_")
