"""Who asks, in which role, and what of all that is there he may ask about. Pure values.

Knows roles, rights and scopes. Must not know requests, tables, or how anybody proves who he is. A scope travels in the Store that is
lent to a question (`infra.wiring.Store.scope`) and is applied where the question is answered: `infra.scoping`, `infra.questions.asking`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Role = Literal["auditor", "compliance", "officer", "head", "feed", "intake", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

Right = Literal["figures", "dossiers", "persons", "record", "take", "administer", "audit"]
RIGHTS: Final[tuple[Right, ...]] = get_args(Right)
"""`figures`: counts by unit, rules. `dossiers`: single dossiers, findings, officers. `persons`: who applied. `record`: facts as an
officer's command. `take`: facts that another system sends. `administer`: tokens, what waits for a person. `audit`: who did what."""

RIGHTS_OF: Final[Mapping[Role, frozenset[Right]]] = {
    "auditor": frozenset({"figures", "dossiers", "persons", "audit"}),
    "compliance": frozenset({"figures", "dossiers"}),
    "officer": frozenset({"figures", "dossiers", "record"}),
    "head": frozenset({"figures", "dossiers", "record"}),
    "feed": frozenset({"figures"}),
    "intake": frozenset({"take"}),
    "admin": frozenset({"figures", "dossiers", "record", "take", "administer", "audit"}),
}
_OF_A_UNIT: Final[frozenset[Role]] = frozenset({"compliance", "head"})


class Forbidden(Exception):
    """The asker's role has no such right, whatever is or is not there."""

    def __init__(self, right: Right) -> None:
        super().__init__(right)
        self.right = right


class NoScope(ValueError):
    """A role without the unit or the officer that it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What may be asked, and of which dossiers: all (`everything`), a `unit`'s and those below it, or an `officer`'s own.

    `held`: of a unit also the dossiers of others that its officers hold or held.
    """

    rights: frozenset[Right]
    everything: bool = False
    unit: str | None = None
    held: bool = False
    officer: str | None = None

    def need(self, right: Right) -> None:
        """Forbidden without this right."""
        if right not in self.rights:
            raise Forbidden(right)


FULL: Final = Scope(rights=frozenset(RIGHTS), everything=True)
"""Of the command line: whoever can run it can read the files as well."""
NOTHING: Final = Scope(rights=frozenset())


def scope_of(role: Role, *, unit: str | None = None, officer: str | None = None) -> Scope:
    """The scope of a role. NoScope where it is over a unit or an officer, and none is named."""
    rights = RIGHTS_OF[role]
    if role in _OF_A_UNIT:
        if not unit:
            raise NoScope(f"the role {role} is over a unit, and none is named")
        return Scope(rights=rights, unit=unit, held=role == "head")
    if role == "officer":
        if not officer:
            raise NoScope("the role officer is over an officer, and none is named")
        return Scope(rights=rights, officer=officer)
    return Scope(rights=rights, everything=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks. `name` stands in the record of what he does; `by`: how he is known; `role` None: the local operator, or nobody.

    `id`: which one he is of those who are known so, for names may be alike; None of whom there is only one.
    """

    name: str
    id: str | None
    by: Literal["operator", "token", "session", "nobody"]
    scope: Scope
    role: Role | None = None

    @property
    def officer(self) -> str | None:
        """As which officer he acts, where he is one."""
        return self.scope.officer

    @property
    def key(self) -> str:
        """What he is told apart by from others."""
        return f"{self.by} {self.id}"

    @property
    def stating(self) -> str:
        """Whose statements his are, in that role and over the same: a person's his own; a token goes on with those of another of its name."""
        who = self.id if self.by == "session" else self.name
        over = self.scope.unit, self.scope.officer
        return json.dumps([self.by, who, self.role, *over], ensure_ascii=False)


OPERATOR: Final = Asker(name="local operator", id=None, by="operator", scope=FULL)
"""On loopback without sign-in: as on the command line."""
NOBODY: Final = Asker(name="nobody", id=None, by="nobody", scope=NOTHING)
"""Who has not said who he is, where that is asked."""
