"""PostgreSQL ends at once and is started again under an open log and an open server: both work on, and nobody starts them anew."""

from contextlib import closing

import httpx
import pytest

from infra.errors import CannotRun
from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.http._taking import BATCH
from infra.postgres.log import PostgresLog
from infra.postgres.schema import migrate
from infra.running import AWAY
from infra.wiring import clock, distributed
from tests.support.postgres import MASTER
from tests.support.servers.fixtures import fresh_database
from tests.support.serving import dossiers
from tests.support.stores import LAW

TRIES = 3
"""A pool finds out of one connection after the other that it is broken."""


@pytest.fixture
def url(own_postgres):
    with fresh_database(own_postgres) as database:
        migrate(database.url)
        yield database.url


def attempts(ask):
    """The codes of what failed before there was an answer, and the answer."""
    failed = list[str]()
    while len(failed) < TRIES:
        try:
            return failed, ask()
        except CannotRun as refused:
            failed.append(refused.code)
    return failed, None


def test_a_log_is_read_again(own_postgres, url):
    with closing(PostgresLog(url)) as log:
        for _ in range(2):
            before = log.max_position()
            own_postgres.restart("immediate")
            failed, after = attempts(log.max_position)

            assert set(failed) <= AWAY
            assert after == before


def test_a_server_says_that_it_cannot_answer_now_and_answers_again(own_postgres, url):
    stores = Stores(lambda: distributed(url, LAW, clock(), MASTER), clock, most=2)
    with (
        listening("127.0.0.1", 0) as listener,
        served(application(stores), listener) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        sent = client.post("/events", json=dossiers(1, 1), headers={"content-type": BATCH})
        assert sent.json()["refused"] == 0, sent.text
        assert client.get("/violations").status_code == 200

        own_postgres.stop("immediate")
        for path in ("/violations", "/units"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"] in AWAY) == (503, True), answer.text
            assert int(answer.headers["retry-after"]) > 0

        own_postgres.start()
        answers = [client.get("/violations") for _ in range(2 * TRIES)]
        assert answers[-1].status_code == 200
        assert {answer.status_code for answer in answers} <= {200, 503}
        again = client.post("/events", json=dossiers(2, 1), headers={"content-type": BATCH})
        assert again.json()["refused"] == 0, again.text
