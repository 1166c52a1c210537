"""Import: files to lines, lines to facts, facts to the engine in batches; and what came of it.

Knows files, batches and rejects. Must not know any format, nor what a fact means. It keeps no state of its own between
runs: an import that was killed is simply run again, because the engine takes every event once by (source, id).

Memory does not grow with the files: a batch is bounded in lines, events and bytes, and the dossiers touched are counted
in a temporary SQLite database, which spills to disk by itself.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, Protocol

from domain import events
from domain.engine import Duplicate, Outcome, Rehearsed, Stored
from domain.errors import Conflict, Refused
from domain.facts import Fact, Said
from domain.records import record_id
from domain.unit import Unit
from domain.values import VN
from infra.garbage import seldom_collecting
from infra.importers import File, Format, Input, Line, contradiction, expand
from infra.importing.notes import Notes
from infra.importing.rejects import Reject, RejectsFile, Told, in_english
from infra.importing.remarks import Oddity, computed, oddities, total_row

BATCH_EVENTS = 3_000
"""One transaction. Fewer costs a disk sync more often, more makes others wait for the log longer."""
_BATCH_BYTES = 1 << 24
"""Input kept while its events are on their way, in case the engine refuses one."""
_SHOWN_LINES, _SHOWN_NAMES = 100, 10

_OF_DOSSIERS = frozenset(
    kind for kind, (type_, _) in events.KINDS.items() if type_.startswith("vn.dunghen.dossier.")
)

Progress = Callable[[str, int, int | None], None]
"""Told the path that is being read, the bytes read so far of all files, and of how many: None where a pipe is among them."""


class Recorder(Protocol):
    """The engine, as far as importing needs it."""

    def record(
        self, facts: Sequence[Fact[Said]], /, *, together: Sequence[int] | None = None
    ) -> Sequence[Outcome]:
        """Record all facts in one transaction; one outcome each, in order. Facts of one number all or none."""
        ...

    def rehearse(
        self,
        facts: Sequence[Fact[Said]],
        /,
        *,
        before: Rehearsed,
        together: Sequence[int] | None = None,
    ) -> Sequence[Outcome]:
        """What `record` would answer after the batches `before`; nothing is stored."""
        ...

    def sources(self, record_ids: Iterable[str], /) -> set[tuple[str, str]]:
        """(record id, source) of all that is stored of these records."""
        ...


@dataclass(kw_only=True, slots=True)
class FileSummary:
    """What became of one file. `read` and `refused` count lines or rows, `accepted` and `duplicates` events.

    A line or row is taken whole or refused whole: of one that is refused no event is counted. A row that adds up others
    is neither read nor refused. A file that could not be read at all counts as one refusal and nothing read. `repeated`
    are those of the duplicates that this import itself had stored: they stand in its files twice.
    """

    path: str
    format: Format | None = None
    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    repeated: int = 0
    refused: int = 0


class Remark(NamedTuple):
    """A line that was taken, or passed over as a total, and what is odd in it."""

    path: str
    line: int
    sheet: str | None
    dossier: str | None
    code: str
    message: str


@dataclass(kw_only=True, slots=True)
class ImportSummary:
    """What became of an import.

    `dossiers` counts those that a new or known event was read of, each once; `book_codes` those of them that carry a
    paper book's number; `known_before` the rows of registers that add events to a dossier of which another source told
    before them: the same book under another name, perhaps. `unit_names` counts units that registers write as
    names, neither registered nor of a code's shape. `rejects` and `remarks` hold the first hundred each, `remarked` counts
    all remarks. A dry run counts what an import would.
    """

    files: list[FileSummary] = field(default_factory=list)
    dossiers: int = 0
    book_codes: int = 0
    known_before: int = 0
    unit_names: int = 0
    first_unit_names: list[str] = field(default_factory=list)
    dry_run: bool = False
    rejects: list[Reject] = field(default_factory=list)
    remarked: int = 0
    remarks: list[Remark] = field(default_factory=list)
    rejects_file: str | None = None

    @property
    def read(self) -> int:
        """Lines or rows of all files."""
        return sum(file.read for file in self.files)

    @property
    def accepted(self) -> int:
        """Events that are new in the log."""
        return sum(file.accepted for file in self.files)

    @property
    def duplicates(self) -> int:
        """Events that were in the log already, with the same content."""
        return sum(file.duplicates for file in self.files)

    @property
    def repeated(self) -> int:
        """Those of the duplicates that this import had stored itself."""
        return sum(file.repeated for file in self.files)

    @property
    def refused(self) -> int:
        """Lines or rows that were refused, for themselves or for one of their events."""
        return sum(file.refused for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line's contract, as JSON values."""
        return {
            "files": [
                {
                    "path": file.path,
                    "format": file.format,
                    "read": file.read,
                    "accepted": file.accepted,
                    "duplicates": file.duplicates,
                    "repeated": file.repeated,
                    "refused": file.refused,
                }
                for file in self.files
            ],
            "read": self.read,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "repeated": self.repeated,
            "refused": self.refused,
            "dossiers": self.dossiers,
            "book_codes": self.book_codes,
            "known_before": self.known_before,
            "unit_names": {"count": self.unit_names, "first": self.first_unit_names},
            "rejects": [reject._asdict() for reject in self.rejects],
            "remarked": self.remarked,
            "remarks": [remark._asdict() for remark in self.remarks],
            **({"dry_run": True} if self.dry_run else {}),
            **({} if self.rejects_file is None else {"rejects_file": self.rejects_file}),
        }


