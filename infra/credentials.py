"""Credentials and who has them: tokens and sessions as the log records them, and what somebody shows proved against it.

Knows the events of access and how a secret is made and compared. Must not know requests. A credential is `ID.SECRET`: the id names its
record, of the secret (256 random bits) the log has the SHA-256 only, which is compared in constant time. What is proved is asked of the
log each time: what was revoked, or has ended, is refused by every process at once.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from domain import events
from domain.access import Access
from domain.accessfacts import SignedIn, SignedOut, TokenIssued, TokenRevoked, TokenUsed
from domain.errors import Conflict, Contended, Refused, Unknown
from domain.facts import Fact, Said
from infra.access import Asker, NoScope, Role, scope_of
from infra.errors import CannotRun
from infra.settings.service import LONGEST_SESSION
from infra.wiring import Store

Kind = Literal["token", "session"]
SOURCE: Final = "/dunghen/access"
_ID: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_TOKENS: Final = (f"{Access.id_for('token')}:", f"{Access.id_for('token')};")
_SESSIONS: Final = (f"{Access.id_for('session')}:", f"{Access.id_for('session')};")
"""Their records are those after the first of these up to the second."""
PREFIX: Final = "dh_"
"""What a token begins with, so that scanners for lost secrets know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """Whose credential it is, its id, and when it expires."""

    asker: Asker
    id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A credential that was made: its text is told once and known nowhere."""

    id: str
    text: str
    expires_at: datetime


def issue_token(
    store: Store,
    *,
    by: str,
    by_id: str | None = None,
    role: Role,
    lasting: timedelta,
    name: str | None = None,
    unit: str | None = None,
    officer: str | None = None,
) -> Issued:
    """A new token. NoScope where the role is over a unit or an officer that is not named."""
    store.scope.need("administer")
    scope_of(role, unit=unit, officer=officer)
    id_, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    expires = store.now + lasting
    said: dict[str, Any] = {"token": id_, "by": by, "by_id": by_id, "role": role}
    said["digest"] = _digest(secret)
    said |= {"unit": unit, "officer": officer, "expires_at": expires.isoformat(), "name": name}
    record(store, "token_issued", id_, said)
    return Issued(id=id_, text=f"{PREFIX}{id_}.{secret}", expires_at=expires)


def revoke_token(store: Store, id_: str, *, by: str, by_id: str | None = None) -> bool:
    """Revoke a token; False where it was revoked before. Unknown where there is none."""
    store.scope.need("administer")
    said = [fact.data for _, fact in _recorded(store, "token", id_)]
    if not said:
        raise Unknown(f"no token {id_}; `dunghen token list` lists them")
    if any(isinstance(each, TokenRevoked) for each in said):
        return False
    record(store, "token_revoked", id_, {"token": id_, "by": by, "by_id": by_id})
    return True


def begin_session(
    store: Store,
    *,
    by: str,
    by_id: str,
    role: Role,
    lasting: timedelta,
    unit: str | None,
    officer: str | None,
) -> Issued:
    """A new session of somebody whom the provider vouches for; always a new id. `by_id`: who he is, whatever his name."""
    id_, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    expires = store.now + lasting
    said: dict[str, Any] = {"session": id_, "by": by, "by_id": by_id, "role": role}
    said["digest"] = _digest(secret)
    said |= {"unit": unit, "officer": officer, "expires_at": expires.isoformat()}
    record(store, "signed_in", id_, said)
    return Issued(id=id_, text=f"{id_}.{secret}", expires_at=expires)


def sign_out(store: Store, id_: str, *, by: str, by_id: str | None = None) -> None:
    """End one's own session: whoever has its cookie is nobody from now on."""
    said = {"session": id_, "by": by, "by_id": by_id}
    record(store, "signed_out", id_, said, id_=f"{id_}-out")


def end_session(store: Store, id_: str, *, by: str, by_id: str | None = None, reason: str) -> bool:
    """End anybody's session, for a checked reason; False where it was ended before, by whomever. Unknown where none is open under this id."""
    store.scope.need("administer")
    said = [fact.data for _, fact in _recorded(store, "session", id_)]
    if any(isinstance(each, SignedOut) for each in said):
        return False
    if not any(isinstance(each, SignedIn) and _opened(store, each) for each in said):
        raise Unknown(f"no session {id_}; `dunghen session list` lists those that are open")
    why = {"session": id_, "by": by, "by_id": by_id, "reason": reason}
    return record(store, "signed_out", id_, why, id_=f"{id_}-out")


def proved(store: Store, kind: Kind, text: str) -> Proved | None:
    """Whose credential this is; None where it is none of ours, not the secret, revoked, over, or expired."""
    id_, _, secret = text.removeprefix(PREFIX if kind == "token" else "").partition(".")
    if not _ID.fullmatch(id_) or not _SECRET.fullmatch(secret):
        return None
    said = [fact.data for _, fact in _recorded(store, kind, id_)]
    match said[:1]:
        case [TokenIssued() | SignedIn() as first] if kind == _KIND[type(first)]:
            pass
        case _:
            # As long as for one that there is: how long it takes tells nobody which ids there are.
            hmac.compare_digest(_digest(""), _digest(secret))
            return None
    if not hmac.compare_digest(first.digest, _digest(secret)):
        return None
    over = any(isinstance(each, TokenRevoked | SignedOut) for each in said)
    if over or store.now >= first.expires_at:
        return None
    return _proved(first, kind, id_)


