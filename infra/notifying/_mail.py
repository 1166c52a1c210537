"""Mails over SMTP, one after the other over one connection: the same role as a receiver of webhooks.

Knows smtplib and TLS. Must not know what a mail says. A mail that is refused for good is given up; anything else is tried again.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from threading import Event, Timer
from typing import NamedTuple

from typing_extensions import override

from consumers.notify import Outcome
from infra.notifying._aside import Aside
from infra.notifying._circuit import Circuit, Open
from infra.settings.types import SmtpTls


class Mail(NamedTuple):
    """A mail, and for whom it is: an officer's or unit's id, for the log."""

    recipient: str
    message: EmailMessage


class _Limited(smtplib.SMTP):
    """Each reply comes in time or not at all: the library limits each read, and a server that drips would hold us for hours."""

    @override
    def getreply(self) -> tuple[int, bytes]:
        cut = Timer(float(self.timeout), self._cut)
        cut.daemon = True
        cut.start()
        try:
            return super().getreply()
        finally:
            cut.cancel()

    def _cut(self) -> None:
        sock = self.sock  # at this moment whoever reads may close it
        if sock is not None:
            with suppress(OSError):  # not TLS' own, which would wait for the other end
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _LimitedOverTls(_Limited, smtplib.SMTP_SSL):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """How the mail server is reached. `seconds`: how long it may take for each answer."""

    host: str
    port: int
    tls: SmtpTls
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = 30.0
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """A connection that is ready to send. Raises what smtplib raises."""
        connection = (
            _LimitedOverTls(self.host, self.port, timeout=self.seconds, context=self.trusted)
            if self.tls == "tls"
            else _Limited(self.host, self.port, timeout=self.seconds)
        )
        try:
            if self.tls == "starttls":
                connection.starttls(context=self.trusted)
            if self.user is not None:
                connection.login(self.user, self.password or "")
            yield connection
            with suppress(smtplib.SMTPException, OSError):  # all is sent: a rude farewell is none
                connection.quit()
        finally:
            connection.close()


class Post:
    """Delivers mails beside the loop."""

    def __init__(self, server: MailServer, circuit: Circuit, news: Event) -> None:
        self._server, self._circuit = server, circuit
        self._aside: Aside[Outcome] = Aside(news)

    def offer(self, mails: Sequence[Mail], /) -> None:
        """Begin to deliver in order, up to the first that cannot be delivered."""
        self._aside.start(partial(self._deliver, mails))

    def outcome(self) -> Outcome | None:
        """What came of it; None while it is under way."""
        return self._aside.result()

    def stop(self) -> None:
        """End after the mail in hand."""
        self._aside.stop()

    def close(self, patience: float) -> None:
        """Let go; waits so many seconds for what is on its way."""
        self._aside.ended(patience)

    def _deliver(self, mails: Sequence[Mail]) -> Outcome:
        delivered = 0
        try:
            with ExitStack() as stack:
                opened = self._server.connected()
                connection = self._circuit.call(partial(stack.enter_context, opened))
                for mail in mails:
                    if self._aside.stopping:
                        return Outcome(delivered, "away", "stopped")
                    refused = self._circuit.call(partial(_send, connection, mail.message))
                    if refused is not None:
                        return Outcome(delivered, "refused", refused)
                    delivered += 1
        except Open:
            return Outcome(delivered, "away", "circuit open", self._circuit.rest)
        except (smtplib.SMTPException, OSError) as error:
            # Not its text: a server repeats addresses in it.
            code = getattr(error, "smtp_code", None)
            why = f"SMTP {code}" if code else type(error).__name__
            return Outcome(delivered, "away", why, self._circuit.rest)
        return Outcome(delivered)


def _send(connection: smtplib.SMTP, message: EmailMessage) -> str | None:
    """Why it was refused for good; None: it was taken. Raises what smtplib raises where the server is to be asked again."""
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        (code, _), *_ = refused.recipients.values()
        if code < _FOR_GOOD:
            raise
        return f"SMTP {code}"
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code < _FOR_GOOD:
            raise
        return f"SMTP {refused.smtp_code}"
    return None


_FOR_GOOD = 500
"""Replies from 500 on are final, those from 400 on pass."""
