"""Findings of dossiers that have ended, as they are told, kept in memory: the first pages of every unit are asked for again and again.

Knows when a judgement is still the one that was told: of an ended dossier nothing grows, so it changes with a version, a boundary in
time, what is registered, and the law. Must not know what is asked, nor how a judgement is made or told.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final, NamedTuple

from consumers.judging import Law
from domain.directory import Directory
from infra.answers import Answer

_MOST: Final = 40_000
"""That are kept: some 700 bytes each as JSON, a tenth of what it is read into, and half as much again for finding it; together 40 MiB."""

Mark = tuple[Any, ...]
"""What a dossier's stored rows are of: the version reached, and the boundaries of its judgement."""


class _Told(NamedTuple):
    mark: Mark
    line: bytes


class Lines:
    """The lines of dossiers as judged by one directory and law, in any language, for any thread."""

    def __init__(self, directory: Directory, law: Law) -> None:
        self._directory, self._law = directory, law
        self._lock = Lock()
        self._told: OrderedDict[tuple[str, str, str], _Told] = OrderedDict()
        """By dossier, language and rule."""

    def under(self, directory: Directory, law: Law) -> bool:
        """Whether whatever is judged by these is judged so here."""
        if law != self._law or not directory.judges_as(self._directory):
            return False
        # The next will bring the same one: what is in it need not be compared again.
        self._directory = directory
        return True

    def of(self, dossier: str, mark: Mark, rules: Sequence[str], lang: str) -> list[Answer] | None:
        """The lines of a dossier's findings by these rules; None where one is not kept."""
        lines: list[bytes] = []
        with self._lock:
            for rule in rules:
                told = self._told.get((dossier, lang, rule))
                if told is None or told.mark != mark:
                    return None
                self._told.move_to_end((dossier, lang, rule))
                lines.append(told.line)
        return [json.loads(line) for line in lines]

    def keep(self, dossier: str, mark: Mark, lines: Mapping[str, Answer], lang: str) -> None:
        """Keep the lines of an ended dossier, by rule."""
        new = {
            (dossier, lang, rule): _Told(mark, json.dumps(line, ensure_ascii=False).encode())
            for rule, line in lines.items()
        }
        with self._lock:
            for key, told in new.items():
                self._told[key] = told
                self._told.move_to_end(key)
            while len(self._told) > _MOST:
                self._told.popitem(last=False)


class KeptLines:
    """The lines about one generation's rows as they are judged now."""

    def __init__(self) -> None:
        self._lines: Lines | None = None

    def under(self, directory: Directory, law: Law) -> Lines:
        """Those that are judged by these; what was kept of others is forgotten."""
        lines = self._lines
        if lines is None or not lines.under(directory, law):
            self._lines = lines = Lines(directory, law)
        return lines
