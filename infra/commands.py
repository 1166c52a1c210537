"""What an officer states of a dossier: one fact, recorded at once, and the findings that it brings about.

Knows which facts officers state, how they are named apart, and judges before and after. Must not know requests. Nothing that
happened is refused; who states it is warned. A fact's id is made from the key that its sender gives, so that one sent again is the
same event, whichever process takes it and however long after.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from consumers.judging import judged
from domain import events
from domain.engine import Outcome, Withheld
from domain.errors import Conflict, Outdated, Refused
from domain.events import KINDS
from domain.facts import Fact, Recorded, Said
from domain.rules import Finding
from domain.values import DossierKey, dossier_key
from infra import answers
from infra.access import OPERATOR, Asker
from infra.answers import Answer
from infra.audit import stated_for_another
from infra.eventlog import source_number
from infra.questions.findings import found
from infra.scoping import begins_within, sees
from infra.wiring import Store

SOURCE: Final = "/officers"
"""The reporting system of all that is stated here: this one."""

_IDS: Final = uuid5(NAMESPACE_URL, "vn.dunghen.officers")
_UNACCEPTED: Final = frozenset({"submitted", "portal_state_observed"})
"""Kinds of facts of a dossier that is in nobody's hands yet."""


class Command(NamedTuple):
    """A kind of fact that officers state, under a name of the address; `begins`: it may be the first that is known of a dossier."""

    kind: str
    name: str
    example: Mapping[str, Any]
    begins: bool = False


_LIMIT: Final = {"amount": 15, "unit": "working_days"}

SUBMISSION: Final = Command(
    "submitted", "", {"procedure": "1.001612", "channel": "direct"}, begins=True
)
COMMANDS: Final = (
    Command("accepted", "acceptances", {"competent_unit": "Y09.21", "limit": _LIMIT}, begins=True),
    Command("intake_refused", "intake-refusals", {"reason": "không thuộc thẩm quyền"}, begins=True),
    Command("transferred", "transfers", {"to": {"unit": "Y09.21", "officer": "cb-02"}}),
    Command(
        "supplement_requested", "supplement-requests", {"reason": "thiếu bản vẽ", "items": ["CT01"]}
    ),
    Command("supplement_received", "supplements", {"complete": True}),
    Command("paused", "pauses", {"ground": "financial_obligation"}),
    Command("resumed", "resumptions", {"ground": "financial_obligation"}),
    Command("opinion_requested", "opinion-requests", {"of": {"unit": "Y09.05"}}),
    Command("opinion_received", "opinions", {"of": {"unit": "Y09.05"}}),
    Command("one_stop_notified", "delay-notices", {"reason": "chờ xác minh"}),
    Command(
        "apology_letter_sent",
        "letters",
        {
            "number": "12/TXL",
            "signed_by": {"officer": "ct-01", "role": "head"},
            "reason": "chờ xác minh",
            "new_due_at": "2026-03-20",
            "channel": "paper",
        },
    ),
    Command("due_date_changed", "due-dates", {"new_due_at": "2026-03-20", "ground": "rescheduled"}),
    Command("result_issued", "results", {"outcome": "granted"}),
    Command("returned", "returns", {"method": "direct"}),
    Command("refused", "refusals", {"reason": "không đủ điều kiện"}),
    Command("withdrawn", "withdrawals", {"reason": "công dân rút"}),
    Command("stopped", "stops", {"reason": "quá hạn bổ sung"}),
    Command("lost", "losses", {"reason": "thất lạc khi luân chuyển"}),
    Command(
        "corrected",
        "corrections",
        {"target": "s-7", "kind": "annul", "reason": "ghi nhầm hồ sơ", "authorised_by": "ct-01"},
    ),
)
"""What happened is said by whoever did it; what a portal shows is told by systems, as events."""


class Statement(NamedTuple):
    """What somebody states: `said` is the time and the fact's data, `key` names it among all that the same asker states.

    An officer states what he did himself, and need not say so; whoever has no role is the local operator, who had not to say who he is.
    """

    command: Command
    code: str
    said: Mapping[str, Any]
    key: str
    asker: Asker = OPERATOR


