"""The fields of one record of another system, by name, with everything that is wrong with them.

Knows names, texts and times. Must not know which system the record is from.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.errors import Refused
from domain.values import is_blank
from infra.importers._cells import Moment
from infra.importers._drafts import Problems
from infra.importers._stamps import stamp_of

_LONGEST = 2_000


class Fields:
    """Read-only view of a record; problems gather in `problems`, each under the field's name."""

    def __init__(self, record: Mapping[str, Any], problems: Problems) -> None:
        self._record = record
        self.problems = problems

    def text(self, *names: str) -> str:
        """The first of the named fields that says something, as one line; of an object in it, see `inside`."""
        for name in names:
            value = self._record.get(name)
            if (
                isinstance(value, str | int | float)
                and not isinstance(value, bool)
                and not is_blank(str(value))
            ):
                return " ".join(str(value).split())[:_LONGEST]
        return ""

    def moment(self, name: str) -> Moment | None:
        """The time in a field; None where it says nothing."""
        try:
            return stamp_of(self._record.get(name))
        except Refused as refusal:
            self.problems.add(refusal.code, f"{name}: {refusal.message}")
            return None

    def code(self, name: str) -> str:
        """The dossier's code, which must be there."""
        code = self.text(name)
        if not code:
            self.problems.add(
                "missing_field", f"{name} is missing: a record needs its dossier's code"
            )
        return code

    def inside(self, *names: str) -> "Fields":
        """The object in the first of the named fields that holds one; an empty one otherwise."""
        held = (self._record.get(name) for name in names)
        return Fields(
            next((value for value in held if isinstance(value, Mapping)), {}), self.problems
        )

    def each(self, name: str) -> Iterator["Fields"]:
        """The objects in the list of a field."""
        held = self._record.get(name)
        for value in held if isinstance(held, list) else ():
            if isinstance(value, Mapping):
                yield Fields(value, self.problems)
