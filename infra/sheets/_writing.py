"""A table written a row at a time, in either form; its digest is known when the last row is.

Knows headings and cells. Must not know the lists.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final, Literal

from infra.answers import Answer
from infra.language import Language
from infra.sheets._about import Asked, about
from infra.sheets._cells import Cell, Kind, calculable, cell
from infra.sheets._columns import Column, Sheet
from infra.sheets._csv import write_csv
from infra.sheets._xlsx import Table, write_xlsx

Form = Literal["csv", "xlsx"]
Heads = Literal["names", "ids"]
"""For whom the columns are: `names` above them and words, numbers and days in them, in the reader's language; or the ids, codes and
texts that programs know."""

_WIDTHS: Final[dict[Kind, int]] = {"moment": 20}
_ABOUT_WIDTHS: Final = (30, 40)


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
    asked: Asked | None = None,
) -> Written:
    """Write these rows, of an answer that they may be all or a part of.

    What stands above a list in the answer, and what was `asked`, a CSV does not say.
    """
    digest, count = hashlib.sha256(), 0
    words = say if heads == "names" else None

    def lines() -> Iterator[list[Cell]]:
        nonlocal count
        yield [_head(column, say, heads) for column in sheet.columns]
        for row in rows:
            count += 1
            yield [cell(column.value(row, words), words) for column in sheet.columns]

    def noted(lines: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
        for line in lines:
            digest.update(repr(line).encode("utf-8", "surrogatepass"))
            yield line

    digest.update(repr([answer.get("complete"), answer.get("calendar_complete")]).encode())
    if form == "csv":
        write_csv(noted(lines()), out)
    else:
        kinds: list[Kind] = [column.kind if words else "said" for column in sheet.columns]
        list_ = Table(
            say(f"sheet.{sheet.rows}"),
            (list(map(calculable, line, kinds)) for line in noted(lines())),
            [_WIDTHS.get(kind) for kind in kinds],
        )
        of_it = (
            (head, calculable(said, kind if words else "said"))
            for head, said, kind in about(answer, asked or {}, say)
        )
        write_xlsx([list_, Table(say("sheet.about"), of_it, _ABOUT_WIDTHS)], out)
    return Written(count, digest.hexdigest()[:32])


def _head(column: Column, say: Language, heads: Heads) -> str:
    return column.id if heads == "ids" else say(f"sheet.{column.id}")
