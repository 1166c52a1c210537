"""What the events of access say: tokens, sessions, who was told of a person, administrative acts.

Knows the shape of what the program itself says (stdlib only). Must not know storage, roles, or how a secret is made. `by` is the name
of who did it; `by_id`, where he is told apart from others of his name, the id of his token, or what is made of the subject that his
provider knows him as.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.facts import Said
from domain.values import in_vn


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Said):
    """A token was issued: who has its secret may ask, in a role, until it expires. Only the secret's SHA-256 (hex) is known."""

    token: str
    by: str
    by_id: str | None = None
    digest: str
    role: str
    expires_at: datetime
    name: str | None = None
    unit: str | None = None
    officer: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "expires_at", in_vn(self.expires_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsed(Said):
    """A token was used, told once a day."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Said):
    """A token was revoked: nobody asks with it any more."""

    token: str
    by: str
    by_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Said):
    """Somebody signed in: a session began, in a role that the provider vouches for. Only its secret's SHA-256 (hex) is known."""

    session: str
    by: str
    by_id: str | None = None
    digest: str
    role: str
    expires_at: datetime
    unit: str | None = None
    officer: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "expires_at", in_vn(self.expires_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Said):
    """A session is over: its person signed out or, with a reason, somebody who administers ended it."""

    session: str
    by: str
    by_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRead(Said):
    """Somebody was told the personal data of a dossier, and why."""

    dossier: str
    by: str
    by_id: str | None = None
    role: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Administered(Said):
    """An administrative act: what was done, about what, by whom, and why where that was said."""

    act: str
    by: str
    by_id: str | None = None
    about: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsStated(Said):
    """Who stated a fact of a dossier that names another; without a dossier, who sent the facts of a source, told once a day."""

    source: str
    by: str
    by_id: str | None = None
    role: str | None = None
    dossier: str | None = None
    fact: str | None = None


AccessSaid = (
    TokenIssued
    | TokenUsed
    | TokenRevoked
    | SignedIn
    | SignedOut
    | PersonRead
    | Administered
    | FactsStated
)
"""What any of the events says."""
