"""The digest over a real database and a real mail server: once a working day, whatever fails on the way."""

import json
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from domain.values import VN
from infra.notifying import MailServer
from infra.services import notices
from tests.infra.notifying.conftest import receiving, some, stepped
from tests.support.postgres import asked, opened_in
from tests.support.stores import put

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "events.jsonl"
MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=VN)
"""The dossier of the examples is overdue then: what ended it was recorded ten days later."""


@pytest.fixture
def mailing(house, tmp_path):
    house.now = MONDAY
    with opened_in(house.url, MONDAY) as store:
        put(store, [json.loads(line) for line in EXAMPLES.read_text("utf-8").splitlines()])
        store.catch_up()
    file = tmp_path / "addresses.csv"
    file.write_text("officer_or_unit,address\ncb-hai,hai@xa.example\n", encoding="utf-8")
    house.given |= {
        "smtp_host": "localhost",
        "smtp_tls": "none",
        "smtp_from": "d@tinh.example",
        "notify_addresses": file,
    }
    return house


def sent(house):
    """The day that is remembered."""
    with asked(house.url) as connection:
        row = connection.execute("SELECT position FROM work.bookmarks WHERE name = 'digest'")
        return row.fetchone()


def test_an_officer_is_told_of_what_they_hold_and_of_no_persons_name(mailing, mailbox):
    with receiving(mailbox) as port, mailing.working(smtp_port=port) as worker:
        stepped(worker, lambda: sent(mailing))
    ((to, mail),) = mailbox.mails
    text = message_from_bytes(mail, policy=default).get_content()
    assert to == "hai@xa.example"
    assert "Y09.21-260202-0007: hẹn trả hết ngày 12/02/2026, quá 7 ngày làm việc" in text
    assert "Người Ví Dụ" not in text
    assert sent(mailing) == (MONDAY.toordinal(),)


def test_the_mail_server_is_reached_as_the_settings_say(
    mailing, mailbox, contexts, monkeypatch, tmp_path
):
    ours, trusted = contexts
    logins, servers = [], []

    def authenticated(server, session, envelope, mechanism, data):
        logins.append((data.login, data.password))
        return AuthResult(success=True)

    def reached(**given):
        servers.append(MailServer(**given, trusted=trusted))
        return servers[-1]

    monkeypatch.setattr(notices, "MailServer", reached)
    (tmp_path / "password").write_text("word\n")
    given = {"smtp_tls": "starttls", "smtp_user": "dunghen", "smtp_seconds": 7.5}
    given |= {"smtp_password_file": tmp_path / "password"}
    more = {"tls_context": ours, "require_starttls": True, "authenticator": authenticated}
    with (
        receiving(mailbox, auth_required=True, **more) as port,
        mailing.working(smtp_port=port, **given) as worker,
    ):
        stepped(worker, lambda: sent(mailing))

    assert logins == [(b"dunghen", b"word")]
    assert len(mailbox.mails) == 1
    assert [server.seconds for server in servers] == [7.5]


def test_a_restart_on_the_same_day_sends_nothing_and_the_next_day_is_told_again(mailing, mailbox):
    with receiving(mailbox) as port:
        for moment in (MONDAY, MONDAY + timedelta(hours=9), MONDAY + timedelta(days=1)):
            mailing.now, day = moment, moment.toordinal()
            with mailing.working(smtp_port=port) as worker:
                stepped(worker, lambda day=day: sent(mailing) == (day,))
                some(worker, 40)
    assert len(mailbox.mails) == 2


def test_before_its_hour_and_on_days_off_nothing_is_sent(mailing, mailbox):
    with receiving(mailbox) as port:
        for now in (MONDAY - timedelta(hours=1), MONDAY - timedelta(days=1)):
            mailing.now = now
            with mailing.working(smtp_port=port, digest_at="07:30") as worker:
                some(worker, 20)
    assert (mailbox.mails, sent(mailing)) == ([], None)


def test_a_server_that_refuses_for_now_is_asked_again(mailing, mailbox):
    mailbox.refuses["hai@xa.example"] = "450 later"
    with receiving(mailbox) as port, mailing.working(smtp_port=port) as worker:
        stepped(worker, lambda: 'outcome="retried"' in mailing.exposed())
        mailbox.refuses.clear()
        stepped(worker, lambda: sent(mailing))
    assert len(mailbox.mails) == 1


def test_an_address_that_does_not_exist_is_given_up_and_counted(mailing, mailbox):
    mailbox.refuses["hai@xa.example"] = "550 nobody"
    with receiving(mailbox) as port, mailing.working(smtp_port=port) as worker:
        stepped(worker, lambda: sent(mailing))
    assert 'channel="mail",outcome="given_up"} 1.0' in mailing.exposed()


def test_what_was_not_sent_when_the_day_is_over_is_given_up_and_the_next_day_is_told(
    mailing, mailbox
):
    mailbox.refuses["hai@xa.example"] = "450 later"
    with receiving(mailbox) as port, mailing.working(smtp_port=port) as worker:
        stepped(worker, lambda: 'outcome="retried"' in mailing.exposed())
        mailing.now += timedelta(days=1)
        stepped(worker, lambda: sent(mailing) == (MONDAY.toordinal(),))
        assert 'channel="mail",outcome="given_up"} 1.0' in mailing.exposed()
        mailbox.refuses.clear()
        stepped(worker, lambda: len(mailbox.mails) == 1)


def test_who_has_no_address_is_not_told(mailing, mailbox, tmp_path):
    (tmp_path / "addresses.csv").write_text("officer_or_unit,address\nY09,x@y.example\n")
    with receiving(mailbox) as port, mailing.working(smtp_port=port) as worker:
        stepped(worker, lambda: sent(mailing))
    assert mailbox.mails == []


def test_killed_before_the_day_is_remembered_it_comes_twice_under_one_id(mailing, mailbox):
    with receiving(mailbox) as port:
        for _ in range(2):
            with mailing.working(smtp_port=port) as worker:
                stepped(worker, lambda: sent(mailing))
            with asked(mailing.url) as connection:
                connection.execute("DELETE FROM work.bookmarks WHERE name = 'digest'")
    ids = [message_from_bytes(mail)["message-id"] for _, mail in mailbox.mails]
    assert len(ids) == 2
    assert len(set(ids)) == 1
