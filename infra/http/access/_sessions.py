"""Who asks, by what a request carries: a token, or the cookie of a session.

Knows both. Must not know how a session begins, nor what the asker may see. A session's cookie is its credential with the minute of its
last request, signed: after the idle time it is nobody's, whichever process is asked. That it has not ended the log says, each time.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from infra.access import FULL, NOBODY, OPERATOR, Asker
from infra.credentials import Proved, proved, used
from infra.http._stores import Stores
from infra.http.access._cookies import SESSION, Cookies
from infra.http.access._limiting import Limiting
from infra.http.access._settings import AccessRules
from infra.http.access._signed import Signing

_BEARER: Final = "bearer "
_TOUCH: Final = 60
"""Seconds after which a request moves a session's end of idleness."""


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


class Askers:
    """Finds out who asks."""

    def __init__(self, stores: Stores, rules: AccessRules) -> None:
        self._stores, self.rules = stores, rules
        self.cookies = Cookies(secure=rules.secure)
        self.signing = None if rules.sign_in is None else Signing(rules.sign_in.secret)
        self.limits = Limiting(asker=rules.rate, nobody=rules.rate, unproven=rules.sign_in_rate)
        self._used: dict[str, str] = {}

    async def known(self, request: Request) -> Known:
        """Who asks. Unproven where a token does not hold; TooOften; a session that is over is nobody's."""
        address = self.address(request)
        given = request.headers.get("authorization")
        if given is not None:
            self.limits.check("unproven", address)
            found = await run_in_threadpool(self._by_token, given)
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
        self.limits.hit("asker", f"{found.asker.by} {found.asker.name}")
        return found

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
        found = self._stores.ask(lambda store: proved(store, "token", text), FULL)
        if found is None:
            return None
        today = f"{time.time() // 86_400}"
        if self._used.get(found.id) != today:
            self._stores.ask(lambda store: used(store, found.id), FULL)
            self._used[found.id] = today
        return Known(asker=found.asker, expires_at=found.expires_at)

    # ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _by_session(self, request: Request) -> Known | None:
        if self.signing is None:
            return None
        cookie = self.cookies.read(request, SESSION)
        said = None if cookie is None else self.signing.read("session", cookie)
        if not isinstance(said, list):
            return None
        credential, seen = str(said[0]), int(said[1])
        now = int(time.time())
        if not 0 <= now + _TOUCH - seen <= self._idle + _TOUCH:
            return None
        found = await run_in_threadpool(self._of_log, credential)
        if found is None:
            return None
        touched = None
        if now - seen >= _TOUCH and not request.url.path.startswith("/streams/"):
            touched = self.cookie(credential)
        return Known(
            asker=found.asker,
            expires_at=found.expires_at,
            session=found.id,
            csrf=self.csrf(found.id),
            touched=touched,
        )

    def _of_log(self, credential: str) -> Proved | None:
        return self._stores.ask(lambda store: proved(store, "session", credential), FULL)

    @property
    def _idle(self) -> int:
        assert self.rules.sign_in is not None
        return int(self.rules.sign_in.idle.total_seconds())

    @property
    def lasting(self) -> int:
        """Seconds that a session's cookie is kept."""
        assert self.rules.sign_in is not None
        return int(self.rules.sign_in.lasting.total_seconds())

    def cookie(self, credential: str) -> str:
        """What the cookie of a session holds, seen now."""
        assert self.signing is not None
        return self.signing.signed("session", [credential, int(time.time())])

    def csrf(self, session: str) -> str:
        """What a request of a session must bring besides the cookie, if it changes anything: no other site knows it."""
        assert self.signing is not None
        return self.signing.mark("csrf", session)
