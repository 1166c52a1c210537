"""The shapes of answers to what is stated and administered, and of what is on record of it, for the document; as `shapes` is.

Knows the public contract. Must not know how anything is answered. What differs from store to store has its example here.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from infra.access import Right, Role
from infra.http.document.shapes import Count, Day, Instant, Violation

_AT = "2026-03-02T08:00:00+07:00"
_ID = "5f0c8a52d1e94b7c"

Scoped = Annotated[str | None, Field(description="Where the role is over one.")]


class Stated(BaseModel):
    """Where the fact is, and what it brings about."""

    dossier: str = Field(description="The code of the dossier, as printed.")
    version: int = Field(ge=1, description="Its number in the dossier.")
    position: int = Field(ge=1, description="Its number in the log.")
    id: str = Field(description="The id of the event, made from the key.")
    source: str = Field(description="The system that reports it.")
    warnings: list[Violation] = Field(description="The findings that the fact brings about.")
    projected: bool | None = Field(
        None, description="With `wait`: whether the tables have it by now."
    )


class Applicant(BaseModel):
    """Who applied, as the dossier says."""

    kind: str | None
    name: str | None
    id_number: str | None
    phone: str | None
    email: str | None
    address: str | None


class Person(BaseModel):
    """The applicant of a dossier; null: none is known, or the person was erased."""

    dossier: str = Field(description="The code of the dossier, as printed.")
    applicant: Applicant | None
    named: bool = Field(
        description="Whether any source named one: true and no `applicant` where the person was erased."
    )


class Act(BaseModel):
    """Something that is on record."""

    position: int = Field(ge=1, description="Its number in the log.")
    at: Instant
    act: str = Field(description="What was done: a stable code.")
    about: str | None = Field(description="A dossier's code, the id of a token or of a session.")
    by: str
    by_id: str | None = Field(description="Which one of that name; null: of the command line.")
    role: str | None
    reason: str | None


class Audit(BaseModel):
    """A page of what is on record, the newest first."""

    total: Count = Field(description="How many there are on all pages.")
    next: int | None = Field(description="The cursor of the page behind; null on the last.")
    acts: list[Act]


class Token(BaseModel):
    """A token, without its secret."""

    token: str = Field(description="Its id.")
    name: str | None
    role: str
    unit: Scoped
    officer: Scoped
    issued_at: Instant
    by: str
    expires_at: Instant
    revoked_at: Instant | None
    last_used_on: Day | None
    holds: bool = Field(description="Neither revoked nor expired.")


class Tokens(BaseModel):
    """All tokens, in the order in which they were made."""

    tokens: list[Token]


class IssuedToken(BaseModel):
    """A token that was made."""

    token: str = Field(description="Its id.")
    secret: str = Field(description="What is sent as `Authorization: Bearer …`.")
    expires_at: Instant


class RevokedToken(BaseModel):
    """Whether a token was revoked now."""

    token: str = Field(description="Its id.")
    revoked: bool = Field(description="False: it was before.")


class OpenSession(BaseModel):
    """A session that is open, without its secret."""

    session: str = Field(description="Its id.")
    name: str
    by_id: str = Field(description="Which one of that name.")
    role: str
    unit: Scoped
    officer: Scoped
    signed_in_at: Instant
    expires_at: Instant = Field(description="When it is over in any case; sooner when it is idle.")


class Sessions(BaseModel):
    """All sessions that are open, the newest first."""

    sessions: list[OpenSession]


class EndedSession(BaseModel):
    """Whether a session was ended now."""

    session: str = Field(description="Its id.")
    ended: bool = Field(description="False: it was before.")


class Session(BaseModel):
    """Who asks."""

    name: str
    by: Literal["operator", "token", "session", "nobody"]
    role: Role | None
    unit: Scoped
    officer: Scoped
    rights: list[Right]
    csrf: str | None = Field(description="Of a session: what `X-CSRF-Token` takes.")
    expires_at: Instant | None
    sign_in: str | None = Field(description="Where to sign in; null where nobody can.")


EXAMPLES: Final[dict[str, Any]] = {
    "person": {
        "dossier": "Y09.21-260302-0001",
        "applicant": {
            "kind": "citizen",
            "name": "Nguyễn Văn Ví Dụ",
            "id_number": None,
            "phone": None,
            "email": None,
            "address": None,
        },
        "named": True,
    },
    "audit": {
        "total": 1,
        "next": None,
        "acts": [
            {
                "position": 42,
                "at": _AT,
                "act": "person_read",
                "about": "Y09.21-260302-0001",
                "by": "thanh-tra-01",
                "by_id": "5a105e8b9d40e1329780d62ea2265d8a60d1b1a47d0b4e5a1f8f2c3d6b7e9a01",
                "role": "auditor",
                "reason": "đơn khiếu nại 15/2026",
            }
        ],
    },
    "tokens": {
        "tokens": [
            {
                "token": _ID,
                "name": "cổng tỉnh",
                "role": "intake",
                "unit": None,
                "officer": None,
                "issued_at": _AT,
                "by": "local operator",
                "expires_at": "2026-05-31T08:00:00+07:00",
                "revoked_at": None,
                "last_used_on": "2026-03-03",
                "holds": True,
            }
        ]
    },
    "issue_token": {"token": _ID, "secret": "…", "expires_at": "2026-05-31T08:00:00+07:00"},
    "revoke_token": {"token": _ID, "revoked": True},
    "sessions": {
        "sessions": [
            {
                "session": _ID,
                "name": "cb-01",
                "by_id": "5a105e8b9d40e1329780d62ea2265d8a60d1b1a47d0b4e5a1f8f2c3d6b7e9a01",
                "role": "officer",
                "unit": None,
                "officer": "cb-01",
                "signed_in_at": _AT,
                "expires_at": "2026-03-02T18:00:00+07:00",
            }
        ]
    },
    "end_session": {"session": _ID, "ended": True},
    "session": {
        "name": "cb-01",
        "by": "session",
        "role": "officer",
        "unit": None,
        "officer": "cb-01",
        "rights": ["dossiers", "figures", "record"],
        "csrf": "…",
        "expires_at": "2026-03-02T16:00:00+07:00",
        "sign_in": "/sign-in",
    },
}
"""Operation -> answer. Not with the models: the framework leaves out of those what is null."""
