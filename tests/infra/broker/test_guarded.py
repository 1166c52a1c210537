"""A broker that lets in only over TLS, with a password or a certificate: everything works as settings say, refusals say what to do."""

import time
from contextlib import closing

import pytest

from infra.errors import CannotRun
from infra.kafka import Publisher, Subscriber, ensure_topics
from infra.messages.message import Message
from infra.messages.topics import topics
from infra.settings import brokers as asking_why
from infra.settings.reading import brokers, read
from tests.infra.broker.reading import committed, read_all
from tests.infra.broker.reading import read as read_from
from tests.support.certificates import Authority
from tests.support.servers.guarded import PASSWORD, USER

WRONG = "mat-khau-sai"


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(autouse=True)
def answers_may_take_long(monkeypatch):
    """On a machine that is busy, where what is asked is not how long."""
    monkeypatch.setattr(asking_why, "_TRIED_FOR", 60.0)
    monkeypatch.setattr(asking_why, "_SAYS_WHY_WITHIN", 60.0)


@pytest.fixture
def by_password(own_guarded, authority, tmp_path):
    """The brokers as the settings of an operator say; some of them otherwise."""

    def reached(password=PASSWORD, **otherwise):
        secret = tmp_path / "password"
        secret.write_text(f"{password}\n")
        given = {
            "kafka": own_guarded.by_password,
            "kafka_security": "sasl_tls",
            "kafka_ca": authority.ca,
            "kafka_sasl_user": USER,
            "kafka_sasl_password_file": secret,
        }
        return brokers(read(**given | otherwise))

    return reached


@pytest.fixture
def by_certificate(own_guarded, authority):
    def reached(signed):
        own = {"kafka_cert": signed.cert, "kafka_key": signed.key} if signed else {}
        given = {"kafka": own_guarded.by_certificate, "kafka_security": "tls"}
        return brokers(read(**given, kafka_ca=authority.ca, **own))

    return reached


def made(reached, prefix):
    ours = topics(prefix.strip("."), partitions=2)
    ensure_topics(reached, ours)
    return ours.violations.name


def said(reached, topic, only=None):
    """What a reader finds when one publisher has been there."""
    with closing(Publisher(reached, patience=60, only=only)) as publisher:
        publisher.claim()
        publisher.publish([Message(topic, b"k", b"v")])
        publisher.flush()
    return [message.value for message in read_all(reached, topic)]


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256"])
@pytest.mark.parametrize("only", [None, "alone"], ids=["plain", "transactional"])
def test_the_right_password_lets_in(by_password, topic_prefix, mechanism, only):
    reached = by_password(kafka_sasl_mechanism=mechanism)
    topic = made(reached, topic_prefix)
    assert said(reached, topic, only and topic_prefix + only) == [b"v"]


def test_a_reader_of_a_group_goes_on_where_it_was(by_password, topic_prefix):
    reached = by_password()
    topic = made(reached, topic_prefix)
    assert said(reached, topic) == [b"v"]
    with closing(Subscriber(reached, [topic], f"{topic}-g", session=30.0)) as reader:
        committed(reader, read_from(reader, 1))
    with closing(Subscriber(reached, [topic], f"{topic}-g", session=30.0)) as reader:
        assert reader.poll(10, 3) == []


def test_our_certificate_lets_in_where_the_broker_asks_for_one(
    by_certificate, authority, topic_prefix
):
    reached = by_certificate(authority.signs("us"))
    assert said(reached, made(reached, topic_prefix)) == [b"v"]


PARTS = {
    "publisher": Publisher,
    "transactional": lambda reached, **how: Publisher(reached, only="t", **how).claim(),
    "subscriber": lambda reached, **how: Subscriber(reached, ["t"], "g", **how),
    "admin": lambda reached, **how: ensure_topics(reached, topics("t"), **how),
}
parts = pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)


def refused(part, reached, patience=4):
    with pytest.raises(CannotRun) as told:
        part(reached, patience=patience)
    assert PASSWORD not in told.value.message
    assert WRONG not in told.value.message
    return told.value


@parts
@pytest.mark.parametrize(
    ("otherwise", "advice"),
    [
        ({"password": WRONG}, "check DUNGHEN_KAFKA_SASL_USER and its password"),
        ({"kafka_sasl_user": "nobody"}, "check DUNGHEN_KAFKA_SASL_USER and its password"),
        ({"kafka_sasl_mechanism": "PLAIN"}, "set DUNGHEN_KAFKA_SASL_MECHANISM"),
    ],
    ids=["password", "user", "mechanism"],
)
def test_who_shows_the_wrong_thing_is_told_at_once_what_to_check(
    by_password, part, otherwise, advice, caplog
):
    reached = by_password(**otherwise)
    began = time.monotonic()
    told = refused(part, reached, patience=300)
    assert time.monotonic() - began < 100
    assert told.code == "broker_refused"
    assert advice in told.message
    assert WRONG not in caplog.text


@parts
def test_a_broker_whose_certificate_is_not_trusted_is_told_apart(by_password, stranger, part):
    told = refused(part, by_password(kafka_ca=stranger.ca))
    assert told.code == "broker_unreachable"
    assert "its certificate is not trusted" in told.message
    assert "DUNGHEN_KAFKA_CA must name the authority" in told.message


def test_a_broker_under_another_name_than_its_certificates_is_not_trusted(own_guarded, by_password):
    address = own_guarded.by_password.replace("127.0.0.1", "localhost")
    told = refused(PARTS["publisher"], by_password(kafka=address))
    assert "not valid for 'localhost'" in told.message


@pytest.mark.parametrize("shown", ["nothing", "a stranger's", "an old one"])
def test_a_broker_that_does_not_take_our_certificate_says_so(
    by_certificate, authority, stranger, shown
):
    signed = {
        "nothing": lambda: None,
        "a stranger's": lambda: stranger.signs("us"),
        "an old one": lambda: authority.signs("old", late=True),
    }[shown]()
    told = refused(PARTS["publisher"], by_certificate(signed))
    assert "it does not take our certificate" in told.message
    assert "DUNGHEN_KAFKA_CERT" in told.message


def test_who_does_not_speak_tls_is_told_to(own_guarded):
    told = refused(PARTS["publisher"], brokers(read(kafka=own_guarded.by_password)))
    assert "it speaks TLS; set DUNGHEN_KAFKA_SECURITY" in told.message


def test_who_speaks_tls_to_a_broker_that_does_not_is_told(kafka_server, authority):
    given = {"kafka": kafka_server.bootstrap, "kafka_security": "tls", "kafka_ca": authority.ca}
    told = refused(PARTS["publisher"], brokers(read(**given)))
    assert told.code == "broker_unreachable"
    assert kafka_server.bootstrap in told.message
