"""Live streams: findings as they open and cease, units' counts and dossiers' judgements as they change.

Knows addresses and ids. Must not know what is told, nor how it is followed: `_tail` and `_watching` do that, once for all who listen.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final
from weakref import WeakValueDictionary

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from domain.errors import Refused
from domain.values import unit_key
from infra.access import Right, Scope
from infra.http import _parameters as of
from infra.http._asking import ask, asker
from infra.http._parameters import Reading, given, reading
from infra.http._problems import answered
from infra.http._stores import Stores
from infra.http.streams._following import Following, Reader
from infra.http.streams._picturing import Chosen, units_pictured, violations_pictured
from infra.http.streams._sse import Stream
from infra.http.streams._tail import Tail, told
from infra.http.streams._telling import ToldUnits, Units, Violations, units
from infra.http.streams._watching import Shows, Watch
from infra.language import Lang
from infra.questions.findings import chosen_rules, chosen_units, found
from infra.questions.unitcounts import known
from infra.scoping import watched
from infra.wiring import Store

_COUNTS_SECONDS: Final = 0.5
"""After counts that changed they are looked at no sooner, however much comes: a report of all units is made each time. Counts that
change after a silence are told at once."""
_OF_A_SCOPE_SECONDS: Final = 2.0
"""The same where the report is made for few."""
_COUNTS_KEPT: Final = 20
_TOLD: Final = frozenset[Right]({"figures", "dossiers"})
"""The rights by which the report of units differs: roles that have the same of these share a tail."""
_DIGITS: Final = 18
_JUDGEMENT: Final = re.compile(r"[0-9]{1,18}\.[0-9a-f]{12}")
_PROBLEMS: Final = answered(
    HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE
)
_STREAM: Final[dict[str, Any]] = {
    "response_class": Stream,
    "status_code": HTTPStatus.OK,
    "responses": _PROBLEMS,
}

Read = Annotated[Reading, Depends(reading)]
Snapshot = Annotated[
    bool,
    Query(
        description="The present state first, ended by `snapshot.end`, then what changes from exactly there. An id goes before it."
    ),
]


class Tails:
    """What is followed in one language."""

    def __init__(self, reader: Reader, clock: Callable[[], datetime], lang: Lang) -> None:
        self._reader = reader
        self.findings, self.counts = Violations(clock, lang), Units(lang)
        self.violations = Tail(reader, self.findings)
        self.dossiers = Watch(reader, lang)
        self._units = WeakValueDictionary[Scope, Tail[ToldUnits]]()
        """Each as long as a stream has it, from before it begins to listen."""

    def units(self, scope: Scope) -> Tail[ToldUnits]:
        """The counts as a scope shows them: of a part they are others than of the whole."""
        shown = replace(scope, rights=scope.rights & _TOLD)
        tail = self._units.get(shown)
        if tail is None:
            seconds = _COUNTS_SECONDS if scope.everything else _OF_A_SCOPE_SECONDS
            tail = self._units[shown] = Tail(
                self._reader,
                self.counts,
                scope=shown,
                look_seconds=seconds,
                apart_seconds=seconds,
                keep=_COUNTS_KEPT,
            )
        return tail

    def look(self) -> None:
        """There may be something new."""
        for following in self._followed():
            following.look()

    def end(self) -> None:
        """Let all go who listen: the server ends."""
        for following in self._followed():
            following.end()

    def _followed(self) -> list[Following]:
        units = [tail.following for tail in self._units.values()]
        return [self.violations.following, self.dossiers.following, *units]


async def heard(
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[
        str | None, Query(description="As the header `Last-Event-ID`, for the first time.")
    ] = None,
) -> str | None:
    """The id that a client was told last, as it stands; an empty one is none."""
    return last_event_id or after or None


Last = Annotated[str | None, Depends(heard)]


def _number(said: str | None) -> int | None:
    """An id as a number. Refused (`invalid_id`) where it is none of ours."""
    if said is None:
        return None
    if said.isascii() and said.isdigit() and len(said) <= _DIGITS:
        return int(said)
    raise _no_id(said)


def _no_id(said: str) -> Refused:
    return Refused("invalid_id", f"{said[:40]!r} is no id of this stream")


def streams(stores: Stores, tails: Mapping[Lang, Tails]) -> APIRouter:
    """The routes that go on. What can go wrong is a problem before the response begins, and nothing after it is missed."""
    routes = APIRouter(tags=["streams"])
    _of_violations(routes, stores, tails)
    _of_units(routes, stores, tails)
    _of_dossiers(routes, stores, tails)
    return routes


def _shown(store: Store, unit: str | None) -> tuple[Shows, Collection[str] | None]:
    """Whose findings this asker is told of, and of these the units (keys) that he wants to hear of; None: all."""
    store.scope.need("dossiers")
    return watched(store), None if unit is None else chosen_units(store, unit)


def _of_violations(routes: APIRouter, stores: Stores, tails: Mapping[Lang, Tails]) -> None:
    async def chosen(
        request: Request,
        read: Read,
        rule: of.Rules = (),
        unit: of.Unit = None,
        severity: of.Severity = None,
    ) -> Chosen:
        rules, of_unit = chosen_rules(rule, severity), given(read.text, unit)
        shows, keys = await run_in_threadpool(
            ask, request, stores, lambda store: _shown(store, of_unit)
        )
        return Chosen(shows, rules, keys, None if of_unit is None else unit_key(of_unit))

    @routes.get("/streams/violations", operation_id="stream_violations", **_STREAM)
    async def violations(
        *,
        request: Request,
        read: Read,
        wanted: Annotated[Chosen, Depends(chosen)],
        last: Last,
        snapshot: Snapshot = False,
    ) -> Response:
        """Findings that open and cease, as they do: `violation.opened`, `violation.ceased`, in the order of commits.

        `Last-Event-ID` (or `after`) goes on behind that id, with all that came since; without it the stream begins now, with
        `snapshot` after those that hold (`violation.holds`). The event `restarted` says that the feed has begun anew: what was
        seen before is to be asked for again.
        """
        own = tails[read.say.lang]
        start = await own.violations.start(_number(last))
        if snapshot and last is None:
            return Stream(violations_pictured(own.violations, own.findings, wanted))
        return Stream(told(own.violations, start, wanted.text))


def _of_units(routes: APIRouter, stores: Stores, tails: Mapping[Lang, Tails]) -> None:
    @routes.get("/streams/units", operation_id="stream_units", **_STREAM)
    async def counts(
        *,
        request: Request,
        read: Read,
        last: Last,
        unit: of.Unit = None,
        snapshot: Snapshot = False,
    ) -> Response:
        """The rows of `/reports/units` whose counts have changed, with those of the units above: `units`, twice a second at most.

        `Last-Event-ID` (or `after`) goes on behind that id, with the present row of every unit that has changed since.
        """
        own, of_unit = tails[read.say.lang], given(read.text, unit)
        wanted = None
        if of_unit is not None:
            wanted = unit_key(of_unit)
            await run_in_threadpool(ask, request, stores, lambda store: known(store, of_unit))
        tail = own.units(asker(request).scope)
        start = await tail.start(_number(last))
        if snapshot and last is None:
            return Stream(units_pictured(tail, own.counts, wanted))
        return Stream(told(tail, start, lambda row: units(row, wanted)))


def _of_dossiers(routes: APIRouter, stores: Stores, tails: Mapping[Lang, Tails]) -> None:
    @routes.get("/streams/dossiers/{code:path}", operation_id="stream_dossier", **_STREAM)
    async def dossier(
        *, request: Request, code: of.Code, read: Read, last: Last, snapshot: Snapshot = False
    ) -> Response:
        """The judgement of a dossier whenever it is another: `judgement`, with what `explain` says and the version it is of.

        An id names a judgement: behind `Last-Event-ID` (or `after`) comes the present one, unless it is that. Minutes that grow
        make no new one.
        """
        if last is not None and not _JUDGEMENT.fullmatch(last):
            raise _no_id(last)
        named, watch = read.code(code), tails[read.say.lang].dossiers
        key, shows = await run_in_threadpool(
            ask, request, stores, lambda store: (found(store, named), watched(store))
        )
        present = await watch.judgement(key)
        known = last
        if known is None and not snapshot and present is not None:
            known = present.id
        return Stream(watch.told(key, present, known, shows))