_KIND: Final = {TokenIssued: "token", SignedIn: "session"}


def _proved(said: TokenIssued | SignedIn, by: Kind, id_: str) -> Proved | None:
    match said:
        case TokenIssued():
            who, name = id_, f"token {said.name or id_}"
        case SignedIn(by_id=str(who)):
            name = said.by
        case _:  # of an earlier version, which did not say who of those of a name it was: he signs in again
            return None
    try:
        role: Any = said.role
        scope = scope_of(role, unit=said.unit, officer=said.officer)
    except (KeyError, NoScope):  # of another version of the program
        return None
    asker = Asker(name=name, id=who, by=by, scope=scope, role=role)
    return Proved(asker=asker, id=id_, expires_at=said.expires_at)


def used(store: Store, id_: str) -> None:
    """Put on record that a token was used today; where this user of the database may only read, nothing is."""
    day = store.now.date().isoformat()
    try:
        record(store, "token_used", id_, {"token": id_}, id_=f"{id_}-used-{day}")
    except Contended:
        return
    except CannotRun as refused:
        if refused.code != "no_access":
            raise


def tokens(store: Store) -> list[dict[str, Any]]:
    """Every token: whose, until when, last used on which day; no secret."""
    store.scope.need("administer")
    found: dict[str, dict[str, Any]] = {}
    for *_, state in sorted(store.log.records(*_TOKENS)):
        fact = events.decode(state).fact
        match fact.data:
            case TokenIssued() as said:
                found[said.token] = {
                    "token": said.token,
                    "name": said.name,
                    "role": said.role,
                    "unit": said.unit,
                    "officer": said.officer,
                    "issued_at": fact.time.isoformat(),
                    "by": said.by,
                    "expires_at": said.expires_at.isoformat(),
                    "revoked_at": None,
                    "last_used_on": None,
                    "holds": store.now < said.expires_at,
                }
            case TokenUsed(token=token) if token in found:
                found[token]["last_used_on"] = fact.time.date().isoformat()
            case TokenRevoked(token=token) if token in found:
                found[token] |= {"revoked_at": fact.time.isoformat(), "holds": False}
            case _:
                pass
    return list(found.values())


def sessions(store: Store) -> list[dict[str, Any]]:
    """Every session that is open, the newest first: whose, since when, until when at most; no secret.

    When its cookie was seen last stands in the cookie alone, so one that has been idle for too long is among them until it expires.
    """
    store.scope.need("administer")
    over: set[str] = set()
    found = []
    for fact in _of_late(store):
        match fact.data:
            case SignedOut(session=session):
                over.add(session)
            case SignedIn(session=session) as said if session not in over:
                if _opened(store, said):
                    found.append(
                        {
                            "session": session,
                            "name": said.by,
                            "by_id": said.by_id,
                            "role": said.role,
                            "unit": said.unit,
                            "officer": said.officer,
                            "signed_in_at": fact.time.isoformat(),
                            "expires_at": said.expires_at.isoformat(),
                        }
                    )
            case _:
                pass
    return found


def _opened(store: Store, said: SignedIn) -> bool:
    """Whether this session is open, where nobody ended it."""
    return store.now < said.expires_at and _proved(said, "session", said.session) is not None


def _of_late(store: Store) -> Iterator[Fact[Any]]:
    """What is on record of the sessions that may be open, the newest first."""
    since = store.now - timedelta(hours=LONGEST_SESSION)
    with closing(store.log.backwards(*_SESSIONS)) as lines:
        for *_, state in lines:
            fact = events.decode(state).fact
            if fact.recorded_at < since:
                return
            yield fact


def tokens_used(store: Store) -> int:
    """How many days are on record on which tokens were used."""
    return store.log.topics(*_TOKENS).get(Access.TokenUsed.TOPIC, 0)


def record(
    store: Store, kind: str, subject: str, said: dict[str, Any], *, id_: str | None = None
) -> bool:
    """Put something that the program itself says into the log; False where something else stands there under its id."""
    return record_all(store, [access_fact(store, kind, subject, said, id_=id_)])


def record_each(store: Store, kind: str, each: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """The same of several subjects, in one transaction."""
    record_all(store, [access_fact(store, kind, subject, said) for subject, said in each])


def record_all(store: Store, facts: Sequence[Fact[Said]]) -> bool:
    """Put these into the log. Refused where one is not taken; False where something else, or the same at another instant, stands there under an id."""
    outcomes = store.engine.record(facts) if facts else ()
    for outcome in outcomes:
        if isinstance(outcome, Refused) and not isinstance(outcome, Conflict):
            raise outcome
    return not any(isinstance(outcome, Conflict) for outcome in outcomes)


def access_fact(
    store: Store,
    kind: str,
    subject: str,
    said: dict[str, Any],
    *,
    id_: str | None = None,
    at: datetime | None = None,
) -> Fact[Said]:
    """What the program itself says, not in the log yet; `at`: an instant other than now."""
    when = (at or store.now).isoformat()
    envelope = {
        "id": id_ or f"{kind}-{secrets.token_hex(16)}",
        "source": SOURCE,
        "type": events.KINDS[kind][0],
        "subject": subject,
        "time": when,
        "recordedtime": when,
        "data": {name: value for name, value in said.items() if value is not None},
    }
    return events.read(envelope, recorded_at=store.now)


def _recorded(store: Store, kind: str, id_: str) -> Any:
    return store.engine.recorded(Access.id_for(kind, id_))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
