"""What the bar at the top of a page says: period, unit, clock, as-of, known-at; and links that go on saying it.

Knows addresses, how people write dates, and what who asks may do. Must not know what is asked. The names are those of the API, so that the same question
in an address gives the page and its JSON. Of which moment a page is, is worked out here, once: whatever stands on it, is asked for anew, leads on
from it or is loaded from it is of that moment.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from fastapi import Request

from domain.counting import Period, question_instant
from domain.deadlines import ClockName
from domain.keepable import LONGEST_NAME
from infra import given
from infra.access import Right
from infra.given import Readers, Unreadable, ends_of
from infra.http._addresses import only
from infra.http._asking import asker
from infra.http._language import language_of
from infra.http._misread import Misread
from infra.language import LANGUAGES, Language, instant_of

V = TypeVar("V")

FIELDS: Final = ("period", "unit", "clock", "as_of", "known_at")
"""In the order of the bar."""
PLACES: Final = ("cursor", "after", "work_after")
"""Parameters that say where in a list a page begins: of that question only."""
_MOMENT: Final = ("as_of", "known_at")
_CLOCKS: Final[Mapping[str, ClockName]] = {"legal": "legal", "portal": "portal", "qd766": "qd766"}

_NAIVE: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d?:\d\d(?::\d\d)?)", re.ASCII)


Within = Literal["counted", "found"] | None
"""What a period is at an address: that over which dossiers are counted, which ends the moment as well; the days since one of which
a finding holds; nothing."""


class SignedIn(NamedTuple):
    """Who has signed in, in which role, and the mark that a form of his sends along."""

    name: str
    role: str | None
    mark: str


def signed_in(request: Request) -> SignedIn | None:
    """Whose session the request is of."""
    mark = getattr(getattr(request.state, "known", None), "csrf", None)
    who = asker(request)
    return SignedIn(who.name, who.role, mark) if mark else None


@dataclass(frozen=True, slots=True)
class Asking:
    """A page's address, read. `said` is what the bar says, as the API would be asked; `more` all else that the address holds."""

    say: Language
    path: str
    said: Mapping[str, str]
    more: Sequence[tuple[str, str]]
    period: tuple[date, date] | None
    unit: str | None
    clock: ClockName
    as_of: datetime | None
    known_at: datetime | None
    now: datetime
    may: frozenset[Right]
    """The rights of who asks: what he may not do is not offered to him."""
    signed_in: SignedIn | None = None
    """Who has a session: he may end it."""

    # ── of which moment the page is ──

    @property
    def within(self) -> "Within":
        """What the period is on this page."""
        return _within(self.path)

    @property
    def at(self) -> datetime | None:
        """T: at which the page's figures are judged; None: now, whenever they are asked for. A period that is counted ends it (JUDGEMENT 10)."""
        if self.period is None or self.within != "counted":
            return self.as_of
        asked_at = self.as_of or self.now
        t = question_instant(asked_at, Period(*self.period))
        return self.as_of if t == asked_at else t

    @property
    def past(self) -> bool:
        """Whether it is another moment than now."""
        return self.at is not None or self.known_at is not None

    @property
    def moment(self) -> dict[str, Any]:
        """T and K for a question that is not asked over a period."""
        return {"as_of": self.at, "known_at": self.known_at}

    @property
    def span(self) -> dict[str, Any]:
        """The same for one that is: it works T out of the period itself, and reads by as-of what was declared."""
        return {"period": self.period, "as_of": self.as_of, "known_at": self.known_at}

    def lasting(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """What an address says besides, to ask tomorrow as well for the moment of an answer that was of now."""
        return {name: answer[name] for name, said in self.moment.items() if said is None}

    # ── addresses ──

    def first(self, name: str) -> str | None:
        """The first value of a parameter that is not the bar's."""
        return next((value for key, value in self.more if key == name), None)

    def filters(self, *once: str, again: str) -> Iterator[tuple[str, str]]:
        """What a list is filtered by: each value of `again`, and the first of the others, which alone counts."""
        first: dict[str, str] = {}
        for name, value in dict.fromkeys(self.more):
            if name == again or (name in once and first.setdefault(name, value) == value):
                yield name, value

    def link(self, path: str, /, **changes: Any) -> str:
        """The address of another page that is asked of the same moment, period, unit and clock, with changes; None leaves one out."""
        return _address(path, self.saying(path, **changes))

    def saying(self, path: str, /, **changes: Any) -> dict[str, Any]:
        """What that address says. One without this page's period says T instead, where that is not now."""
        said = {name: text for name, text in self.said.items() if name in _taken(path)}
        if self.within is None or _within(path) != self.within or "period" in changes:
            said.pop("period", None)
            if self.period and self.at != self.as_of:
                said["as_of"] = self.period[1].isoformat()
        if self.say.lang != "vi":
            said["lang"] = self.say.lang
        return {**said, **changes}

    def here(self, **changes: Any) -> str:
        """The same page, its parameters changed; None leaves one out."""
        kept: dict[str, Any] = {}
        for name, value in self.more:
            kept.setdefault(name, []).append(value)
        return self.link(self.path, **(kept | changes))

    def anew(self, **changes: Any) -> str:
        """The same, at the beginning of its lists: another question has other pages."""
        return self.here(**dict.fromkeys(PLACES), **changes)

    @property
    def own(self) -> Sequence[tuple[str, str]]:
        """What of `more` is meant of another period or moment as well."""
        return [(name, value) for name, value in self.more if name not in {*PLACES, "code"}]

    def shown(self, field: str) -> str:
        """What a field of the bar holds, as people write it."""
        said = self.said.get(field, "")
        if field == "period":
            return " – ".join(map(local, said.split(".."))) if said else ""
        return local(said) if field in {"as_of", "known_at"} else said


def _within(path: str) -> Within:
    match path.split("/")[1:]:
        case [""] | ["ho-so" | "dossiers"] | ["don-vi" | "can-bo" | "reports" | "officers", *_]:
            return "counted"
        case ["vi-pham" | "violations"]:
            return "found"
        case _:
            return None


def _taken(path: str) -> Collection[str]:
    """What of the bar an address takes: all of it, but for questions of the API that are not asked of a unit or by a clock."""
    match path.split("/")[1:]:
        case ["dossiers", _, *_] | ["rules"]:
            return _MOMENT
        case ["violations" | "officers", *_]:
            return (*_MOMENT, "period", "unit")
        case ["workload" | "units"]:
            return (*_MOMENT, "unit")
        case _:
            return FIELDS


def path_of(*parts: str) -> str:
    """A path with each part quoted; a dossier's code may hold a slash, which stays."""
    return "/" + "/".join(quote(part, safe="/") for part in parts)


def path_here(request: Request) -> str:
    """The path that is asked for. Two slashes at the beginning of a link would lead to another host."""
    return "/" + request.url.path.lstrip("/")


async def asking(request: Request) -> Asking:
    """What this page is asked. Misread where a field of the bar cannot be read, Unreadable where any other text."""
    return asked_by(request)


def asked_by(request: Request) -> Asking:
    """The same, of a request that no route may know."""
    say = language_of(request)
    read = Readers(say)
    all_fields = {name: request.query_params.get(name, "").strip() for name in FIELDS}
    for name, text in all_fields.items():
        if len(text) > LONGEST_NAME:  # a unit's code may have so many, and nothing else is longer
            raise Misread(name, say("pages.bar.too_long", most=LONGEST_NAME))
    typed = {name: zoned(text) for name, text in all_fields.items() if text}
    said = dict(typed)
    if "period" in said:
        said["period"] = "..".join(map(iso, ends_of(said["period"])))
    for name in ("as_of", "known_at"):
        if name in said:
            said[name] = iso(said[name])
    clock = said.get("clock", "legal")
    if clock not in _CLOCKS:
        raise Misread("clock", say("pages.bar.no_clock", given=clock))
    if clock == "legal":
        said.pop("clock", None)
    return Asking(
        say,
        path_here(request),
        said,
        tuple(
            dict.fromkeys(
                (name, read.text(value))
                for name, value in request.query_params.multi_items()
                if name not in {*FIELDS, "lang"} and value
            )
        ),
        _read("period", read.period, typed),
        _read("unit", read.text, typed),
        _CLOCKS[clock],
        _read("as_of", read.moment, typed),
        _read("known_at", read.moment, typed),
        request.app.state.clock(),
        asker(request).scope.rights,
        signed_in(request),
    )


def unread(request: Request) -> Asking:
    """The address of a page without a bar; what it says of one goes on in its links as it was said: it may be what cannot be read."""
    say, query = language_of(request), request.query_params
    said = {name: query[name] for name in FIELDS if query.get(name)}
    more = [(name, value) for name, value in query.multi_items() if name not in {*FIELDS, "lang"}]
    path, now, may = path_here(request), request.app.state.clock(), asker(request).scope.rights
    signed = signed_in(request)
    return Asking(say, path, said, more, None, None, "legal", None, None, now, may, signed)


def as_read(request: Request) -> Asking:
    """The address of a page that tells of a problem: the same where its bar can be read, which may be what is wrong."""
    with suppress(Unreadable):
        return asked_by(request)
    return unread(request)


def asking_of(*names: str) -> Callable[[Request], Awaitable[Asking]]:
    """The same of a page that takes these parameters besides the bar's: Unreadable where an address has another, which would be passed over."""
    known = (*FIELDS, "lang", *names)

    async def read(request: Request) -> Asking:
        say, given = language_of(request), request.query_params
        only(request, known)
        if given.get("lang") not in {None, "", *LANGUAGES}:
            raise Unreadable(say("pages.no_language", given=given["lang"]))
        return await asking(request)

    return read


def _read(name: str, read: Callable[[str], V], typed: Mapping[str, str]) -> V | None:
    try:
        return read(typed[name]) if name in typed else None
    except Unreadable as wrong:
        raise Misread(name, str(wrong)) from None


def zoned(text: str) -> str:
    """An instant without a zone, as people write it: its hour is Viet Nam's. Anything else as it is."""
    match = _NAIVE.fullmatch(text)
    return text if match is None else given.instant(match[1], match[2])


def iso(text: str) -> str:
    """What people write as the API writes it."""
    return given.iso(zoned(text))


def local(text: str) -> str:
    """The reverse: an instant's hour in Viet Nam, seconds only where there are some."""
    if re.fullmatch(r"\d{4}-\d\d", text, re.ASCII):
        return f"{text[5:]}/{text[:4]}"
    try:
        if len(text) == len("2026-11-23"):
            return date.fromisoformat(text).strftime("%d/%m/%Y")
        at = datetime.fromisoformat(text)
        if at.tzinfo is None or at.microsecond:
            return text
        at = instant_of(text)
    except (ValueError, OverflowError):  # of the first and the last day that there are
        return text
    return at.strftime("%d/%m/%Y %H:%M" + (":%S" if at.second else ""))


def _address(path: str, query: Mapping[str, Any]) -> str:
    said = urlencode(
        {name: value for name, value in query.items() if value not in (None, "", [])}, doseq=True
    )
    return f"{path}?{said}" if said else path
