"""Findings of dossiers that have ended, as they are told, kept in memory: the first pages of every unit are asked for again and again.

Knows when a judgement is still the one that was told: of an ended dossier nothing grows, so it changes with a version, a boundary in
time, what is registered, and the law. Must not know what is asked, nor how a judgement is made or told.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from consumers.judging import Law
from domain.directory import Directory
from infra.answers import Answer

_MOST: Final = 20_000
"""Dossiers that are kept; a line is some 700 bytes, so together some 20 MiB."""

Mark = tuple[Any, ...]
"""What a dossier's stored rows are of: the version reached, and the boundaries of its judgement."""


class _Told(NamedTuple):
    mark: Mark
    lines: dict[str, str]
    """By rule, as JSON: a tenth of the memory of what it is read into."""


class KeptLines:
    """The lines about one generation's rows, in any language, for one thread."""

    def __init__(self) -> None:
        self._under: tuple[Directory, Law] | None = None
        self._told: OrderedDict[tuple[str, str], _Told] = OrderedDict()

    def under(self, directory: Directory, law: Law) -> None:
        """From now on judged by these; what was kept of others is forgotten."""
        known = self._under
        if known is None or known[1] is not law or not known[0].judges_as(directory):
            self._told.clear()
        self._under = directory, law

    def of(self, dossier: str, mark: Mark, rules: Sequence[str], lang: str) -> list[Answer] | None:
        """The lines of a dossier's findings by these rules; None where one is not kept."""
        told = self._told.get((dossier, lang))
        if told is None or told.mark != mark or not told.lines.keys() >= set(rules):
            return None
        self._told.move_to_end((dossier, lang))
        return [json.loads(told.lines[rule]) for rule in rules]

    def keep(self, dossier: str, mark: Mark, lines: Mapping[str, Answer], lang: str) -> None:
        """Keep the lines of an ended dossier, by rule."""
        known = self._told.pop((dossier, lang), None)
        told = known if known is not None and known.mark == mark else _Told(mark, {})
        told.lines.update(
            {rule: json.dumps(line, ensure_ascii=False) for rule, line in lines.items()}
        )
        self._told[dossier, lang] = told
        if len(self._told) > _MOST:
            self._told.popitem(last=False)
