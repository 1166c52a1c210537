"""How `consume notify` is put together from the settings: whom it tells, and by which way.

Knows constructors. Must not know what any of it does.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from threading import Event
from typing import Final, NamedTuple, TypedDict

from standardwebhooks.webhooks import Webhook

from consumers.notify import Course, Notice, Outcome
from infra.errors import CannotRun
from infra.language import Language
from infra.metrics import Metrics
from infra.notifying import (
    MAIL,
    Circuit,
    Digesting,
    MailServer,
    Notifying,
    Post,
    Told,
    Webhooks,
    digest_mail,
    receiver_of,
    signer,
    target_of,
)
from infra.postgres.bookmark import Bookmark
from infra.postgres.places import Place
from infra.questions.feed import ViewsFeed
from infra.running import Waits, waits
from infra.settings import reading
from infra.settings.recipients import addresses
from infra.settings.service import ServiceSettings
from infra.wiring import Store, clock

NOTIFY: Final = "notify"
"""The bookmark that one process holds; behind it, with a colon, the names of the receivers' own."""

DIGEST: Final = "digest"


class Common(NamedTuple):
    """What every part of it takes."""

    settings: ServiceSettings
    metrics: Metrics
    clock: Callable[[], datetime]
    news: Event


def notifying(
    settings: ServiceSettings,
    metrics: Metrics,
    opened: Callable[[], tuple[Bookmark, Store]],
    clock: Callable[[], datetime],
) -> Notifying:
    """The worker. CannotRun (`bad_setting`) before anything is opened, where nobody is to be told or the secret is none."""
    if not (settings.webhook_urls or settings.smtp_host):
        what = "neither DUNGHEN_WEBHOOK_URLS nor DUNGHEN_SMTP_HOST is set: there is nobody to tell"
        raise CannotRun(what, code="bad_setting", what=what)
    sign = None
    if settings.webhook_urls:
        sign = signer(reading.secret(None, settings.webhook_secret_file) or "")
    common = Common(settings, metrics, clock, Event())
    bookmark, store = opened()
    with ExitStack() as undo:  # what is open is closed where the rest cannot be
        undo.callback(bookmark.close)
        undo.callback(store.close)
        feed = ViewsFeed(store, clock, settings.lang)
        urls = dict.fromkeys(settings.webhook_urls)
        worker = Notifying(
            held=bookmark,
            feed=feed,
            told=[] if sign is None else [_told(url, sign, feed, bookmark, common) for url in urls],
            digesting=_digesting(store, bookmark, common) if settings.smtp_host else None,
            metrics=metrics,
            clock=clock,
            news=common.news,
            poll_seconds=settings.poll_seconds,
            store=store,
        )
        undo.pop_all()
        return worker


class _Limits(TypedDict):
    seconds: float
    private: bool


@contextmanager
def resending() -> Iterator[Mapping[str, Callable[[Notice], Outcome]]]:
    """For each receiver that is set, by its name, what tells it one notice and waits. CannotRun (`bad_setting`)."""
    settings = reading.read("webhook_urls", "webhook_secret_file")
    sign = signer(reading.secret(None, settings.webhook_secret_file) or "")
    metrics = Metrics("undelivered")
    with ExitStack() as opened:
        ways = {}
        for url in dict.fromkeys(settings.webhook_urls):
            news, circuit = Event(), Circuit(target_of(url), metrics)
            receiver = Webhooks(url, sign, circuit, news, clock, **_limits(settings))
            opened.callback(receiver.close, settings.webhook_seconds)
            ways[receiver_of(url)] = partial(_sent, receiver, news)
        yield ways


def _sent(receiver: Webhooks, news: Event, notice: Notice) -> Outcome:
    news.clear()
    receiver.offer([notice])
    while (outcome := receiver.outcome()) is None:
        news.wait()
    return outcome


def _limits(settings: ServiceSettings) -> _Limits:
    return {"seconds": settings.webhook_seconds, "private": settings.webhook_private}


def _told(url: str, sign: Webhook, feed: ViewsFeed, bookmark: Bookmark, of: Common) -> Told:
    circuit = Circuit(target_of(url), of.metrics)
    receiver = Webhooks(url, sign, circuit, of.news, of.clock, **_limits(of.settings))
    course = Course(
        feed,
        receiver,
        Place(bookmark, f"{NOTIFY}:{receiver_of(url)}"),
        _waits(of),
        from_beginning=of.settings.notify_from_beginning,
    )
    return Told(target_of(url), course, receiver)


def _digesting(store: Store, bookmark: Bookmark, of: Common) -> Digesting:
    given = of.settings
    assert given.smtp_host is not None
    assert given.smtp_from is not None  # a mail server needs both: `reading`
    assert given.notify_addresses is not None
    server = MailServer(
        host=given.smtp_host,
        port=given.smtp_port,
        tls=given.smtp_tls,
        user=given.smtp_user,
        password=reading.secret(None, given.smtp_password_file),
        seconds=given.smtp_seconds,
    )
    return Digesting(
        store=store,
        postman=Post(server, Circuit(MAIL, of.metrics), of.news),
        day=Place(bookmark, DIGEST),
        addresses=addresses(given.notify_addresses),
        write=partial(digest_mail, sender=given.smtp_from, say=Language(given.lang)),
        at=given.digest_at,
        waits=_waits(of),
    )


def _waits(of: Common) -> Waits:
    return waits(of.settings.retry_seconds, of.settings.notify_retry_most_seconds)