def import_paths(
    recorder: Recorder,
    paths: Sequence[str | Input],
    *,
    recorded_at: datetime | None = None,
    form: Format | Literal["auto"] = "auto",
    source: str | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    told: Told = in_english,
    batch_size: int = BATCH_EVENTS,
    progress: Progress = lambda path, done, total: None,
    stdin: IO[bytes] | None = None,
) -> ImportSummary:
    """Read the files that `paths` mean into the log.

    `recorded_at`, by default the present moment, is taken for events that do not say when they were recorded; `source`
    for registers and JSON of other systems; `told` says a refusal in the language of the rejects file. Raises CannotRun when the rejects file cannot be written, and whatever the
    recorder raises: then every batch before is in the log, and the same import run again completes it. Nothing that is
    wrong with an input is raised.

    Order: 1 all paths are looked up, 2 the rejects file is begun, 3 per batch: the engine's transaction, then its refused
    lines into the rejects file, 4 the rejects file takes its name.
    """
    inputs = expand(paths, leave_out=rejects)
    sizes = [given.size for given in inputs if given.refusal is None]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    known_at = datetime.now(VN) if recorded_at is None else recorded_at
    summary = ImportSummary(dry_run=dry_run, rejects_file=None if rejects is None else str(rejects))
    done = 0

    def on_read(path: str, size: int) -> None:
        nonlocal done
        done += size
        progress(path, done, total)

    with ExitStack() as stack:
        stack.enter_context(seldom_collecting())
        refused = stack.enter_context(RejectsFile(rejects, told))
        notes = stack.enter_context(Notes())
        record = partial(recorder.rehearse, before=notes) if dry_run else recorder.record
        batch = _Batch(record, recorder.sources, summary, refused, notes)
        for given in inputs:
            file = File(
                given,
                expected=form,
                stdin=stdin or sys.stdin.buffer,
                on_read=partial(on_read, given.shown),
            )
            counts = FileSummary(path=given.shown)
            summary.files.append(counts)
            for line in file.lines(source=source, recorded_at=known_at):
                batch.add(counts, line)
                if batch.full(batch_size):
                    batch.flush()
            counts.format = file.format
        batch.flush()
        summary.dossiers, summary.book_codes = notes.counts()
        for part in notes.named_units():
            registered = {record for record, _ in recorder.sources([id_ for id_, _ in part])}
            names = [name for record, name in part if record not in registered]
            summary.unit_names += len(names)
            summary.first_unit_names += names[: _SHOWN_NAMES - len(summary.first_unit_names)]
    return summary


