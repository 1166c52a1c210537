"""Signing in and out: to the provider and back, with a session of our own at the end.

Knows the routes and the cookies of attempts. Must not know how an ID token is checked. An attempt belongs to the browser that began it,
for ten minutes, and is used once: the provider redeems a code once, and its cookie goes with the first answer. Each attempt has a cookie of
its own, so that tabs that are opened together do not end each other's. A session always begins with a new id, whatever cookie the
browser had before.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final, ParamSpec, TypeVar
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from infra.access import ROLES, Asker, NoScope, Role, scope_of
from infra.credentials import Issued, begin_session, sign_out
from infra.http._language import language_of, wants_page
from infra.http._problems import answered, problem
from infra.http._stores import Stores
from infra.http.access._cookies import SESSION, SIGNING_IN
from infra.http.access._provider import Attempt, NotSignedIn
from infra.http.access._sessions import Askers, Known, Sessions
from infra.http.access._settings import Claims, SignIn
from infra.http.document.shapes_acts import Session
from infra.http.pages import onward_page

P = ParamSpec("P")
R = TypeVar("R")

CALLBACK: Final = "/sign-in/callback"
_LONGEST: Final = 1_024
_MINUTES: Final = 600
_UNSAID: Final = 200
_ROOM: Final = 4_000
"""Bytes of a browser's attempts: proxies take eight thousand of all its cookies."""
_TOLD: Final = 16
"""Characters of an attempt's state in the name of its cookie."""
_AT_ONCE: Final = 8
"""Questions to the provider: each takes a thread for as long as it keeps us waiting."""

_PROBLEMS: Final = answered(HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN)


def own_path(said: str | None) -> str:
    """Where to go after signing in: a path of this server, or its beginning where something else was said."""
    if not said or len(said) > _LONGEST or not said.isascii() or not said.isprintable():
        return "/"
    # Browsers read a backslash as a slash, and two slashes as the beginning of a host.
    if "\\" in said or said.startswith("//") or not said.startswith("/"):
        return "/"
    return "/" if said.startswith("/sign-") else said


