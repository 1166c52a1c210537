"""Mails to a real server: with and without TLS, one after the other, and every way to fail."""

import socket
import socketserver
import threading
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from typing_extensions import override

from consumers.notify import Outcome
from infra.metrics import Metrics
from infra.notifying import Circuit, Mail, MailServer, Post
from infra.notifying._mail import _Limited
from tests.infra.notifying.conftest import receiving
from tests.support.servers import free_port


def mail(to):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "d@tinh.example", to, "Hồ sơ"
    message.set_content("Quá hạn\n", cte="base64")
    return Mail(to, message)


MAILS = [mail("a@xa.example"), mail("b@xa.example")]


def sent(port, mails=MAILS, **more):
    news = threading.Event()
    given: Any = {"tls": "none", "seconds": 30.0} | more
    server = MailServer(host="localhost", port=port, **given)
    post = Post(server, Circuit("mail", Metrics("consume notify")), news)
    post.offer(mails)
    assert news.wait(60)
    outcome = post.outcome()
    post.close(2.0)
    return outcome


def authenticated(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"dunghen", b"word"))


def test_mails_arrive_in_order_as_they_were_written(mailbox):
    with receiving(mailbox) as port:
        assert sent(port) == Outcome(2)
    assert [to for to, _ in mailbox.mails] == ["a@xa.example", "b@xa.example"]
    message = message_from_bytes(mailbox.mails[0][1], policy=default)
    assert (message["subject"], message.get_content().strip()) == ("Hồ sơ", "Quá hạn")


def test_with_tls_by_command_and_a_password(mailbox, contexts):
    ours, trusted = contexts
    more = {"tls_context": ours, "require_starttls": True, "authenticator": authenticated}
    with receiving(mailbox, **more) as port:
        given = {"tls": "starttls", "trusted": trusted, "user": "dunghen"}
        assert sent(port, **given, password="word") == Outcome(2)
        # smtplib shows it in every way that the server knows, and the server may hang up on that.
        assert sent(port, **given, password="other", seconds=2.0).ending == "away"


def test_with_tls_from_the_first_byte(mailbox, contexts):
    ours, trusted = contexts
    with receiving(mailbox, ssl_context=ours) as port:
        assert sent(port, tls="tls", trusted=trusted) == Outcome(2)


def test_a_certificate_that_nobody_trusts_is_not_spoken_to(mailbox, contexts):
    with receiving(mailbox, tls_context=contexts[0]) as port:
        assert sent(port, tls="starttls") == Outcome(0, "away", "SSLCertVerificationError")
    assert mailbox.mails == []


def test_a_server_without_tls_is_not_spoken_to_where_it_is_wanted(mailbox):
    with receiving(mailbox) as port:
        assert sent(port, tls="starttls") == Outcome(0, "away", "SMTPNotSupportedError")


def test_an_address_that_is_refused_for_good_stops_there_and_says_so(mailbox):
    mailbox.refuses["b@xa.example"] = "550 no such user"
    with receiving(mailbox) as port:
        assert sent(port) == Outcome(1, "refused", "SMTP 550")


def test_a_mail_that_is_refused_for_good_stops_there_too(mailbox):
    mailbox.reply = "554 no"
    with receiving(mailbox) as port:
        assert sent(port) == Outcome(0, "refused", "SMTP 554")


def test_what_passes_is_tried_again(mailbox):
    mailbox.refuses["a@xa.example"] = "450 grey"
    with receiving(mailbox) as port:
        assert sent(port)[:2] == (0, "away")
        mailbox.refuses.clear()
        mailbox.reply = "451 later"
        assert sent(port) == Outcome(0, "away", "SMTP 451")


def dripping(begins, drop):
    """A server that says so much, and then a little now and then for ever; and what ends it."""

    class Handler(socketserver.BaseRequestHandler):
        @override
        def handle(self):
            with suppress(OSError):
                self.request.sendall(begins)
                while not over.wait(0.02):
                    self.request.sendall(drop)

    over = threading.Event()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, over


@pytest.mark.parametrize(
    ("begins", "drop"), [(b"220 ", b"x"), (b"220 hi\r\n", b"250-more\r\n"), (b"", b"")]
)
def test_a_server_that_drips_holds_nobody(begins, drop):
    server, over = dripping(begins, drop)
    try:
        outcome = sent(server.server_address[1], seconds=0.3)
    finally:
        over.set()
        server.shutdown()
        server.server_close()
    assert (outcome.delivered, outcome.ending) == (0, "away")


@pytest.mark.parametrize("reply", ["451 greylisted, come back later", "421 bye"])
def test_a_recipient_who_is_put_off_is_tried_again(mailbox, reply):
    mailbox.refuses["a@xa.example"] = reply
    with receiving(mailbox) as port:
        assert sent(port).ending == "away"
    assert mailbox.mails == []


def test_nobody_at_the_address_is_away():
    assert sent(free_port()) == Outcome(0, "away", "ConnectionRefusedError")


def test_no_password_is_in_the_representation():
    assert "word" not in repr(MailServer(host="h", port=25, tls="none", user="u", password="word"))


def test_a_connection_that_is_closed_as_its_time_is_over_is_cut_all_the_same():
    class Closing(_Limited):
        """Whoever reads closes it at the very moment at which it was looked at."""

        @override
        def __getattribute__(self, name):
            if name != "sock":
                return super().__getattribute__(name)
            return left.pop() if left else None

    ours, theirs = socket.socketpair()
    left = [ours]
    with ours, theirs:
        Closing()._cut()
        assert theirs.recv(1) == b""
