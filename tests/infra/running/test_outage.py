"""The loop over a worker that lives on a real PostgreSQL, which is stopped and started under it."""

from typing_extensions import override

from infra.metrics import Metrics
from infra.postgres.server import connect, explained, place_of
from infra.running import STOPPED, run
from tests.infra.running.workers import Pace, Waits, doubled


class Asking:
    """Asks the server something in every step; ends after its tenth answer."""

    def __init__(self, server, stop):
        self.server, self.stop = server, stop
        self.answers = self.opened = 0

    def open(self):
        self.connection = connect(self.server.superuser_url)
        self.opened += 1
        return self

    def step(self):
        if self.answers == 5 and self.opened == 1:
            self.server.stop("immediate")
        with explained(place_of(self.server.superuser_url)):
            self.connection.execute("SELECT 1")
        self.answers += 1
        self.stop.asked = self.answers == 10
        return 1

    def ready(self):
        return None

    def close(self):
        self.connection.close()


class Repairing(Waits):
    """The third wait for the server is the one in which somebody starts it."""

    def __init__(self, server):
        super().__init__()
        self.server = server

    @override
    def wait(self, seconds, /):
        super().wait(seconds)
        if len(self.waits) == 3:
            self.server.start()


def test_a_worker_goes_on_when_its_database_is_back(own_postgres):
    stop = Repairing(own_postgres)
    worker = Asking(own_postgres, stop)
    code = run("deadlines", worker.open, Pace(), Metrics("deadlines"), stop=stop, waiting=doubled)
    assert (code, worker.answers, worker.opened) == (STOPPED, 10, 2)
    assert stop.waits == [1, 2, 4]