class SigningIn:
    """What each of the routes does."""

    def __init__(self, stores: Stores, askers: Askers, sign_in: SignIn, sessions: Sessions) -> None:
        self._stores, self._askers, self._sign_in = stores, askers, sign_in
        self._sessions, self._marks = sessions, sessions.signing
        self._few = asyncio.Semaphore(_AT_ONCE)

    async def begin(self, request: Request, then: str) -> Response:
        """On to the provider, with the attempt in a cookie of this browser's."""
        self._askers.limits.hit("leaving", self._askers.address(request))
        attempt = Attempt.new()
        try:
            place = await self._asked(
                self._sign_in.provider.address, attempt, self._base(request) + CALLBACK
            )
        except NotSignedIn as away:
            return _failed(request, away)
        response = _led(request, "signing_in", place)
        kept = [attempt.state, attempt.nonce, attempt.verifier, then, time.time()]
        signed = self._marks.signed("signing in", kept)
        cookies = self._askers.cookies
        for old in self._too_many(request, len(signed)):
            cookies.drop(response, _kept_in(old))
        cookies.set(response, _kept_in(attempt.state), signed, seconds=_MINUTES)
        return response

    async def end(self, request: Request, *, code: str, state: str, error: str) -> Response:
        """Back from the provider: a new session, whatever there was before; the attempt is over."""
        self._askers.limits.hit("coming", self._askers.address(request))
        cookies = self._askers.cookies
        try:
            attempt, then = _attempt(self._kept(cookies.read(request, _kept_in(state))), state)
        except NotSignedIn as refused:
            return _failed(request, refused)
        try:
            redirect = self._base(request) + CALLBACK
            claims = await self._asked(self._claims, code, error, attempt, redirect)
            begun = await self._stores.aside(_begun, self._stores, self._sign_in, claims)
        except NotSignedIn as refused:
            response = _failed(request, refused)
        else:
            await self._over(request)
            response = _on(then)
            held = self._sessions.cookie(begun.text)
            cookies.set(response, SESSION, held, seconds=self._sessions.lasting)
        cookies.drop(response, _kept_in(state))
        return response

    async def leave(self, request: Request) -> Response:
        """The session is over here, and at the provider where it has a place for that."""
        await self._over(request)
        try:
            place = await self._asked(self._sign_in.provider.farewell, self._base(request) + "/")
        except NotSignedIn:
            place = None
        response = (
            _led(request, "leaving", place)
            if place is not None
            else _led(request, "left", "/", at_once=False)
        )
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        self._askers.cookies.drop(response, SESSION)
        return response

    async def _asked(self, ask: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        """What the provider says. While it keeps some waiting, the threads that answer everybody else are not all with it."""
        async with self._few:
            return await run_in_threadpool(ask, *given, **named)

    def _kept(self, cookie: str | None) -> Any:
        return self._marks.read("signing in", cookie or "")

    def _too_many(self, request: Request, size: int) -> Iterator[str]:
        """The states of the oldest attempts of a browser, where all its attempts and one more of a size are more than it may send."""
        sent = self._askers.cookies.beginning(request, SIGNING_IN)
        kept = [(said[-1], said[0], len(text)) for text in sent if (said := self._kept(text))]
        for _, state, length in sorted(kept, reverse=True):
            size += length
            if size > _ROOM:
                yield state

    def _claims(self, code: str, error: str, attempt: Attempt, redirect: str) -> Mapping[str, Any]:
        if error or not code:
            raise NotSignedIn(f"the provider says {error[:_UNSAID]!r}")
        return self._sign_in.provider.claims(code, attempt, redirect)

    def _base(self, request: Request) -> str:
        """Where people reach us: as it is set, or on loopback as they asked."""
        return self._askers.rules.public_url or f"http://{request.headers['host']}"

    async def _over(self, request: Request) -> None:
        known: Known = request.state.known
        if known.session is not None:
            await self._stores.aside(_ended, self._stores, known.session, known.asker)


def signing(stores: Stores, askers: Askers) -> APIRouter:
    """The routes; where no provider is set nobody signs in."""
    routes = APIRouter(tags=["access"])
    sign_in = askers.rules.sign_in

    @routes.get("/session", operation_id="session", response_model=Session)
    def session(request: Request) -> dict[str, Any]:
        """Who asks, in which role, and what a page of ours sends along when it changes something (`X-CSRF-Token`)."""
        known: Known = request.state.known
        who = known.asker
        return {
            "name": who.name,
            "by": who.by,
            "role": who.role,
            "unit": who.scope.unit,
            "officer": who.officer,
            "rights": sorted(who.scope.rights),
            "csrf": known.csrf,
            "expires_at": None if known.expires_at is None else known.expires_at.isoformat(),
            "sign_in": None if sign_in is None else "/sign-in",
        }

    if sign_in is None or askers.sessions is None:
        return routes
    way = SigningIn(stores, askers, sign_in, askers.sessions)

    @routes.get("/sign-in", responses=_PROBLEMS, response_class=Response, status_code=303)
    async def begin(
        request: Request,
        next_: Annotated[
            str | None, Query(alias="next", description="A path of this server to go to then.")
        ] = None,
    ) -> Response:
        """Begin to sign in: on to the provider."""
        return await way.begin(request, own_path(next_))

    @routes.get(CALLBACK, responses=_PROBLEMS, response_class=Response, status_code=303)
    async def end(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
        """Back from the provider."""
        return await way.end(request, code=code, state=state, error=error)

    @routes.post("/sign-out", responses=_PROBLEMS, response_class=Response, status_code=303)
    async def leave(request: Request) -> Response:
        """End the session here, and at the provider where it has a place for that."""
        return await way.leave(request)

    return routes


def _led(request: Request, what: str, place: str, *, at_once: bool = True) -> Response:
    """On to a place: a browser is led there by a page, a program by a redirect.

    After a form a browser follows no redirect to where its page may not send forms (`form-action`), and a provider may lead on to places
    that nobody here knows: a search, sent when the session is over, would end nowhere.
    """
    if not wants_page(request):
        return _on(place)
    return onward_page(request, what, _quoted(place), at_once=at_once)


def _on(place: str) -> Response:
    return Response(status_code=HTTPStatus.SEE_OTHER, headers={"location": _quoted(place)})


def _quoted(place: str) -> str:
    return quote(place, safe=":/%#?=@[]!$&'()*+,;~")


def _kept_in(state: str) -> str:
    """The cookie of one attempt: several tabs may be on their way at once."""
    return f"{SIGNING_IN}-{state[:_TOLD]}"


def _attempt(kept: Any, state: str) -> tuple[Attempt, str]:
    """The attempt that this browser began. NotSignedIn where there is none, or it is another, or long ago."""
    if not isinstance(kept, list):
        raise NotSignedIn("nobody began here")
    began, nonce, verifier, then, at = kept
    if began != state:
        raise NotSignedIn("another state")
    if time.time() > at + _MINUTES:
        raise NotSignedIn("too long ago")
    return Attempt(state=began, nonce=nonce, verifier=verifier), then


def _begun(stores: Stores, sign_in: SignIn, claims: Mapping[str, Any]) -> Issued:
    role, unit, officer = role_of(claims, sign_in.claims)
    name = _text(claims, sign_in.claims.name) or str(claims["sub"])
    return stores.own(
        lambda store: begin_session(
            store,
            by=name[:_UNSAID],
            by_id=id_of(claims),
            role=role,
            lasting=sign_in.lasting,
            unit=unit,
            officer=officer,
        )
    )


def _ended(stores: Stores, session: str, who: Asker) -> None:
    stores.own(lambda store: sign_out(store, session, by=who.name, by_id=who.id))


def id_of(claims: Mapping[str, Any]) -> str:
    """Who it is. His subject and its issuer alone tell him apart from others, and stay (OpenID Connect Core 1.0, 5.7); names may be alike."""
    return hashlib.sha256(json.dumps([claims["iss"], claims["sub"]]).encode()).hexdigest()


def role_of(claims: Mapping[str, Any], named: Claims) -> tuple[Role, str | None, str | None]:
    """The role that the provider gives, and what it is over. NotSignedIn where it is none of ours, or several."""
    said = claims.get(named.role)
    texts = said if isinstance(said, list) else [said]
    found: list[Role] = [role for role in ROLES if role in texts]
    if len(found) != 1:
        raise NotSignedIn("no role" if not found else "several roles")
    unit, officer = _text(claims, named.unit), _text(claims, named.officer)
    try:
        scope_of(found[0], unit=unit, officer=officer)
    except NoScope as lacking:
        raise NotSignedIn(str(lacking)) from None
    return found[0], unit, officer


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    said = claims.get(name)
    return " ".join(said.split()) or None if isinstance(said, str) and said.isprintable() else None


def _failed(request: Request, why: NotSignedIn) -> Response:
    """Why stands in the log; to the browser it is said that it failed, and nothing of what was checked."""
    structlog.get_logger().warning("not signed in", code="not_signed_in", why=str(why))
    detail = language_of(request)("problem.sign_in_failed")
    return problem(request, HTTPStatus.FORBIDDEN, "sign_in_failed", detail)
