"""The long-running commands: what each needs, and how its worker is put together from the settings.

Knows constructors. Must not know what a worker does, nor how it is run.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from functools import partial
from typing import Final, NamedTuple

from structlog import get_logger

from consumers.judging import Law
from domain.policy import policy
from infra.calendars import national
from infra.errors import CannotRun
from infra.garbage import seldom_collecting
from infra.kafka import Publisher, Subscriber, Turn, ensure_topics, written
from infra.messages.announcing import JudgementTopics, ViewsOutbox
from infra.messages.message import Place
from infra.messages.source import KafkaSource
from infra.messages.topic import DossierEvents
from infra.messages.topics import Topics, topics
from infra.metrics import Metrics
from infra.postgres.bookmark import Bookmark
from infra.running import Worker, run
from infra.services.intaking import BATCH, open_intake
from infra.services.notices import NOTIFY, notifying
from infra.services.workers import (
    Announcing,
    Pace,
    Passing,
    Projecting,
    Relaying,
    Taking,
    Together,
    not_of_the_log,
)
from infra.settings import reading
from infra.settings.brokers import Brokers
from infra.settings.service import ServiceSettings
from infra.wiring import Store, clock, distributed, given_master


class Service(NamedTuple):
    """A long-running command: the settings that it cannot do without, and what opens its worker."""

    needs: tuple[str, ...]
    open: Callable[[ServiceSettings, Metrics], Worker]


def serve(name: str, database_url: str | None) -> int:
    """Run a service until it is told to stop; the exit code. CannotRun (`bad_setting`) before anything is opened."""
    service = SERVICES[name]
    given = {} if database_url is None else {"database_url": database_url}
    settings = reading.prepared(*service.needs, **given)
    metrics = Metrics(name)
    with seldom_collecting():
        return run(name, lambda: service.open(settings, metrics), settings, metrics)


def _topics(settings: ServiceSettings) -> Topics:
    replicas = {} if settings.kafka_replicas is None else {"replicas": settings.kafka_replicas}
    return topics(settings.kafka_topic_prefix, settings.kafka_partitions, **replicas)


def _url(settings: ServiceSettings) -> str:
    assert settings.database_url is not None  # every service needs it
    return settings.database_url.get_secret_value()


def open_store(settings: ServiceSettings) -> Store:
    """The store in the database."""
    key = settings.master_key
    master = given_master(settings.master_key_file, None if key is None else key.get_secret_value())
    return distributed(_url(settings), Law(policy(settings.policy), national()), clock(), master)


def open_relay(settings: ServiceSettings, metrics: Metrics) -> Worker:
    """Publishes the log and the judgements; makes the topics that are missing."""
    brokers, named, url = reading.brokers(settings), _topics(settings), _url(settings)
    events, judgements = named.dossier_events.name, named.violations.name
    with ExitStack() as opened:  # what is open is closed where the rest cannot be
        store = open_store(settings)
        opened.callback(store.close)

        def fill(missing: AbstractSet[str]) -> None:
            if missing & {named.assessments.name, judgements}:
                with store.views.database.transaction(write=True):
                    store.views.note_all()

        ensure_topics(brokers, named, before=fill, patience=settings.connect_seconds)
        log = Publisher(brokers, patience=settings.connect_seconds)
        opened.callback(log.close)
        told = Publisher(brokers, patience=settings.connect_seconds, only=judgements)
        at = Bookmark(url, events)
        opened.callback(at.close)
        told_at = Bookmark(url, judgements)
        opened.callback(told_at.close)
        whole = partial(still_there, brokers, events, settings.connect_seconds)
        topic, topics_of = DossierEvents(log, events), JudgementTopics(told, named)
        outbox = ViewsOutbox(store.views)
        worker = Together(
            Relaying(store.log, topic, at, metrics, log.close, whole=whole),
            Announcing(store, outbox, topics_of, told_at, metrics, close=told.close),
        )
        opened.pop_all()
        return worker


def still_there(brokers: Brokers, topic: str, patience: float, published: int) -> None:
    """CannotRun (`topic_renewed`) where a topic has not all that was published: its new readers would miss the beginning for ever.

    `published`: the relay's position, which has no holes and so is a number of events; asked for before the topic is.
    """
    there = written(brokers, topic, patience=patience)
    if there < published:
        raise CannotRun(
            f"the topic {topic} at {brokers} was made anew, or is another broker's: of {published} events that were published to it"
            f" {there} are there. To publish the whole log again, end all relays, set the topic's position in work.bookmarks to 0"
            " and start them; docs/operating.md, DungHenRestarting, says how",
            code="topic_renewed",
            topic=topic,
            brokers=str(brokers),
            published=published,
            there=there,
        )


def open_projections(settings: ServiceSettings, metrics: Metrics) -> Worker:
    """Projects its share of the published log."""
    with ExitStack() as opened:
        store = open_store(settings)
        opened.callback(store.close)
        reader = _member(settings, _topics(settings).dossier_events.name, "projections")
        opened.callback(reader.close)
        pace = Pace(settings.poll_seconds, settings.batch_size, clock)
        source = KafkaSource(reader, not_of_the_log, store.views.remembered)
        opened.callback(source.close)
        worker = Projecting(store, source, reader, pace, metrics)
        opened.pop_all()
        return worker


def _member(settings: ServiceSettings, topic: str, group: str) -> Subscriber:
    """One more reader of a topic in a group."""
    return Subscriber(
        reading.brokers(settings),
        [topic],
        f"{settings.kafka_group_prefix}-{group}",
        session=settings.kafka_session_seconds,
        step=settings.kafka_step_seconds,
        patience=settings.connect_seconds,
        on_turn=_told,
    )


def _told(turn: Turn, places: frozenset[Place]) -> None:
    """Partitions that came or went. What is in hand of those that went is known to others by its versions."""
    get_logger().info("partitions", turn=turn, partitions=sorted(p.partition for p in places))


def open_taking(settings: ServiceSettings, metrics: Metrics) -> Taking:
    """Takes in facts of other systems."""
    named = _topics(settings)
    with ExitStack() as opened:
        store = open_store(settings)
        opened.callback(store.close)
        intake = open_intake(
            store,
            _url(settings),
            reading.brokers(settings),
            named,
            lambda: _member(settings, named.facts.name, "intake"),
            patience=settings.connect_seconds,
            batch=min(settings.batch_size, BATCH),
            timeout=settings.poll_seconds,
        )
        opened.callback(intake.close)
        worker = Taking(intake, store, clock, metrics)
        opened.pop_all()
        return worker


def open_deadlines(settings: ServiceSettings, metrics: Metrics) -> Worker:
    """Lets time pass."""
    with ExitStack() as opened:
        store = open_store(settings)
        opened.callback(store.close)
        worker = Passing(store, clock, metrics)
        opened.pop_all()
        return worker


def open_notify(settings: ServiceSettings, metrics: Metrics) -> Worker:
    """Tells others: webhooks and mails."""

    def place() -> tuple[Bookmark, Store]:
        with ExitStack() as opened:
            at = Bookmark(_url(settings), NOTIFY)
            opened.callback(at.close)
            store = open_store(settings)
            opened.pop_all()
        return at, store

    return notifying(settings, metrics, place, clock)


SERVICES: Final = {
    "relay": Service(("database_url", "kafka"), open_relay),
    "consume projections": Service(("database_url", "kafka"), open_projections),
    "consume intake": Service(("database_url", "kafka", "master_key"), open_taking),
    "consume deadlines": Service(("database_url",), open_deadlines),
    "consume notify": Service(("database_url",), open_notify),
}
