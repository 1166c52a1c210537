"""A broker whose answers get lost, with their connections: what it has written already is sent again, and stands there once."""

from contextlib import closing

import pytest

from infra.kafka import Publisher, ensure_topics
from infra.kafka import _publisher as internals
from infra.messages.topics import topics
from infra.settings.brokers import Brokers
from tests.chaos.proxy import Proxy
from tests.infra.broker.reading import numbered, read, subscribed
from tests.support.servers import free_port, kafka
from tests.support.servers.fixtures import SERVER_TEST_SECONDS, owned
from tests.support.servers.ports import LOCALHOST

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(SERVER_TEST_SECONDS)]

SENT, AT_ONCE = 2_000, 100


@pytest.fixture
def proxy():
    """The only way to a broker of its own."""
    with closing(Proxy(free_port())) as proxy:
        way = {"advertised.listeners": f"PLAINTEXT://{LOCALHOST}:{proxy.port}"}
        for broker in owned(kafka(own=True, settings=way)):
            proxy.server = int(broker.bootstrap.rpartition(":")[2])
            yield proxy


def flushed_unheard(publisher, proxy):
    """As by `flush`; the next answer over each of the connections is lost with it."""
    links = proxy.links()
    for link in links:
        link.unheard = True
    publisher.flush()
    assert not all(link.open for link in links), "everything was heard"


def test_each_keys_messages_stand_once_in_order_whatever_was_not_heard(
    proxy, topic_prefix, monkeypatch
):
    monkeypatch.setattr(internals, "_BATCH", 1_000)  # several requests are under way
    monkeypatch.setattr(internals, "_LINGER", 30_000)  # and some wait until they are flushed
    brokers = Brokers((f"{LOCALHOST}:{proxy.port}",))
    made = topics(topic_prefix.strip("."), partitions=4).dossier_events
    ensure_topics(brokers, [made])
    sent = numbered(made.name, SENT)
    with closing(Publisher(brokers, patience=60)) as publisher:
        for first in range(0, SENT, AT_ONCE):
            publisher.publish(sent[first : first + AT_ONCE])
            flushed_unheard(publisher, proxy)
    with subscribed(brokers, made.name) as reader:
        got = read(reader, SENT)
        assert reader.poll(1, 0.5) == []
    for key in {message.key for message in sent}:
        assert [m.value for m in got if m.key == key] == [m.value for m in sent if m.key == key]
