"""What must hold when everything has come to rest; each check says what does not.

Knows the tables, the topics and the embedded mode. Must not know what was done to the installation.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from consumers.announce import Note
from domain import events
from domain.facts import Submitted
from infra.credentials import SOURCE
from infra.messages.announcing import ViewsOutbox
from infra.messages.deadletter import Ref, ref_of
from infra.messages.message import Message
from infra.messages.refused import CONNECT, opened
from infra.messages.topics import Topic, Topics
from infra.postgres.deadletters import DeadLetterTable
from infra.running import AWAY
from infra.settings.brokers import Brokers
from infra.verifylog import verify_log
from infra.wiring import Store, distributed
from tests.chaos import clock
from tests.chaos.arrivals import APPLICANT
from tests.chaos.house import House
from tests.chaos.members import Member
from tests.chaos.messages import REFUSED
from tests.infra.broker.reading import read_all
from tests.support.postgres import MASTER
from tests.support.stores import (
    LAW,
    Event,
    empty_views,
    folded_feed,
    projected,
    rows,
    violations_of,
)

_SHOWN = 5


def checked(
    store: Store, brokers: Brokers, named: Topics, sent: Sequence[Event], folder: Path
) -> list[str]:
    """Everything that does not hold in an installation that these events were sent to."""
    return [
        *_rows(store, folder),
        *_log(store, sent),
        *_feed(store),
        *announced(store, brokers, named),
        *published(store, brokers, named),
    ]


def in_house(made: House, sent: Sequence[Event]) -> list[str]:
    """Everything that does not hold in one that was disturbed, its follower's and its own word included."""
    with closing(distributed(made.url, LAW, clock.shown(made.clock), MASTER)) as store:
        return [
            *checked(store, made.brokers, made.topics, sent, made.folder),
            *_refused(store, made),
            *_persons(store),
            *_followed(store, made.seen),
            *_rebuilt(made),
            *_verified(made),
        ]


def _rows(store: Store, folder: Path) -> Iterator[str]:
    """Byte for byte those of the embedded mode that is given the same lines of the log, in one go."""
    with empty_views(folder / "embedded.sqlite") as embedded:
        projected(store.log, embedded, store.now)
        meant, found = rows(embedded), rows(store.views)
    for table in meant:
        if meant[table] != found[table]:
            missing = list(set(meant[table]) - set(found[table]))
            surplus = list(set(found[table]) - set(meant[table]))
            yield f"{table}: missing {missing[:_SHOWN]}, too much {surplus[:_SHOWN]}"


def _log(store: Store, sent: Sequence[Event]) -> Iterator[str]:
    """No event lost or doubled, no version or position left out."""
    yield from (f"log: {broken.message}" for broken in verify_log(store.log))
    asked = store.views.database.rows
    stored = asked("SELECT convert_from(state, 'UTF8') FROM log.stored_events")
    keys = sorted(
        (said["source"], said["id"])
        for (text,) in stored
        for said in (json.loads(text[text.index("{") :]),)
        if said["source"] != SOURCE  # who made the tables, and each rebuild
    )
    if keys != sorted((event["source"], event["id"]) for event in sent):
        yield "log: other events than were sent, or one of them twice"
    places = [row[0] for row in asked("SELECT notification_id FROM log.stored_events ORDER BY 1")]
    if places != list(range(1, len(stored) + 1)):
        yield "log: positions with holes"
    for record, highest, count in asked(
        "SELECT originator_id, max(originator_version), count(*) FROM log.stored_events GROUP BY 1"
    ):
        if highest != count:
            yield f"log: versions of {record} with holes"


def meant_to_be_refused(brokers: Brokers, named: Topics) -> dict[Ref, Message]:
    """The messages that were sent to be refused, by where they stand."""
    sent = read_all(brokers, named.facts.name)
    return {ref_of(each): each for each in sent if REFUSED in dict(each.headers)}


def _refused(store: Store, made: House) -> Iterator[str]:
    """The dead letters are the messages that had to be refused, whole, each for its reason, and told on their topic."""
    meant = meant_to_be_refused(made.brokers, made.topics)
    with closing(DeadLetterTable(made.url)) as table:
        refs = [each.ref for each in table.select(None, None, len(meant) + _SHOWN)]
        letters = {each.ref: each for each in table.find(refs)}
    if odd := sorted(letters.keys() ^ meant.keys()):
        yield f"dead letters: {odd[:_SHOWN]} are too many or missing"
    for ref in letters.keys() & meant.keys():
        letter, message = letters[ref], meant[ref]
        if letter.code.encode() != dict(message.headers)[REFUSED]:
            yield f"dead letter {ref}: refused for {letter.code}"
        if opened(letter, store.vault) != message:
            yield f"dead letter {ref}: not the message that was sent"
    told = {_place_of(each) for each in read_all(made.brokers, made.topics.dead_letters.name)}
    if odd := sorted(told ^ meant.keys()):
        yield f"the topic of dead letters: {odd[:_SHOWN]} are too many or missing"


