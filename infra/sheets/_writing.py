"""A table written a row at a time, in either form; its digest is known when the last row is.

Knows headings and cells. Must not know the lists.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final, Literal

from infra.answers import Answer
from infra.language import Language
from infra.sheets._columns import Column, Sheet
from infra.sheets._csv import write_csv
from infra.sheets._xlsx import write_xlsx

Form = Literal["csv", "xlsx"]
Heads = Literal["names", "ids"]
"""For whom the columns are: `names` above them and words in them, in the reader's language; or the ids and codes that programs know."""
Cell = str | int

_ABOUT: Final = ("as_of", "known_at", "complete", "calendar_complete", "clock", "total")


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows there were, and a digest of all that they say."""

    rows: int
    digest: str


def write(
    form: Form,
    sheet: Sheet,
    answer: Answer,
    rows: Iterable[Answer],
    out: IO[bytes],
    *,
    say: Language,
    heads: Heads = "names",
) -> Written:
    """Write these rows, of an answer that they may be all or a part of. What stands above a list in the answer, a CSV does not say."""
    digest, count = hashlib.sha256(), 0
    words = say if heads == "names" else None

    def lines() -> Iterator[list[Cell]]:
        nonlocal count
        yield [_head(column, say, heads) for column in sheet.columns]
        for row in rows:
            count += 1
            yield [_cell(column.value(row, words), words) for column in sheet.columns]

    def noted(lines: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
        for line in lines:
            digest.update(repr(line).encode("utf-8", "surrogatepass"))
            yield line

    digest.update(repr([answer.get("complete"), answer.get("calendar_complete")]).encode())
    if form == "csv":
        write_csv(noted(lines()), out)
    else:
        about = [
            [say(f"sheet.{name}"), _cell(answer[name], say)]
            for name in _ABOUT
            if isinstance(answer.get(name), str | int)
        ]
        period = answer.get("period")
        if period is not None:
            about += [
                [say(f"sheet.period_{end}"), _cell(period[end], say)] for end in ("from", "to")
            ]
        write_xlsx({say(f"sheet.{sheet.rows}"): noted(lines()), say("sheet.about"): about}, out)
    return Written(count, digest.hexdigest()[:32])


def _head(column: Column, say: Language, heads: Heads) -> str:
    return column.id if heads == "ids" else say(f"sheet.{column.id}")


def _cell(value: object, say: Language | None) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            code = "true" if value else "false"
            return code if say is None else say.word("sheet", code)
        case int():
            return value
        case _:
            return str(value)
