"""What is in a file: opens it, finds out its format and hands it to the reader of that format.

Knows magic bytes, names and marks. Must not know what a line says. Content decides over the name where it is
unmistakable (a workbook named .csv); otherwise the name does, and content where the name says nothing.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Literal, Protocol

from domain.errors import Refused
from infra.importers._bytes import CHUNK, OLE2, ZIP, unpacked, unreadable
from infra.importers._model import Format, Line
from infra.importers.events import read_events
from infra.importers.files import STDIN, Input, suffix_of
from infra.importers.igate import read_igate
from infra.importers.register import read_register, read_workbook
from infra.importers.sync import read_sync


class _Reader(Protocol):
    def __call__(
        self, chunks: Iterable[bytes], *, path: str, source: str | None, recorded_at: datetime
    ) -> Iterator[Line]: ...


_READERS: Mapping[Format, _Reader] = {
    "events": read_events,
    "igate": read_igate,
    "register": read_register,
    "sync": read_sync,
}

_BY_SUFFIX: Mapping[str, Format] = {
    ".jsonl": "events",
    ".ndjson": "events",
    ".csv": "register",
    ".tsv": "register",
    ".txt": "register",
}

_MARKS: tuple[tuple[bytes, Format], ...] = (
    (b'"vn.dunghen.', "events"),
    (b'"specversion"', "events"),
    (b'"MaHoSo"', "sync"),
    (b'"DongBoHoSoMC"', "sync"),
    (b'"acceptedDate"', "igate"),
    (b'"appointmentDate"', "igate"),
    (b'"dossierStatus"', "igate"),
)
"""Names that stand near the beginning of a JSON file of each format."""

_MOST_SPOOLED = 1 << 28
"""Bytes of a workbook that comes through a pipe or packed and is put aside to be read: no register is larger."""


class File:
    """One input: its format once it is known, and its lines. What is wrong with it is told as a line, not raised."""

    def __init__(
        self,
        given: Input,
        *,
        expected: Format | Literal["auto"] = "auto",
        stdin: IO[bytes] | None = None,
        on_read: Callable[[int], None] = lambda size: None,
    ) -> None:
        """`on_read` is told the size of everything that is read."""
        self.format: Format | None = None if expected == "auto" else expected
        self._given = given
        self._stdin = stdin
        self._on_read = on_read

    def lines(self, *, source: str | None, recorded_at: datetime) -> Iterator[Line]:
        """Every line or row; number 0 stands for the whole file. At most one of a file's last lines is such a refusal."""
        if self._given.refusal:
            yield Line(0, b"", refusal=self._given.refusal)
            return
        path = self._given.shown
        with ExitStack() as stack:
            try:
                file = self._opened(stack)
                chunks = unpacked(_Counted(file, self._on_read))
                first = next(chunks, b"")
                whole = chain([first], chunks)
                if self._is_workbook(first):
                    book = stack.enter_context(_seekable(file, whole))
                    yield from read_workbook(
                        book, path=path, source=source, recorded_at=recorded_at
                    )
                    return
                reader = _READERS[self._text_format(first)]
            except Refused as refusal:
                yield Line(0, b"", refusal=refusal)
                return
            except OSError as error:
                yield Line(0, b"", refusal=unreadable(error))
                return
            yield from reader(whole, path=path, source=source, recorded_at=recorded_at)

    def _opened(self, stack: ExitStack) -> IO[bytes]:
        if self._given.path != STDIN:
            return stack.enter_context(Path(self._given.path).open("rb"))
        if self._stdin is None:
            raise Refused("unreadable", "there is no standard input: name a file")
        return self._stdin

    def _is_workbook(self, first: bytes) -> bool:
        if first.startswith(OLE2):
            raise _unsupported("an old .xls workbook, or one with a password")
        if first.lstrip()[:1] == b"<" and self.format in {None, "register"}:
            raise _unsupported("a web page or XML table, whatever its name")
        if not first.startswith(ZIP):
            if suffix_of(self._given.path) in {".xlsx", ".xlsm"} and self.format in {
                None,
                "register",
            }:
                raise Refused(
                    "invalid_xlsx",
                    "the file is no workbook, whatever its name: save it as .xlsx or as CSV UTF-8",
                )
            return False
        if self.format not in {None, "register"}:
            raise Refused(
                "unsupported_format",
                f"this is a workbook and no file of format '{self.format}': import it as register",
            )
        self.format = "register"
        return True

    def _text_format(self, first: bytes) -> Format:
        if self.format is None:
            self.format = _BY_SUFFIX.get(suffix_of(self._given.path)) or _by_content(first)
        return self.format


def _by_content(first: bytes) -> Format:
    begin = first[: CHUNK // 2].removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin and begin[:1] not in b"{[":
        return "register"
    for mark, told in _MARKS:
        if mark in begin:
            return told
    raise Refused(
        "unknown_format",
        "the content is none that is known: say what it is with --format events, register, sync or igate",
    )


def _unsupported(what: str) -> Refused:
    return Refused(
        "unsupported_format",
        f"this is {what}: open it in a spreadsheet program and save it as .xlsx or as CSV UTF-8",
    )


class _Counted:
    """A file that tells how much of it was read."""

    def __init__(self, file: IO[bytes], on_read: Callable[[int], None]) -> None:
        self._file = file
        self._on_read = on_read

    def read(self, size: int, /) -> bytes:
        """As of a file; a pipe may give less than asked."""
        data = self._file.read(size) or b""
        self._on_read(len(data))
        return data


def _seekable(file: IO[bytes], whole: Iterable[bytes]) -> AbstractContextManager[IO[bytes]]:
    """The workbook as a file to jump about in: itself, or a copy of what comes through a pipe or packed."""
    if file.seekable():
        read = file.tell()
        file.seek(0)
        if file.read(len(ZIP)) == ZIP:
            file.seek(0)
            return nullcontext(file)
        file.seek(read)  # packed: `whole` goes on from where it was
    with ExitStack() as stack:
        spool = stack.enter_context(tempfile.TemporaryFile())
        size = 0
        for chunk in whole:
            size += len(chunk)
            if size > _MOST_SPOOLED:
                raise Refused(
                    "suspicious_archive",
                    f"the workbook is over {_MOST_SPOOLED >> 20} MiB: save its sheet as CSV UTF-8",
                )
            spool.write(chunk)
        spool.seek(0)
        stack.pop_all()
        return spool