def _place_of(letter: Message) -> Ref:
    said = {name.removeprefix(CONNECT): value.decode() for name, value in letter.headers}
    return Ref(said["topic"], int(said["partition"]), int(said["offset"]))


def _persons(store: Store) -> Iterator[str]:
    """Whoever applied can be read, whichever process kept the key."""
    for position, _, _, state in store.log.select(0, store.log.max_position()):
        fact = events.decode(state).fact
        named = store.vault.reveal(fact)
        if isinstance(fact.data, Submitted) and (named is None or named.name != APPLICANT):
            yield f"log: position {position} has lost its applicant"


def _rebuilt(made: House) -> Iterator[str]:
    """What the last rebuild said of what served until then; and why others could not run: the world was away, or one was at it."""
    answers = {name: _answers(each) for name, each in made.rebuilds.items()}
    codes = {each["error"]["code"] for said in answers.values() for each in said if "error" in each}
    if odd := codes - AWAY - {"rebuilding", "no_room"}:
        yield f"rebuild: ended with {odd}"
    if differences := answers["rebuild-dropping"][-1]["differences"]:
        yield f"rebuild: what served was otherwise than the log has it: {differences[:_SHOWN]}"


def differing(made: House) -> list[str]:
    """Each rebuild that found what served otherwise than the log has it, with how much and the first of it."""
    return [
        f"{name} {number}: {len(found)} differences, {found[:_SHOWN]}"
        for name, each in made.rebuilds.items()
        for number, answer in enumerate(_answers(each), start=1)
        if (found := answer.get("differences"))
    ]


def _answers(rebuild: Member) -> list[dict[str, Any]]:
    """The documents in its log, which has lines of other shapes as well."""
    lines = rebuild.log.read_text("utf-8").splitlines() if rebuild.log.exists() else []
    said = [json.loads(line) for line in lines if line.startswith("{")]
    return [each for each in said if "switched" in each or isinstance(each.get("error"), dict)]


def _verified(made: House) -> Iterator[str]:
    answer = json.loads(made.dunghen("verify"))
    if answer["broken"] or answer["differences"]:
        yield f"dunghen verify: {answer['broken'][:_SHOWN]} {answer['differences'][:_SHOWN]}"


def _feed(store: Store) -> Iterator[str]:
    """Numbers without holes; folded it is the findings."""
    feed = store.views.database.rows("SELECT id FROM feed ORDER BY id")
    if [row[0] for row in feed] != list(range(1, len(feed) + 1)):
        yield "feed: numbers with holes"
    if folded_feed(store.views) != violations_of(store.views):
        yield "feed: folded it is not the violations"


def _followed(store: Store, seen: Path) -> Iterator[str]:
    """A reader who followed the feed saw each of its rows once and in order."""
    feed = store.views.database.rows("SELECT id, dossier, rule, change FROM feed ORDER BY id")
    followed = [tuple(line.split("\t")) for line in seen.read_text("utf-8").splitlines()]
    if followed != [tuple(map(str, row)) for row in feed]:
        yield f"feed: the follower saw {len(followed)} rows, there are {len(feed)}, or others"


def _latest(brokers: Brokers, topic: Topic) -> Mapping[str, bytes]:
    held: dict[str, bytes | None] = {}
    for message in read_all(brokers, topic.name):
        held[(message.key or b"").decode()] = message.value
    return {key: value for key, value in held.items() if value is not None}


def announced(store: Store, brokers: Brokers, named: Topics) -> Iterator[str]:
    """The compacted topics, read from the beginning, are the tables."""
    dossiers = [row[0] for row in store.views.database.rows("SELECT dossier FROM dossiers")]
    notes = [Note(number, dossier, frozenset()) for number, dossier in enumerate(dossiers)]
    judged = ViewsOutbox(store.views)._judgements(notes)
    assessments = {each.dossier: each.assessment for each in judged}
    violations = {
        f"{each.dossier}~{rule}": value for each in judged for rule, value in each.findings.items()
    }
    for topic, meant in (
        (named.assessments, assessments),
        (named.violations, violations),
    ):
        found = _latest(brokers, topic)
        wrong = [key for key in {*found, *meant} if found.get(key) != meant.get(key)]
        if wrong:
            key = wrong[0]
            yield f"{topic.name}: {len(wrong)} differ, {key}: {found.get(key)!r}, not {meant.get(key)!r}"


def published(store: Store, brokers: Brokers, named: Topics) -> Iterator[str]:
    """Every event of the log is in its topic."""
    told: set[Any] = set()
    for message in read_all(brokers, named.dossier_events.name):
        told.add(int(dict(message.headers)["ce_position"]))
    if missing := set(range(1, store.log.max_position() + 1)) - told:
        yield f"the topic of events: {len(missing)} were never published"
