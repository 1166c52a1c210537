"""A row of a register -> events, exactly by the table of the register in the command line's contract.

Knows what each column becomes and the hours that are taken where a register states none. Must not know CSV or XLSX.

Ids. An event's id is the dossier's code and what happened, `12/2019` -> `<unit>:12/2019/accepted`, never when: a letter and
the new date in it are told apart by the letter's number, a hand-over by the officer who received. So a register may be
imported again after rows were inserted, sorted or filled in, and only what is new is taken; a row that contradicts what was
imported before, or another row of the same file, is refused whole as `idempotency_conflict`, which says to send a correction.

An officer is the text of the cell. The channel and procedure of a book are facts of its acceptance. A dossier that was
withdrawn, stopped or refused and has only a date of return ended on it: nothing else was returned.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, TypeVar
from unicodedata import normalize

from domain.errors import Refused
from domain.values import book_code, is_standard_code, is_unit_code
from infra.importers._cells import Cell, Moment, moment_of, text_of
from infra.importers._columns import NAMES, REQUIRED, Column, plain
from infra.importers._drafts import AFTERNOON, MORNING, Draft, Problems, drafted, facts_of, filled
from infra.importers._formulas import Formula
from infra.importers._model import Line

_LONGEST_CODE, _LONGEST_UNIT = 100, 150
"""Together they make the subject and the ids, which have 300 characters at most."""

_CHANNELS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\btruc tuyen|\bonline\b|\bdvc"), "online"),
    (re.compile(r"\bbcci\b|\bbuu (chinh|dien)|\bbuu ta"), "postal"),
    (re.compile(r"\btruc tiep|\bmot cua"), "direct"),
)

_ENDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(tu choi|khong|khong duoc) (tiep )?nhan"), ""),
    (re.compile(r"\brut\b"), "withdrawn"),
    (re.compile(r"(?<!tam )\bdung( xu ly| giai quyet| thuc hien| ho so|$)"), "stopped"),
    (re.compile(r"\btu choi\b"), "refused"),
)
"""Status without diacritics -> the kind of end; none: the dossier was never taken in. Any other status is no end, a
pause (`tạm dừng`) among them."""

_TOTAL = re.compile(
    r"(?:tổng(?: cộng| số)?|cộng|tong cong|tong so)"
    r"(?: (?:số )?hồ sơ| sổ| trang(?: này| trước)?| mang sang| chuyển (?:sang|trang)| lũy kế| tháng [\d/]+| quý \S+| năm \d+)*"
    r" ?[:=.(]?(?: ?[\d.,]+)?(?: (?:hồ sơ|hs))?[.)]?"
)
"""What a total under a register or a page of it calls itself. `cong` without its mark may be anything."""

T = TypeVar("T")


class RowReader:
    """Reads the rows under one header into facts; gathers every problem of a row."""

    def __init__(
        self, columns: Mapping[Column, int], *, width: int, source: str, recorded_at: datetime
    ) -> None:
        self._columns = columns
        self._width = width
        self._source = source
        self._recorded_at = recorded_at

    def read(self, line: Line, cells: Sequence[Cell], formulas: Mapping[int, Formula]) -> Line:
        """The line with what its cells say. Refused with all problems of the row, under the first's code."""
        row = _Row(cells, formulas, self._columns, self._width)
        if total := row.total():
            return line._replace(total=total)
        unit, code = row.text("unit", _LONGEST_UNIT), row.code()
        drafts = list(_drafts(row, unit))
        row.problems.check()
        book = not is_standard_code(code)
        subject = book_code(unit, code) if book else code
        facts = facts_of(
            drafts, subject=subject, source=self._source, recorded_at=self._recorded_at
        )
        name = "" if is_unit_code(unit) else unit
        computed = tuple(row.computed.items())
        return line._replace(facts=facts, book=book, code=code, unit_name=name, computed=computed)


