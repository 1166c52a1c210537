"""Two `dunghen serve` over one database, as an operator starts them: one is killed while it tells, and its listeners go on at the other."""

from contextlib import ExitStack, closing, contextmanager, suppress

import httpx
import pytest

from tests.e2e.test_services import Installation
from tests.support.listeners import Listener
from tests.support.serving import dossiers, started
from tests.support.streams import events_in, pictured

pytestmark = pytest.mark.e2e

DOSSIERS = 20


@pytest.fixture
def installation(database, kafka_server, topic_prefix, tmp_path):
    made = Installation(database, kafka_server, topic_prefix.strip("."), tmp_path)
    made.dunghen("migrate")
    yield made
    made.forget_users()


@contextmanager
def served(installation, role):
    """A server whose user has this role."""
    url = installation.user_of(role)
    with started(installation.environment | {"DUNGHEN_DATABASE_URL": url}) as server:
        yield server


@contextmanager
def told(server, path, **headers):
    with (
        httpx.Client(timeout=120) as client,
        client.stream("GET", f"{server.url}/streams/{path}", headers=headers) as response,
    ):
        assert response.status_code == 200, response.read()
        yield events_in(response)


class Counts:
    """The rows of units, as they are told."""

    def __init__(self):
        self.ids, self.rows = list[int](), {}

    def take(self, event):
        number, name, data = event
        assert name == "units"
        if number is not None:
            self.ids.append(int(number))
        self.rows.update({row["unit"]: row for row in data["units"]})

    def follow(self, stream):
        """Until it ends, however it does."""
        with suppress(httpx.RemoteProtocolError, httpx.ReadError):
            for event in stream:
                self.take(event)


def heard_of(listener):
    with closing(listener.socket), suppress(ConnectionError):
        while not listener.ended:
            listener.read()
    return listener.heard


def test_who_listens_goes_on_at_the_other_server_when_his_is_killed(installation):
    with ExitStack() as stack:
        for words in (("relay",), ("consume", "projections")):
            stack.enter_context(installation.serving(*words))
        one = stack.enter_context(served(installation, "reader"))
        other = stack.enter_context(served(installation, "writer"))

        counts, findings = Counts(), Listener(f"{one.url}/streams/violations?after=0")
        with told(one, "units?snapshot=true") as stream:
            picture, began = pictured(stream)
            for event in picture:
                counts.take(event)
            other.send(dossiers(0, DOSSIERS))
            counts.take(next(stream))
            while len(findings.heard) < 5:
                findings.read()
            one.process.kill()
            counts.follow(stream)
        heard, last = heard_of(findings), counts.ids[-1]
        other.send(dossiers(DOSSIERS, DOSSIERS))
        other.caught_up()

        with told(other, "violations?snapshot=true") as stream:
            _, end = pictured(stream)
        again = Listener(f"{other.url}/streams/violations", last=heard[-1])
        while len(heard) + len(again.heard) < end:
            again.read()
        again.socket.close()
        assert 5 <= len(heard) < end
        assert [*heard, *again.heard] == list(range(1, end + 1))

        with told(other, "units?snapshot=true") as stream:
            picture, end = pictured(stream)
        with told(other, "units", **{"last-event-id": str(last)}) as stream:
            while counts.ids[-1] < end:
                counts.take(next(stream))
        assert sorted({began, *counts.ids}) == [began, *counts.ids]
        assert counts.rows == {row["unit"]: row for row in picture[0][2]["units"]}
        assert began < last < end
