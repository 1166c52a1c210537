"""Counting the generated files by hand: dates against dates, dossier by dossier, with none of the engine's code.

Only right for histories as simple as the generator's own: the date is the last one promised, a dossier ends with its first
end, and nothing is paused. That is enough to tell whether the files have the printed figures before the engine is asked.
"""

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tests.scenarios.files import Generated

FAR = "9999"


@dataclass(slots=True)
class Dossier:
    """What the files say of a dossier, each with when it was known."""

    unit: str = ""
    accepted: tuple[str, str] = (FAR, FAR)
    due: list[tuple[str, str]] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    requests: int = 0
    outside: bool = False
    portal: str = ""


def dossiers(files: Generated) -> dict[str, Dossier]:
    """Every dossier in the files by its code as written."""
    found: defaultdict[str, Dossier] = defaultdict(Dossier)
    for path, options in files.files:
        if "register" in options:
            _read_register(path, options[-1], found)
        else:
            for event in events(path):
                _take(event, found)
    return {code: dossier for code, dossier in found.items() if dossier.unit}


def events(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a JSONL file."""
    with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as lines:
        for line in lines:
            yield json.loads(line)


def _take(event: dict[str, Any], found: defaultdict[str, Dossier]) -> None:
    kind, data = event["type"].split(".")[-2], event["data"]
    if ".dossier." not in event["type"]:
        return
    dossier, when, known = found[event["subject"]], event["time"], event["recordedtime"]
    match kind:
        case "submitted":
            dossier.portal = data.get("portal", "")
        case "accepted":
            dossier.unit, dossier.accepted = (
                data["competent_unit"],
                min(dossier.accepted, (when, known)),
            )
            dossier.due.append((when, data["due_at"]))
        case "supplement_requested":
            dossier.requests += 1
            dossier.outside |= not data["via_one_stop"]
        case "supplement_received" if "new_due_at" in data:
            dossier.due.append((when, data["new_due_at"]))
        case "apology_letter_sent":
            dossier.letters.append(when)
        case "result_issued" | "returned":
            dossier.ends.append((when, known))
        case _:
            pass


def _read_register(path: Path, recorded_at: str, found: defaultdict[str, Dossier]) -> None:
    for row in _rows(path):
        values = {header.split("(")[0]: value for header, value in row.items()}
        code = values.get("Mã hồ sơ") or values["Mã số hồ sơ"]
        dossier = found[code]
        when = _iso(values["Ngày tiếp nhận"])
        dossier.unit, dossier.accepted = (
            values["Đơn vị giải quyết"],
            min(dossier.accepted, (when, recorded_at)),
        )
        due = next(
            values[name]
            for name in ("Ngày hẹn trả", "Hạn trả kết quả", "Hẹn trả")
            if name in values
        )
        dossier.due.append((when, _iso(due)))
        known = _iso(values.get("Ngày kết thúc trên phần mềm", "")) or recorded_at
        for name in ("Ngày có kết quả", "Ngày trả kết quả", "Ngày trả"):
            if values.get(name):
                dossier.ends.append((_iso(values[name]), known))
        if values.get("Ngày thư xin lỗi"):
            dossier.letters.append(_iso(values["Ngày thư xin lỗi"]))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.suffix == ".xlsx":
        with closing(load_workbook(path, read_only=True)) as book:
            grid = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
        for row in grid[3:]:
            yield {str(name): str(value or "") for name, value in zip(grid[2], row, strict=True)}
        return
    text = path.read_text(encoding="utf-8-sig")
    separator = max(";,\t", key=text.splitlines()[0].count)
    yield from csv.DictReader(text.splitlines(), delimiter=separator)


def _iso(text: str) -> str:
    if "/" not in text:
        return text
    return f"{text[6:10]}-{text[3:5]}-{text[:2]}" + (f"T{text[11:]}" if len(text) > 10 else "")


# ── counting ─────────────────────────────────────────────────────────────────


def class_of(dossier: Dossier, as_of: str, known_at: str = FAR) -> str:
    """`unknown`, `late`, `in_time`, `overdue` or `underway` at the end of day `as_of`."""
    until = as_of + "T99"
    if dossier.accepted[0] > until or dossier.accepted[1] > known_at:
        return "unknown"
    due = (
        max(dossier.due)[1]
        if len(dossier.due) > 1 and max(dossier.due)[0] <= until
        else min(dossier.due)[1]
    )
    end = min(
        (when for when, known in dossier.ends if when <= until and known <= known_at), default=None
    )
    if end is None:
        return "overdue" if due < as_of else "underway"
    return "late" if end[:10] > due else "in_time"


def count(
    found: dict[str, Dossier], as_of: str, known_at: str = FAR, since: str = ""
) -> Counter[tuple[str, str]]:
    """(unit, class) -> dossiers; with `since`, those that had ended before that day are left out."""
    return Counter(
        (dossier.unit, class_of(dossier, as_of, known_at))
        for dossier in found.values()
        if not dossier.ends or min(dossier.ends)[0] >= since
    )


def below(counts: Counter[tuple[str, str]], unit: str, kind: str) -> int:
    """Dossiers of one class in a unit and all units below it."""
    return sum(
        n
        for (at, its), n in counts.items()
        if its == kind and (at == unit or at.startswith(unit + "."))
    )


def letters(found: dict[str, Dossier], as_of: str) -> Counter[tuple[str, str]]:
    """(unit, `in_time` | `too_late` | `missing`) for every late or overdue dossier."""
    counts: Counter[tuple[str, str]] = Counter()
    for dossier in found.values():
        if class_of(dossier, as_of) in {"late", "overdue"}:
            first = min((sent for sent in dossier.letters if sent[:10] <= as_of), default=None)
            due = max(dossier.due)[1]
            grade = "missing" if first is None else "in_time" if first[:10] < due else "too_late"
            counts[dossier.unit, grade] += 1
    return counts