def _drafts(row: "_Row", unit: str) -> Iterator[Draft]:
    """The events of one row in the order of the columns. Problems go into `row`."""
    actor = {"unit": unit}
    accepted = row.moment("accepted")
    due = row.moment("due")
    submitted = row.moment("submitted")
    filed = filled(
        procedure=row.text("procedure") or row.text("procedure_name"), channel=row.channel()
    )
    if submitted:
        yield drafted("submitted", submitted, MORNING, {"actor": actor, **filed})
    if accepted:
        data = {"competent_unit": unit, "actor": filled(officer=row.text("clerk"), unit=unit)}
        stated = {} if due is None else {"due_at": due.limit()}
        yield drafted(
            "accepted", accepted, MORNING, {**data, **stated, **({} if submitted else filed)}
        )
    yield from _hand_over(row, actor, accepted)
    yield from _letter(row, actor)
    yield from _ends(row, actor)


def _hand_over(row: "_Row", actor: dict[str, str], accepted: Moment | None) -> Iterator[Draft]:
    officer, when, step_due = row.text("officer"), row.moment("transferred"), row.moment("step_due")
    if not (officer or when or step_due):
        return
    when = when or accepted
    if when:
        data: dict[str, Any] = {"actor": actor, "to": filled(unit=actor["unit"], officer=officer)}
        limit = {"step_due_at": step_due.limit()} if step_due else {}
        yield drafted("transferred", when, MORNING, data | limit, by=officer)


def _letter(row: "_Row", actor: dict[str, str]) -> Iterator[Draft]:
    number, sent, new_due = (
        row.text("letter_number"),
        row.moment("letter_sent"),
        row.moment("new_due"),
    )
    if sent is None:
        if (number or new_due) and not row.failed("letter_sent"):
            row.problems.add(
                "missing_field",
                "a letter or a new date without its day: fill in 'Ngày thư xin lỗi'",
            )
        return
    promise = {"new_due_at": new_due.limit()} if new_due else {}
    letter = {"actor": actor, **filled(number=number), **promise}
    yield drafted("apology_letter_sent", sent, AFTERNOON, letter, by=number)
    if new_due:
        change = {"actor": actor, "ground": "rescheduled", **promise}
        yield drafted("due_date_changed", sent, AFTERNOON, change, by=number)


def _ends(row: "_Row", actor: dict[str, str]) -> Iterator[Draft]:
    issued, returned, closed = row.moment("issued"), row.moment("returned"), row.moment("closed")
    kind, method = row.end(), row.method()
    if kind != "result_issued" and issued is None:
        issued, returned = returned, None
        if issued is None and not row.failed("issued") and not row.failed("returned"):
            row.problems.add(
                "missing_field",
                "the status is an end without a day: fill in 'Ngày có kết quả' or 'Ngày trả kết quả'",
            )
    if issued:
        yield _recorded(drafted(kind, issued, AFTERNOON, {"actor": actor}), closed)
    if returned:
        yield _recorded(
            drafted("returned", returned, AFTERNOON, {"actor": actor, "method": method}), closed
        )


def _recorded(draft: Draft, closed: Moment | None) -> Draft:
    """The end with the time at which the software learnt of it; known to the day, it is not before what it records."""
    if closed is None:
        return draft
    recorded = closed.at(AFTERNOON)
    same_day = closed.hour is None and closed.day == draft.time.date()
    return draft._replace(recorded=max(recorded, draft.time) if same_day else recorded)


def _named(table: Sequence[tuple[re.Pattern[str], str]], text: str) -> str | None:
    bare = plain(text)
    return next((name for pattern, name in table if pattern.search(bare)), None)


def _bare(cell: Cell) -> str:
    """The cell's text as it stands, without what nobody sees."""
    return "" if cell is None else " ".join(normalize("NFC", str(cell)).split())


