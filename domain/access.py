"""Access (quyền truy cập): who may ask, who was told of a person, what administrators did.

Knows these kinds of facts. Must not know roles, secrets or requests. Each token and each session is a record of its own, as are the
readings of a dossier's person; the ids begin with `access:`, and no directory or count is made from them.
"""

from typing import Any

from eventsourcing.domain import event
from typing_extensions import override

from domain import accessfacts as facts
from domain.facts import Fact
from domain.record import Record
from domain.values import dossier_key


class Access(Record):
    """The record of a token, of a session, of a person's readers, of who states facts, or of administrative acts."""

    TOPIC = "vn.dunghen.access"

    class TokenIssued(Record.Event[facts.TokenIssued]):
        """A token was issued."""

        TOPIC = "vn.dunghen.access.token_issued.v1"

    class TokenUsed(Record.Event[facts.TokenUsed]):
        """A token was used that day."""

        TOPIC = "vn.dunghen.access.token_used.v1"

    class TokenRevoked(Record.Event[facts.TokenRevoked]):
        """A token was revoked."""

        TOPIC = "vn.dunghen.access.token_revoked.v1"

    class SignedIn(Record.Event[facts.SignedIn]):
        """A session began."""

        TOPIC = "vn.dunghen.access.signed_in.v1"

    class SignedOut(Record.Event[facts.SignedOut]):
        """A session ended."""

        TOPIC = "vn.dunghen.access.signed_out.v1"

    class PersonRead(Record.Event[facts.PersonRead]):
        """Somebody was told of a person."""

        TOPIC = "vn.dunghen.access.person_read.v1"

    class Administered(Record.Event[facts.Administered]):
        """An administrative act."""

        TOPIC = "vn.dunghen.access.administered.v1"

    class FactsStated(Record.Event[facts.FactsStated]):
        """Facts were stated by somebody else than they name, or sent."""

        TOPIC = "vn.dunghen.access.facts_stated.v1"

    @classmethod
    @override
    def id_of(cls, fact: Fact[Any]) -> str:
        """`access:` and what it is about."""
        match fact.data:
            case facts.SignedIn(session=session) | facts.SignedOut(session=session):
                return cls.id_for("session", session)
            case facts.PersonRead(dossier=dossier):
                return cls.id_for("person", dossier_key(dossier))
            case facts.FactsStated(dossier=str(dossier)):
                return cls.id_for("stated", dossier_key(dossier))
            case facts.FactsStated(source=source):
                return cls.id_for("sent", source)
            case facts.Administered():
                return cls.id_for("acts")
            case said:
                return cls.id_for("token", said.token)

    @staticmethod
    def id_for(what: str, name: str = "") -> str:
        """The id of a record: `token`, `session`, `person`, `stated`, `sent` with its name, or `acts`."""
        return f"access:{what}:{name}" if name else f"access:{what}"

    @event(TokenIssued)
    def _token_issued(self, digest: str) -> None:
        self.head = digest

    @event(TokenUsed)
    def _token_used(self, digest: str) -> None:
        self.head = digest

    @event(TokenRevoked)
    def _token_revoked(self, digest: str) -> None:
        self.head = digest

    @event(SignedIn)
    def _signed_in(self, digest: str) -> None:
        self.head = digest

    @event(SignedOut)
    def _signed_out(self, digest: str) -> None:
        self.head = digest

    @event(PersonRead)
    def _person_read(self, digest: str) -> None:
        self.head = digest

    @event(Administered)
    def _administered(self, digest: str) -> None:
        self.head = digest

    @event(FactsStated)
    def _facts_stated(self, digest: str) -> None:
        self.head = digest


AccessEvent = (
    Access.TokenIssued
    | Access.TokenUsed
    | Access.TokenRevoked
    | Access.SignedIn
    | Access.SignedOut
    | Access.PersonRead
    | Access.Administered
    | Access.FactsStated
)
