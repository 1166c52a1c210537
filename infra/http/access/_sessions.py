"""Who asks, by what a request carries: a token, or the cookie of a session.

Knows both. Must not know how a session begins, nor what the asker may see. A session's cookie is its credential with the minute of its
last request, signed: after the idle time it is nobody's, whichever process is asked. That it has not ended the log says, each time.
"""

import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from fastapi import Request

from infra.access import NOBODY, OPERATOR, Asker
from infra.credentials import Proved, proved, used
from infra.http._stores import Stores
from infra.http.access._cookies import SESSION, Cookies
from infra.http.access._limiting import Limiting
from infra.http.access._settings import AccessRules, SignIn
from infra.http.access._signed import Signing

BY_ITSELF: Final = "dunghen-by-itself"
"""A header of what an open page asks without its reader."""
_BEARER: Final = "bearer "
_TOUCH: Final = 60
"""Seconds after which a request moves a session's end of idleness: at most, where the idle time is short."""
_TOUCHES: Final = 4
"""Of one idle time at least: who asks all the time is never idle."""
_SKEW: Final = -60
"""By how many seconds the clock of another process may be ahead."""


class Unproven(Exception):
    """A credential that was sent does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who asks; until when his credential holds; of a session its id, its mark against forged requests, and a cookie to be set anew."""

    asker: Asker
    expires_at: datetime | None = None
    session: str | None = None
    csrf: str | None = None
    touched: str | None = None


class Sessions:
    """The cookies of sessions: made, read, and the mark that each has against forged requests."""

    def __init__(self, sign_in: SignIn) -> None:
        self.signing = Signing(sign_in.secret)
        self.lasting = int(sign_in.lasting.total_seconds())
        """Seconds that the browser keeps it."""
        self._idle = int(sign_in.idle.total_seconds())
        self.touch = min(_TOUCH, self._idle // _TOUCHES)
        """Seconds after which it is set anew."""

    def cookie(self, credential: str) -> str:
        """What the cookie of a session holds, seen now."""
        return self.signing.signed("session", [credential, int(time.time())])

    def csrf(self, session: str) -> str:
        """What a request of a session must bring besides the cookie, if it changes anything: no other site knows it."""
        return self.signing.mark("csrf", session)

    def read(self, cookie: str | None) -> tuple[str, int] | None:
        """The credential, and how many seconds ago it was seen; None where it is not ours, of another version, or has been idle."""
        match None if cookie is None else self.signing.read("session", cookie):
            case [str(credential), int(seen)]:
                ago = int(time.time()) - seen
                return (credential, ago) if _SKEW <= ago <= self._idle else None
            case _:
                return None


class Askers:
    """Finds out who asks."""

    def __init__(self, stores: Stores, rules: AccessRules) -> None:
        self._stores, self.rules = stores, rules
        self.cookies = Cookies(secure=rules.secure)
        self.sessions = None if rules.sign_in is None else Sessions(rules.sign_in)
        self.limits = Limiting(
            asker=rules.rate,
            nobody=rules.rate,
            unproven=rules.sign_in_rate,
            leaving=rules.sign_in_rate,
            coming=rules.sign_in_rate,
        )
        self._used: dict[str, date] = {}

    async def known(self, request: Request) -> Known:
        """Who asks. Unproven where a token does not hold; TooOften; a session that is over is nobody's."""
        address = self.address(request)
        given = request.headers.get("authorization")
        if given is not None:
            self.limits.check("unproven", address)
            found = await self._stores.aside(self._by_token, given)
            if found is None:
                self.limits.hit("unproven", address)
                raise Unproven
        else:
            found = await self._by_session(request)
        if found is None:
            if self.rules.sign_in is None:
                return Known(asker=OPERATOR)
            self.limits.hit("nobody", address)
            return Known(asker=NOBODY)
        self.limits.hit("asker", found.asker.key)
        return found

    async def holds(self, request: Request) -> bool:
        """Whether what a request has proved still holds; that this is asked counts for nobody."""
        given = request.headers.get("authorization")
        if given is not None:
            return await self._stores.aside(self._by_token, given) is not None
        return await self._by_session(request) is not None

    def address(self, request: Request) -> str:
        """The address that a request comes from: as a proxy of ours says, else of the connection."""
        address = request.client.host if request.client else ""
        hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
        while self.rules.is_proxy(address) and hops:
            said = hops.pop().strip()
            if not said:
                break
            address = said
        return address

    def _by_token(self, given: str) -> Known | None:
        if given[: len(_BEARER)].lower() != _BEARER:
            return None
        text = given[len(_BEARER) :].strip()
        found, today = self._stores.own(
            lambda store: (proved(store, "token", text), store.now.date())
        )
        if found is None:
            return None
        if self._used.get(found.id) != today:
            self._stores.own(lambda store: used(store, found.id))
            self._used[found.id] = today
        return Known(asker=found.asker, expires_at=found.expires_at)

    async def _by_session(self, request: Request) -> Known | None:
        if self.sessions is None:
            return None
        read = self.sessions.read(self.cookies.read(request, SESSION))
        if read is None:
            return None
        credential, ago = read
        found = await self._stores.aside(self._of_log, credential)
        if found is None:
            return None
        # What goes on by itself does not say that somebody sits before it.
        by_itself = request.url.path.startswith("/streams/") or BY_ITSELF in request.headers
        touches = ago >= self.sessions.touch and not by_itself
        return Known(
            asker=found.asker,
            expires_at=found.expires_at,
            session=found.id,
            csrf=self.sessions.csrf(found.id),
            touched=self.sessions.cookie(credential) if touches else None,
        )

    def _of_log(self, credential: str) -> Proved | None:
        return self._stores.own(lambda store: proved(store, "session", credential))