class _Batch:
    """Lines on their way to the engine, and the counting of what it says to them."""

    def __init__(
        self,
        record: Callable[..., Sequence[Outcome]],
        sources: Callable[[Iterable[str]], set[tuple[str, str]]],
        summary: ImportSummary,
        rejects: RejectsFile,
        notes: Notes,
    ) -> None:
        self._record = record
        self._sources = sources
        self._summary = summary
        self._rejects = rejects
        self._notes = notes
        self._lines: list[tuple[FileSummary, Line]] = []
        self._facts: list[Fact[Said]] = []
        self._together: list[int] = []
        self._told_by: dict[str, set[str]] = {}
        self._touched: dict[tuple[str, str], tuple[bool, bool, int, str]] = {}
        self._named: dict[str, str] = {}
        self._worked_out: set[tuple[str, str, str]] = set()
        self._bytes = 0

    def add(self, file: FileSummary, line: Line) -> None:
        """Take a line in."""
        self._together.extend([len(self._lines)] * len(line.facts))
        self._lines.append((file, line))
        self._facts.extend(line.facts)
        self._bytes += len(line.input)

    def full(self, size: int) -> bool:
        """Whether the batch should be flushed."""
        return len(self._facts) >= size or len(self._lines) >= size or self._bytes >= _BATCH_BYTES

    def flush(self) -> None:
        """Record the facts and count the lines."""
        told_of = self._outcomes()
        again = self._stored_twice(told_of)
        outcomes = iter(told_of)
        for file, line in self._lines:
            file.read += line.number > 0 and not (line.unread or line.total)
            told = list(zip(line.facts, outcomes, strict=False))
            conflicts = [(fact, outcome) for fact, outcome in told if isinstance(outcome, Conflict)]
            if line.refusal or conflicts:
                self._refuse(file, line, line.refusal or self._contradicting(file, line, conflicts))
            else:
                self._count(file, line, told, again)
                self._remark(file, line)
        self._notes.touch((*key, *marks) for key, marks in self._touched.items())
        self._notes.name_units(self._named.items())
        self._rejects.flush()
        self._lines.clear()
        self._facts.clear()
        self._together.clear()
        self._touched.clear()
        self._named.clear()
        self._bytes = 0

    def _count(
        self,
        file: FileSummary,
        line: Line,
        told: Sequence[tuple[Fact[Said], Outcome]],
        again: set[int],
    ) -> None:
        """Count a line that was taken; `again`: what this import has stored before."""
        known = [_key(fact) for fact, outcome in told if isinstance(outcome, Duplicate)]
        new = len(told) - len(known)
        file.accepted += new
        file.duplicates += len(known)
        file.repeated += sum(key in again for key in known)
        where = (line.number, _place(file, line)) if line.code else (0, "")
        for fact, outcome in told:
            assert not isinstance(outcome, Conflict)
            marks = line.book, fact.kind in _OF_DOSSIERS, *where
            self._touched.setdefault((outcome.dossier, fact.source), marks)
            if outcome.dossier in self._told_by:
                self._told_by[outcome.dossier].add(fact.source)
        if line.unit_name:
            self._named.setdefault(Unit.id_for(line.unit_name), line.unit_name)
        if line.code and new:
            self._summary.known_before += len(self._told_by[record_id(line.facts[0])]) > 1

    def _remark(self, file: FileSummary, line: Line) -> None:
        """Note what is odd in a line that was taken, or that it is a total."""
        found = [total_row(line.total)] if line.total else list(oddities(line.facts))
        found += self._computed(file, line)
        self._summary.remarked += len(found)
        dossier = line.code or (line.facts[0].subject if line.facts else None)
        for odd in found[: _SHOWN_LINES - len(self._summary.remarks)]:
            self._summary.remarks.append(
                Remark(file.path, line.number, line.sheet or None, dossier, *odd)
            )

    def _computed(self, file: FileSummary, line: Line) -> Iterator[Oddity]:
        """Columns of a sheet that were worked out, each told in the first row that was taken: what holds of all its rows, one line says."""
        for column, formula in line.computed:
            place = file.path, line.sheet, column
            if place not in self._worked_out:
                self._worked_out.add(place)
                yield computed(column, formula)

    def _stored_twice(self, outcomes: Sequence[Outcome]) -> set[int]:
        """The keys of those events of the batch that this import has stored and now finds again."""
        told = list(zip(self._facts, outcomes, strict=True))
        self._notes.store(_key(fact) for fact, outcome in told if isinstance(outcome, Stored))
        return self._notes.stored(
            [_key(fact) for fact, outcome in told if isinstance(outcome, Duplicate)]
        )

    def _outcomes(self) -> Sequence[Outcome]:
        if not self._facts:
            return ()
        rows = {record_id(line.facts[0]) for _, line in self._lines if line.code}
        self._told_by = {record: set() for record in rows}
        if rows:
            for record, source in self._sources(rows) | self._notes.sources(rows):
                self._told_by[record].add(source)
        return self._record(self._facts, together=self._together)

    def _refuse(self, file: FileSummary, line: Line, refusal: Refused) -> None:
        file.refused += 1
        reject = Reject(file.path, line.number, line.sheet or None, refusal.code, refusal.message)
        if len(self._summary.rejects) < _SHOWN_LINES:
            self._summary.rejects.append(reject)
        self._rejects.add(reject, line.input)

    def _contradicting(
        self, file: FileSummary, line: Line, conflicts: Sequence[tuple[Fact[Said], Conflict]]
    ) -> Refused:
        fact, first = conflicts[0]
        if not line.code:
            return Refused(first.code, "; ".join(conflict.message for _, conflict in conflicts))
        key = record_id(fact), fact.source
        found = self._touched[key][2:] if key in self._touched else self._notes.first(*key)
        if found is None:
            return Refused(first.code, contradiction(line.code, conflicts, ""))
        number, place = found
        here = "this file" if place == _place(file, line) else place
        return Refused(first.code, contradiction(line.code, conflicts, f"line {number} of {here}"))


def _key(fact: Fact[Said]) -> int:
    """What makes an event one, as short as a set of millions can have it: 64 bits, the same as long as the process lives."""
    return hash((fact.source, fact.id))


def _place(file: FileSummary, line: Line) -> str:
    return f"sheet {line.sheet!r}" if line.sheet else file.path.rpartition("/")[2]
