"""Webhooks to one receiver, signed by the scheme of Standard Webhooks, one POST a notice, in order.

Knows HTTP. Must not know how notices are made. Ids are stable by receiver and row of the feed: who has seen one passes it over.

| answer | means |
|---|---|
| 2xx | delivered |
| 4xx but 408 and 429 | this notice is never taken: given up, the next one is sent |
| anything else, or no status in time | away: the same notice again later; `Retry-After` in seconds is respected up to an hour |
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Final
from urllib.parse import urlsplit

import httpx
from standardwebhooks.webhooks import Webhook

from consumers.notify import Notice, Outcome
from infra.errors import CannotRun
from infra.notifying._aside import Aside
from infra.notifying._circuit import Circuit, Open
from infra.notifying._line import Post, line

_LONGEST_REST: Final = 3_600.0
"""Who asks to be left alone for longer is asked again all the same."""

_TRY_AGAIN: Final = frozenset({httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS})


class _Away(Exception):
    """The receiver cannot take it now."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.why, self.wait = why, wait


def signer(secret: str) -> Webhook:
    """What signs by this secret (`whsec_…`). CannotRun (`bad_setting`) where it is none."""
    try:
        return Webhook(secret)
    except Exception as error:  # whatever the library raises: base64's errors, its own
        what = "DUNGHEN_WEBHOOK_SECRET_FILE holds no secret of the form whsec_ and base64 behind it"
        raise CannotRun(what, code="bad_setting", what=what) from error


def receiver_of(url: str) -> str:
    """A receiver's name: its address may hold tokens, so it is known by a hash. Another address is another receiver."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def target_of(url: str) -> str:
    """What a receiver is called in metrics and log: its host, and the beginning of its name."""
    return f"{urlsplit(url).hostname}#{receiver_of(url)[:6]}"


def id_of(receiver: str, notice: Notice) -> str:
    """The `webhook-id`. What the row says is part of it: a feed that was lost and made anew gives its numbers to other rows."""
    said = f"{receiver} {notice.number} {notice.dossier} {notice.rule} {notice.change}"
    return f"msg_{hashlib.sha256(said.encode()).hexdigest()[:32]}"


class Webhooks:
    """One receiver: the role `Receiver`."""

    def __init__(
        self,
        url: str,
        sign: Webhook,
        circuit: Circuit,
        news: Event,
        clock: Callable[[], datetime],
        *,
        seconds: float,
        private: bool = False,
    ) -> None:
        """`seconds`: how long a whole answer may take; `private`: whether it may be on this machine or network."""
        self._url, self._sign, self._circuit, self._clock = url, sign, circuit, clock
        self._receiver, self._seconds, self._private = receiver_of(url), seconds, private
        self._tls = httpx.create_ssl_context()  # once: reading all authorities takes a while
        self._aside: Aside[Outcome] = Aside(news)

    def offer(self, notices: Sequence[Notice], /) -> None:
        """Begin to deliver in order."""
        self._aside.start(partial(self._work, notices))

    def outcome(self) -> Outcome | None:
        """What came of it; None while it is under way."""
        return self._aside.result()

    def stop(self) -> None:
        """End after the notice in hand."""
        self._aside.stop()

    def close(self, patience: float) -> None:
        """Wait so many seconds for what is on its way; it lets go by itself."""
        self._aside.ended(patience)

    def _work(self, notices: Sequence[Notice]) -> Outcome:
        with line(self._url, self._tls, self._seconds, private=self._private) as post:
            return self._deliver(notices, post)

    def _deliver(self, notices: Sequence[Notice], post: Post) -> Outcome:
        for delivered, notice in enumerate(notices):
            if self._aside.stopping:
                return Outcome(delivered, "away", "stopped")
            try:
                refused = self._circuit.call(partial(self._tell, notice, post))
            except _Away as away:
                return Outcome(delivered, "away", away.why, max(away.wait, self._circuit.rest))
            except Open:
                return Outcome(delivered, "away", "circuit open", self._circuit.rest)
            if refused is not None:
                return Outcome(delivered, "refused", refused)
        return Outcome(len(notices))

    def _tell(self, notice: Notice, post: Post) -> str | None:
        """Why it was refused for good; None: it was taken. Raises _Away."""
        id_, now = id_of(self._receiver, notice), self._clock().astimezone(UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._sign.sign(id_, now, notice.body),
        }
        try:
            answer = post(notice.body.encode(), headers)
        except (httpx.HTTPError, OSError) as error:
            # Not its text: that holds the address.
            raise _Away(type(error).__name__) from error
        status = answer.status_code
        if answer.is_success:
            return None
        if answer.is_client_error and status not in _TRY_AGAIN:
            return f"HTTP {status}"
        raise _Away(f"HTTP {status}", _rest(answer.headers.get("retry-after", "")))


def _rest(text: str) -> float:
    return min(_LONGEST_REST, float(text)) if text.isascii() and text.isdigit() else 0.0
