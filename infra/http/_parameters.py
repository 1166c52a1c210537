"""What a question may say in its address, as `--as-of` and the like say it on the command line.

Knows names and the reader's language. Must not know what is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeVar

from fastapi import Depends, Path, Query, Request
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from infra.given import Readers, day_of
from infra.http._language import language_of
from infra.language import Language

V = TypeVar("V")

_T = "2026-06-30T17:00:00+07:00"
Lang = Annotated[
    Literal["vi", "en"] | None,
    Query(description="The language of the answer; else the one that `Accept-Language` prefers."),
]
Moment = Annotated[
    str | None,
    Query(
        description="An instant with its offset, or a date, which stands for its end; now when not given.",
        examples=["2026-06-30", _T],
    ),
]
Code = Annotated[str, Path(description="As printed on the slip.", examples=["Y09.21-260202-0007"])]
Unit = Annotated[
    str | None, Query(description="A unit, with all that lie below it.", examples=["Y09.21"])
]
Rules = Annotated[
    Sequence[str], Query(description="Of these rules only.", examples=[["apology_missing"]])
]
Severity = Annotated[int | None, Query(ge=0, le=3, description="Of this severity only.")]
Period = Annotated[
    str | None,
    Query(description="`A..B`, both included; a month, a year.", examples=["2026-01..2026-06"]),
]


def _day(said: str) -> date:
    try:
        return day_of(said)
    except ValueError:
        sentence = "{given} is no day: write 2026-11-27"
        raise PydanticCustomError("no_day", sentence, {"given": said}) from None


Day = Annotated[date, BeforeValidator(_day)]
ClockName = Annotated[Literal["legal", "portal", "qd766"], Query(description="Which clock counts.")]


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads what was given, and refuses in the reader's language: Unreadable."""

    say: Language

    @property
    def _read(self) -> Readers:
        return Readers(self.say)

    def text(self, given: str) -> str:
        """A text that a database can hold."""
        return self._read.text(given)

    def code(self, given: str) -> str:
        """A dossier's code."""
        return self._read.code(given)

    def moment(self, given: str) -> datetime:
        """T or K."""
        return self._read.moment(given)

    def period(self, given: str) -> tuple[date, date]:
        """Two days, both included."""
        return self._read.period(given)


async def reading(request: Request, lang: Lang = None) -> Reading:
    """What reads this request's parameters."""
    return Reading(language_of(request))


def given(read: Callable[[str], V], said: str | None) -> V | None:
    """What was said, read; None where nothing was."""
    return None if said is None else read(said)


@dataclass(frozen=True, slots=True)
class Instants:
    """T and K as given."""

    as_of: datetime | None
    known_at: datetime | None


async def instants(
    read: Annotated[Reading, Depends(reading)], as_of: Moment = None, known_at: Moment = None
) -> Instants:
    """At which T and K it is asked."""
    return Instants(given(read.moment, as_of), given(read.moment, known_at))


At = Annotated[Instants, Depends(instants)]
Read = Annotated[Reading, Depends(reading)]
PAGE: Final = 100
"""Rows on a page when nothing else is said."""
ROWS_AT_MOST: Final = 10_000
"""Rows on a page: a response must fit the memory of both sides."""
Limit = Annotated[
    int | None,
    Query(
        ge=1,
        le=ROWS_AT_MOST,
        description="Rows on a page: 100 when not given; of CSV and XLSX all.",
    ),
]
LimitOfOfficers = Annotated[
    int | None,
    Query(
        ge=1,
        le=ROWS_AT_MOST,
        description="Rows on a page: 10,000 when not given, because each page costs as much as all of them; of CSV and XLSX all.",
    ),
]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]