class _Row:
    """The cells of one row by column, and what is wrong with them."""

    def __init__(
        self,
        cells: Sequence[Cell],
        formulas: Mapping[int, Formula],
        columns: Mapping[Column, int],
        width: int,
    ) -> None:
        self._cells = cells
        self._formulas = formulas
        self._columns = columns
        self.problems = Problems()
        self.computed: dict[str, str] = {}
        self._failed: set[Column] = set()
        if len(cells) <= max(columns[column] for column in REQUIRED):
            self.problems.add(
                "wrong_columns", "the row ends before the required columns: is it cut off?"
            )
        if any(cell not in {None, ""} for cell in cells[width:]):
            self.problems.add(
                "wrong_columns",
                f"the row has more than the {width} columns of the header: put cells that hold the separator into quotes",
            )

    def total(self) -> str:
        """What the row calls itself, if it adds up those above it: it begins so, and nothing was accepted in it."""
        texts = (_bare(cell) for cell in self._cells)
        first = next(filter(None, texts), "")
        if not _TOTAL.fullmatch(first.casefold()):
            return ""
        try:
            return "" if moment_of(self._cell("accepted")) else first
        except Refused:
            return first

    def failed(self, column: Column) -> bool:
        """Whether the column's cell was already complained about."""
        return column in self._failed

    def text(self, column: Column, longest: int = 300) -> str:
        """The cell's text; empty if there is none."""
        text = self._read(column, text_of, "")
        if text:
            self._taken(column)
        elif column in REQUIRED and not self.failed(column):
            self._complain(
                column,
                "missing_field",
                "is empty: every row needs it (cells that were merged count as empty)",
            )
        if len(text) > longest:
            self._complain(
                column, "invalid_field", f"has {len(text)} characters: {longest} at most"
            )
        return text[:longest]

    def moment(self, column: Column) -> Moment | None:
        """The cell's date; None if there is none."""
        moment = self._read(column, moment_of, None)
        if moment is not None:
            self._taken(column)
        elif column == "accepted" and not self.failed(column):
            self._complain(column, "missing_field", "is empty: without it there is no acceptance")
        return moment

    def code(self) -> str:
        """The dossier's code, which a spreadsheet may have taken for a date."""
        if isinstance(self._cell("code"), datetime | timedelta | time):
            self._complain(
                "code",
                "invalid_code",
                "was turned into a date by the spreadsheet: format it as text, type it anew",
            )
            return ""
        return self.text("code", _LONGEST_CODE)

    def channel(self) -> str:
        """The channel in the contract's words; empty if there is none."""
        text = self.text("channel")
        name = _named(_CHANNELS, text)
        if text and not name:
            self._complain(
                "channel", "invalid_code", f"is {text[:60]!r}: write Trực tiếp, Trực tuyến or BCCI"
            )
        return name or ""

    def method(self) -> str:
        """How the result was handed over: over the counter, where the register does not say otherwise."""
        return _named(_CHANNELS, self.text("method")) or "direct"

    def end(self) -> str:
        """The kind of end that the status tells. A formula that tells of none, *Quá hạn* since some day, is nothing that is taken."""
        status = self._read("status", text_of, "")
        kind = _named(
            _ENDS, status.casefold().replace("đúng", "")
        )  # đúng (on time) and dừng (stopped) look alike
        if kind is not None:
            self._taken("status")
        if kind == "":
            self._complain(
                "status",
                "invalid_code",
                f"is {status[:60]!r}: such a dossier was not accepted, take the row out",
            )
        return kind or "result_issued"

    def _cell(self, column: Column) -> Cell:
        index = self._columns.get(column)
        return None if index is None or index >= len(self._cells) else self._cells[index]

    def _read(self, column: Column, reader: Callable[[Cell], T], nothing: T) -> T:
        try:
            return reader(self._cell(column))
        except Refused as refusal:
            self._complain(column, refusal.code, refusal.message)
            return nothing

    def _taken(self, column: Column) -> None:
        """Note what a value that is taken was worked out by; one that will be another is no value."""
        formula = self._formulas.get(self._columns[column])
        if formula is None:
            return
        self.computed[NAMES[column][0]] = formula.text
        if not formula.text:
            self._complain(
                column,
                "formula",
                "may be the result of a formula that is not known: type what the paper says",
            )
        elif formula.changing:
            self._complain(
                column,
                "formula",
                f"{formula.text!r} says something else whenever the workbook is opened: type what the paper says",
            )

    def _complain(self, column: Column, code: str, message: str) -> None:
        self._failed.add(column)
        self.problems.add(code, f"{NAMES[column][0]}: {message}")