def state(store: Store, statement: Statement, *, expected: int | None, lang: str) -> Answer:
    """Record what is stated; where it is, and what it brings about. The same statement again: the same answer.

    Refused as by `events.read`, `idempotency_conflict` where its key was used for something else, `not_yours` where it would begin a
    dossier of others or under a code of theirs; Outdated where the dossier is not at the version `expected`; Unknown where there is no such
    dossier, and this is nothing that one begins with.
    """
    store.scope.need("record")
    code = statement.code
    if not statement.command.begins:
        code = store.engine.recorded(found(store, code))[0].fact.subject
    key = dossier_key(code)
    versions: dict[str, int] = {} if expected is None else {key: expected}
    fact = _fact(store, statement, code)
    if statement.command.begins and not _may_begin(store, key, fact, expected):
        # As if it were not there as long as nothing would be stored: else whoever states nonsense learns which codes there are.
        if expected:
            raise Outdated(key, expected, 0)
        raise Refused(
            "not_yours",
            "no dossier of yours would begin so: its competent unit, or the one-stop unit that receives it, must be yours as registered"
            " (an officer's is the one that the officer is registered in), and its code not another's",
        )
    outcome = _recorded(store, statement, fact, versions)
    if isinstance(outcome, Conflict | Withheld):
        # The same, stated twice at once: the other's time of recording is the one that counts.
        fact = _fact(store, statement, code)
        outcome = _recorded(store, statement, fact, versions)
    if isinstance(outcome, Conflict):
        raise outcome
    assert not isinstance(outcome, Withheld)  # it stands alone
    number = source_number(SOURCE), fact.id
    recorded = store.engine.recorded(key)[: outcome.version]
    return {
        "dossier": recorded[0].fact.subject,
        "version": outcome.version,
        "position": store.log.ledger([number])[number],
        "id": fact.id,
        "source": SOURCE,
        "warnings": _brought_about(store, recorded, lang),
    }


def _may_begin(store: Store, key: DossierKey, fact: Fact[Said], expected: int | None) -> bool:
    """Whether a fact that a dossier may begin with is for the asker to state.

    What was stated under this key before is his own: it is answered again. What a citizen submitted is nobody's until somebody accepts it.
    """
    if store.scope.everything or store.log.sent([(SOURCE, fact.id)]):
        return True
    known = store.engine.recorded(key)
    if known and sees(store, key):
        return True
    waits = fact.kind != "submitted" and all(entry.fact.kind in _UNACCEPTED for entry in known)
    # How often something was submitted is not said to who does not see it.
    meant = expected is None or expected == len(known)
    return (not known or (waits and meant)) and begins_within(store, fact)


def _recorded(
    store: Store, statement: Statement, fact: Fact[Said], versions: Mapping[str, int]
) -> Outcome:
    """What became of it; with it, or not at all, goes on record who states it where that is nobody whom it names.

    Stated again, that is there, as he was called then and with the token that he had then.
    """
    facts, who = [fact], statement.asker
    again = store.log.sent([(SOURCE, fact.id)])
    if who.role is not None and who.officer is None and not again:
        facts.append(stated_for_another(store, fact, who))
    return store.engine.record(facts, expected=versions, together=[0] * len(facts))[0]


def _fact(store: Store, statement: Statement, code: str) -> Fact[Said]:
    officer = statement.asker.officer
    id_ = str(uuid5(_IDS, f"{statement.asker.stating}\n{statement.key}"))
    sent = store.log.sent([(SOURCE, id_)]).get((SOURCE, id_))
    at = store.now if sent is None else events.understood(sent.content).recorded_at
    data = dict(statement.said)
    if data.get("actor") is None and officer is not None:
        data["actor"] = {"officer": officer}
    time = {"time": data.pop("time")} if "time" in data else {}
    envelope = {
        "specversion": "1.0",
        "id": id_,
        "source": SOURCE,
        "type": KINDS[statement.command.kind][0],
        "subject": code,
        "recordedtime": at.isoformat(),
        "data": data,
        **time,
    }
    fact = events.read(envelope, recorded_at=at)
    actor = fact.data.actor
    if statement.command is not SUBMISSION and (actor is None or not (actor.officer or actor.unit)):
        raise Refused(
            "missing_field",
            'actor is missing: say who did it, {"officer": "cb-01", "unit": "H40.17"}',
        )
    if officer is not None and actor is not None and actor.officer != officer:
        raise Refused(
            "not_the_actor",
            f"actor.officer is {actor.officer!r}: an officer states what he did himself, as {officer!r}",
        )
    return fact


def _brought_about(store: Store, recorded: list[Recorded], lang: str) -> list[Answer]:
    """The findings that the last fact brings about, at the moment that it was stated or, where that is later, happened."""
    last = recorded[-1].fact
    now = max(last.time, last.recorded_at)
    directory = store.views.directory(now)
    before, after = (
        judged(facts, store.law, directory, now, now) for facts in (recorded[:-1], recorded)
    )
    held = {finding.rule.name: finding for finding in before.findings}
    return [
        answers.violation(recorded[0].fact.subject, after, finding, lang)
        for finding in after.findings
        if finding.rule.name not in held
        or (_rests_on(finding, last) and not _rests_on(held[finding.rule.name], last))
    ]


def _rests_on(finding: Finding, fact: Fact[Said]) -> bool:
    return any(entry.fact.id == fact.id for entry in finding.evidence)
