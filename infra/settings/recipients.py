"""Who has which mail address: a file, because no event says it.

Knows CSV and what an address looks like. Must not know what is sent. All that is wrong in the file is told together.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consumers.digest import Recipient
from domain.values import unit_key
from infra.errors import CannotRun

COLUMNS: Final = ("officer_or_unit", "address")
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*", re.ASCII)
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses by officer and by unit."""

    known: dict[str, str]

    def of(self, recipient: Recipient) -> str | None:
        """The officer's address, else the unit's; None where the file has neither."""
        officer = None if recipient.officer is None else self.known.get(recipient.officer)
        return officer or self.known.get(unit_key(recipient.unit))


def addresses(file: Path) -> Addresses:
    """Read the file. CannotRun (`bad_setting`) that names its lines."""
    known: dict[str, str] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            problems = list(_read(csv.reader(opened, strict=True), known))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        problems = [f"cannot be read as CSV in UTF-8 ({why})"]
    if problems:
        more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        what = f"DUNGHEN_NOTIFY_ADDRESSES={str(file)!r}: {'; '.join(problems[:_SHOWN])}{more}"
        raise CannotRun(what, code="bad_setting", what=what)
    return Addresses(known)


def _read(lines: Iterator[list[str]], known: dict[str, str]) -> Iterator[str]:
    head = next(lines, [])
    if [cell.strip() for cell in head] != list(COLUMNS):
        yield f"line 1 is not `{','.join(COLUMNS)}`"
        return
    for number, cells in enumerate(lines, 2):
        if cells:
            problem = _take([cell.strip() for cell in cells], known)
            if problem:
                yield f"line {number} {problem}"


def _take(cells: Sequence[str], known: dict[str, str]) -> str | None:
    if len(cells) != len(COLUMNS) or not cells[0]:
        return "has not two cells, an officer or unit and an address"
    who, address = cells
    if not _ADDRESS.fullmatch(address):
        return "has no mail address in its second cell"
    if who in known:
        return f"names {who} a second time"
    known[who] = address
    known.setdefault(unit_key(who), address)
    return None
