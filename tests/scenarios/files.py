"""Writing stories to files, streaming: structured CloudEvents (JSONL, plain or gzip) and registers (CSV, XLSX).

Knows the public shapes of both formats and nothing else. `Generated` says how each file is to be imported.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TextIO

from openpyxl import Workbook

from tests.scenarios.places import Directory
from tests.scenarios.story import COLUMNS, Story, events_of, row_of

_encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class Generated:
    """What a situation wrote: files with the options of their import, and how much is in them."""

    place: str
    files: list[tuple[Path, tuple[str, ...]]] = field(default_factory=list)
    dossiers: int = 0
    events: int = 0
    rows: int = 0
    truth: dict[str, Any] = field(default_factory=dict)


class EventFile:
    """A JSONL file of structured CloudEvents from one source; `.gz` by its name."""

    def __init__(self, into: Generated, path: Path, source: str) -> None:
        self._into, self._source = into, source
        self._file: TextIO
        if path.suffix == ".gz":
            self._file = gzip.open(path, "wt", encoding="utf-8", compresslevel=1)  # noqa: SIM115 - closed by __exit__
        else:
            self._file = path.open("w", encoding="utf-8", newline="\n")
        into.files.append((path, ("--format", "events")))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def tell(self, story: Story) -> None:
        """All events of a story."""
        code, source, number = story.code, self._source, 0
        for kind, time, recorded, data in events_of(story):
            number += 1
            self._file.write(
                f'{{"specversion":"1.0","id":"{code}/{number}","source":"{source}",'
                f'"type":"vn.dunghen.dossier.{kind}.v1","subject":"{code}","time":"{time}",'
                f'"recordedtime":"{recorded}","datacontenttype":"application/json","data":{_encode(data)}}}\n'
            )
        self._into.events += number
        self._into.dossiers += 1

    def say(self, kind: str, subject: str, time: str, data: dict[str, Any]) -> None:
        """One directory or feedback event, `kind` with its group: `unit.registered`."""
        self._into.events += 1
        event = {
            "specversion": "1.0",
            "id": f"{kind}/{subject}/{time}",
            "source": self._source,
            "type": f"vn.dunghen.{kind}.v1",
            "subject": subject,
            "time": time,
            "recordedtime": time,
            "datacontenttype": "application/json",
            "data": data,
        }
        self._file.write(_encode(event) + "\n")


def write_directory(into: Generated, path: Path, directory: Directory) -> None:
    """Registrations of all units, officers and procedures."""
    with EventFile(into, path, directory.source) as file:
        for kind, subject, time, data in directory.events():
            file.say(kind, subject, time, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a register looks: its columns with their printed headers, its separator, and whether hours are written."""

    columns: dict[str, str]
    separator: str = ","
    bom: bool = False
    hours: bool = False

    @classmethod
    def of(
        cls, *names: str, separator: str = ",", bom: bool = False, hours: bool = False, **other: str
    ) -> "Shape":
        """The usual headers of the named columns, `other` ones printed differently."""
        columns = {name: other.get(name, COLUMNS[name]) for name in names}
        return cls(columns=columns, separator=separator, bom=bom, hours=hours)


def write_csv(
    into: Generated, path: Path, shape: Shape, stories: Iterable[Story], *, recorded_at: str
) -> None:
    """A register as CSV."""
    encoding = "utf-8-sig" if shape.bom else "utf-8"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=shape.separator)
        writer.writerow(shape.columns.values())
        for story in stories:
            row = row_of(story)
            writer.writerow(_printed(row[name], hours=shape.hours) for name in shape.columns)
            into.rows += 1
    into.files.append((path, ("--format", "register", "--recorded-at", recorded_at)))


def write_xlsx(
    into: Generated, path: Path, shape: Shape, stories: Iterable[Story], *, recorded_at: str
) -> None:
    """A register as a workbook: a title, an empty row, the header, then rows whose dates are real dates."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sổ theo dõi")
    sheet.append(["SỔ THEO DÕI HỒ SƠ"])
    sheet.append([])
    sheet.append(list(shape.columns.values()))
    for story in stories:
        row = row_of(story)
        sheet.append([_cell(row[name]) for name in shape.columns])
        into.rows += 1
    book.save(path)
    into.files.append((path, ("--format", "register", "--recorded-at", recorded_at)))


def _is_moment(text: str) -> bool:
    return len(text) >= 10 and text[4] == text[7] == "-" and text[:4].isdigit()


def _printed(text: str, *, hours: bool) -> str:
    if not _is_moment(text):
        return text
    day = f"{text[8:10]}/{text[5:7]}/{text[:4]}"
    return f"{day} {text[11:16]}" if hours and len(text) > 10 else day


def _cell(text: str) -> str | datetime | None:
    if _is_moment(text):
        return datetime.fromisoformat(text[:10])
    return text or None
